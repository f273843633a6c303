"""The one schema: origins, severities, and a table as people get it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.errors import ParameterError
from investigator.events import engine, schema

evidences = st.from_regex(r"[0-9a-f]{12}(![A-Za-z0-9_./: -]{1,20})?", fullmatch=True)


@given(evidences, st.integers(1, 10**12), st.integers(1, 10**6))
def test_an_origin_leads_back_to_where_it_came_from(evidence: str, unit: int, units: int) -> None:
    assert schema.parse_origin(schema.origin(evidence, unit, units)) == (evidence, unit, units)


@pytest.mark.parametrize(
    "text", ["", "here", "3fa9c1d20b77", "3fa9c1d20b77:", "XYZ9c1d20b77:4", "../../etc/passwd:1"]
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r"is no origin. An origin looks like 3fa9c1d20b77:1204"):
        schema.parse_origin(text)


@pytest.mark.parametrize(
    "number, word",
    [
        (None, "unknown"),
        (1, "trace"),
        (5, "debug"),
        (9, "info"),
        (13, "warning"),
        (17, "error"),
        (24, "fatal"),
    ],
)
def test_a_severity_has_a_plain_word(number: int | None, word: str) -> None:
    assert schema.severity_name(number) == word


def test_people_get_aware_times_and_origins_and_the_result_is_left_alone() -> None:
    row = {
        "time": pd.Timestamp("2026-06-17 07:00"),
        "evidence": "a" * 12,
        "unit": 3,
        "units": 2,
        "byte": 0,
        "load": 1,
    }
    given = pd.DataFrame([row])
    shown = schema.frame(given)
    assert list(shown.columns) == ["time", "origin"]
    assert shown["origin"].tolist() == ["aaaaaaaaaaaa:3-4"] and str(shown["time"].dt.tz) == "UTC"
    pd.testing.assert_frame_equal(given, pd.DataFrame([row]))


def test_every_column_has_a_type_on_both_sides() -> None:
    assert schema.arrow_schema().names == list(schema.COLUMNS)
    assert all(engine._duckdb_type(short) for short, _ in schema.COLUMNS.values())
    assert set(schema.ORDER) < set(schema.COLUMNS)
