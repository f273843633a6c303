"""Clocks are compared by ids that two sources saw; a way is not taken for a clock; what a skew could reverse is said."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator import testing
from investigator.events.events import Events
from investigator.facts import skew
from investigator.performing import perform

START = datetime(2026, 6, 17, tzinfo=UTC)


def world(number: int, ahead: float, *, calls: bool, seed: int = 1, way: float = 0.005) -> pd.DataFrame:
    """Requests that gate and back saw; the clock of back is `ahead`. Calls return to gate, else they only go there."""
    dice = random.Random(seed)
    rows: list[dict[str, object]] = []
    for place in range(number):
        at = START + timedelta(seconds=7 * place + dice.random())
        there, work, home = dice.expovariate(1 / way), dice.expovariate(2.5), dice.expovariate(1 / way)
        times = [("gate", 0.0, "received"), ("back", there + ahead, "begins")]
        times += [("back", there + work + ahead, "is done with")]
        times += [("gate", there + work + home, "answered")] if calls else []
        for source, after, word in times:
            body = f"{word} REQ-{1000 + place}"
            rows.append(
                {
                    "time": at + timedelta(seconds=after),
                    "source": source,
                    "body": body,
                    "severity_text": "info",
                }
            )
    return pd.DataFrame(rows).sort_values("time", ignore_index=True)  # fmt: skip


def of(frame: pd.DataFrame) -> skew.Estimate:
    return skew.skews(Events.from_frame(frame)).of("gate", "back")


def estimate(number: int, ahead: float, *, calls: bool, seed: int, way: float = 0.005) -> skew.Estimate:
    """The same without rows and engine, straight from times: what many worlds can pay for."""
    dice = np.random.default_rng(seed)
    there, work, home = (
        dice.exponential(way, number),
        dice.exponential(0.4, number),
        dice.exponential(way, number),
    )
    start = 1.75e9 + 7.0 * np.arange(number)
    last_a = start + there + work + home if calls else start
    times = {
        "first_a": start,
        "last_a": last_a,
        "first_b": start + there + ahead,
        "last_b": start + there + work + ahead,
    }
    both = pd.DataFrame({name: (1e6 * at).round().astype("datetime64[us]") for name, at in times.items()})
    return skew.estimated("gate", "back", both, "request")


@settings(max_examples=60)
@given(st.floats(-300, 300), st.integers(12, 80), st.integers(0, 99))
def test_a_planted_offset_is_found_within_its_spread(ahead: float, number: int, seed: int) -> None:
    found = estimate(number, ahead, calls=True, seed=seed)
    if found.way == "both ways":
        assert abs(found.offset - ahead) <= found.spread + 0.01
    if number >= 40:
        assert found.known


@settings(max_examples=40)
@given(st.floats(-19, 19), st.integers(1, 80), st.integers(0, 99))
def test_a_way_is_not_taken_for_a_clock(ahead: float, number: int, seed: int) -> None:
    assert not estimate(number, ahead, calls=False, seed=seed, way=3.0).known


@given(st.floats(-5000, 5000), st.integers(0, 9), st.booleans())
@settings(max_examples=40)
def test_few_ids_say_nothing(ahead: float, number: int, calls: bool) -> None:
    found = estimate(number, ahead, calls=calls, seed=1)
    assert found.way == "few" and found.skew is None and found.anchors == number


@pytest.mark.parametrize(
    ("ahead", "way"), [(90.0, "steady"), (3600.0, "zone"), (-7200.0, "zone"), (3.0, "one way"), (0.0, "one way")]
)  # fmt: skip
def test_where_nothing_comes_back_only_what_no_way_explains_is_a_clock(ahead: float, way: str) -> None:
    found = of(world(50, ahead, calls=False))
    assert found.way == way
    assert abs(found.offset - ahead) < 1
    assert found.turned.offset == -found.offset


def test_the_analysis_says_which_clock_is_ahead_and_cites_what_both_said() -> None:
    finding = perform("clock_skew", Events.from_frame(world(50, 4.2, calls=True)), {})
    assert finding.verdict == "found"
    assert finding.answer.startswith(
        "Not all: the clock of back is 4.2 s ahead of that of gate, give or take 0.00"
    )
    (pair,) = finding.value["pairs"]
    assert (pair["one"], pair["other"], pair["ahead"], pair["verdict"]) == ("back", "gate", "back", "apart")
    assert set(finding.evidence["source"]) == {"back", "gate"}


def test_the_rows_order_does_not_matter_and_events_stay_as_they_were() -> None:
    frame = world(50, 4.2, calls=True)
    events = Events.from_frame(frame)
    before = events.fetch(events.table.aggregate(t=events.table.time.max(), n=events.table.count()))
    first = perform("clock_skew", events, {})
    mixed = perform("clock_skew", Events.from_frame(frame.sample(frac=1, random_state=3)), {})
    assert mixed.value == first.value and mixed.answer == first.answer
    assert events.fetch(events.table.aggregate(t=events.table.time.max(), n=events.table.count())).equals(
        before
    )


def test_clocks_that_agree_are_absent_with_a_passed_control() -> None:
    finding = perform("clock_skew", Events.from_frame(world(50, 0.0, calls=True)), {})
    assert (finding.verdict, finding.coverage.control) == ("absent", True)
    assert finding.answer.startswith("Yes, for 1 pair of sources, to 0.0")


def test_a_trace_says_which_neighbours_may_be_the_other_way_round() -> None:
    apart = perform("trace_entity", Events.from_frame(world(50, 4.2, calls=True)), {"entity": "REQ-1003"})
    assert any("of back and gate may be the other way round" in line for line in apart.coverage.blind)
    agree = perform("trace_entity", Events.from_frame(world(50, 0.0, calls=True)), {"entity": "REQ-1003"})
    assert not any("other way round" in line for line in agree.coverage.blind)


def test_a_trace_says_where_times_are_too_wide_for_an_order() -> None:
    """An hour that came twice, or a missing zone: the interval is in the events, and no order is made up."""
    frame = world(3, 0.0, calls=True)
    frame["time_low"] = frame["time"]
    fold = timedelta(hours=1)
    frame["time_high"] = [
        t + (fold if s == "back" else timedelta(0))
        for t, s in zip(frame["time"], frame["source"], strict=True)
    ]
    finding = perform("trace_entity", Events.from_frame(frame), {"entity": "REQ-1001"})
    assert finding.coverage.blind == (
        "1 pair of neighbours of back and gate can't be put in order: a time there is known to 1 h 00 alone.",
    )


def test_the_first_error_and_the_change_before_it_say_that_they_rest_on_two_clocks() -> None:
    frame = world(50, 40.0, calls=True)
    at = START + timedelta(seconds=200)
    more = [
        {"time": at, "source": "gate", "body": "call failed", "severity_text": "error"},
        {"time": at + timedelta(seconds=30), "source": "back", "body": "disk full", "severity_text": "error"},
        {"time": at - timedelta(seconds=20), "source": "back", "body": "certificate was renewed", "severity_text": "info"},
    ]  # fmt: skip
    events = Events.from_frame(pd.concat([frame, pd.DataFrame(more)], ignore_index=True))
    first = perform("first_error", events, {})
    assert "The first error may be one of back: the clock of back is 40 s ahead" in first.coverage.blind[-1]
    triggers = perform("candidate_triggers", events, {"onset": at.isoformat()})
    assert not any(
        "rests on two clocks" in line for line in triggers.coverage.blind
    )  # 40 s ahead: earlier still
    later = (at + timedelta(seconds=-20) + timedelta(seconds=5)).isoformat()
    swapped = world(50, -40.0, calls=True)
    events = Events.from_frame(pd.concat([swapped, pd.DataFrame(more)], ignore_index=True))
    triggers = perform("candidate_triggers", events, {"onset": later})
    assert any(
        "rests on two clocks: the clock of gate is 40 s ahead" in line for line in triggers.coverage.blind
    )


def test_the_index_keeps_the_ids_that_several_sources_saw(tmp_path) -> None:
    """An indexed store says the same as a scan, and narrowing the window does not change it."""
    frame = testing.documents()
    stored = testing.stored(frame, tmp_path)
    assert stored.shared is not None
    by_index, by_scan = skew.skews(stored), skew.skews(Events.from_frame(frame))
    pairs = [("audit", "upload"), ("indexer", "scan"), ("scan", "upload")]
    for one, other in pairs:
        kept, scanned = by_index.of(one, other), by_scan.of(one, other)
        assert (kept.offset, kept.spread, kept.anchors) == (scanned.offset, scanned.spread, scanned.anchors)
    narrow = stored.where(window=(testing.ONSET.isoformat(), None))
    assert skew.skews(narrow) is by_index
