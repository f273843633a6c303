"""Decisions: between what, who objected, and the case as it was known at that moment."""

import pytest

from investigator.case import Case
from investigator.case.reasoning import decisions
from investigator.case.writing import shorthand
from investigator.errors import ParameterError


@pytest.fixture
def case(tmp_path):
    return Case.new("INC-1", words="lost", root=tmp_path, author="ana")


def write(case, verb, text, author="mara"):
    return shorthand.write(case.evidence, verb, text, author=author)


def test_options_objections_and_who_agreed_stand_beside_the_decision(case):
    said = write(case, "decide", "roll back @dana | options: roll back; patch forward | why: quickest")
    number = said.entry.number
    assert said.entry.content["options"] == ["roll back", "patch forward"]
    assert f"Does anybody object? object #{number} why, or agree #{number}" in str(said)
    write(case, "object", f"#{number} it loses the last hour", "ivo")
    write(case, "agree", f"#{number}", "dana")
    text = case.brief.decisions().text
    assert "patch forward" in text and "ivo: it loses the last hour; agreed: dana" in text
    assert "dana" in text and "quickest" in text


def test_an_objection_needs_a_reason_and_a_decision(case):
    with pytest.raises(ParameterError, match="Which decision"):
        write(case, "object", "#99 no")
    number = write(case, "decide", "roll back").entry.number
    with pytest.raises(ParameterError, match="needs its reason"):
        write(case, "object", f"#{number}")


def test_the_link_opens_the_case_as_it_was_known_and_nothing_later_shows(case):
    case.record.guess("the indexer")
    decision = write(case, "decide", "roll back").entry
    case.record.guess("the storage")
    then = case.then(decision.number)
    assert [g.text for g in then.state.guesses.values()] == ["the indexer"] and then.state.decisions == []
    assert f"case.then({decision.number})" in case.brief.decisions().text
    assert "the storage" not in case.brief.decisions().text


def test_an_objection_made_later_does_not_show_in_the_case_as_it_stood(case):
    decision = write(case, "decide", "roll back").entry
    before = case.now
    write(case, "object", f"#{decision.number} it loses the last hour", "ivo")
    assert "loses the last hour" not in case.as_of(before).brief.decisions().text
    assert "loses the last hour" in case.brief.decisions().text


@pytest.mark.parametrize(
    ("text", "options", "others"),
    [
        ("roll the indexer back to 2.3.0", ["roll back", "teach 2.3.1 schema 3"], ["teach 2.3.1 schema 3"]),
        ("do not roll back", ["roll back", "do not roll back"], ["roll back"]),
        ("roll back", ["roll back", "do not roll back"], ["do not roll back"]),
        ("pause the belt", ["pause", "let it run"], ["let it run"]),
        ("hold the lorries at gate 4", ["hold lorries", "send them on", "turn them round"], ["send them on", "turn them round"]),
        ("we wait", ["pause the belt", "let it run"], ["pause the belt", "let it run"]),
        ("ask the ward", ["ask the ward", "ASK THE WARD"], []),
        ("ask the nurse or the ward", ["ask ward 4", "ask nurse 4"], ["ask ward 4", "ask nurse 4"]),
        ("x", [], []),
    ],
)  # fmt: skip
def test_what_was_chosen_is_not_listed_among_what_was_not(text, options, others):
    assert decisions.rejected(text, options) == others


def test_a_finding_on_a_cases_events_is_said_in_its_zone(case, tmp_path):
    import investigator as inv

    (tmp_path / "belt.log").write_text("2026-06-17T07:14:00Z ERROR belt stood still\n")
    case.add(tmp_path / "belt.log")
    case.record.declare(zone="Asia/Tokyo")
    found = inv.find.first_error(case.events())
    assert found.zone == "Asia/Tokyo" and "07:14" in found.answer and "16:14" in found.said
