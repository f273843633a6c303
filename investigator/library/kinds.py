"""Kinds of change, of break, of step and of factor, told from the words of a text. See kinds.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from investigator.library.words import split, stems

_TOLD = Path(__file__).with_name("kinds.toml")
SORTS = ("step", "break", "change", "factor", "deed", "reason")


@cache
def _rows() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    told = tomllib.loads(_TOLD.read_text(encoding="utf-8"))
    return {
        sort: [(tuple(stems().of(split(said))), name) for name, phrases in told[sort].items() for said in phrases]
        for sort in SORTS
    }  # fmt: skip


def told(sort: str, text: str, *, at_most: int = 3) -> tuple[str, ...]:
    """The kinds of that sort that a text speaks of, the most often named first."""
    words = stems().of(split(text))
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    counted: dict[str, int] = {}
    for row, name in _rows()[sort]:
        times = sum(tuple(words[place : place + len(row)]) == row for place in places.get(row[0], ()))
        if times:
            counted[name] = counted.get(name, 0) + times
    ranked = sorted(counted, key=lambda name: (-counted[name], name))
    return tuple(ranked[:at_most])


def sort_of(name: str) -> str:
    """Of which sort a kind is; empty where no sort has it."""
    return next((sort for sort in SORTS if any(known == name for _, known in _rows()[sort])), "")
