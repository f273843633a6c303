"""Which metrics moved: what kind of change, when, and what is said where nothing can be."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events
from investigator.facts import series

START = datetime(2026, 3, 2, tzinfo=UTC)


def noise(n, seed=7):
    return np.random.default_rng(seed).normal(0, 1, n)


def events_of(**metrics):
    """Minutes of one metric a name; NaN is no value."""
    rows = [
        {"time": START + timedelta(minutes=minute), "name": name, "value": float(value), "service": "app"}
        for name, values in metrics.items()
        for minute, value in enumerate(values)
        if np.isfinite(value)
    ]
    frame = pd.DataFrame(rows).assign(kind="metric", source="metrics", body="")
    return Events.from_frame(frame)


def found(**metrics):
    value = inv.find.metric_shifts(events_of(**metrics)).value
    return {item["metric"]: item for item in value["series"]}


def test_kinds_of_change_are_told_apart_with_direction_and_onset():
    n, at = 1_200, 700
    step, spike, stopped = 50 + noise(n), 50 + noise(n, 8), 50 + noise(n, 9)
    step[at:] += 30
    spike[at : at + 2] += 40
    stopped[at:] = np.nan
    items = found(step=step, spike=spike, stopped=stopped)
    assert (items["step"]["change"], items["step"]["direction"]) == ("level", "up")
    assert (items["spike"]["change"], items["spike"]["direction"]) == ("spike", "up")
    assert items["stopped"]["change"] == "stopped"
    for name in ("step", "spike"):
        low, high = (datetime.fromisoformat(text) for text in items[name]["onset"])
        assert low <= START + timedelta(minutes=at) <= high
        assert high - low <= timedelta(minutes=5)
    assert items["step"]["before"] == pytest.approx(50, abs=2) and items["step"]["after"] == pytest.approx(
        80, abs=2
    )


def test_a_daily_rhythm_is_no_change_and_a_day_without_it_is():
    per_day, days = 288, 10
    rhythm = np.tile(10 + 10 * np.sin(np.linspace(0, 2 * np.pi, per_day, endpoint=False)), days)
    broken = rhythm.copy()
    broken[6 * per_day : 7 * per_day] = 10
    quiet = series.scores(rhythm + noise(len(rhythm)) / 10, per_day=per_day)
    loud = series.scores(broken + noise(len(rhythm)) / 10, per_day=per_day)
    assert 6 * per_day - 40 <= int(loud.argmax()) <= 7 * per_day + 40
    assert loud.max() > 1.5 * quiet.max() or quiet.max() < 2.5


def test_a_counter_is_taken_as_what_it_grows_by():
    grows = np.cumsum(np.r_[np.full(600, 5.0), np.full(600, 50.0)])
    item = found(requests_total=grows)["requests_total"]
    assert item["counter"] and item["direction"] == "up"
    assert item["before"] == pytest.approx(5 / 60, rel=1e-3) and item["after"] == pytest.approx(
        50 / 60, rel=1e-3
    )


@settings(max_examples=25)
@given(st.integers(0, 1_000), st.floats(0.01, 1_000), st.floats(-1e4, 1e4), st.integers(30, 400))
def test_scale_and_offset_change_no_score(seed, factor, offset, n):
    values = noise(n, seed)
    values[n // 2] += 9
    one, other = series.scores(values), series.scores(values * factor + offset)
    assert np.allclose(one, other, rtol=1e-4, atol=1e-5)


def test_the_order_of_rows_changes_nothing():
    values = 50 + noise(300)
    values[200:] += 20
    events = events_of(one=values, two=values * 3)
    frame = events.engine.fetch(
        events.table.select("time", "name", "value", "service", "kind", "source", "body")
    )
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    shuffled = Events.from_frame(frame.sample(frac=1, random_state=3).reset_index(drop=True))
    assert inv.find.metric_shifts(shuffled).value == inv.find.metric_shifts(events).value


def test_the_sample_shows_the_queue_that_filled_before(sample):
    case = Case.open(sample, as_of="2026-06-17 14:12")
    finding = case.find.metric_shifts()
    top = finding.value["series"][0]
    assert (top["service"], top["metric"], top["direction"]) == ("scan", "queue_depth", "up")
    assert len(finding.evidence) and finding.evidence["origin"].notna().all()


@pytest.mark.parametrize(
    "values", [[5.0], [5.0] * 400, [1.0, 2.0] * 5, list(noise(15)), [float("nan")] * 30 + [1.0]]
)
def test_too_short_and_flat_are_said(values):
    finding = inv.find.metric_shifts(events_of(one=np.array(values)))
    assert finding.answer.endswith(".") and not (finding.value or {}).get("series")


@pytest.mark.parametrize(
    "given", [{}, {"onset": "2030-01-01T00:00:00+00:00"}, {"service": "'; DROP TABLE x; --"}]
)
def test_it_answers_in_a_sentence(given):
    for events in (Events.from_frame(testing.documents()), events_of(one=50 + noise(300))):
        assert inv.find.metric_shifts(events, **given).answer.endswith(".")
