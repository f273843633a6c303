"""What gets worse, in the words of several trades; and that nothing found says what was searched."""

from datetime import UTC, datetime

import pandas as pd
import pytest

import investigator as inv
from investigator.events.events import Events

NOW = pd.Timestamp("2026-03-04 15:00", tz="UTC")


def asked(*rows):
    frame = [
        {
            "time": NOW - pd.Timedelta(minutes=n),
            "source": "kiln.log",
            "service": "kiln",
            "body": f"tile {n} fired",
        }
        for n in range(30)
    ]
    return inv.find.what_gets_worse(Events.from_frame(pd.DataFrame([*frame, *rows])))


@pytest.mark.parametrize(
    "body, due",
    [
        ("period is locked at 21:45 UTC for good", "21:45"),
        ("the register closes at 18:30, 41 entries open", "18:30"),
        ("unclaimed parcels are returned by 17:00", "17:00"),
        ("ballots lapse at 20:00", "20:00"),
        ("crates handed to the ferry at 19:15, after that no crate can be pulled", "19:15"),
        ("scellement des registres at 19:40, on ne peut plus les changer", "19:40"),
    ],
)
def test_one_entry_of_a_calendar_that_calls_it_final_is_enough(body, due):
    row = {"time": NOW - pd.Timedelta(hours=2), "source": "calendar.csv", "kind": "log", "body": body}
    finding = asked(row)
    assert finding.verdict == "found" and finding.value["next"] == f"2026-03-04T{due}:00+00:00"


@pytest.mark.parametrize("kind", ["mail", "message", "ticket"])
def test_a_customer_who_asks_whether_it_was_deleted_and_by_when_it_is_needed_announces_nothing(kind):
    said = "Tiles gone\nWe must hand them in by 20:30 tonight. Have they been deleted??"
    row = {"time": NOW - pd.Timedelta(minutes=5), "source": "from them", "kind": kind, "body": said}
    assert not asked(row).value["items"]


def test_one_word_of_a_person_about_the_canteen_is_nothing_that_gets_worse():
    row = {"time": NOW, "source": "chat", "kind": "message", "body": "ina: the canteen closes at 16:00"}
    assert asked(row).verdict == "inconclusive"


def test_nothing_found_says_what_was_searched_and_is_never_found():
    finding = asked()
    assert finding.verdict == "inconclusive" and finding.value["next"] is None
    assert "30 messages of 1 source were searched" in finding.answer


@pytest.mark.parametrize("clock", ["17:00Z", "17:00 UTC", "5:00 pm", "05:00 p.m."])
def test_one_hour_that_is_said_again_and_again_is_due_where_ever_more_is_counted(clock: str) -> None:
    rows = [
        {"time": datetime(2026, 5, 4, 8 + n, tzinfo=UTC), "service": "cold", "source": "cold.log", "body": f"run would discard {12 * n} samples at {clock}"}
        for n in range(5)
    ]  # fmt: skip
    finding = inv.find.what_gets_worse(Events.from_frame(pd.DataFrame(rows)))
    assert finding.verdict == "found"
    assert finding.value["next"] == "2026-05-04T17:00:00+00:00"


def test_one_hour_that_is_said_with_the_same_number_is_only_a_habit() -> None:
    rows = [
        {"time": datetime(2026, 5, 4, 8 + n, tzinfo=UTC), "service": "desk", "source": "desk.log", "body": "desk 4 opens at 17:00"}
        for n in range(5)
    ]  # fmt: skip
    assert inv.find.what_gets_worse(Events.from_frame(pd.DataFrame(rows))).value["next"] is None


def test_what_a_calendar_closes_after_the_last_line_of_the_logs_is_still_to_come() -> None:
    rows = [
        {"time": datetime(2026, 5, 4, 9, n, tzinfo=UTC), "kind": "log", "service": "till", "source": "till.log", "body": f"sale {n}"}
        for n in range(30)
    ]  # fmt: skip
    rows += [
        {"time": datetime(2026, 5, 4, hour, tzinfo=UTC), "kind": "note", "service": None, "source": "plan.txt", "body": body}
        for hour, body in [(8, "shutters are locked for the clean-up"), (11, "lunch"), (15, "the books are closed, nothing goes back")]
    ]  # fmt: skip
    finding = inv.find.what_gets_worse(Events.from_frame(pd.DataFrame(rows)))
    assert finding.value["next"] == "2026-05-04T15:00:00+00:00"
    assert "books are closed" in finding.answer and "lunch" not in finding.answer


