"""Whoever adds an analysis gets its tests for free; and the contract can be broken."""

import pytest

from investigator import catalogue, testing


@pytest.mark.parametrize("name", catalogue.names("investigator.analyses"))
def test_an_analysis_keeps_its_contract(name):
    testing.check_analysis(name)


ANALYSIS = '''"""Storms of retries."""

from investigator.facts.coverage import coverage_of
from investigator.events.words import any_worded
from investigator.finding import Finding


def retry_storm(events, *, factor=3):
    """How many lines speak of a retry.

    Method: bodies that say so. Limits: other words. Example: `inv.find.retry_storm(events)`.
    """
    rows = events.table.filter(events.table.body.contains("skipped"))
    n = int(events.engine.fetch(rows.count()))
    seen = any_worded(events.engine, events.table)
    if not n:
        return Finding("Any?", "None.", value=0, verdict="absent", coverage=coverage_of(events, control=seen))
    return Finding("Any?", f"There are {n}.", value=n, coverage=coverage_of(events))
'''
BAD = {
    "a control that is written down": ("control=seen", "control=True", "Without texts it says a firm no"),
    "a no of one that never says yes": ('"skipped"', '"gremlin"', "finds nothing anywhere"),
    "no method": ("Method: ", "How: ", "says nothing after 'Method:'"),
    "limits that say nothing": ("Limits: other words. Example:", "Example:", "says nothing after 'Limits:'"),
    "no sentence": ('"None."', '"None"', "answers without a sentence"),
    "found where there is nothing": (
        'value=0, verdict="absent"',
        "value=0",
        "found something where there is nothing",
    ),
    "order": (
        "value=n,",
        'value=int(events.engine.fetch(events.table.limit(1))["unit"].iloc[0]),',
        "in another order",
    ),
    "no finding": ("    if not n:\n", "    return 7\n    if not n:\n", ""),
    "too many knobs": ("factor=3", "a=1, b=2, c=3, d=4, e=5", "more than four knobs"),
    "a knob that nobody can fill": ("factor=3", "moon_phase", "moon_phase has no default"),
}


def test_a_good_analysis_of_ones_own_passes(added):
    testing.check_analysis(added("analyses", ANALYSIS))


@pytest.mark.parametrize("how", sorted(BAD))
def test_a_bad_analysis_fails(how, added):
    good, bad, said = BAD[how]
    assert good in ANALYSIS
    with pytest.raises((AssertionError, AttributeError)) as caught:
        testing.check_analysis(added("analyses", ANALYSIS.replace(good, bad, 1)))
    assert said in str(caught.value)


def test_an_example_in_which_nothing_is_found_fails(added):
    text = ANALYSIS.replace("skipped", "gremlin") + '\n\ndef example():\n    return [{"body": "%s"}]\n'
    with pytest.raises(AssertionError, match="finds nothing in its own example"):
        testing.check_analysis(added("analyses", text % "nothing"))


def test_an_example_of_ones_own_shows_that_it_can_say_yes(added):
    rows = "\n\ndef example():\n    return [{'body': 'a gremlin'}, {'body': 'none'}]\n"
    testing.check_analysis(added("analyses", ANALYSIS.replace("skipped", "gremlin") + rows))
