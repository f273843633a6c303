"""The status of the sample at three points in time: what it says first, what it never says, and what is struck."""

import time

import pytest

from investigator.case import Case
from investigator.errors import ParameterError

POINTS = ("2026-06-17 14:18", "2026-06-17 14:32", "2026-06-17 15:10")


@pytest.fixture(scope="module")
def case(sample):
    return Case.open(sample)


@pytest.mark.parametrize("point", POINTS)
def test_the_clock_stands_on_top_and_the_next_one_at_the_end(case, point):
    text = case.as_of(point).status().inside()
    assert text.splitlines()[0].split(" left to 18:00")[0].count("h") == 1
    assert "Next status: " in text and "We know:" in text and "We do:" in text and "We need:" in text


@pytest.mark.parametrize("point", POINTS)
def test_a_lead_would_send_it_it_is_short(case, point):
    lines = case.as_of(point).status().inside().splitlines()
    assert len(lines) <= 30 and max(map(len, lines)) <= 400


@pytest.mark.parametrize("point", POINTS)
def test_the_customer_reads_no_inside_name_no_code_and_no_promise_but_the_next_word(case, point):
    text = case.as_of(point).status().customer()
    for word in (
        "indexer",
        "2.3.1",
        "schema",
        "purge",
        "Dana",
        "Ivo",
        "jsonl",
        "sqlite",
        "safe",
        "recovery.",
        "CUST-",
    ):
        assert word not in text, text
    assert text.startswith("Dear Jonas Feddersen,") and "You hear from us again by" in text


def test_before_anything_is_pinned_the_customer_is_told_nothing_about_documents(case):
    assert "DOC-4711" not in case.as_of("2026-06-17 14:12").status().customer()


def test_corrections_come_before_what_is_known(case):
    text = case.as_of("2026-06-17 14:32").status().inside()
    assert text.index("Corrections since the last") < text.index("We know")
    assert "We no longer think: The flag search-ranking-v2" in text


def test_once_the_customer_has_seen_it_the_old_evidence_is_not_held_against_them(case):
    text = case.as_of("2026-06-17 15:10").status().customer()
    assert "can be found again: you told us so at 14:52" in text and "not lost" not in text


def test_struck_and_added_lines_and_what_is_struck_stays_struck(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    mine.note("first thing")
    mine.note("second thing")
    status = mine.status()
    number = next(line.number for line in status.lines if "first thing" in line.text)
    status.strike(number).add("need: a hand for the database")
    entry = status.send("both")
    assert "first thing" not in entry.content["text"] and "a hand for the database" in entry.content["text"]
    assert "first thing" not in mine.status().inside()
    with pytest.raises(ParameterError, match="no line 99"):
        mine.status().strike(99)
    with pytest.raises(ParameterError, match="is no part of a status"):
        mine.status().add("x", section="rumour")


def test_a_question_that_ran_out_is_in_the_next_status(tmp_path):
    from datetime import timedelta

    from investigator import moment
    from investigator.moment import clock

    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    mine.ask("rows for the 40?", who="dana", minutes=10)
    assert "@dana: rows for the 40?" in mine.status().inside()
    with clock.held(moment.now() + timedelta(minutes=13)):
        text = mine.status().inside()
        assert "An answer from @dana, 3 min late: rows for the 40?" in text
        assert "@dana is late" in mine.card().text


def test_what_was_taken_back_since_the_last_is_a_correction(tmp_path):
    mine = Case.new("INC-1", words="lost", root=tmp_path, author="ana")
    note = mine.note("all 40 are gone")
    mine.status().send()
    mine.undo(note)
    assert "Taken back: all 40 are gone" in mine.status().inside()


def test_it_takes_less_than_five_seconds(case):
    then = case.as_of(POINTS[1])
    started = time.perf_counter()
    then.status()
    assert time.perf_counter() - started < 5


def test_the_copy_button_copies_the_text_without_the_numbers(case):
    markup = case.as_of(POINTS[1]).status()._repr_html_()
    assert "<button class='copy'" in markup and "[1]" in markup
    assert "[1]" not in markup.split('data-text="')[1].split('"')[0]