def test_what_is_said_every_minute_and_names_no_time_is_how_things_are_and_what_runs_each_hour_is_a_job() -> (
    None
):
    def rows(step, body):
        return [
            {"time": NOW - n * step, "source": "kiln.log", "service": "kiln", "body": body.format(n)}
            for n in range(40)
        ]

    constant = asked(*rows(pd.Timedelta(seconds=50), "glaze shelf {} of memory evicted, 92% full"))
    assert constant.value["items"] == [] and constant.verdict == "inconclusive"
    hourly = asked(*rows(pd.Timedelta(hours=1), "sweep {}: evicted 3 tiles from the rack"))
    assert [item["count"] for item in hourly.value["items"]] == [40]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The register closes today at 18:00 UTC", True),
        ("The deadline at the register, which closes, is today 18:00 UTC", False),
        ("Abgabefrist: heute 18:00 UTC, dann schließt das Amt", False),
    ],
)
def test_a_deadline_is_what_is_to_be_handed_in_and_nothing_that_gets_worse(said: str, told: bool) -> None:
    row = {"time": NOW, "source": "mail/a.eml", "kind": "mail", "body": said}
    assert bool(asked(row).value["items"]) is told


@pytest.mark.parametrize(
    "said",
    [
        'response cache-control:"no-store", expires:"0", date:"Wed, 04 Mar 2026 14:58:20 GMT"',
        "soft-deleted rows listed, clock Wed Mar  4 22:58:40 CST 2026",
    ],
)
def test_the_date_of_an_answer_is_no_time_to_come(said: str) -> None:
    rows = [
        {"time": NOW - pd.Timedelta(minutes=n), "source": "till.log", "service": "till", "body": said}
        for n in range(9)
    ]
    assert asked(*rows).value["next"] is None


def test_a_date_in_words_that_lies_ahead_is_when_it_is_due() -> None:
    row = {"time": NOW, "source": "till.log", "service": "till", "body": "voucher expires Mar 06, 2026 18:00"}
    assert asked(row).value["next"] == "2026-03-06T18:00:00+00:00"


