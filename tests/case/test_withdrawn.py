"""An answer that is taken back stands struck in its place, with why, who was told, and what rests on the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from investigator.case import Case
from investigator.case.writing import shorthand
from investigator.moment import clock

CALLED = datetime(2026, 6, 19, 8, tzinfo=UTC)
#: Two trades: what decides in an answer, and what another answer of the same case rests on.
GROUNDS = [
    pytest.param({"rests_on": ["kiln.log"]}, {"rests_on": ["kiln.log", "shelf.csv"]}, "what kiln.log says", id="source"),
    pytest.param({"first": "2026-06-19T07:00:00+00:00"}, {"first": "2026-06-19T07:00:00+00:00"}, "the onset 2026-06-19T07:00:00+00:00", id="onset"),
    pytest.param(
        {"predicate": {"instead": {"step": "till", "name": "void …"}}},
        {"predicate": {"instead": {"step": "till", "name": "void …"}, "expected": None}},
        "the step till 'void …'",
        id="step",
    ),
]  # fmt: skip


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        made = Case.new("SHOP-1", words="lost", root=tmp_path, author="ana")
        (tmp_path / "till.log").write_text("2026-06-19T07:00:00Z ERROR void POT-1\n" * 3)
        made.add(tmp_path / "till.log")
    return made


def pinned(case, answer, value):
    return case.record.pin(replace(case.find.first_error(), answer=answer, value=value))


@pytest.mark.parametrize(("own", "other", "shared"), GROUNDS)
def test_an_answer_that_was_taken_back_names_why_who_was_told_and_what_rests_on_the_same(
    case, own, other, shared
):
    with clock.held(CALLED + timedelta(minutes=1)):
        wrong = pinned(case, "Seven pots are lost.", own)
        alike = pinned(case, "Three shelves are empty.", other)
        apart = pinned(case, "The belt stands.", {"rests_on": ["belt.log"]})
    with clock.held(CALLED + timedelta(minutes=2)):
        sent = case.record.write("status", {"text": "We know: seven pots are lost.", "audience": "customer"})
        case.record.write("status", {"text": "The belt stands.", "audience": "inside"})
    with clock.held(CALLED + timedelta(minutes=3)):
        case.record.undo(wrong, "the log was cut")
        told = case.brief.withdrawn()
    assert "[taken back: Seven pots are lost.]" in told.text and "<s>Seven pots are lost.</s>" in told.markup
    assert "the log was cut (tester" in told.text
    assert "the customer (" in told.text and f"#{sent.number})" in told.text and "colleagues" not in told.text
    assert f"#{alike.number}, by {shared}" in told.text and f"#{apart.number}," not in told.text


def test_it_stands_struck_in_its_place_in_the_record_and_what_was_a_note_does_not(case):
    with clock.held(CALLED + timedelta(minutes=1)):
        wrong = pinned(case, "Seven pots are lost.", {})
        note = case.record.note("a slip of the pen")
        case.record.note("the lid is off")
        case.record.undo(note)
        case.record.undo(wrong, "counted twice")
        told = case.brief.record()
    lines = told.text.splitlines()
    place = next(n for n, line in enumerate(lines) if "[taken back: " in line)
    assert "taken back by tester: counted twice" in lines[place] and "<s>" in told.markup
    assert place < next(n for n, line in enumerate(lines) if "the lid is off" in line)
    assert "a slip of the pen" not in told.text


def test_a_line_says_why_it_takes_back(case):
    with clock.held(CALLED + timedelta(minutes=1)):
        wrong = pinned(case, "Seven pots are lost.", {})
        shorthand.write(case.evidence, "undo", f"#{wrong.number} the export is of yesterday", author="tester")
        assert "the export is of yesterday (tester" in case.brief.withdrawn().text


def test_a_claim_on_it_is_told_with_it_and_nothing_is_said_where_nothing_was_taken_back(case):
    assert "No answer was taken back" in case.brief.withdrawn().text
    with clock.held(CALLED + timedelta(minutes=1)):
        wrong = pinned(case, "Seven pots are lost.", {"count": 7})
        claim = case.record.claim(f"Gone are {{#{wrong.number}.count}} pots")
        case.record.undo(wrong)
        told = case.brief.withdrawn().text
    assert f"#{claim.number}, by #{wrong.number}" in told and "no reason was given" in told
    assert "nobody, as far as the record says" in told
