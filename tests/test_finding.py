"""A finding: one question, one sentence, and the events behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigator.check import Check
from investigator.errors import ParameterError
from investigator.finding import EVIDENCE_AT_MOST, Coverage, Finding, cell, table_html
from investigator.plain import plain

WHEN = datetime(2026, 6, 17, 7, 14, tzinfo=UTC)


def rows(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"time": [WHEN] * count, "body": "no", "origin": [f"{'a' * 12}:{n + 1}" for n in range(count)]}
    )


def finding(**more: Any) -> Finding:
    return Finding("When did it start?", "At 07:14 UTC.", **more)


def test_a_finding_survives_json_with_all_it_has() -> None:
    said = finding(
        value={"at": WHEN},
        table=pd.DataFrame({"n": [1, 2], "when": [WHEN, None]}),
        evidence=rows(3),
        verdict="absent",
        coverage=Coverage(("a",), (WHEN.isoformat(), None), ("a is silent.",), True, ("b",), ("c",)),
        check=Check("first_error", 1, {}, {"severity": 17}),
    )
    text = json.dumps(said.to_json(), allow_nan=False)
    again = Finding.from_json(json.loads(text))
    assert again.to_json() == said.to_json()
    assert again.coverage == said.coverage and again.check == said.check


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner), max_leaves=8,
))  # fmt: skip
def test_plain_is_json_and_plain_again_is_the_same(value: Any) -> None:
    once = plain(value)
    assert json.loads(json.dumps(once, allow_nan=False)) == once
    assert plain(once) == once


@pytest.mark.parametrize(
    "value, expected",
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.datetime64("NaT"), None),
        (np.datetime64("2026-06-17T07:14:00", "ns"), "2026-06-17T07:14:00"),
        (np.array([1, 2]), [1, 2]),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timestamp(WHEN), "2026-06-17T07:14:00+00:00"),
        (float("nan"), None),
        (float("inf"), None),
        ((1, {"b"}), [1, ["b"]]),
        ({3: "x"}, {"3": "x"}),
    ],
)
def test_what_the_engine_gives_becomes_plain(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_what_can_not_be_plain_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"A function is no plain JSON"):
        plain({"call": test_what_can_not_be_plain_is_refused})


def test_evidence_is_capped_and_counted_and_the_frame_is_left_alone() -> None:
    many = rows(EVIDENCE_AT_MOST + 50)
    said = finding(evidence=many)
    assert said.evidence is not None and len(said.evidence) == EVIDENCE_AT_MOST
    assert said.evidence_count == len(many) == EVIDENCE_AT_MOST + 50
    assert finding(evidence=rows(2), evidence_count=9_000).evidence_count == 9_000
    assert finding().evidence_count == 0


def test_evidence_without_origins_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"Evidence needs an origin in every row. The columns are: body"):
        finding(evidence=pd.DataFrame({"body": ["a"]}))


def test_a_finding_without_an_answer_or_with_a_verdict_of_its_own_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"A finding needs a question and an answer"):
        Finding("When?", " ")
    with pytest.raises(
        ParameterError, match=r"'maybe' is no verdict. There are: found, absent, inconclusive"
    ):
        finding(verdict="maybe")


@pytest.mark.parametrize(
    "verdict, control, gaps, may",
    [
        ("absent", True, (), True),
        ("absent", None, (), False),
        ("absent", False, (), False),
        ("absent", True, ("a is silent.",), False),
        ("inconclusive", True, (), False),
        ("found", True, (), False),
    ],
)
def test_only_an_absence_that_was_looked_for_everywhere_may_refute(
    verdict: Any, control: bool | None, gaps: tuple[str, ...], may: bool
) -> None:
    coverage = Coverage(("a",), gaps=gaps, control=control)
    assert finding(verdict=verdict, coverage=coverage).may_refute is may
    assert not finding(verdict=verdict, coverage=Coverage((), control=True)).may_refute


def test_a_finding_is_shown_escaped_with_its_evidence_folded() -> None:
    hostile = "<script>alert(1)</script>"
    said = Finding(
        hostile, hostile, table=pd.DataFrame({hostile: [hostile]}), evidence=rows(3).assign(body=hostile)
    )
    shown = said._repr_html_()
    assert "<script" not in shown and "&lt;script&gt;" in shown
    assert "<details" in shown and "3 of 3" in shown


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (True, "yes"),
        (np.bool_(False), "no"),
        (1204, "1,204"),
        (np.int64(1204), "1,204"),
        ("0012", "0012"),
        (0.25, "0.25"),
        (WHEN, "2026-06-17 07:14:00 UTC"),
        ({"a": 1}, "a=1"),
        ([1, 2], "1, 2"),
    ],
)
def test_a_cell_as_people_read_it(value: Any, expected: str) -> None:
    assert cell(value) == expected


def test_a_long_table_says_how_much_more_there_is() -> None:
    assert "and 50 more rows" in table_html(pd.DataFrame({"n": range(60)}), limit=10)


def test_a_table_says_the_day_that_all_its_times_share_once_and_leaves_what_a_source_wrote():
    import pandas as pd

    from investigator.finding import readable

    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-06-17T07:14:07Z", None], utc=True),
            "what": ["at 2026-06-17 07:00 UTC", "x"],
            "note": ["silent from 2026-06-17 07:10 to 07:40 UTC", ""],
        }
    )
    names, rows, where = readable(frame, "Europe/Berlin")
    assert (names, where) == (["time", "what", "note"], "2026-06-17 Berlin")
    assert rows[0] == ["09:14:07", "at 2026-06-17 07:00 UTC", "silent from 2026-06-17 09:10 to 09:40 Berlin"]
    assert rows[1] == ["", "x", ""]
    later = pd.concat([frame, frame.assign(time=frame["time"] + pd.Timedelta(days=1))])
    assert readable(later)[2] == "UTC"
    assert readable(later)[1][0][0] == "2026-06-17 07:14:07"


def test_an_absence_that_would_not_have_been_seen_is_inconclusive_and_says_why():
    whole = Coverage(("indexer",), control=True)
    seen = Finding("Any?", "None.", verdict="absent", coverage=whole)
    assert seen.proved() is seen and seen.may_refute
    for coverage, why in (
        (replace(whole, control=None), "nothing known to be there was searched for"),
        (replace(whole, control=False), "does not find what is known to be there"),
        (replace(whole, gaps=("a is silent.", "b, too.")), "a is silent, and 1 more"),
        (replace(whole, missing=("No logs loaded: inv add.",)), "No logs loaded: inv add"),
        (replace(whole, sources=()), "no source was looked at"),
    ):
        unsure = Finding("Any?", "None.", verdict="absent", coverage=coverage).proved()
        assert (
            unsure.verdict == "inconclusive"
            and unsure.answer == f"None. That is no proof: {coverage.caveat}."
        )
        assert why in unsure.answer and not unsure.may_refute


def test_an_absence_without_a_source_that_was_looked_at_before_is_inconclusive():
    then = Finding("Any?", "None.", verdict="absent", coverage=Coverage(("a", "indexer"), control=True))
    now = Finding("Any?", "None.", verdict="absent", coverage=Coverage(("a",), control=True)).since(then)
    assert now.verdict == "inconclusive" and "indexer was looked at before, and not now" in now.answer
    assert then.since(now) is then
