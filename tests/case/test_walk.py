"""The walkthrough's turns: what was known then and nothing later, the question, and the answer folded away."""

import pytest

from investigator.case import Case
from investigator.case.reasoning.turns import heading, turns
from investigator.errors import ParameterError


@pytest.fixture(scope="module")
def case(opened):
    return opened


def test_dead_ends_are_turns_too_and_it_ends_when_it_is_resolved(case):
    found = turns(case.snapshot())
    told = " ".join(case.brief.turn(turn.number).text for turn in found)
    assert "ruled out" in told and "scan timeouts" in told
    assert found[-1].entries[-1].content["text"] == "resolved"
    assert [turn.number for turn in found] == list(range(1, len(found) + 1))


def test_what_is_known_then_gives_nothing_of_the_turn_itself_or_of_later_away(case):
    for turn in turns(case.snapshot()):
        before, _, after = case.brief.turn(turn.number).text.partition(" next?")
        assert after.strip()
        for later in turns(case.snapshot())[turn.number - 1 :]:
            for entry in later.entries:
                if entry.kind in ("decision", "pin") or (entry.kind == "guess" and not entry.about):
                    assert str(entry.content["text"])[:60] not in before


def test_what_was_decided_and_done_is_known_then(tmp_path):
    case = Case.new("INC-2", words="the lift stands", root=tmp_path, author="ana")
    first = case.record.decide("Close the shaft", why="nobody may step in", author="ana")
    case.record.note("drained pod 7", verb="did", author="bela")
    snapshot = case.snapshot()
    from investigator.case.brief.turn import _known

    assert [line for line in _known(snapshot) if line.startswith(("Decided", "Done"))] == [
        "Decided: Close the shaft",
        "Done: drained pod 7",
    ]
    assert not any("drained" in line for line in _known(snapshot.at(first.known)))


def test_the_answer_is_folded_and_the_heading_has_only_the_time(case):
    first = turns(case.snapshot())[0]
    assert heading(case.snapshot(), first) == "14:08 Berlin, 3 min after the call"
    markup = case.brief.turn(1)._repr_html_()
    assert markup.index("<details") < markup.index("scan timeouts")


def test_a_turn_that_is_not_there(case, tmp_path):
    with pytest.raises(ParameterError, match="There is no turn 99"):
        case.brief.turn(99)
    empty = Case.new("INC-1", words="x", root=tmp_path, author="ana")
    assert "no turn yet" in empty.brief.turn(1).text and "no short path" in empty.brief.short_path().text


def test_the_short_path_names_the_checks_in_order(case):
    text = case.brief.short_path().text
    assert "2 of 12 steps mattered; 13 min of 2 h 55" in text and "seen in step 7" in text
    assert text.index("case.find.whereabouts") < text.index("case.find.new_messages")
