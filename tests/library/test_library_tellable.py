"""A runbook's steps are those by which the next case can be told to be so again: what every case has is left out."""

import dataclasses

import pytest

from investigator.check import Check
from investigator.facts import changes
from investigator.finding import Coverage, Finding
from investigator.library import repeating, tellable, traits
from investigator.library.signature import Step
from investigator.library.tellable import Asked


def asked(place, analysis, value, verdict="found"):
    finding = {"verdict": verdict, "value": value, "check": {"analysis": analysis}}
    return Asked(place, Check(analysis), finding)


MENTIONED = asked(1, "trace_entity", {"rows": 17})
HIDDEN = asked(2, "whereabouts", {"disposition": "hidden"})
CHANGED = asked(3, "candidate_triggers", {"changes": [{"kind": "deploy", "component": "kiln", "what": "kiln 4.1, glaze by batch number"}]})  # fmt: skip
WHO = asked(0, "who_else", {"affected": 9, "healthy": 80, "predicate": {"instead": {"example": "fired 4711 without its glaze"}}})  # fmt: skip
SILENT = asked(0, "who_else", {}, "inconclusive")


def kept(rows, *guesses, bound=(), stead=WHO):
    found = tellable.kept(rows, guesses, set(bound), lambda: stead)
    return [(one.check.analysis, one.stands_for) for one in found]


def test_what_every_case_has_is_left_out_where_the_others_say_enough():
    assert kept([MENTIONED, HIDDEN, CHANGED], (1, 2, 3)) == [
        ("whereabouts", ()),
        ("candidate_triggers", ()),
    ]


def test_where_the_others_say_too_little_who_else_stands_for_it_and_for_nothing_that_tells():
    assert kept([MENTIONED, HIDDEN], (1, 2)) == [("whereabouts", ()), ("who_else", ((1, 2),))]
    assert kept([HIDDEN], (2,)) == [("whereabouts", ())]


@pytest.mark.parametrize("stead", [SILENT, None])
def test_it_stays_where_nothing_tells_more(stead):
    assert kept([MENTIONED, HIDDEN], (1, 2), stead=stead) == [
        ("trace_entity", ()),
        ("whereabouts", ()),
    ]


def test_what_a_claim_or_a_decision_rests_on_stays():
    assert ("trace_entity", ()) in kept([MENTIONED, HIDDEN, CHANGED], (1, 2, 3), bound={1})


def test_it_stands_only_for_the_guess_that_says_too_little_without_it():
    assert kept([MENTIONED, HIDDEN, CHANGED], (1, 2), (1, 3)) == [
        ("whereabouts", ()),
        ("candidate_triggers", ()),
        ("who_else", ((1, 2),)),
    ]


def test_of_two_guesses_the_one_that_needs_it_keeps_it():
    rows = [MENTIONED, HIDDEN, CHANGED]
    assert ("trace_entity", ()) in kept(rows, (1, 3), (1, 2), stead=None)


FILED = asked(4, "whereabouts", {"dispositions": {"hidden by tenant": 3}, "items": [{"id": "PAN-7", "disposition": "hidden by tenant"}]})  # fmt: skip
FILED = dataclasses.replace(FILED, finding={**FILED.finding, "check": {"analysis": "whereabouts", "params": {"like": "PAN-7"}}})  # fmt: skip


def test_a_change_before_is_not_needed_where_what_became_of_it_says_enough():
    assert kept([CHANGED, FILED], (3, 4)) == [("whereabouts", ())]
    assert kept([CHANGED, HIDDEN], (2, 3)) == [("candidate_triggers", ()), ("whereabouts", ())], (
        "many causes hide"
    )
    assert kept([CHANGED, FILED], (3, 4), (3,)) == [("candidate_triggers", ()), ("whereabouts", ())], (
        "the other guess rests on it"
    )
    assert kept([CHANGED, FILED], (3, 4), bound={3}) == [("candidate_triggers", ()), ("whereabouts", ())]


def test_what_its_own_statements_tell_is_not_needed_where_all_sources_tell_it_finer():
    assert kept([HIDDEN, FILED], (2, 4)) == [("whereabouts", ())]
    assert tellable.kept([HIDDEN, FILED], [(2, 4)], set(), lambda: WHO) == [FILED]
    assert len(kept([HIDDEN, FILED], (2, 4), bound={2})) == len(kept([HIDDEN, FILED], (2, 4), (2,))) == 2


