"""A change is whatever says so: invented lines of several trades, and what is none."""

import pandas as pd
import pytest

import investigator as inv
from investigator.events.events import Events

ONSET = pd.Timestamp("2026-03-04 09:30", tz="UTC")

#: What a line says (kind, body, attributes), and the component that was changed.
CHANGES = [
    ("log", "deployment of tillsync succeeded release=4.2.0", {}, "tillsync"),
    ("log", "reloaded with version 1.13.5: keep.days 720 -> 1", {}, "oven"),
    ("log", "rollout of kiln-control to 7.3.8 complete, 3 of 3 replicas", {}, "kiln-control"),
    ("message", "shipbot: gatekeeper v2.14 is live (new rules)", {}, "gatekeeper"),
    ("message", "release-bot: tram-board 6.32.7 rolled out, fonts", {}, "tram-board"),
    ("message", "published image registry.example/pump-driver:3.0.1", {}, "pump-driver"),
    ("log", "Holiday table", {"system": "rota", "version": "3.27.7", "done by": "platform"}, "rota"),
    ("audit", "feature flag ward-scope switched from off to on", {}, "oven"),
    ("log", "configuration reloaded", {}, "oven"),
    ("log", "reloaded configuration, version 1.15.9: rise 60 -> 90", {}, "oven"),
    ("log", "certificate renewed for the gate", {}, "oven"),
    ("log", "crust-rules v42 active, 17 rules", {}, "oven"),
    ("log", "backofen rezeptpaket=2026.4 geladen, 12 Rezepte", {}, "oven"),
    ("log", "oven 7.1.0 up, trays 4", {}, "oven"),
    ("log", "Starting OvenApplication v2.18.0 (new dial)", {}, "oven"),
    ("log", "timeout of backend flour lowered", {}, "oven"),
    ("message", "Oven 11.2 is on as well, only the logo", {}, "oven"),
    ("message", "oven to 3.3.0 now, the guild wants it", {}, "oven"),
    ("log", "prices.refresh", {}, "oven"),
    # Words for a change in what is seldom said need no version.
    ("log", "SIGHUP: re-read /etc/oven/oven.conf, serial 41", {}, "oven"),
    ("log", "17 recipes read from recipes.yaml (revision 41, was 40)", {}, "oven"),
    ("log", "tls: rotated certificate oven.bakery.internal, serial 77:a1:0c", {}, "oven"),
    ("log", "price list 2026-W10 imported, 412 rows", {}, "oven"),
    # What speaks of a place from outside, a bot, a tool or a person, names it whole or in a longer name.
    ("message", "I have just switched oven to the summer plan", {}, "oven"),
    ("message", "oven auf Stand 5.3 gehoben, neue Rezepte", {}, "oven"),
    ("message", ':rocket: oven → v5.3.0 by @ola (#812 "Sheets")', {}, "oven"),
    ("log", "job=promote env=prod app=oven rel=2026.3.3 result=success", {"app": "oven"}, "oven"),
    ("log", "changed: [oven-1] => (item=recipes.conf)", {"p": "99"}, "oven"),
    ("log", "Scaled up replica set oven-7c9f to 3", {"reason": "Scaling"}, "oven"),
    # What a change is about may fail, wait or come after something: words of its title are not its own.
    ("log", "Restart after each batch", {"system": "oven", "version": "4.4.3"}, "oven"),
    # No verb at all: what is there now, and as which version.
    ("message", "tram-board now 6.32.7, maps", {}, "tram-board"),
    ("message", "oven jetzt 5.3, neue Rezepte", {}, "oven"),
    ("message", "tram-board 6.32.7 rolled out (retry of what failed, if pending)", {}, "tram-board"),
]
#: What is no change: failed, to come, asked, everyday, or about one thing alone.
NONE = [
    ("log", "deployment of tillsync 4.2.0 failed"),
    ("message", "should we release 2.3.1 before lunch?"),
    ("message", "release 2.3.1 is planned for tomorrow"),
    ("log", "loaf 10.0.12.7 taken out"),
    ("log", "tray 3 moved to rack 2.4"),
    ("message", "my loaf weighs 1.2 kilos, up from 0.9"),
    ("log", "stored object 7 in 1.20.3 ms"),
    ("message", "oven 4.1.0 waits until tomorrow"),
    ("message", "since oven 4.1.0 was rolled out loaves are late"),
    ("message", "is the oven switched on?"),
    ("message", "the walnut loaves were moved to the left"),
    # What a job is going to take, by its age and when.
    ("log", "shelf watch: loaves older than 2d are granted to the kitchen at 18:00, 35 on the list"),
    ("message", "oven rota: at 20:00 whatever waits longer than 12 h is released"),
    ("log", "job=promote env=stage app=oven rel=2026.3.2 result=success"),
    ("log", "job=promote env=prod app=oven rel=2026.3.2 result=failure"),
]


