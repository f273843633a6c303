"""The read-in is one screen, and what has run out is said where people look."""

from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case
from investigator.case.writing import shorthand
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def case(opened):
    return opened


@pytest.mark.parametrize("point", ["14:06", "14:50", "16:55"])
def test_it_is_one_screen_at_any_time(case, point):
    text = case.as_of(f"2026-06-17 {point}").brief.read_in().text
    lines = text.splitlines()
    assert len(lines) <= 45 and max(map(len, lines)) <= 200
    assert "We uploaded 40 customs documents" in text and "where we stand" in text


def test_whoever_joins_late_reads_what_is_checked_reported_decided_and_not_to_be_touched(case):
    text = case.as_of("2026-06-17 14:32").brief.read_in().text
    parts = {line[2:20].strip(): line for line in text.splitlines() if line[2:3].strip()}
    assert "DOC-4711 is hidden" in parts["known, checked"] and "(reported, " in parts["reported"]
    assert "last safe start 16:37" in text and "Pia Holm: paused" in parts["who does what"]
    assert "purge" in parts["do not touch"] and "14:40" in parts["they were promised"]
    assert "open: Indexer 2.3.1" in parts["guesses"]


def test_nothing_known_later_shows(case):
    text = case.as_of("2026-06-17 14:30").brief.read_in().text
    for later in ("paused the purge", "schema 3 (", "restored", "2.3.0", "confirmed"):
        assert later not in text


def write(case, verb, text, minutes, author="ana"):
    with clock.held(CALLED + timedelta(minutes=minutes)):
        return shorthand.write(case.evidence, verb, text, author=author)


def test_what_ran_out_is_one_line_under_an_echo_on_the_card_and_in_the_read_in(tmp_path):
    with clock.held(CALLED):
        case = Case.new(
            "INC-1", words="lost", contact="Jonas Feddersen", deadline="18:00", root=tmp_path, author="ana"
        )
        write(case, "told", "@Feddersen next word by 12:30", 1)
        assert "watch:" not in str(write(case, "note", "one", 5, "dana"))
    said = str(write(case, "note", "two", 40, "dana"))
    assert said.splitlines()[-1] == (
        "watch: the customer was promised a word by 12:30: 15 min over · the status is 20 min overdue (was due 12:25)"
    )
    with clock.held(CALLED + timedelta(minutes=40)):
        assert "15 min over" in case.card().text and "20 min late" in case.card().text
        assert "20 min overdue" in case.brief.read_in().text
    assert "promised" not in str(write(case, "told", "@Feddersen we are still looking", 41))


def test_markup_is_shown_and_never_run(tmp_path):
    case = Case.new("INC-1", words="<img src=x onerror=alert(1)>", root=tmp_path, author="ana")
    assert "<img" not in case.brief.read_in()._repr_html_()


@pytest.mark.parametrize("point", ["14:18", "14:45"])
def test_nothing_that_was_written_later_is_in_anything_that_is_shown(case, point):
    then = case.as_of(f"2026-06-17 {point}")
    customer = then.customer()
    shown = "\n".join(
        map(
            str,
            [
                then.brief.read_in(),
                then.card(),
                then.brief.plans(),
                then.brief.decisions(),
                customer.promises(),
                customer.log(),
            ],
        )
    )
    earlier = " ".join(str(entry.content) for entry in then.entries())
    kinds = ("note", "ask", "guess", "decision", "phase", "recovery", "plan", "prose", "action")
    later = [str(e.content["text"]) for e in case.entries() if e.known > then.now and e.kind in kinds]
    assert len(later) > 10
    for text in later:
        assert text in earlier or len(text) < 20 or text[:60] not in shown
