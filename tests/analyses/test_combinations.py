"""Combinations of values that explain more than one value alone: of tables of counts, of events, of things."""

import itertools

import numpy as np
import pandas as pd
import pytest

import investigator as inv
from investigator.case import Case
from investigator.events.events import Events
from investigator.facts import combined

START = pd.Timestamp("2026-03-04 09:30", tz="UTC")
#: In four trades: the dimensions with their values, how many went wrong, of how many, and where it is.
TRADES = [
    ({"depot": "NSW", "car": ["4100", "4200", "4300"], "door": "1234"}, "stuck", "closings", {"car": "4200", "door": "3"}),
    ({"hall": "abc", "belt": ["10", "20"], "carrier": ["kilo", "lima"]}, "misread", "scans", {"belt": "20"}),
    ({"till": "123456", "card": ["debit", "credit"], "bank": ["oak", "elm", "ash"]}, "refused", "payments",
     {"card": "debit", "bank": "elm"}),
    ({"ward": "ABCD", "pump": ["p1", "p2"], "shift": ["day", "late"], "drug": "xyz"}, "alarms", "doses",
     {"ward": "B", "pump": "p2", "drug": "x"}),
]  # fmt: skip


def table_of(dimensions, part, whole, where, *, factor=8.0, seed=0):
    """Ten minutes as usual, one in which it went wrong, one as usual again."""
    dice = np.random.default_rng(seed)
    rows = []
    cells = list(itertools.product(*dimensions.values()))
    usual = {cell: (int(dice.integers(20, 900)), float(dice.uniform(0.005, 0.05))) for cell in cells}
    for minute in range(12):
        for cell in cells:
            named = dict(zip(dimensions, cell, strict=True))
            size, share = usual[cell]
            hit = minute == 10 and all(named[name] == value for name, value in where.items())
            n = int(dice.poisson(size))
            wrong = dice.binomial(n, min(0.9, share * (factor if hit else 1.0)))
            rows.append({"minute": START + pd.Timedelta(minutes=minute - 10), **named, part: wrong, whole: n})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("dimensions, part, whole, where", TRADES, ids=[trade[1] for trade in TRADES])
def test_a_table_of_counts_names_the_combination_that_rose_and_no_wider_one(
    tmp_path, dimensions, part, whole, where
):
    table_of(dimensions, part, whole, where).to_csv(tmp_path / "counts.csv", index=False)
    case = Case.new("C-1", words="it rises", root=tmp_path / "cases")
    case.add(tmp_path / "counts.csv")
    finding = case.find.what_changed(onset=START.isoformat())
    first = finding.value["combinations"][0]
    assert first["values"] == where and first["q"] < 0.01 and first["counted"] > 3 * first["expected"]
    assert finding.verdict == "found" and all(f"{k}={v}" in finding.answer for k, v in where.items())


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_rose_no_combination_is_stated(seed):
    dimensions, part, whole, where = TRADES[2]
    frame = table_of(dimensions, part, whole, where, factor=1.0, seed=seed)
    names = [*dimensions]
    parts = [
        pd.DataFrame(
            {
                "time": frame["minute"],
                "kind": "metric",
                "source": "counts",
                "name": name,
                "value": frame[name].astype("float64"),
                "attributes": frame[names].to_dict("records"),
            }
        )
        for name in (part, whole)
    ]
    events = Events.from_frame(pd.concat(parts, ignore_index=True))
    finding = inv.find.what_changed(events, onset=START.isoformat())
    assert finding.verdict == "inconclusive" and "It sits" not in finding.answer


def test_errors_that_only_two_fields_together_have_are_named_by_both():
    rows = []
    for number in range(6_000):
        region, plan = ("north", "south", "east")[number % 3], ("gold", "free")[number // 3 % 2]
        bad = region == "north" and plan == "gold" and number % 5 < 3
        rows.append(
            {"time": START + pd.Timedelta(seconds=number), "source": "till", "severity_number": 17 if bad else 9,
             "body": "payment declined" if bad else "payment taken", "attributes": {"region": region, "plan": plan}}
        )  # fmt: skip
    finding = inv.find.what_changed(Events.from_frame(pd.DataFrame(rows)))
    assert finding.value["combinations"][0]["values"] == {"region": "north", "plan": "gold"}
    assert "region=north" in finding.answer and "plan=gold" in finding.answer


def test_one_field_that_explains_all_is_not_dressed_up_as_two():
    rows = [
        {"time": START + pd.Timedelta(seconds=n), "source": "till", "body": "x",
         "severity_number": 17 if n % 3 == 0 and n % 7 else 9,
         "attributes": {"region": ("north", "south", "east")[n % 3], "plan": ("gold", "free")[n // 3 % 2]}}
        for n in range(3_000)
    ]  # fmt: skip
    assert inv.find.what_changed(Events.from_frame(pd.DataFrame(rows))).value["combinations"] == []


def test_an_order_of_rows_or_names_of_values_that_look_alike_change_nothing():
    cells = pd.DataFrame(
        {"a": ["1", "1", "2", "2"], "b": ["1", "2", "1", "2"], "counted": [9, 1, 1, 1], "expected": 2.0}
    )
    one, other = (combined.ranked(frame, ["a", "b"]) for frame in (cells, cells.iloc[::-1]))
    assert [x.values for x in one] == [x.values for x in other]
    assert combined.ranked(cells.head(1), ["a", "b"]) == []
