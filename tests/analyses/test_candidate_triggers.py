"""Which change may have triggered it; and that none is named where none was."""

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events
from investigator.samples.world import world
from investigator.testing import AFFECTED, ONSET


def test_the_sample_names_the_build_of_the_place_where_the_way_was_left(sample):
    case = Case.open(sample, as_of="2026-06-17 14:12")
    finding = case.find.candidate_triggers(onset="2026-06-17T07:14:07+00:00", like="DOC-4711")
    top = finding.value["changes"][0]
    assert (top["component"], top["place"]) == ("indexer", "there") and "2.3.1" in top["what"]
    assert finding.value["explained"] is True and finding.verdict == "found"
    assert finding.table["rank"].tolist()[0] == 1 and finding.evidence["origin"].iloc[0] == top["origin"]


@pytest.mark.parametrize("cause", ["skipped-schema", "lost-permission", "early-retention", "wrong-tenant"])
def test_the_change_that_is_to_blame_comes_first_among_others(cause, tmp_path):
    made = world(3, cause)
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.candidate_triggers(events, onset=truth["onset"], like=truth["example"])
    assert finding.value["changes"][0]["origin"] == truth["trigger"]["origin"]
    assert finding.verdict == "found"


@pytest.mark.parametrize("cause", ["saturated-queue", "expired-certificate"])
def test_where_no_change_is_to_blame_none_is_said_to_be(cause, tmp_path):
    made = world(3, cause)
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.candidate_triggers(events, onset=truth["onset"], like=truth["example"])
    assert finding.value["explained"] is False and finding.verdict == "inconclusive"
    assert finding.answer.startswith("No change explains it")


def test_without_a_place_the_nearest_comes_first_and_is_no_certainty():
    events = Events.from_frame(testing.documents())
    value = inv.find.candidate_triggers(events, onset=ONSET.isoformat()).value
    leads = [change["lead_seconds"] for change in value["changes"]]
    assert leads == sorted(leads) and value["explained"] is None


def test_what_logs_tell_of_is_a_change_and_what_failed_is_none():
    said = [
        "certificate renewed for api",
        "config reloaded from disk",
        "scaled up to 12 workers",
        "job started: nightly purge",
        "call failed, certificate has expired",
        "stored object 7",
    ]
    frame = pd.DataFrame(
        {
            "time": [ONSET - timedelta(minutes=number + 1) for number in range(len(said))],
            "body": said,
            "service": "api",
            "kind": "log",
            "severity_number": [9, 9, 9, 9, 17, 9],
        }
    )
    value = inv.find.candidate_triggers(Events.from_frame(frame), onset=ONSET.isoformat()).value
    assert [change["kind"] for change in value["changes"]] == [
        "certificate",
        "configuration",
        "scaling",
        "job",
    ]


@pytest.mark.parametrize("rows", [0, 1, 400])
@pytest.mark.parametrize(
    "given",
    [{"onset": None}, {"onset": "2001-01-01T00:00:00+00:00"}, {"onset": ONSET.isoformat(), "like": "<b>"}],
)
def test_it_answers_in_a_sentence(rows, given):
    finding = inv.find.candidate_triggers(Events.from_frame(testing.documents().head(rows)), **given)
    assert finding.answer.endswith(".") and finding.verdict in ("inconclusive", "absent", "found")


def test_an_affected_id_is_the_better_question():
    events = Events.from_frame(testing.documents())
    finding = inv.find.candidate_triggers(events, onset=ONSET.isoformat(), like=AFFECTED)
    assert finding.value["changes"][0]["component"] == "indexer"


def test_where_a_change_is_told_by_a_clock_of_no_known_zone_none_is_said_to_be_the_likeliest(tmp_path):
    (tmp_path / "press.log").write_text(
        "".join(f"2026-03-04T09:{n:02d}:00Z INFO press sheet {n} printed\n" for n in range(40))
        + "2026-03-04T09:41:00Z INFO press 4.1.0 up, rollers 3\n"
    )
    (tmp_path / "ops.log").write_text("2026-03-04 09:22:04 INFO binder to 3.3.0 now\n" * 2)
    case = Case.new("INC-1", root=tmp_path / "cases")
    for name in ("press.log", "ops.log"):
        case.add(tmp_path / name)

    finding = case.find.candidate_triggers(onset="2026-03-04T09:45:00+00:00")
    assert finding.value["unclocked"] == ["ops.log"] and finding.verdict == "inconclusive"
    assert "is not known, so which change came last before it is open" in finding.answer
    case.evidence.answer_zone("ops.log", "Asia/Kathmandu")
    assert case.find.candidate_triggers(onset="2026-03-04T09:45:00+00:00").value["unclocked"] == []


