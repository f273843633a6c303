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
    assert finding.value["predicate"]["disposition"], finding.answer
