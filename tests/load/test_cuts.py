"""What is captured step by step is what RE2 captures, for every format of lines, also of lines that are damaged."""

import re
from importlib import import_module
from pkgutil import iter_modules

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator import sources
from investigator.load.fast import cuts
from investigator.sources._format import Lines

MODULES = [import_module(f"investigator.sources.{one.name}") for one in iter_modules(sources.__path__)]
FORMS = {
    module.__name__.rpartition(".")[2]: module
    for module in MODULES
    if isinstance(getattr(module, "FORMAT", None), Lines)
}
STEPPED = {name: module for name, module in FORMS.items() if cuts.cuts(module.FORMAT.pattern)}
SIGNS = [
    '"',
    "\\",
    '\\"',
    "é",
    "[",
    "]",
    " ",
    "-",
    ":",
    ".",
    "7",
    "漢",
    "\t",
    "\r",
    "|",
    "{",
    "<",
    "  ",
    "\x0b",
    "\u00a0",
]


@st.composite
def damaged(draw, examples):
    line = draw(st.sampled_from(examples))
    for _ in range(draw(st.integers(0, 4))):
        place, way = draw(st.integers(0, len(line))), draw(st.integers(0, 3))
        if way == 0:
            line = line[:place] + draw(st.sampled_from(SIGNS)) + line[place:]
        elif way == 1:
            line = line[:place] + line[place + draw(st.integers(1, 3)) :]
        elif way == 2:
            line = line[:place]
        else:
            other = draw(st.sampled_from(examples))
            line = line[:place] + other[draw(st.integers(0, len(other))) :]
    return line + draw(st.sampled_from(["\n", "\r\n", ""]))


def _found(form, lines):
    texts = pa.array(lines, pa.large_string())
    offsets, data = (np.frombuffer(texts.buffers()[i], kind) for i, kind in ((1, np.int64), (2, np.uint8)))
    found = cuts.cuts(form.pattern)
    return texts, data, found.find(data, offsets, np.zeros(len(lines), bool))


@pytest.mark.parametrize("name", STEPPED)
def test_what_is_captured_is_what_re2_captures(name, monkeypatch):
    monkeypatch.setattr(cuts, "_WORTH", 0)
    module = STEPPED[name]
    form, engine = module.FORMAT, duckdb.connect()

    @settings(max_examples=25, deadline=None)
    @given(st.lists(damaged(module.EXAMPLE.splitlines()), min_size=8, max_size=24))
    def check(lines):
        texts, data, found = _found(form, lines)
        starts = pc.match_substring_regex(texts, form.pattern).to_numpy(zero_copy_only=False)
        assert not (found.fits & ~starts).any()
        which = np.flatnonzero(found.fits)
        told = [column.to_pylist() for column in found.columns(data, which, tuple(form.groups))]
        engine.register("lines", pa.table({"text": texts.take(pa.array(which))}))
        groups = ", ".join(f"'{group}'" for group in form.groups)
        pattern = form.pattern.replace("'", "''")
        expected = engine.execute(
            f"SELECT regexp_extract(text, '{pattern}', [{groups}]) AS g FROM lines"
        ).fetchall()
        assert [list(row) for row in zip(*told, strict=True)] == [
            [row[0][g] for g in form.groups] for row in expected
        ]

    check()


@pytest.mark.parametrize("name", ["access_log", "s3_access", "envoy", "cri", "squid", "traefik"])
def test_the_lines_of_these_are_all_taken(name):
    lines = [
        line + "\n" for line in FORMS[name].EXAMPLE.splitlines() if re.match(FORMS[name].FORMAT.pattern, line)
    ]
    _, _, found = _found(FORMS[name].FORMAT, lines)
    assert lines and found.fits.all()


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?P<a>\w+)(?P<b>\w) x",  # a could end before what b begins with
        r"^(?P<a>.+?) (?P<b>.*)",  # as short as can be
        r"^(?P<a>(?:ab)+) ",  # more than one character again and again
        r"^(?P<a>\d+)$",
        r"(?P<a>\d+) ",
        r"^(?i)(?P<a>x+) ",
        r"^(?P<a>é+) ",
    ],
)
def test_a_pattern_that_could_end_in_more_than_one_way_is_left_to_re2(pattern):
    assert cuts.cuts(pattern) is None


def test_ways_without_number_and_escapes_without_end_are_left_to_re2():
    many = Lines("^" + "(?:ab)?" * 40 + "(?P<time>x) (?P<body>.*)", joins=False)
    assert _found(many, ["ab" * 60 + "\n"] * 200)[2] is None
    access = FORMS["access_log"].FORMAT
    line = next(line for line in FORMS["access_log"].EXAMPLE.splitlines() if '" "' in line)
    escaped = line.replace('" "', '" "' + "\\x" * 500, 1) + "\n"
    found = _found(access, [line + "\n", escaped, line + "\n"])[2]
    assert found.fits.tolist() == [True, False, True]
