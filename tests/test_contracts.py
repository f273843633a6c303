"""Whoever adds a file gets its tests for free: contract checks over every catalogue, on both engines."""

import pytest

from investigator import catalogue, testing


@pytest.mark.parametrize("name", catalogue.names("investigator.analyses"))
def test_an_analysis_keeps_its_contract(name):
    testing.check_analysis(name)


@pytest.mark.parametrize("name", catalogue.names("investigator.views"))
def test_a_view_keeps_its_contract(name):
    testing.check_view(name)


@pytest.mark.parametrize("name", catalogue.names("investigator.sources"))
def test_a_source_keeps_its_contract(name):
    testing.check_source(name)


@pytest.mark.spark
@pytest.mark.parametrize("name", catalogue.names("investigator.analyses"))
def test_an_analysis_finds_the_same_on_spark_connect(name, spark_url):
    from investigator.events.events import Events
    from investigator.performing import ANALYSES, perform

    function = getattr(catalogue.load(ANALYSES, name), name)
    must = testing.required(function)
    frame = testing.documents()
    local, remote = Events.from_frame(frame), Events.from_frame(frame, engine=spark_url)
    for more in ({}, *testing.optional(function)):
        here = perform(name, local, {**must, **more})
        there = perform(name, remote, {**must, **more})
        assert there.value == here.value, more
        assert there.answer == here.answer, more
        assert there.verdict == here.verdict, more


def test_a_contract_check_can_fail(monkeypatch):
    from investigator.analyses import first_error

    def shout(events, *, severity="error", service=None):
        """Shouts."""
        return "no finding"

    monkeypatch.setattr(first_error, "first_error", shout)
    with pytest.raises((AssertionError, AttributeError)):
        testing.check_analysis("first_error")


def test_a_parameter_nobody_can_fill_is_named():
    def odd(events, *, moon_phase):
        """Odd."""

    with pytest.raises(AssertionError, match="moon_phase has no default"):
        testing.required(odd)
