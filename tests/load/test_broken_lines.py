"""JSON lines of which some are broken: each costs itself, in whichever block it lies and whatever it looks like."""

from random import Random

import pytest

from investigator.load import content
from investigator.load.reading import json_lines

LINES = 24_000


@pytest.fixture(autouse=True)
def several_blocks(monkeypatch):
    monkeypatch.setattr(content, "BLOCK", 1 << 18)
    monkeypatch.setattr(content, "FIRST_BLOCK", 1 << 17)


def _line(n):
    return (
        f'{{"at": "2026-06-17T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z", "lane": {n % 7}, '
        f'"parcel": {{"no": "PX-{n}", "kg": {n % 31}}}, "msg": "belt {{{n}}} took it"}}'
    )


#: What a writer, a disk or a person makes of a line: cut anywhere; whole to look at; no object.
BROKEN = {
    "cut": lambda text, dice: text[: dice.randrange(1, len(text) - 1)],
    "cut behind a bracket": lambda text, dice: text[: text.index("}") + 1],
    "a quote is lost": lambda text, dice: text.replace('": "', '": ', 1),
    "two in one": lambda text, dice: text + text,
    "a banner": lambda text, dice: "----- the log was rotated -----",
    "a list": lambda text, dice: "[1, 2, 3]",
    "a text": lambda text, dice: '"belt"',
}


@pytest.mark.parametrize("how", sorted(BROKEN))
def test_a_broken_line_costs_itself_alone(place, how):
    dice = Random(7)
    lines = [_line(n) for n in range(LINES)]
    broken = {n + 1: BROKEN[how](lines[n], dice) for n in range(90, LINES, 97)}
    text = "".join(f"{broken.get(n, line)}\n" for n, line in enumerate(lines, start=1))
    report = place.add(text.encode())
    assert report.sources[0].units.rejected == len(broken)
    assert {unit: text for unit, _, text in place.rejects()} == broken
    left = [f"belt {{{n}}} took it" for n in range(LINES) if n + 1 not in broken]
    assert sorted(place.events().body) == sorted(left)


def test_where_lines_are_broken_only_those_that_look_so_are_looked_at(place, monkeypatch):
    looked, told = [], json_lines._told
    monkeypatch.setattr(
        json_lines, "_told", lambda at, lines, *more: looked.append(lines.num_rows) or told(at, lines, *more)
    )
    lines = [_line(n) for n in range(LINES)]
    for n in range(50, LINES, 100):
        lines[n] = lines[n][: n % 80 + 1]
    report = place.add("\n".join(lines).encode())
    assert report.sources[0].units.rejected == LINES / 100
    assert sum(looked) == LINES / 100 and len(looked) > 1


def test_lines_that_are_whole_are_not_looked_at(place, monkeypatch):
    looked = []
    monkeypatch.setattr(json_lines, "_told", lambda *given: looked.append(given))
    assert place.add("\n".join(map(_line, range(LINES))).encode()).events == LINES
    assert not looked
