"""What a pattern captures from heads is what the engine captures line by line, for every format that the kit has."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.load.fast import heads
from investigator.load.formats import formats
from investigator.sources._format import Lines

LINES = {name: module for name, module in formats().items() if isinstance(module.FORMAT, Lines)}
AFTER = ["", "\n", "\r\n", "\n\tat x (y:1)\n", " and é 7\n\n", "x7", "\ttrailing  \n"]
ONES = [line for module in LINES.values() for line in module.EXAMPLE.splitlines()]


@pytest.fixture(scope="module")
def engine():
    return duckdb.connect()


@st.composite
def lines(draw):
    """A real line with something cut out, put in or changed."""
    text = draw(st.sampled_from(ONES))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", "-", " ", "9", "x", "é", '"', "[", "INFO"])) + text[at:]
    return text + draw(st.sampled_from(AFTER))


def _captured(form, texts, engine):
    pattern = form.pattern.replace("(?P<body>.*)", "(?P<body>(?s:.*))") if form.joins else form.pattern
    engine.register("lines", pa.table({"text": texts}))
    rows = engine.execute(
        "SELECT regexp_extract(text, '" + pattern.replace("'", "''") + "', ["
        + ", ".join(f"'{group}'" for group in form.groups) + "]) AS found FROM lines"
    ).fetchall()  # fmt: skip
    return [
        [row[0][g] if g in ("body", "time") or row[0][g] not in ("", "-") else None for g in form.groups]
        for row in rows
    ]


@settings(max_examples=8)
@given(some=st.lists(lines(), min_size=20, max_size=50), skip=st.integers(0, 3))
def test_heads_tell_what_the_engine_captures_line_by_line(engine, some, skip):
    every = pa.array(some, pa.large_string())[skip:]
    for form in (module.FORMAT for module in LINES.values()):
        first = pc.match_substring_regex(pc.replace_substring_regex(every, "(?s)\n.*", ""), form.pattern)
        known = heads.Heads(form.pattern, form.groups, joins=form.joins, never_null=("body", "time"))
        if not known.worth:
            continue
        texts = every if form.joins else pc.replace_substring_regex(every, "(?s)\n.*", "\n")
        begun = first.to_numpy(zero_copy_only=False)
        while known.worth and begun.any():
            lengths = known.lengths(texts)
            fit = lengths[:, -1] > 0
            # Pieces that fit one behind the other are a match; a line that they don't fit may be one.
            assert (fit <= begun).all() if lengths.shape[1] > 1 else (fit == begun).all(), form.pattern
            tried = len(known._ways)
            found = known.columns(texts.filter(pa.array(begun)), lengths[begun])
            if found is None:
                assert len(known._ways) < tried  # the next way is tried
                continue
            columns, right = found
            assert (right == fit[begun]).all()
            told = [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
            wanted = _captured(form, texts.filter(pa.array(begun)), engine)
            assert [row for row, is_right in zip(told, right, strict=True) if is_right] == [
                row for row, is_right in zip(wanted, right, strict=True) if is_right
            ], form.pattern
            known._ways, known._known = known._ways[1:], False


@pytest.mark.parametrize(
    "pattern, expected",
    [
        (r"^(?P<time>\d+) (?P<body>.*)", (False, True)),
        (r"^(?P<time>\d+)\b(?P<body>.*)", (True, True)),
        (r"^(?P<level>local[0-7]) (?P<body>.*)", (False, False)),
        (r"^(?P<level>v2) (?P<body>.*)", (False, False)),
        (r"^(?:(?P<a>[^\"\\]|x)|b) (?P<body>.*)", (False, True)),
    ],
)
def test_a_head_says_what_it_looks_at(pattern, expected):
    assert heads.parted(pattern)[1:] == expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"^a|(?P<time>b)(?P<body>.*)",
        r"(?P<time>b)(?P<body>.*)",
        r"^(?P<time>b)$(?P<body>.*)",
        r"^(?P<time>b)(?P<body>.*)x",
        r"^(?P<time>(?i:b))(?P<body>.*)",
    ],
)
def test_a_pattern_that_its_body_may_decide_has_no_head(pattern):
    assert heads.parted(pattern)[0] is None


def test_a_head_is_cut_before_bytes_that_stand_for_themselves():
    head = r"^(?P<a>\d+) +(?P<b>x|y) \[(?P<c>[^\] ]+)\]-?(?P<d>\w{2}): (?P<e>\S+)"
    first, second = heads.pieces(head)
    assert first + second == head
    assert second == r" (?P<e>\S+)"
    assert heads.pieces(r"^(?P<a>\d)(?P<b>\d)(?P<c>\d)(?P<d>\d)(?P<e>\d)") == (
        r"^(?P<a>\d)(?P<b>\d)(?P<c>\d)(?P<d>\d)(?P<e>\d)",
    )


def test_various_heads_of_few_pieces_are_told_by_these_and_odd_lines_by_the_engine():
    """Weighing notes: of a scale, a lane and a clerk, and of a cargo of many kinds; a lane may be in brackets."""
    pattern = (
        r"^(?P<scale>[a-z]+) (?P<lane>\S+|<.*>) (?P<clerk>\w+) \[(?P<time>[\d:]+)\] "
        r"(?P<cargo>[a-z]+) (?P<load>\d+)kg(?P<rest>.*)"
    )
    form = Lines(pattern, joins=False)
    cargo = ["".join("abcdefghij"[int(digit)] for digit in str(number)) for number in range(300)]
    some = [
        f"{'abcdefgh'[n % 8]} L{'xyz'[n % 3]} {'uv'[n % 2]} [09:14:{n % 60:02d}] {cargo[n % 299]} {n}kg ok\n"
        for n in range(4000)
    ]
    some[7] = "a <b c> d [09:14:07] ore 4kg odd\n"
    some[9] = "a <b> d [09:14:07] ore 4kg <c> e [09:15:08] tin 5kg\n"
    texts = pa.array(some, pa.large_string())
    known = heads.Heads(form.pattern, form.groups, joins=False, never_null=("body", "time"))
    assert known.columns(texts, known.lengths(texts)) is None  # whole heads are too various
    columns, right = known.columns(texts, known.lengths(texts))
    assert len(known.lengths(texts)[0]) == 2
    assert right.all()
    assert [column[7].as_py() for column in columns] == ["a", "<b c>", "d", "09:14:07", "ore", "4", " odd"]
    assert [column[8].as_py() for column in columns][4:] == ["i", "8", " ok"]


def test_formats_that_people_have_most_are_told_by_heads():
    for name in ("application_log", "syslog", "cri", "logcat", "named_log"):
        assert heads.parted(LINES[name].FORMAT.pattern)[2], name