@pytest.mark.parametrize(
    ("lead", "about", "open_"),
    [
        (600.0, 0.0, False),
        (12_000.0, 0.0, True),
        (-60.0, 0.0, True),
        (-60.0, 300.0, False),
        (-400.0, 300.0, True),
    ],
)
def test_only_minutes_before_the_onset_a_clock_of_no_known_zone_speaks_for_itself(lead, about, open_):
    from types import SimpleNamespace

    from investigator.facts.triggers import _unclocked

    events = SimpleNamespace(
        sources=[SimpleNamespace(name="a.log", doubt=["its times name no zone: read as UTC"])]
    )
    ranked = [{"order": 0, "place": "there", "lead_seconds": lead}]
    assert bool(_unclocked(events, ranked, pd.DataFrame({"source": ["a.log"]}), about)) is open_


@pytest.mark.parametrize(
    ("other", "open_"), [(6_966.0, False), (7_300.0, True), (-1_700.0, True), (None, False)]
)
def test_at_the_step_before_it_is_settled_where_by_no_zone_another_comes_nearer(other, open_):
    from types import SimpleNamespace

    from investigator.facts.triggers import _unclocked

    events = SimpleNamespace(
        sources=[SimpleNamespace(name="a.log", doubt=["its times name no zone: read as UTC"])]
    )
    ranked = [{"order": 0, "place": "just before", "lead_seconds": 250.0}]
    ranked += [{"order": 1, "place": "there", "lead_seconds": other}] if other is not None else []
    assert bool(_unclocked(events, ranked, pd.DataFrame({"source": ["a.log", "a.log"]}), 0.0)) is open_


def test_workers_that_start_with_what_was_released_are_no_change_of_their_own():
    from investigator.facts.changes import Change, without_echoes

    def told(minute, component, version):
        return Change(datetime(2026, 3, 2, 4, minute, tzinfo=UTC), "deploy", component, "", "", version)

    latest_first = [told(9, "Oven", "7"), told(7, "till", ""), told(6, "oven", "8"), told(5, "oven", "7"), told(4, "oven", "7")]  # fmt: skip
    kinds = ["log", "log", "deploy", "log", "log"]
    assert without_echoes(latest_first, kinds) == [True, True, True, False, True]
    assert without_echoes(latest_first, ["deploy"] * 5) == [True] * 5


@pytest.mark.parametrize(("fault", "named"), [("late", True), ("twice", False)])
def test_a_change_a_minute_after_what_was_due_did_not_come_may_be_the_one(fault, named):
    """When something did not come is known by when it was due, to some minutes; when it came again, to the second."""
    start, dice, rows, hurt = datetime(2026, 5, 4, 6, 0, tzinfo=UTC), Random(3), [], []
    for n in range(360):
        time, hit = start + timedelta(minutes=3 * n), n >= 240 and dice.random() < 0.6
        rows += [(time, "desk", "log", f"took in PASS-{3000 + n}")]
        hurt += [f"PASS-{3000 + n}"] if hit else []
        wait = timedelta(seconds=dice.randint(30, 400) + (3_600 if hit and fault == "late" else 0))
        rows += [(time + wait, "press", "log", f"printed PASS-{3000 + n}")]
        if hit and fault == "twice":
            rows.append((time + 2 * wait, "press", "log", f"printed PASS-{3000 + n}"))
    onset = start + timedelta(minutes=3 * 240)
    for at, place in ((onset + timedelta(seconds=70), "press"), (onset - timedelta(minutes=9), "window")):
        rows.append((at, place, "deploy", f"{place} 2.4.1 deployed"))
    frame = pd.DataFrame(rows, columns=["time", "service", "kind", "body"])
    events = Events.from_frame(frame.assign(source=frame["service"] + ".log"))
    like = hurt[len(hurt) // 2]
    assert inv.find.who_else(events, like=like).verdict == "found"
    finding = inv.find.candidate_triggers(events, onset=onset.isoformat(), like=like)
    assert (finding.value["changes"][0]["component"] == "press") is named, finding.answer
    assert (finding.verdict == "found") is named


@pytest.mark.parametrize(
    ("place", "lead", "chance", "named"),
    [
        ("there", 4_000.0, 0.04, True),
        ("on the way", 29.0, 0.001, True),
        ("on the way", 29.0, 0.04, False),
        ("on the way", 2_000.0, 0.001, False),
        ("on the way", -20.0, 0.001, False),
        ("elsewhere", 29.0, 0.001, False),
    ],
)
def test_a_change_where_things_only_came_through_explains_it_minutes_before_alone(place, lead, chance, named):
    from investigator.facts.triggers import _explains

    assert _explains({"place": place, "lead_seconds": lead, "chance": chance}) is named
