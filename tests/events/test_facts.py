"""Facts that analyses and views share: bins, silences, coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.events import Events
from investigator.facts import bins
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.facts.silences import silences

START = datetime(2026, 6, 17, 0, 0, tzinfo=UTC)


def speaking(minutes: range, source: str, each: int = 6) -> list[dict[str, Any]]:
    return [
        {
            "time": START + timedelta(minutes=n, seconds=60 / each * k),
            "source": source,
            "service": source,
            "body": "x",
        }
        for n in minutes
        for k in range(each)
    ]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rows = (
        speaking(range(240), "steady") + speaking(range(90), "gapped") + speaking(range(120, 240), "gapped")
    )
    rows += [{"time": None, "source": "table", "kind": "record", "body": "row"}]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def events(frame: pd.DataFrame) -> Events:
    return Events.from_frame(frame)


@settings(max_examples=15)
@given(
    seconds=st.sampled_from([None, *bins.WIDTHS]),
    by=st.sampled_from([("source",), ("source", "service"), ()]),
)
def test_bins_add_up_to_the_events_that_have_a_time(
    events: Events, seconds: int | None, by: tuple[str, ...]
) -> None:
    found = bins.bins(events, by=by, seconds=seconds)
    assert found["count"].sum() == events.count() - 1
    assert len(found) == len(found[["start", *by]].drop_duplicates())
    assert all(start.timestamp() % 1 == 0 for start in found["start"])


def test_a_bin_holds_its_start_and_not_its_end(events: Events) -> None:
    found = bins.bins(events.where(source="steady"), seconds=600)
    assert found["start"].tolist() == [pd.Timestamp(START + timedelta(minutes=10 * n)) for n in range(24)]
    assert found["count"].tolist() == [60] * 24


@given(st.integers(1, 10**9))
def test_a_width_needs_at_most_so_many_bins(span: int) -> None:
    width = bins.width_for(START, START + timedelta(seconds=span), at_most=600)
    assert span / width <= 600 and width >= 1


def test_a_silence_that_was_planted_is_found_and_no_other(events: Events) -> None:
    found = silences(events)
    assert [(r.source, int(r.minutes)) for r in found.itertuples()] == [("gapped", 30)]
    row = next(found.itertuples(index=False))
    assert (row[1], row[2]) == (START + timedelta(minutes=90), START + timedelta(minutes=120))


def test_a_quiet_night_is_no_silence() -> None:
    """A source that fades out in the evening and comes back in the morning never stopped."""
    rows = []
    for hour in range(48):
        each = {**dict.fromkeys(range(8, 18), 12), 7: 3, 18: 3, 6: 1, 19: 1}.get(hour % 24, 0)
        rows += [
            {
                "time": START + timedelta(hours=hour, minutes=60 * k / each, seconds=(k * 7919) % 50),
                "source": "office",
                "body": "x",
            }
            for k in range(each)
        ]
    assert len(silences(Events.from_frame(pd.DataFrame(rows)))) == 0


def _worked(*stretches: tuple[str, str]) -> Events:
    """A source that writes each minute in these stretches."""
    minutes = [
        {"time": time, "source": "desk", "kind": "log", "body": "stamped"}
        for start, end in stretches
        for time in pd.date_range(start, end, freq="1min", tz="UTC")
    ]
    return Events.from_frame(pd.DataFrame(minutes))


def test_hours_in_which_a_source_sleeps_on_most_days_are_no_silence() -> None:
    week = [
        (f"2026-06-{day} 07:0{day % 5}", f"2026-06-{day} 19:5{day % 7}") for day in (8, 9, 10, 11, 12, 15, 16)
    ]
    assert len(silences(_worked(*week))) == 0  # a weekend between

    broken = [
        *week[:2],
        ("2026-06-10 07:01", "2026-06-10 11:00"),
        ("2026-06-10 12:30", "2026-06-10 19:55"),
        *week[3:],
    ]
    (found,) = silences(_worked(*broken)).itertuples(index=False)
    assert f"{found[1]:%d %H:%M}" == "10 11:01"


def test_silences_of_one_day_at_near_hours_are_silences() -> None:
    day = [("2026-06-10 07:00", "2026-06-10 10:00"), ("2026-06-10 10:20", "2026-06-10 11:00"),
           ("2026-06-10 11:20", "2026-06-10 19:00")]  # fmt: skip
    assert len(silences(_worked(*day))) == 2


def test_a_night_that_is_longer_than_the_others_is_a_silence() -> None:
    days = [(f"2026-06-{day} 07:00", f"2026-06-{day} 20:00") for day in (8, 9, 11, 12)]
    late = [*days[:2], ("2026-06-10 11:00", "2026-06-10 20:00"), *days[2:]]
    (found,) = silences(_worked(*late)).itertuples(index=False)
    assert (f"{found[1]:%d %H:%M}", found[3]) == ("09 20:01", 899)


def test_silences_are_the_same_whatever_is_selected(events: Events) -> None:
    narrow = events.where(
        window=(START.isoformat(), (START + timedelta(minutes=30)).isoformat()), source="steady"
    )
    pd.testing.assert_frame_equal(silences(narrow), silences(events))


def test_coverage_says_the_silence_inside_the_window_and_not_the_one_outside(events: Events) -> None:
    inside = events.where(window=(START.isoformat(), (START + timedelta(minutes=200)).isoformat()))
    assert "gapped is silent from 2026-06-17 01:30 to 02:00 UTC." in coverage_of(inside).gaps
    before = events.where(window=(START.isoformat(), (START + timedelta(minutes=60)).isoformat()))
    assert coverage_of(before, sources=["gapped", "steady"]).gaps == ()
    assert coverage_of(before, sources=["steady"], control=True).whole


def test_a_step_is_the_service_else_the_source(events: Events) -> None:
    steps = events.engine.fetch(events.table.select(step=place_of(events.table)).distinct().order_by("step"))
    assert steps["step"].tolist() == ["gapped", "steady", "table"]


@pytest.mark.spark
def test_both_engines_count_the_same(frame: pd.DataFrame, events: Events, spark: Any) -> None:
    there = Events.from_frame(frame, engine=spark)
    for seconds in (7, 60, 3600):
        left, right = (bins.bins(e, by=("source",), seconds=seconds) for e in (events, there))
        pd.testing.assert_frame_equal(left, right, check_dtype=False)
    pd.testing.assert_frame_equal(silences(events), silences(there), check_dtype=False)
    assert events.span() == there.span() and events.count() == there.count()
