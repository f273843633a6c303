"""Where several unusual things happened in a row, the first is where it began; the same bad end is enough to be counted."""

import pytest

import investigator as inv
from investigator import testing
from investigator.samples.world import world


@pytest.fixture(scope="module")
def retried(tmp_path_factory):
    made = world(0, "retry-storm")
    return made, testing.stored(made.frame, tmp_path_factory.mktemp("retried"), kinds=made.kinds)


def test_the_service_where_the_unusual_began_comes_before_the_one_that_answers_it(retried):
    made, events = retried
    truth = made.truth
    finding = inv.find.which_service(events, onset=truth["onset"], like=truth["example"])
    assert finding.value["services"][0]["service"] == truth["service"], finding.answer


def test_a_change_there_is_the_first_candidate(retried):
    made, events = retried
    truth = made.truth
    finding = inv.find.candidate_triggers(events, onset=truth["onset"], like=truth["example"])
    assert finding.value["changes"][0]["origin"] == truth["trigger"]["origin"], finding.answer


def test_the_same_bad_end_is_found_where_the_way_to_it_does_not_differ(tmp_path):
    made = world(5, "lost-permission")
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.who_else(events, like=made.truth["example"])
    affected = next(group for group in made.truth["groups"].values() if made.truth["example"] in group)
    assert set(finding.value["ids"]) == set(affected)
    assert finding.value["predicate"]["instead"] or finding.value["predicate"]["disposition"], finding.answer


def test_what_lies_with_a_stranger_is_placed_where_his_name_is_first_said(tmp_path):
    """Every message has the usual form; only the tenant that it names is another."""
    made = world(20, "wrong-tenant")
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.which_service(events, onset=truth["onset"], like=truth["example"])
    assert finding.value["services"][0]["service"] == truth["service"], finding.answer


def test_an_event_that_many_harmless_ones_have_too_does_not_tell_the_affected(tmp_path):
    """The migration moved the documents of all customers, and those of some to the wrong tenant."""
    made = world(34, "lost-permission")
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.who_else(events, like=truth["example"])
    assert set(finding.value["ids"]) == set(truth["affected"]), finding.answer


def test_a_step_whose_own_log_was_silent_is_not_taken_for_the_difference(tmp_path):
    made = world(19, "saturated-queue")
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.who_else(events, like=truth["example"])
    assert set(finding.value["ids"]) == set(truth["affected"]), finding.answer


@pytest.mark.parametrize("cause", ["early-retention", "cascade-delete"])
def test_what_no_source_can_tell_of_is_unknown_and_not_healthy(cause, tmp_path):
    """A column of records that tells the affected from the healthy says nothing of what nobody stored or deleted."""
    made = world(0, cause)
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.who_else(events, like=made.truth["example"], onset=made.truth["onset"])
    assert set(made.truth["unknown"]) <= set(finding.value["unknown_ids"]), finding.answer
    assert set(made.truth["affected"]) == set(finding.value["ids"])


def test_where_the_step_that_is_lacking_was_silent_for_the_one_asked_about_its_end_decides(tmp_path):
    made = world(24, "early-retention")
    truth = made.truth
    events = testing.stored(made.frame, tmp_path, kinds=made.kinds)
    finding = inv.find.who_else(events, like=truth["example"], onset="2026-10-21T18:00:00+00:00")
    assert set(truth["affected"]) <= set(finding.value["ids"]), finding.answer
    assert "deleted object" in finding.value["predicate"]["instead"]["example"]
