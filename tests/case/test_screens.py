"""Screens are a shelf: the folder lists them, a snapshot goes in, and what is made in this session is told apart."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from investigator import catalogue
from investigator.case import Case
from investigator.case.shown import Shown
from investigator.errors import CatalogueError
from investigator.moment import clock

CALLED = datetime(2026, 6, 19, 8, tzinfo=UTC)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new("INC-1", words="lost", root=tmp_path, author="ana")


def test_the_shelf_lists_every_screen_with_its_first_line(case):
    told = repr(case.brief)
    for name in catalogue.names("investigator.case.brief"):
        assert name in dir(case.brief)
        line = catalogue.first_line("investigator.case.brief", name)
        assert line.endswith((".", "`")) and line in told


def test_a_screen_is_called_without_its_snapshot_and_says_how(case):
    assert list(inspect.signature(case.brief.record).parameters) == ["limit"]
    assert "newest" in case.brief.record.__doc__ and isinstance(case.brief.record(limit=1), Shown)


def test_a_screen_that_is_not_there_is_told_with_those_there_are(case):
    with pytest.raises(CatalogueError, match="There is no screen named 'cards'") as caught:
        case.brief.cards()
    assert "Did you mean card?" in str(caught.value)


def test_a_screen_that_was_fetched_once_shows_what_is_written_afterwards(case):
    screen = case.brief.record
    with clock.held(CALLED + timedelta(minutes=1)):
        case.record.note("the belt stands still", author="ben")
        assert "the belt stands still" in screen().text


def test_the_screen_of_the_status_says_what_the_status_would_send(case):
    with clock.held(CALLED + timedelta(minutes=1)):
        status = case.status()
        assert case.brief.status().text == f"{status.inside()}\n\nTo the customer:\n\n{status.customer()}"


def test_what_this_session_asked_is_no_part_of_the_case_as_it_stood_before(case, tmp_path):
    log = tmp_path / "belt.log"
    log.write_text("2026-06-19T07:00:00Z ERROR belt stopped at PCL-1\n" * 3)
    with clock.held(CALLED + timedelta(minutes=1)):
        case.add(log, author="ana")
    with clock.held(CALLED + timedelta(minutes=2)):
        case.find.first_error()
        assert "Nothing to report yet" not in case.brief.report_back().text
        then = case.as_of(CALLED + timedelta(minutes=1))
        assert "Nothing to report yet" in then.brief.report_back().text
        then.find.first_error()
        assert "Nothing to report yet" not in then.brief.report_back().text


def test_a_turned_line_of_a_log_turns_nothing_in_a_finding(case, tmp_path):
    log = tmp_path / "belt.log"
    log.write_text("2026-06-19T07:00:00Z ERROR belt \u202estopped at PCL-1\n" * 3)
    with clock.held(CALLED + timedelta(minutes=1)):
        case.add(log, author="ana")
        page = case.find.first_error()._repr_html_()
    assert "\u202e" not in page and "stopped at PCL-1" in page
