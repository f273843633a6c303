"""Events: what was loaded or a selection of it, and the selection is JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigator.errors import ParameterError
from investigator.events import Events

START = datetime(2026, 6, 17, 7, 0, tzinfo=UTC)


def frame() -> pd.DataFrame:
    rows = [
        {
            "time": START + timedelta(minutes=n) if n % 7 else None,
            "source": f"s{n % 3}",
            "kind": ["log", "access"][n % 2],
            "service": ["api", "worker", None][n % 3],
            "severity_number": [9, 13, 17, None][n % 4],
            "body": f"did DOC-{n % 5} of DOC-{n % 5}1",
            "colour": "red" if n % 2 else None,
        }
        for n in range(60)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def events() -> Events:
    return Events.from_frame(frame())


bounds = st.none() | st.integers(-10, 70).map(lambda n: (START + timedelta(minutes=n)).isoformat())
narrowings = st.fixed_dictionaries(
    {},
    optional={
        "window": st.tuples(bounds, bounds),
        "source": st.lists(st.sampled_from(["s0", "s1", "s2", "none"]), max_size=3),
        "service": st.sampled_from(["api", "worker"]),
        "severity": st.sampled_from([1, 9, 13, "warning", "error"]),
        "kind": st.sampled_from(["log", "access"]),
        "entity": st.sampled_from(["DOC-1", "DOC-2", "DOC-11"]),
    },
)
laws = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def units(events: Events) -> set[int]:
    return set(events.engine.fetch(events.table.select("unit"))["unit"])


@laws
@given(first=narrowings, second=narrowings)
def test_a_selection_is_json_and_makes_the_same_events_again(events: Events, first: Any, second: Any) -> None:
    narrow = events.where(**first).where(**second)
    again = events.select(json.loads(json.dumps(narrow.selection)))
    assert again.selection == narrow.selection
    assert units(again) == units(narrow)
    assert again.sources == narrow.sources


@laws
@given(first=narrowings, second=narrowings)
def test_narrowing_never_adds_and_order_does_not_matter(events: Events, first: Any, second: Any) -> None:
    one, both, other = events.where(**first), events.where(**first).where(**second), events.where(**second)
    assert units(both) <= units(one)
    assert units(both) == units(one) & units(other)
    assert units(other.where(**first)) == units(both)


@laws
@given(chosen=narrowings)
def test_narrowing_twice_by_the_same_changes_nothing(events: Events, chosen: Any) -> None:
    once, twice = events.where(**chosen), events.where(**chosen).where(**chosen)
    assert once.selection == twice.selection and units(once) == units(twice)
    assert events.selection == {}


def test_a_window_is_half_open_and_keeps_what_has_no_time(events: Events) -> None:
    narrow = events.where(window=(START + timedelta(minutes=1), START + timedelta(minutes=3)))
    assert units(narrow) == {2, 3} | {n + 1 for n in range(0, 60, 7)}
    assert narrow.window == (START + timedelta(minutes=1), START + timedelta(minutes=3))


def test_an_entity_is_a_whole_word(events: Events) -> None:
    bodies = events.fetch(events.where(entity="DOC-1").table.select("body"))["body"]
    assert set(bodies) == {"did DOC-1 of DOC-11"}


def test_a_selection_with_an_unknown_key_and_a_window_that_is_none_are_refused(events: Events) -> None:
    with pytest.raises(ParameterError, match=r"A selection has no key 'colour'. It has: window, source"):
        events.select({"colour": "red"})
    with pytest.raises(ParameterError, match=r"'noon' is no time for a window"):
        events.where(window=("noon", None))
    with pytest.raises(ParameterError, match=r"'loud' is no severity"):
        events.where(severity="loud")


def test_a_frame_is_left_as_it_was_and_its_other_columns_become_attributes() -> None:
    given_, before = frame(), frame()
    events = Events.from_frame(given_)
    pd.testing.assert_frame_equal(given_, before)
    red = events.table.filter(events.table.attributes["colour"] == "red")
    assert events.engine.fetch(red.count()) == 30


@pytest.mark.parametrize("index", [[5, 5, 9], ["a", "b", "c"]])
def test_a_frame_with_any_index_is_read_in_order(index: list[Any]) -> None:
    given_ = pd.DataFrame({"body": ["one", "two", "three"], "x": [1, 2, 3]}, index=index)
    events = Events.from_frame(given_)
    assert list(events.rows()["body"]) == ["one", "two", "three"]
    assert list(events.rows()["origin"]) == [f"000000000000:{n}" for n in (1, 2, 3)]


def test_times_with_a_zone_become_utc() -> None:
    zoned = pd.DataFrame({"time": [pd.Timestamp("2026-06-17 09:00", tz="Europe/Berlin")], "body": "x"})
    assert Events.from_frame(zoned).span() == (START, START)


def test_an_empty_frame_is_no_events() -> None:
    events = Events.from_frame(pd.DataFrame({"time": pd.to_datetime([]), "body": []}))
    assert events.count() == 0 and events.sources == () and events.span() is None


def test_a_frame_without_time_and_body_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"neither a time nor a body column. It has: a. Rename"):
        Events.from_frame(pd.DataFrame({"a": [1]}))


def test_too_many_rows_are_not_pulled_into_the_notebook(events: Events) -> None:
    with pytest.raises(ParameterError, match=r"more than 10 rows"):
        events.fetch(events.table, limit=10)
    assert len(events.fetch(events.table, limit=60)) == 60


def test_events_are_shown_escaped() -> None:
    shown = Events.from_frame(pd.DataFrame({"body": ["x"], "source": ["<script>"]}))._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown


@pytest.mark.spark
def test_a_selection_means_the_same_on_both_engines(events: Events, spark: Any) -> None:
    there = Events.from_frame(frame(), engine=spark)
    for chosen in (
        {"window": (START.isoformat(), None), "severity": 13},
        {"source": ["s0"], "kind": "log"},
        {"entity": "DOC-1", "service": "api"},
    ):
        assert units(there.where(**chosen)) == units(events.where(**chosen))
