"""Guesses: what stands for and against each, what confirming passes over, which check to run next, what contradicts."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.case import Case
from investigator.case.reasoning import beliefs, grades
from investigator.case.reasoning.beliefs import OTHER
from investigator.case.reasoning.contradictions import contradictions
from investigator.case.record.line import parted
from investigator.case.record.model import LIKELY
from investigator.case.writing import shorthand
from investigator.check import Check
from investigator.errors import CaseError, ParameterError
from investigator.finding import Coverage, Finding
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
WHOLE = Coverage(("indexer",), control=True)


@pytest.fixture
def case(tmp_path):
    with clock.held(CALLED):
        return Case.new("INC-1", words="lost", about=["DOC-4711"], root=tmp_path, author="ana")


@pytest.fixture
def two(case):
    """A case with two guesses, and their numbers."""
    one = write(case, "think", "indexer dropped them | expect: healthy before 09:14", 1).entry.number
    return case, one, write(case, "think", "the scan holds them", 2).entry.number


def write(case, verb, text, minutes=10, author="dana"):
    with clock.held(CALLED + timedelta(minutes=minutes)):
        return shorthand.write(case.evidence, verb, text, author=author)


def found(value=None, verdict="found", coverage=WHOLE, analysis="whereabouts", answer="It is so.", **params):
    check = Check(analysis, params=params or {"entity": "DOC-4711"})
    return Finding("?", answer, value=value or {"n": 1}, verdict=verdict, coverage=coverage, check=check)


def pinned(case, finding, minutes=10):
    with clock.held(CALLED + timedelta(minutes=minutes)):
        case.evidence.keep(finding, 0.1)
        return case.record.pin(finding, author="dana")


def test_an_entry_or_words_stand_for_and_against_in_one_line_and_undo_takes_them_back(two):
    case, one, other = two
    pin = pinned(case, found())
    said = str(write(case, "for", f"#{one} #{pin.number}"))
    assert f"for #{one} indexer dropped them" in said and "now 1 for, 0 against" in said
    assert "now 0 for, 1 against" in str(write(case, "against", f"#{other} it was clean at the first try"))
    board = case.brief.guesses().text
    assert board.index("indexer dropped") < board.index("the scan holds")
    assert "· 1 inconsistency" in board and "says dana (reported)" in board
    assert "(expected before it ran)" in board
    write(case, "undo", "")
    assert (
        "1 inconsistency" not in case.brief.guesses().text
        and "nothing inconsistent" in case.brief.guesses().text
    )


def test_a_pin_goes_to_a_guess_in_the_same_line(two):
    case, one, _ = two
    case.evidence.keep(found(), 0.1)
    said = str(write(case, "pin", f"against #{one} {{n}} is healthy"))
    assert "pinned: 1 is healthy" in said and "now 0 for, 1 against" in said


def test_without_a_number_evidence_goes_to_the_guess_that_is_followed(two):
    case, one, _ = two
    write(case, "act", f"#{one} it costs nothing")
    assert f"#{one}" in str(write(case, "for", "healthy ones were indexed at 09:13"))


def test_a_check_that_ran_before_the_guess_was_not_expected(case):
    pin = pinned(case, found(), minutes=1)
    one = write(case, "think", "indexer | expect: something", 2).entry.number
    write(case, "for", f"#{one} #{pin.number}", 3)
    assert "expected before it ran" not in case.brief.guesses().text
    assert "expected: something" in case.brief.guesses().text


@pytest.mark.parametrize(
    ("coverage", "reason"),
    [
        (Coverage(("indexer",), control=True, gaps=("indexer is silent.",)), "indexer is silent"),
        (Coverage(("indexer",), control=False), "does not find what is known to be there either"),
        (Coverage(("indexer",)), "nothing known to be there was searched"),
        (Coverage((), control=True), "no source was looked at"),
    ],
)
def test_an_absence_that_would_not_have_been_seen_refutes_nothing(two, coverage, reason):
    case, _, other = two
    pin = pinned(case, found(verdict="absent", coverage=coverage))
    said = str(write(case, "against", f"#{other} #{pin.number}"))
    assert "now 0 for, 0 against" in said and "counts for nothing" in said and reason in said
    with pytest.raises(CaseError, match="counts for nothing"):
        write(case, "ruleout", f"#{other}")
    write(case, "against", f"#{other} #{pin.number} | anyway: its log is whole, I looked")
    assert (
        "1 inconsistency" in case.brief.guesses().text and "counts all the same" in case.brief.guesses().text
    )


def test_an_absence_that_would_have_been_seen_refutes(two):
    case, _, other = two
    pin = pinned(case, found(verdict="absent"))
    assert "now 0 for, 1 against" in str(write(case, "against", f"#{other} #{pin.number}"))
    assert "ruled out" in str(write(case, "ruleout", f"#{other}"))
    assert "ruled out" in case.brief.guesses().text  # and it stays


def test_confirming_says_what_is_untested_and_goes_ahead_with_a_reason_in_the_report(two):
    case, one, other = two
    with pytest.raises(
        CaseError, match=f"#{other} the scan holds them is not ruled out; no check that could"
    ):
        write(case, "confirm", f"#{one}")
    written = write(case, "confirm", f"#{one} the rollback helped")
    assert "went ahead though" in str(written)
    assert "the rollback helped" in case.brief.record().text and "went ahead" in case.brief.record().text
    case.record.undo(written.entry)
    assert (
        "went ahead" not in case.brief.record().text
        and case.state.guesses[written.entry.about].state == "open"
    )


def test_what_was_tested_is_confirmed_without_a_warning(two):
    case, one, other = two
    write(case, "ruleout", f"#{other} it was clean")
    write(case, "for", f"#{one} #{pinned(case, found()).number}")
    write(case, "confirm", f"#{one}")
    assert not case.entries("anyway")


def test_acting_on_is_not_confirming_and_parking_not_refuting(two):
    case, one, other = two
    write(case, "act", f"#{one}")
    write(case, "park", f"#{other} no search is slow")
    states = [guess.state for guess in case.state.guesses.values()]
    assert states == ["acting on", "parked"]
    write(case, "reopen", f"#{other}")
    assert [guess.state for guess in case.state.guesses.values()] == ["acting on", "open"]


def test_what_stands_on_one_side_of_all_tells_none_apart(two):
    case, one, other = two
    pin = pinned(case, found())
    write(case, "for", f"#{one} #{pin.number}")
    assert f"not held against it: #{pin.number}" in case.brief.guesses().text
    write(case, "for", f"#{other} #{pin.number}")
    assert "tells none of them from another" in case.brief.guesses().text


def test_words_that_begin_like_a_verb_are_a_note_in_a_terminal():
    assert parted("guess the belt stood still") == ("think", "the belt stood still"), (
        "as every screen calls it"
    )
    assert parted("for the record, it was off") == ("note", "for the record, it was off")
    assert parted("against #7 it was off") == ("against", "#7 it was off")


def test_the_board_shows_hostile_text_literally(case):
    write(case, "think", "<script>x</script> | sure: high")
    assert "<script>" not in case.brief.guesses()._repr_html_()
    with pytest.raises(ParameterError, match="There are: low, even, high"):
        write(case, "think", "x | sure: 90 %")


# -- predictions -------------------------------------------------------------------------------------------------------


def test_the_next_check_is_the_one_that_tells_most_for_its_minutes(two):
    case, one, other = two
    case.record.predict("do they have schema 3?", {one: "very likely", other: "unlikely"}, minutes=2)
    case.record.predict("is it Wednesday?", {one: "even", other: "even"}, minutes=1)
    case.record.predict("does a restart help?", {one: "very likely", other: "unlikely"}, minutes=30)
    found = case.record.next_checks()
    assert [c.text for c in found] == ["do they have schema 3?", "does a restart help?", "is it Wednesday?"]
    assert found[2].bits == 0 and found[0].bits == pytest.approx(found[1].bits)
    case.record.outcome(found[0].prediction.entry, "as expected", "all of them")
    now = case.record.next_checks()
    assert now.beliefs.first[0] == next(iter(case.state.guesses)) and len(now) == 2
    assert "high" in now.shown().text or "even" in now.shown().text


def test_a_check_on_one_guess_alone_could_only_have_confirmed_it(two):
    case, one, other = two
    write(case, "act", f"#{one}")
    case.record.predict("a", {one: "likely", other: "likely"})
    case.record.predict("b", {one: "likely"})
    case.record.predict("c", {one: "likely", other: "unlikely"})
    assert (
        f"2 of 3 checks on #{one} indexer dropped them could only have confirmed it"
        in case.brief.guesses().text
    )


@given(
    sure=st.dictionaries(st.sampled_from("abcd"), st.sampled_from(("low", "even", "high", "")), min_size=1),
    likely=st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(tuple(LIKELY))), max_size=5),
    outcomes=st.lists(st.sampled_from(("as expected", "otherwise", "can't tell")), min_size=5, max_size=5),
)
@settings(max_examples=60)
def test_beliefs_are_shares_no_check_is_worth_less_than_nothing_and_none_settles_it(sure, likely, outcomes):
    tests = [beliefs.Test(str(n), one, outcome=outcomes[n]) for n, one in enumerate(likely)]
    now = beliefs.believed(sure, tests)
    assert sum(now.shares.values()) == pytest.approx(1) and min(now.shares.values()) > 0
    assert set(now.shares) == {*sure, OTHER}
    for test in tests:
        worth = now.worth(test)
        assert 0 <= worth <= 1 + 1e-9
        for guess in sure:  # nineteen to one is the most that one outcome moves the odds
            after = now.after(test, "as expected")
            odds = (after.shares[guess] / after.shares[OTHER]) / (now.shares[guess] / now.shares[OTHER])
            assert 1 / 19 - 1e-9 <= odds <= 19 + 1e-9


# -- contradictions ----------------------------------------------------------------------------------------------------


def where(case, disposition, minutes=10, entity="DOC-4711", verdict="found"):
    value = {"entity": entity, "disposition": disposition}
    return pinned(case, found(value, verdict, answer=f"{entity} is {disposition}.", entity=entity), minutes)


def test_two_findings_and_what_somebody_said_are_raised_with_both_sides(case):
    where(case, "hidden")
    assert not len(contradictions(case.snapshot())) and "contradiction" not in case.card().text
    heard = write(case, "heard", "DOC-4711 is gone for good").entry
    (one,) = contradictions(case.snapshot())
    assert (one.subject, one.name) == ("DOC-4711", "whereabouts")
    assert [(side.claim.said, side.grade) for side in one.sides] == [
        ("hidden", "observed"),
        ("gone for good", "reported"),
    ]
    assert (
        f"#{heard.number}" in contradictions(case.snapshot()).lines[0] and "contradiction" in case.card().text
    )
    write(case, "undo", f"#{heard.number}")
    assert not len(contradictions(case.snapshot()))


@pytest.mark.parametrize(
    "text",
    [
        "DOC-4711 is hidden",
        "DOC-4711 is not gone",
        "maybe DOC-4711 is gone",
        "is DOC-4711 gone?",
        "DOC-4712 is gone",
        "DOC-4711 is gone from the search",
        "40 documents are missing",
        "at least 400 documents are affected",
        "300 documents of CUST-1 are affected",
        "500 orders are affected",
        "412 documents are affected",
        "415 documents affected",
    ],
)
def test_none_is_invented(case, text):
    where(case, "hidden")
    value = {"like": "DOC-4711", "affected": 412, "unknown": 12}
    pinned(case, found(value, analysis="who_else", like="DOC-4711"))
    write(case, "heard", text)
    assert contradictions(case.snapshot()).lines == []


def test_a_number_that_a_check_excludes_is_raised(case):
    value = {"affected": 412, "unknown": 12}
    pinned(case, found(value, analysis="who_else", like="DOC-4711"))
    write(case, "heard", "We count 40 documents affected.")
    assert contradictions(case.snapshot()).lines == [
        "those like DOC-4711, affected: 412 to 424 by #4 (observed) and 40 by #5 (reported, dana)"
    ]


def test_what_could_not_tell_and_what_other_evidence_says_contradict_nothing(case):
    where(case, "hidden", 1)
    where(case, "gone", 2, verdict="inconclusive")
    case.record.write("load", {"text": "loaded", "load": 1})
    where(case, "available", 20)
    assert contradictions(case.snapshot()).lines == []


def test_every_entry_has_a_grade(case):
    pin = where(case, "hidden")
    assert grades.grade(pin) == "observed"
    assert grades.grade(write(case, "heard", "it is gone").entry) == "reported"
    assert grades.grade(write(case, "think", "the scan").entry) == "assumed"
    assert {grades.grade(entry) for entry in case.entries()} <= set(grades.GRADES)


def test_declared_claims_stand_in_the_values(case):
    from investigator import catalogue
    from investigator.case.reasoning.contradictions import declared

    names = [name for name in catalogue.names("investigator.analyses") if declared(name)]
    assert {"whereabouts", "who_else", "harm"} <= set(names)
    assert json.dumps([one.name for name in names for one in declared(name)])


# -- the usual checks --------------------------------------------------------------------------------------------------


def test_without_predictions_the_usual_checks_are_offered_and_what_was_found_counts(case):
    case.record.declare(onset="2026-06-17T07:14:07+00:00")
    first = case.record.next_checks()
    assert first.usual and "usual checks on the usual guesses" in first.shown().text
    assert [c.bits / c.minutes for c in first] == sorted((c.bits / c.minutes for c in first), reverse=True)
    where(case, "gone")
    now = case.record.next_checks()
    assert len(now) == len(first) - 3  # one answer serves three of them
    assert now.beliefs.first[0] == "retention"


def test_the_usual_checks_are_ones_that_the_kit_has():
    import inspect

    from investigator import catalogue
    from investigator.case.reasoning import usual

    for one in usual.checks("DOC-4711", CALLED):
        module = catalogue.load("investigator.analyses", one.check.analysis, noun="analysis")
        knobs = inspect.signature(getattr(module, one.check.analysis)).parameters
        assert set(one.check.params) <= set(knobs), one.text
        assert set(one.test.likely) == set(usual.guesses()) and set(one.test.likely.values()) <= set(LIKELY)
        assert len(set(one.test.likely.values())) > 1, f"{one.text} tells nothing apart"
    assert not [one for one in usual.checks("DOC-4711", None) if "onset" in one.check.params]