def read(analysis, then, now):
    told = traits.of({"verdict": "found", "value": then, "check": {"analysis": analysis}})
    finding = Finding("q", "a", now, verdict="found", coverage=Coverage(("x",))).with_check(Check(analysis))
    return repeating.read(Step(analysis, traits=told), finding)[0]


def change(words, place="there", chance=0.01):
    return {"changes": [{"kind": "deploy", "component": "kiln", "what": f"kiln 4.1, {words}", "place": place, "chance": chance}]}  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "came"),
    [
        (change("glaze by batch number"), change("glaze by batch number"), "as last time"),
        # That something was deployed, every second case has.
        (change("glaze by batch number"), change("colder nights for slow ovens"), "can't tell"),
        (change("glaze", "elsewhere", 0.3), change("heat", "elsewhere", 0.3), "can't tell"),
        (change("glaze"), change("heat"), "as last time"),  # few words, but at the step and just before
        ({"changes": []}, {"changes": []}, "can't tell"),
    ],
)
def test_a_change_is_the_same_by_its_words_or_at_the_step_and_by_its_kind_alone_nobody_can_tell(
    then, now, came
):
    assert read("candidate_triggers", then, now) == came


def who(words):
    predicate = {"instead": {"example": f"{words} 4711"}, "expected": {"example": "glazed 4711"}}
    return {"affected": 9, "healthy": 80, "predicate": predicate}


@pytest.mark.parametrize(
    ("now", "came"),
    [
        (who("skipped the dipping of"), "as last time"),
        (who("skipped, no tub for"), "as last time"),  # other words for the same that was done
        (who("the tongs slipped at"), "can't tell"),
    ],
)
def test_that_the_affected_have_some_other_line_is_not_yet_the_same(now, came):
    assert read("who_else", who("skipped the dipping of"), now) == came


@pytest.mark.parametrize(
    ("analysis", "then", "now", "came"),
    [
        ("error_propagation", {"errors": [{"said": "no heat from burner 7", "before": 0, "since": 40}]}, {"errors": [{"said": "no heat from burner 12", "before": 0, "since": 9}]}, "as last time"),
        ("error_propagation", {"errors": [{"said": "no heat from burner 7", "before": 0, "since": 40}]}, {"errors": [{"said": "door of oven 3 jammed", "before": 0, "since": 9}]}, "can't tell"),
        ("saturation", {"lines": [{"said": "rack full, 80 of 80 trays"}]}, {"lines": [{"said": "rack full, 60 of 60 trays"}]}, "as last time"),
        ("saturation", {"lines": [{"said": "rack full, 80 of 80 trays"}]}, {"lines": []}, "can't tell"),
    ],
)  # fmt: skip
def test_a_new_error_and_what_is_full_are_told_again_by_their_words(analysis, then, now, came):
    assert read(analysis, then, now) == came


def census(became, **others):
    items = [
        {"id": "POT-1", "disposition": became},
        *({"id": f"POT-{n}", "disposition": d} for d, n in others.items()),
    ]
    value = {"dispositions": {became: 1}, "items": items}
    check = Check("whereabouts", params={"like": "POT-1"})
    return Finding("q", "a", value, verdict="found", coverage=Coverage(("x",))).with_check(check)


@pytest.mark.parametrize(
    ("then", "now", "came"),
    [
        (census("duplicate"), census("duplicate", available=2), "as last time"),
        (census("duplicate"), census("content differs", duplicate=2), "can't tell"),
        # Of some this or that became in any week, and the thing itself is hidden or gone by its own statements.
        (census("available", duplicate=2), census("available", duplicate=2), "can't tell"),
        (census("hidden by index"), census("hidden by index"), "can't tell"),
    ],
)
def test_a_census_tells_of_the_thing_that_it_was_asked_by_and_of_no_other(then, now, came):
    told = traits.of(then.to_json())
    assert repeating.read(Step("whereabouts", traits=told), now)[0] == came


def test_the_words_of_a_change_are_its_own_and_not_what_is_said_of_a_clock():
    said = "kiln 4.1, glaze by batch; deploys.json says 13:29:07 UTC, kiln itself names that version from 13:00:20"
    assert changes.words(said) == "kiln 4.1, glaze by batch"
    assert changes.words("glaze; then heat") == "glaze; then heat"
