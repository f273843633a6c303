"""What sets two sets of events apart: laws, the sample, and what is said where nothing can be."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

import investigator as inv
from investigator import testing
from investigator.case import Case
from investigator.events.events import Events
from investigator.facts import contrast
from investigator.testing import AFFECTED, ONSET

CELLS = st.lists(
    st.tuples(st.sampled_from("uvw"), st.sampled_from("123456"), st.integers(0, 500), st.integers(0, 500)),
    min_size=1,
    max_size=12,
    unique_by=lambda cell: cell[:2],
)


def frame_of(cells):
    frame = pd.DataFrame(cells, columns=["field", "value", "a", "b"])
    frame = frame.assign(n=frame["a"] + frame["b"], place="")
    return frame[frame["n"] > 0].reset_index(drop=True)


@settings(max_examples=60)
@given(CELLS, st.randoms(use_true_random=False))
def test_swapping_the_sides_turns_the_signs_and_the_order_of_rows_changes_nothing(cells, dice):
    frame = frame_of(cells)
    one, left = contrast.judged(frame)
    other, left_too = contrast.judged(frame.rename(columns={"a": "b", "b": "a"}))
    key = ["field", "value"]
    one, other = (each.sort_values(key, ignore_index=True) for each in (one, other))
    assert left == left_too and list(one["value"]) == list(other["value"])
    assert (one["effect"] + other["effect"]).abs().max() < 1e-12 if len(one) else True
    assert (one["q"] - other["q"]).abs().max() < 1e-9 if len(one) else True
    shuffled = frame.iloc[dice.sample(range(len(frame)), len(frame))]
    pd.testing.assert_frame_equal(contrast.judged(shuffled)[0], contrast.judged(frame)[0])


@pytest.mark.parametrize("a, b, of_a, of_b", [(30, 10, 100, 100), (12, 30, 40, 400), (200, 180, 400, 390)])
def test_the_p_value_is_that_of_a_g_test(a, b, of_a, of_b):
    import numpy as np

    found = contrast._g_test(*(np.array([float(v)]) for v in (a, b, of_a, of_b)))[0]
    _, plain, _, _ = chi2_contingency(
        [[a, of_a - a], [b, of_b - b]], correction=False, lambda_="log-likelihood"
    )
    assert plain <= found <= plain * 10  # Williams' correction is a little more careful


def test_many_that_were_tried_make_a_single_chance_hit_no_finding():
    import numpy as np

    p = np.array([0.02, *np.linspace(0.1, 1, 99)])
    assert contrast._corrected(p)[0] == 1.0
    assert contrast._corrected(np.array([0.001, 0.5]))[0] == pytest.approx(0.002)


def test_the_sample_names_the_build_that_came_with_the_onset(sample):
    case = Case.open(sample, as_of="2026-06-17 14:12")
    value = case.find.what_changed(onset="2026-06-17T07:14:07+00:00").value
    top = value["changes"][0]
    assert (top["field"], top["value"]) == ("build", "2.3.1")
    assert top["here"] == 1.0 and top["there"] < 0.01
    value = case.find.what_changed(like="DOC-4711").value
    assert value["here"] == 412 and value["there"] >= 1_000
    assert "unsupported schema" in value["changes"][0]["example"]
    assert any(c["field"] == "document.schema" and c["value"] == "3" for c in value["changes"])


def test_controls_come_from_the_same_hours():
    frame = testing.documents(healthy=200, affected=12)
    finding = inv.find.what_changed(Events.from_frame(frame), like=AFFECTED)
    assert finding.value["here"] == 12 and finding.value["there"] == 4 * 12
    assert next(c["value"] for c in finding.value["changes"] if c["field"] == "state") == "pending"


def test_evidence_is_of_the_events_and_fields_can_be_named():
    events = Events.from_frame(testing.documents())
    finding = inv.find.what_changed(events, onset=ONSET.isoformat(), fields=["message", "nonsense"])
    assert {change["field"] for change in finding.value["changes"]} <= {"message"}
    assert any("nonsense" in line for line in finding.coverage.blind)
    known = set(events.fetch(events.table.select("evidence", "unit", "units"))["origin"])
    assert set(finding.evidence["origin"]) <= known and len(finding.evidence)


def test_a_field_with_a_value_of_its_own_in_every_row_breaks_nothing():
    frame = pd.DataFrame(
        {
            "time": pd.date_range("2026-03-04", periods=20_000, freq="s", tz="UTC"),
            "body": "same",
            "request": [f"r{number}" for number in range(20_000)],
            "build": ["1"] * 10_000 + ["2"] * 10_000,
        }
    )
    value = inv.find.what_changed(Events.from_frame(frame), onset=frame["time"][10_000].isoformat()).value
    assert [change["field"] for change in value["changes"][:2]] == ["build", "build"]
    assert "request" not in {change["field"] for change in value["changes"]}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"onset": "2030-01-01T00:00:00+00:00"},
        {"like": "'; DROP TABLE x; --"},
        {"like": "<b>"},
        {"fields": ["x"]},
    ],
)
@pytest.mark.parametrize("rows", [0, 1, 400])
def test_it_answers_in_a_sentence(given, rows):
    finding = inv.find.what_changed(Events.from_frame(testing.documents().head(rows)), **given)
    assert finding.answer.endswith(".")
