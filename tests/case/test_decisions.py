"""Decisions: between what, who objected, and the case as it was known at that moment."""

import pytest

from investigator.case import Case
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
