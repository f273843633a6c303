"""What the analyses say of made incidents: the trigger behind a wrong clock, what can't be told, one answer of two ways."""

import functools

import pytest

import investigator as inv
from investigator.facts import control
from investigator.samples.world import world


@functools.cache
def made(cause, seed=4):
    truth = world(seed, cause, documents=120)
    return truth.truth, truth.events()


def asked(name, cause):
    truth, events = made(cause)
    return getattr(inv.find, name)(events, onset=truth["onset"], like=truth["example"])


def test_a_deploy_that_its_list_puts_after_the_onset_is_found_where_the_service_named_it_before():
    truth, _ = made("clock-skew")
    finding = asked("candidate_triggers", "clock-skew")
    first = finding.value["changes"][0]
    assert finding.verdict == "found" and first["origin"] == truth["trigger"]["origin"]
    assert first["lead_seconds"] > 0 and "itself names that version from" in first["what"]


def test_two_changes_of_one_moment_on_both_sides_of_a_hand_over_are_either():
    truth, _ = made("two-changes")
    finding = asked("candidate_triggers", "two-changes")
    assert finding.verdict == "inconclusive" and sorted(finding.value["either"]) == truth["possible"]
    assert "It can't be told which of two" in finding.answer


@pytest.mark.parametrize("cause", ["two-changes", "cut-log"])
def test_no_service_is_named_where_the_data_can_not_tell(cause):
    assert asked("which_service", cause).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("cause", "said"),
    [("lost-permission", "hidden"), ("wrong-tenant", "hidden"), ("gateway-rejects", "never received")],
)
def test_one_id_and_the_census_say_the_same(cause, said):
    truth, events = made(cause)
    assert inv.find.whereabouts(events, entity=truth["example"]).value["disposition"] == said
    items = inv.find.whereabouts(events, like=truth["example"]).value["items"]
    assert {item["id"]: item["disposition"] for item in items}[truth["example"]].startswith(said)


def test_the_control_names_the_sources_that_would_not_have_told():
    truth, events = made("cut-log")
    known = control.others(events, truth["example"])
    assert known.passed and known.example != truth["example"]
    alone = control.others(events.where(source="deploys.json"), truth["example"])
    assert not alone.passed
    assert control.Control(True, "x", ("a", "b")).blind == (
        "a, b name no id of this shape, so it would not have been seen there.",
    )


def test_a_changed_service_without_a_log_is_a_gap():
    truth, events = made("two-changes")
    assert not [gap for gap in inv.find.first_error(events).coverage.gaps if "no log of it" in gap]
    frame = world(4, "two-changes", documents=120).frame
    rest = inv.Events.from_frame(frame[frame["source"] != truth["possible"][0]])
    gaps = inv.find.first_error(rest).coverage.gaps
    assert f"{truth['possible'][0]} was changed, and no log of it is loaded." in gaps
