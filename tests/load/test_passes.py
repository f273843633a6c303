"""A load asks the engine only of what says no more than it must: counted in rows and in questions, not in seconds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from investigator import load
from investigator.load import direct, zoning

ROWS = 3_000


@pytest.fixture
def asked(monkeypatch):
    """How many rows the engine is asked of, question by question."""
    counted = []
    told = direct._told

    def counting(query, rows, connection):
        counted.append(rows.num_rows)
        return told(query, rows, connection)

    monkeypatch.setattr(direct, "_told", counting)
    return counted


def _at(number: int) -> datetime:
    return datetime(2026, 6, 15) + timedelta(seconds=number)


def _read(tmp_path, lines):
    file = tmp_path / "messages"
    file.write_text("".join(f"{line}\n" for line in lines))
    store, report = load.read(file)
    return pd.concat(map(pd.read_parquet, store.files())).sort_values("unit", ignore_index=True), report


def _kiln(number: int, said: str) -> str:
    return f"{_at(number):%Y-%m-%d %H:%M:%S},120 INFO  [belt-{number % 3}] plant.Kiln - {said}"


def test_where_every_line_says_something_the_engine_is_asked_nothing(tmp_path, asked):
    events, _ = _read(tmp_path, [_kiln(n, f"batch {n} is {n % 7} degrees off") for n in range(ROWS)])
    assert len(events) == ROWS
    assert sum(asked) == 0


def test_where_some_lines_say_nothing_the_engine_is_asked_of_those_alone(tmp_path, asked):
    lines = [
        f"{_at(n):%b %d %H:%M:%S} dock1 gate[{n}]: {'' if n % 100 == 7 else f'gate {n} opens  '}"
        for n in range(ROWS)
    ]
    events, _ = _read(tmp_path, lines)
    assert events.body[7] == "pid=7"
    assert events.body[8] == "gate 8 opens"
    alike = 10  # its messages, for a level: they differ by digits alone
    assert ROWS / 100 <= sum(asked) < ROWS / 100 + alike


def test_a_level_in_a_message_is_asked_once_for_all_that_differ_by_digits_alone(tmp_path, asked):
    words = ("gate 4711 ERROR stuck", "gate 12 [warn] slow", "W gate.c: late", "gate 9 opens")
    lines = [f"{_at(n):%b %d %H:%M:%S} dock1 gate[{n}]: {words[n % 4]} {n}" for n in range(ROWS)]
    events, _ = _read(tmp_path, lines)
    found = events.severity_text
    assert [None if level != level else level for level in found[:4]] == ["ERROR", "warn", "W", None]
    assert found.count() == ROWS * 3 / 4
    assert 0 < sum(asked) < ROWS / 50


def test_without_a_source_that_could_tell_a_zone_no_ids_are_looked_for(tmp_path, monkeypatch):
    looked = []
    firsts = zoning._firsts
    monkeypatch.setattr(zoning, "_firsts", lambda store, s: looked.append(s.source) or firsts(store, s))
    _, report = _read(tmp_path, [_kiln(n, f"batch KLN-{n} is weighed") for n in range(300)])
    assert "zone" in report.sources[0].asks
    assert not looked


@pytest.mark.parametrize(
    ("what", "one"),
    [
        ("coalesce(nullif(f0, ''), f1)", True),
        ("coalesce(nullif(f0, ''), left('a)' || f1, 3))", True),
        ("coalesce(nullif(f0, ''), '') || coalesce(f1, '')", False),
        ("f0", False),
    ],
)
def test_an_expression_is_taken_apart_only_where_it_is_one_call(what, one):
    assert direct._one_call(what) is one