def asked(*rows):
    # What makes a day: thirty loaves, and the line that is looked at, eight minutes before.
    usual = [
        {"time": ONSET - pd.Timedelta(minutes=20 * n), "source": "oven.log", "service": "oven", "kind": "log",
         "body": f"loaf {n} baked"}
        for n in range(40)
    ]  # fmt: skip
    return inv.find.candidate_triggers(
        Events.from_frame(pd.DataFrame([*usual, *rows])), onset=ONSET.isoformat()
    )


def line(kind, body, attributes=None, *, minutes=8):
    return {
        "time": ONSET - pd.Timedelta(minutes=minutes),
        "source": "ops",
        "service": None if kind == "message" or attributes else "oven",
        "kind": kind,
        "body": body,
        "attributes": attributes or {},
    }


@pytest.mark.parametrize("kind, body, attributes, component", CHANGES, ids=[row[1][:30] for row in CHANGES])
def test_whatever_says_so_is_a_change_of_what_it_names(kind, body, attributes, component):
    finding = asked(line(kind, body, attributes))
    assert [change["component"] for change in finding.value["changes"]] == [component]
    assert "Nothing that is loaded tells of a change" not in finding.answer


def test_what_failed_is_to_come_or_only_asked_is_no_change():
    finding = asked(*(line(kind, body) for kind, body in NONE))
    assert finding.value["changes"] == [] and finding.verdict == "inconclusive"


def test_what_a_file_says_of_places_tells_changes_and_what_it_says_of_things_does_not(tmp_path):
    from made import changes, write

    from investigator.case import Case

    example = next(one for one in changes() if one["name"] == "a setting in a table")
    write(example, tmp_path / "files")
    case = Case.new("INC-1", about=[example["asked"]], root=tmp_path / "cases")
    case.add(tmp_path / "files")
    onset = case.onset().isoformat()
    finding = case.find.candidate_triggers(onset=onset, like=example["asked"])
    told = [(change["component"], change["place"]) for change in finding.value["changes"]]
    assert finding.verdict == "found" and told == [("vaultd", "there"), ("dryerd", "just before")]
    # Nothing came instead; the change says which side of the hand-over it was.
    service = case.find.which_service(onset=onset, like=example["asked"])
    assert service.verdict == "found" and service.value["services"][0]["service"] == "vaultd"


@pytest.mark.parametrize(
    "said, place",
    [
        ("playbook finished for ovens, release 7.39.1, changed=3", "oven"),
        ("shipped shelf 9.31.10 to production", "shelf-sync"),
        ("shipped counter 2.0.1 to production", "counter"),  # two begin so: it may be either, or none
    ],
)
def test_a_change_names_a_place_in_another_form(said, place):
    others = [
        {"time": ONSET - pd.Timedelta(minutes=n), "source": f"{name}.log", "service": name, "kind": "log",
         "body": f"loaf {n} seen", "attributes": {}}
        for n in range(40) for name in ("shelf-sync", "counter-a", "counter-b")
    ]  # fmt: skip
    bot = line("log", said) | {"service": "ansible", "source": "ansible.log"}
    (change,) = asked(*others, bot).value["changes"]
    assert change["component"] == place or (place == "counter" and "counter-" not in change["component"])


def test_what_is_said_all_day_is_the_course_of_things():
    rows = [line("log", f"rates updated to version 1.0.{n}", minutes=n) for n in range(1, 400)]
    assert asked(*rows).value["changes"] == []


def test_the_other_list_of_changes_tells_the_same():
    rows = [line("message", "tram-board 6.32.7 rolled out, fonts")]
    events = Events.from_frame(pd.DataFrame(rows))
    finding = inv.find.changes_before_onset(events, onset=ONSET.isoformat())
    assert [change["service"] for change in finding.value["changes"]] == ["tram-board"]
    assert finding.answer.startswith("Nearest: tram-board 6.32.7 rolled out")


def test_a_commit_is_known_by_its_title_and_without_any_change_the_list_is_empty():
    row = {"time": ONSET - pd.Timedelta(minutes=5), "source": "git", "kind": "deploy", "body": "3f9c2ab81d",
           "attributes": {"title": "Bake at 230 degrees"}}  # fmt: skip
    assert asked(row).value["changes"][0]["what"] == "Bake at 230 degrees"
    assert asked().value["changes"] == []
