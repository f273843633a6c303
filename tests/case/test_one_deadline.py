"""One deadline: whatever screen somebody looks at, it is due at the same moment and stands the same."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case
from investigator.case.record.deadline import Deadline, Office
from investigator.case.writing import shorthand
from investigator.moment import Moment, clock

#: How a deadline stands, as any screen may say it.
STANDS = re.compile(
    r"(?:\d+ (?:d|h|min|s)(?: \d+)?(?: h)? left|passed [\d a-z]+? ago|met, [\d a-z]+? to spare|missed by [\d a-z]+|resolved [\d a-z]+? (?:before|after) it)"
)
#: Every screen that tells the deadline, as text.
SCREENS = {
    "card": lambda case: case.card().text,
    "lead": lambda case: case.brief.lead().text,
    "status": lambda case: case.status().inside(),
    "help page": lambda case: case.brief.help_page().text,
    "stuck": lambda case: case.brief.stuck().text,
    "postmortem": lambda case: case.brief.first_screen().text,
    "read-in": lambda case: case.brief.read_in().text,
    "plans": lambda case: case.brief.plans().text,
    "turn": lambda case: case.brief.turn(1).text,
}
#: What a screen of a resolved incident leaves out: there is no clock to watch any more.
SILENT_WHEN_OVER = {"status", "read-in", "postmortem"}


def friday(hour, minute=0):
    return datetime(2026, 6, 19, hour, minute, tzinfo=UTC)


def opened(tmp_path, deadline, **given):
    with clock.held(friday(8)):
        return Case.new(
            "INC-1",
            words="The papers for the port are gone.",
            deadline=deadline,
            root=tmp_path,
            author="ana",
            **given,
        )


def write(case, at, verb, text):
    with clock.held(at):
        return shorthand.write(case.evidence, verb, text, author="mara")


def said(case, at):
    """What each screen says of the deadline at a time."""
    with clock.held(at):
        return {
            name: {words.strip() for words in STANDS.findall(show(case))} for name, show in SCREENS.items()
        }


def test_a_deadline_on_a_day_on_which_the_office_is_closed_is_one_moment_on_every_screen(tmp_path):
    case = opened(tmp_path, "2026-06-21 18:00")
    write(case, friday(9), "office", "mon-fri 08:00-16:00")
    write(case, friday(14), "decide", "stop the purge | why: it deletes them")
    found = said(case, friday(14))
    assert found == {name: {"2 h 00 left"} for name in SCREENS}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_the_office_closes_at_the_same_moment_in_whatever_zone_it_lies(tmp_path, zone):
    case = opened(tmp_path, "2026-06-21 18:00", zone=zone)
    write(case, friday(9), "office", "mon-fri 08:00-16:00")
    at = case.state.deadline.due - timedelta(hours=3)
    write(case, at, "decide", "count them by hand")
    assert said(case, at) == {name: {"3 h 00 left"} for name in SCREENS}


def test_the_customer_is_told_their_own_deadline_and_when_the_office_closes_before_it(tmp_path):
    case = opened(tmp_path, "2026-06-21 18:00")
    write(case, friday(9), "office", "mon-fri 08:00-16:00")
    with clock.held(friday(14)):
        assert (
            "deadline at 2026-06-21 18:00, and that the office closes at 16:00 before it,"
            in case.status().customer()
        )
    with clock.held(friday(16, 30)):
        assert "deadline" not in case.status().customer()


def test_an_incident_that_is_taken_up_again_has_met_nothing(tmp_path):
    case = opened(tmp_path, "today 18:00")
    for hour, phase in ((10, "resolved"), (12, "investigating")):
        with clock.held(friday(hour)):
            case.record.phase(phase, author="mara")
    write(case, friday(14), "decide", "look at the second copy")
    found = said(case, friday(14))
    before = found.pop("turn")  # the turns end where it was first called resolved
    assert found == {name: {"4 h 00 left"} for name in found}
    assert "met" not in " ".join(word for words in (before, *found.values()) for word in words)


@pytest.mark.parametrize(
    ("hour", "words"), [(14, "resolved 4 h 00 before it"), (20, "resolved 2 h 00 after it")]
)
def test_a_resolved_incident_says_once_how_it_ended(tmp_path, hour, words):
    case = opened(tmp_path, "today 18:00")
    with clock.held(friday(hour)):
        case.record.phase("resolved", author="mara")
    found = said(case, friday(22))
    found.pop("turn")  # it shows the clock of its own time
    assert found == {name: set() if name in SILENT_WHEN_OVER else {words} for name in found}


def test_what_was_over_at_the_office_was_after_it_though_the_stated_time_was_ahead():
    sunday = datetime(2026, 6, 21, 18, tzinfo=UTC)
    office = Office(days=frozenset(range(5)))
    due = Deadline(Moment(sunday, sunday, "UTC"), office, resolved=sunday - timedelta(hours=6))
    assert due.due == datetime(2026, 6, 20, tzinfo=UTC) and due.moved
    assert due.stands(sunday) == "resolved 36 h 00 after it"


@pytest.mark.parametrize(
    ("resolved", "now", "words"),
    [
        (None, friday(17, 59), "1 min left"),
        (None, friday(18), "0 s left"),
        (None, friday(18, 5), "passed 5 min ago"),
        (friday(18), friday(23), "resolved 0 s before it"),
        (friday(18, 1), friday(23), "resolved 1 min after it"),
    ],
)
def test_a_deadline_is_met_up_to_the_moment_itself(resolved, now, words):
    due = Deadline(Moment(friday(18), friday(18), "UTC"), None, resolved)
    assert due.stands(now) == words
    assert due.said(now) == f"2026-06-19 18:00 UTC · {words}"


@pytest.mark.parametrize(
    ("resolved", "now", "words"),
    [
        (None, friday(17), "1 h 00 left to 18:00"),
        (None, friday(20), "18:00 passed 2 h 00 ago"),
        (friday(16), friday(20), "18:00: resolved 2 h 00 before it"),
    ],
)
def test_how_a_deadline_stands_is_a_sentence_with_its_time(resolved, now, words):
    assert Deadline(Moment(friday(18), friday(18), "UTC"), None, resolved).stands_to("18:00", now) == words
