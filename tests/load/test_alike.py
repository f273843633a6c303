"""JSON lines that are read by their places hold what the engine reads of each; what it would refuse is left to it."""

import json

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.load.fast import alike
from investigator.load.reading import json_lines, shapes
from investigator.load.split import chunks

TEXTS = st.one_of(
    st.sampled_from(
        ["plain", 'a "quote"', "back\\slash", "tab\there", "ünï 漢", "", "-", "null", "12", '{"in": 1}', "}"]
    ),
    st.text(max_size=12),
)
NUMBERS = st.one_of(
    st.integers(-(10**19), 10**19),
    st.integers(-99, 99),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-10, 10, places=3).map(float),
)
VALUES = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.lists(st.integers(0, 9), max_size=2))
OBJECTS = st.fixed_dictionaries(
    {"time": st.sampled_from(["2026-06-15T09:00:00Z", "2026-06-15T09:00:01Z"]), "n": st.integers(0, 999)},
    optional={"said": TEXTS, "odd": VALUES, "in": st.fixed_dictionaries({"a": TEXTS, "b": VALUES})},
)
SHAPE = {"time": None, "n": None, "said": None, "odd": None, "in": {"a": None, "b": None}}


@st.composite
def written(draw):
    """Lines of a writer or two: with spaces or without, in this order of keys or that, some of them broken."""
    spaced = draw(st.booleans())
    out = []
    for item in draw(st.lists(OBJECTS, min_size=4, max_size=30)):
        keys = list(item) if draw(st.integers(0, 5)) else list(reversed(item))
        separators = (", ", ": ") if spaced else (",", ":")
        line = json.dumps(
            {key: item[key] for key in keys}, separators=separators, ensure_ascii=draw(st.booleans())
        )
        if not draw(st.integers(0, 6)):
            place = draw(st.integers(0, len(line)))
            line = (
                line[:place]
                + draw(st.sampled_from(['"', "\\", "", "}", ",", "0", " ", "\x01", "é"]))
                + line[place + 1 :]
            )
        out.append(line)
    return out, draw(st.sampled_from(["\n", "\r\n"]))


def _read(lines, end):
    chunk = next(iter(chunks(iter([end.join([*lines, ""]).encode(errors="replace")]))))
    reader = alike.Alike()
    return chunk, reader.read(chunk, shapes.paths(SHAPE))


@settings(max_examples=150, deadline=None)
@given(written())
def test_what_is_read_by_places_is_what_the_engine_reads(given_lines):
    lines, end = given_lines
    chunk, found = _read(lines, end)
    if found is None:
        return
    rows, done = found
    assert rows.num_rows == done.sum()
    engine = duckdb.connect()
    engine.register("lines", json_lines.table_of(chunk, done))
    expected = engine.execute(shapes.rows_of(SHAPE)).to_arrow_table()
    assert rows.to_pylist() == expected.drop_columns(["gap", "empty"]).to_pylist()
    assert not any(expected["empty"].to_pylist())
    for line in np.array(chunk.text.to_pylist())[done]:
        item = json.loads(line)
        assert item.keys() <= SHAPE.keys() and item.get("in", {}).keys() <= SHAPE["in"].keys()


@settings(max_examples=150, deadline=None)
@given(written())
def test_a_line_that_is_no_json_is_never_taken(given_lines):
    lines, end = given_lines
    chunk, found = _read(lines, end)
    if found is None:
        return
    for text, taken in zip(chunk.text.to_pylist(), found[1], strict=True):
        if taken:
            assert isinstance(json.loads(text), dict)


def test_lines_of_one_writer_are_all_read_and_too_few_are_left_to_the_engine():
    lines = [
        f'{{"time": "2026-06-15T09:00:{n % 60:02d}Z", "n": {n}, "said": "did {n}"}}' for n in range(9_000)
    ]
    chunk, found = _read(lines, "\n")
    assert found is not None and found[1].all()
    assert found[0]["f1"].to_pylist()[-1] == "8999" and found[0]["f3"].null_count == 9_000
    _, found = _read([line.replace("did", 'a \\"did\\"') for line in lines], "\n")
    assert found is None


@pytest.mark.parametrize(
    "line",
    [
        '{"time": "x", "n": 01}',
        '{"time": "x", "n": 1.10}',
        '{"time": "x", "n": 1e5}',
        '{"time": "x", "n": -0}',
        '{"time": "x", "n": 0.0001}',
        '{"time": "x", "n": NaN}',
        '{"time": "x", "n": 1, "n": 2}',
        '{"time": "x", "n": [1]}',
        '{"time": "x", "n": 1} ,',
        '{"time": "x", "n": 1, "new": 2}',
        "{}",
        "[1]",
    ],
)
def test_what_the_engine_writes_otherwise_or_refuses_is_left_to_it(line):
    lines = ['{"time": "x", "n": 1}'] * 9 + [line] + ['{"time": "x", "n": 7}'] * 9
    _, found = _read(lines, "\n")
    assert found is not None and found[1].tolist() == [True] * 9 + [False] + [True] * 9
    assert pa.types.is_string(found[0]["f1"].type)
