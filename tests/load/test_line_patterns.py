"""What a format recognises, the load reads: one preparation for all patterns, and RE2 alone."""

import random
from dataclasses import replace

import pytest

from investigator.load.content import Content
from investigator.load.formats import formats
from investigator.load.options import Options
from investigator.load.reading import file
from investigator.load.reading.reader import Reader
from investigator.sources._format import Head, Lines

LINES = {name: module for name, module in formats().items() if isinstance(module.FORMAT, Lines)}
#: What one engine takes for a digit, a blank or a line's end, and another does not.
ODD = ["٣", "\u00a0", "\u2003", "\x0b", "\x1c", "é", "  ", " ", "\t", "$", "-", "7"]


def read(place, form, data):
    """The units that begin events, and the tally, of a content that is read as this form."""
    place.number += 1
    path = place.folder / f"given-{place.number}.log"
    path.write_bytes(data)
    content = Content(path)
    with place.store.writing() as staging:
        options = Options(place.store, place.vault, place.number)
        reader = Reader(content, path.name, form, options, staging, lambda: "0" * 12, content.head())
        seen = []
        events = reader.events
        reader.events = lambda tally, keys, rows: (
            seen.extend(rows["unit"].to_pylist()),
            events(tally, keys, rows),
        )
        (tally,) = file.read(reader)
    return sorted(set(seen)), tally


def odd_lines(name, end, seed):
    """The lines of a format's example, some of them with signs that engines take differently."""
    draw = random.Random(f"{name}{seed}")
    out = []
    for line in LINES[name].EXAMPLE.splitlines() * 6:
        for _ in range(draw.choice((0, 0, 1, 2))):
            at = draw.randint(0, len(line))
            line = line[:at] + draw.choice(ODD) + line[at + draw.randint(0, 1) :]
        out.append(line.replace("\r", "").replace("\x1c", " ") if end == "\r\n" else line)
    return [line for line in out if line.strip()]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", LINES)
def test_what_a_format_recognises_the_load_reads(place, name, end):
    form = replace(LINES[name].FORMAT, cut=())  # lines that a writer cut have tests of their own
    lines = odd_lines(name, end, end)
    units, tally = read(place, form, end.join([*lines, ""]).encode())
    begins = form.beginnings(lines)
    assert units == [unit for unit, hit in enumerate(begins, 1) if hit]
    assert tally.total == len(lines) and tally.used == sum(begins)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"  \n"])
@pytest.mark.parametrize("joins", [True, False])
@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?P<time>\S+ \S+) (?P<level>[A-Z]+) (?P<body>.*) <(?P<worker>\w+)>$",
        r"^(?P<time>\S+ \S+) (?P<level>[A-Z]+) (?P<body>.*)$",
        r"^(?P<time>\S+ \S+) (?P<level>[A-Z]+) (?P<body>.*)\z",
        r"(?P<time>\S+ \S+) (?:INFO|WARN) (?P<body>[^<]*<[a-z0-9]+>)$",
    ],
)
def test_a_format_whose_pattern_ends_the_line_reads_its_lines(place, pattern, joins, end):
    form = Lines(pattern=pattern, joins=joins)
    lines = [
        b"2026-06-17 09:14:07 INFO received crate 17 <w1>",
        b"2026-06-17 09:14:09 WARN crate 17 is short <w2>",
    ]
    if joins:
        lines.insert(1, b"  and was weighed")
    units, tally = read(place, form, end.join([*lines, b""]))
    assert units == ([1, 3] if joins else [1, 2])
    assert (tally.rejected, tally.used, tally.joined) == (0, 2, int(joins))
    text = end.join([*lines, b""]).decode()
    assert form.share(Head(text.encode(), text, "", True)).share > 0.5


def test_a_declared_format_whose_pattern_ends_the_line_is_added(place):
    from investigator.load.declared import of_pattern

    own = of_pattern(r"^(?P<time>\S+ \S+) (?P<body>.*) by (?P<who>\w+)$", name="till")
    data = b"2026-06-17 09:14:07 opened by dana\n2026-06-17 09:15:07 closed by ivo \r\n"
    report = place.add(data, "till.log", declared=[own])
    assert report.sources[0].format == "till" and report.units.rejected == 0 and report.events == 2
    assert [row["who"] for row in place.events()["attributes"]] == ["dana", "ivo"]


@pytest.mark.parametrize("name", LINES)
def test_the_patterns_of_a_format_are_prepared(name):
    from investigator import re2

    form = LINES[name].FORMAT
    for pattern in filter(None, (form.pattern, form.headers, form.continues)):
        assert pattern == re2.prepared(pattern) and re2.refused(pattern) == ""