LISTS = {
    "a timer": ("reap.timer", "[Unit]\nDescription=Discards tiles that nobody claims\n[Timer]\nOnCalendar=*-*-* 18:00:00 Europe/Berlin\n"),
    "a CronJob": (
        "jobs.yaml",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: tile-reaper\nspec:\n  schedule: '0 18 * * *'\n  timeZone: Europe/Berlin\n"
        "  jobTemplate: {spec: {template: {spec: {containers: [{name: r, args: [--discard, --older-than, 48h]}]}}}}\n",
    ),
    "a list in Markdown": ("jobs.md", "# Jobs\n\n| When | Job | What |\n|---|---|---|\n| 17:00 daily | reaper | discards tiles |\n| 16:00 daily | ping | says hello |\n"),
    "a table of a wiki": ("jobs.wiki", '{| class="wikitable"\n! When !! Job !! What\n|-\n| 0 17 * * * || reaper || voids tiles\n|-\n| 0 16 * * * || ping || says hello\n|}\n'),
    "what is downgraded for good": ("crontab", "0 17 * * * /opt/kiln/bin/tri --reste # déclasse définitivement le reste\n0 16 * * * /opt/kiln/bin/ping\n"),
    "a table behind bars": ("jobs.txt", "||When||Job||What||\n|0 17 * * *|reaper|voids tiles|\n|0 16 * * *|ping|says hello|\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_job_that_takes_is_read_from_whatever_lists_jobs(name, tmp_path):
    from investigator.case import Case

    (tmp_path / "kiln.log").write_text(
        "".join(f"2026-03-04T14:{n:02d}:00Z INFO kiln tile {n} fired\n" for n in range(30))
    )
    file, text = LISTS[name]
    (tmp_path / file).write_text(text)
    case = Case.new("INC-1", root=tmp_path / "cases")
    for each in ("kiln.log", file):
        case.add(tmp_path / each)
    finding = case.find.what_gets_worse()
    assert finding.verdict == "found" and finding.value["next"] == "2026-03-04T17:00:00+00:00"


def test_what_comes_where_the_affected_one_was_says_so_and_nothing_found_names_the_lists():
    from investigator import testing
    from investigator.testing import AFFECTED

    events = Events.from_frame(testing.documents())
    rows = inv.find.what_gets_worse(events, like=AFFECTED)
    assert all(item["near"] in (True, False) for item in rows.value["items"])
    finding = asked()
    assert "no crontab, timer or list of jobs is loaded" in finding.answer and finding.value["items"] == []


@pytest.mark.parametrize(
    "plan, due, what",
    [
        ("Calendar of the mill\n2026-03-04 18:15 UTC  the ledger is sealed, late sacks need a form\n2026-03-04 22:30 UTC  sweep the yard\n", "18:15", "sealed"),
        ("Plan of the night\n2026-03-04 19:00 UTC unclaimed coats are handed on\n2026-03-04 23:55 UTC close\n", "19:00", "handed on"),
    ],
)  # fmt: skip
def test_a_small_file_of_which_all_lies_ahead_is_a_plan(plan, due, what, tmp_path):
    (tmp_path / "mill.log").write_text(
        "".join(
            f"{NOW - pd.Timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ} INFO sack {n} milled\n" for n in range(300)
        )
    )
    (tmp_path / "plan.txt").write_text(plan)
    finding = inv.find.what_gets_worse(inv.read(tmp_path))
    assert finding.verdict == "found" and what in finding.answer, finding.answer
    assert finding.value["next"] == f"2026-03-04T{due}:00+00:00"


def test_a_small_log_that_goes_on_longer_than_the_others_is_no_plan(tmp_path):
    (tmp_path / "mill.log").write_text(
        "".join(
            f"{NOW - pd.Timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ} INFO sack {n} milled\n" for n in range(300)
        )
    )
    (tmp_path / "gate.log").write_text(
        "2026-03-04T14:30:00Z INFO gate is sealed\n2026-03-04T18:15:00Z INFO gate is sealed\n"
    )
    finding = inv.find.what_gets_worse(inv.read(tmp_path))
    assert finding.value["next"] is None, finding.answer


@pytest.mark.parametrize(
    ("body", "due"),
    [
        (
            "ola: the ferry sails at 17:00 UTC, what is not aboard by then goes with the one on Friday",
            "17:00",
        ),
        ("ben: press starts at 18:30 UTC, later pages next week", "18:30"),
        ("ina: last bus leaves at 19:15 UTC", "19:15"),
        ("uwe: um 17:30 UTC geht der Lauf raus, was bis dahin nicht freigegeben ist, kommt im Juni", "17:30"),
        ("lea: on imprime à 18:00 UTC, ce qui n'est pas relu attendra", "18:00"),
        ("kim: doors open at 20:00 UTC, whoever has not got a ticket stays outside", "20:00"),
    ],
)
def test_what_becomes_of_what_is_not_there_by_then_gets_worse_at_that_time(body: str, due: str) -> None:
    row = {"time": NOW - pd.Timedelta(minutes=20), "source": "chat", "kind": "message", "body": body}
    finding = asked(row)
    assert finding.verdict == "found", finding.answer
    assert finding.value["next"] == f"2026-03-04T{due}:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        "ina: I will look at it again at 17:00 UTC, the rest tomorrow",
        "ben: call at 16:30 UTC, others join until 17:00",
        "uwe: what is that at 18:00 UTC?",
        "kim: later I have another meeting, at 17:00 UTC",
    ],
)
def test_what_people_do_later_takes_nothing(body: str) -> None:
    row = {"time": NOW - pd.Timedelta(minutes=20), "source": "chat", "kind": "message", "body": body}
    assert asked(row).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("said", "worse"),
    [
        ("Kiln asks.\n\nThey must\nhand over their plan to the office by 18:00 today.", False),
        ("Kiln asks.\n\nThe office must have our list, we have to file it by 18:00 today.", False),
        ("Kiln asks.\n\nThe tiles are handed over to the carrier at 18:00 today.", True),
    ],
)
def test_what_somebody_has_to_hand_in_is_a_deadline_and_takes_nothing(said: str, worse: bool) -> None:
    row = {"time": NOW, "source": "note.txt", "kind": "ticket", "body": said}
    assert bool(asked(row).value["items"]) is worse
