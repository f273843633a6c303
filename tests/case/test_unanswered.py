"""The next morning and the next month: what is asked about until somebody answers."""

from datetime import datetime, timedelta

import pytest

from investigator.case import Case
from investigator.case.reasoning.unanswered import settle
from investigator.errors import ParameterError
from investigator.moment import clock

START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


def then(**after):
    return clock.held(START + timedelta(**after))


def asked(case):
    return case.brief.unanswered().text


@pytest.fixture
def case(tmp_path):
    with then():
        case = Case.new("INC-1", words="Samples are lost.", root=tmp_path, author="ana")
        case.record.note("paused the nightly archive job", verb="did", author="bo")
        case.record.note("muted the alarm of the freezer", verb="did", author="cy")
        case.record.action("the archive asks before it deletes", owner="Bo", due="2026-03-20", author="ana")
        case.record.action("write down who may thaw", author="ana")
    return case


def test_what_is_off_is_asked_about_when_it_is_over_or_the_next_morning(case):
    with then(hours=1):
        assert "Nothing is waiting" in asked(case)
    with then(hours=13):
        said = asked(case)
    assert "“paused the nightly archive job”, 13 h 00 ago: is it back?" in said and "muted the alarm" in said
    assert "inv note did resumed it, #2 is back" in said
    with then(hours=14):
        case.record.note("resumed it, #2 is back", verb="did", author="bo")
    with then(hours=15):
        case.record.phase("resolved", why="all found", anyway="a test", author="ana")
        said = asked(case)
    assert "archive job" not in said and "muted the alarm" in said


def test_an_action_is_asked_about_from_the_day_after_it_was_due_until_it_is_done_or_moved(case):
    with then(days=18):
        assert "asks before it deletes" not in asked(case)
    with then(days=20):
        assert "due 2026-03-20, 2 days ago: is it done?" in asked(case) and "inv due --done 4" in asked(case)
        settle(case.evidence.record, 4, due="2026-04-30")
        assert "asks before it deletes" not in asked(case)
    with then(days=90):
        assert "due 2026-04-30, 31 days ago" in asked(case)
        settle(case.evidence.record, 4, done=True)
        assert "asks before it deletes" not in asked(case)


def test_one_that_nobody_has_is_asked_of_everybody_when_it_is_over(case):
    with then(hours=2):
        assert "who may thaw" not in asked(case)
        case.record.phase("resolved", why="all found", anyway="a test", author="ana")
        assert "write down who may thaw — who does it, and by when?" in asked(case)


def test_what_is_no_action_and_no_day_is_said(case):
    with pytest.raises(ParameterError, match="#2 is no action"):
        settle(case.evidence.record, 2, done=True)
    with pytest.raises(ParameterError, match="'soon' is no day"):
        settle(case.evidence.record, 4, due="soon")
