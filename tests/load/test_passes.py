"""A load asks the engine only of what says no more than it must: counted in rows and in questions, not in seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import process_time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from investigator import load
from investigator.load import direct, roles, zoning
from investigator.load.fast.buffers import one
from investigator.load.reading.foreign import _opening
from investigator.load.split import chunks
from investigator.sources import mail_thread, told_in_prose, written_note
from investigator.sources._format import Head
from investigator.sources._text import begun

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
    firsts = zoning.firsts_of
    monkeypatch.setattr(
        zoning, "firsts_of", lambda store, several: looked.extend(several) or firsts(store, several)
    )
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


def test_of_a_small_source_all_is_asked_in_one_question(tmp_path, asked):
    said = ("gate 4711 ERROR stuck", "", "gate 9 opens")
    lines = [f"{_at(n):%b %d %H:%M:%S} dock1 gate[{n}]: {said[n % 3]}" for n in range(30)]
    events, _ = _read(tmp_path, lines)
    assert list(events.body[:2]) == ["gate 4711 ERROR stuck", "pid=1"]
    assert events.severity_text.count() == 10
    assert asked == [29, 1]  # the last line waits for what may join it


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("The barge left at noon", True),
        ("B7 barge, quay-2 left: at noon", True),
        ("a' b_ c d", True),
        ("7a 7b the barge", False),
        ("the barge left", False),
        ("one,two three four", False),
        ("Ärger über die Fähre heute", True),
    ],
)
def test_four_words_are_a_sentence(line, is_one):
    assert bool(written_note._SENTENCE.search(line)) is is_one


@pytest.mark.parametrize("room", [written_note, told_in_prose])
def test_a_line_of_one_endless_word_is_gone_through_once(room):
    steps = []
    for size in (20_000, 40_000):
        started = process_time()
        assert not room._SENTENCE.search("x" * size)
        steps.append(process_time() - started)
    assert steps[1] < 0.5  # gone through once a letter it takes many seconds


def test_a_log_without_the_end_of_a_sentence_is_not_read_sentence_by_sentence(monkeypatch):
    monkeypatch.setattr(told_in_prose, "_told", lambda lines: pytest.fail("each sentence is looked at"))
    monkeypatch.setattr(told_in_prose, "clock_at", lambda line: pytest.fail("a clock is looked for"))
    text = "".join(
        f"{_at(n):%b %d %H:%M:%S} dock1 gate[{n}]: the gate opens for the lorry from the north yard\n"
        for n in range(200)
    )
    assert told_in_prose.sure(Head(text.encode(), text, "messages", True)).share == 0


def test_whether_a_column_holds_times_is_asked_only_of_one_that_is_called_so(monkeypatch):
    asked = []
    monkeypatch.setattr(roles.times, "is_time", lambda values: asked.append(values) or False)
    samples = {"ts": ["17", "18"], "kiln": ["900", "905"], "draught": ["0.4", "0.5"]}
    assert roles._numbers(tuple(samples), samples, {}) == ("ts", "kiln", "draught")
    assert asked == [samples["ts"]]


def test_where_nobody_is_quoted_no_line_of_a_log_is_looked_at_for_a_day(monkeypatch):
    monkeypatch.setattr(mail_thread, "find", lambda line, **_: pytest.fail("a day is looked for"))
    text = "".join(f"{_at(n):%b %d %H:%M:%S} dock1 gate[{n}]: lorry {n} waits\n" for n in range(200))
    assert mail_thread.sure(Head(text.encode(), text, "messages", True)).share == 0


def test_a_column_that_is_whole_is_not_copied():
    whole = pa.array(["oven", None, "kiln"])
    assert one(pa.chunked_array([whole])).buffers()[2].address == whole.buffers()[2].address
    assert one(whole) is whole
    assert one(pa.chunked_array([whole, whole.slice(2)])).to_pylist() == ["oven", None, "kiln", "kiln"]
    part = one(pa.chunked_array([whole]).slice(1))
    assert (part.to_pylist(), part.offset) == ([None, "kiln"], 0)
    assert one(pa.chunked_array([], pa.string())).to_pylist() == []


def test_lines_that_open_a_bracket_are_told_whatever_stands_behind_it():
    ends = ("", " ", "\t", "\r", " \f ")
    lines = [
        f"{said}{end}\n" for said in ("crate {", "crate [", "(", "crate }", "a", "{ crate") for end in ends
    ]
    for text in ("".join(lines), "".join(lines) + "last {", "x\n{\ny"):
        chunk = next(chunks(iter([text.encode()])))
        opened = [n for n, line in enumerate(text.split("\n")) if line.rstrip().endswith(("{", "[", "("))]
        assert _opening(chunk, np.arange(len(chunk))).tolist() == opened


def test_a_block_without_a_cr_is_not_gone_through_for_pairs():
    class Block(bytes):
        def count(self, *_):
            pytest.fail("it is gone through")

    block = Block(b"the barge left\nthe crane stands\n")
    assert begun(block) is block
    assert begun(b"a\r2026-06-17 09:14 b\r\n") == b"a\n2026-06-17 09:14 b\r\n"
