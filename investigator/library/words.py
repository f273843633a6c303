"""Words as the library compares them: stems, and the idea that words of several trades stand for.

Stems are those of SQLite's porter tokenizer (Porter 1980), so that what Python compares is what the index holds. An
idea is found by the stems of its words in a row, wherever they stand, and is a word of its own in the index.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Container, Iterable
from functools import cache
from pathlib import Path

TOKENIZER = "porter unicode61 remove_diacritics 2"
_WORD = re.compile(r"[^\W_]+")
_TOLD = Path(__file__).with_name("words.toml")
LENGTH_AT_MOST = 40
WORDS_AT_MOST = 60_000


class Stems:
    """The stems of words, asked of SQLite once a word."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(f"CREATE VIRTUAL TABLE one USING fts5(words, tokenize = '{TOKENIZER}')")
        self._db.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(one, instance)")

    def of(self, words: Iterable[str]) -> list[str]:
        """The stem of each word."""
        given = list(words)
        known = self._known
        new = sorted({word for word in given if word not in known})
        if new:
            self._db.executemany("INSERT INTO one(rowid, words) VALUES (?, ?)", enumerate(new, 1))
            found = dict(self._db.execute("SELECT doc, term FROM seen WHERE offset = 0"))
            self._known.update((word, found.get(place, word)) for place, word in enumerate(new, 1))
            self._db.execute("DELETE FROM one")
        return [known[word] for word in given]


@cache
def stems() -> Stems:
    """The one that this process asks."""
    return Stems()


def split(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return [word[:LENGTH_AT_MOST] for word in _WORD.findall(text.lower())[:WORDS_AT_MOST]]


@cache
def _ideas() -> tuple[dict[str, list[tuple[tuple[str, ...], str]]], frozenset[str], str]:
    data = _TOLD.read_bytes()
    told = tomllib.loads(data.decode())
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, phrases in told["same"].items():
        for phrase in phrases:
            row = tuple(stems().of(split(phrase)))
            by_first.setdefault(row[0], []).append((row, "idea" + name.replace("_", "")))
    import hashlib

    return by_first, frozenset(told["unsaid"]["words"]), hashlib.sha256(data).hexdigest()[:12]


def version() -> str:
    """Changes with the words that are held to mean the same."""
    return _ideas()[2]


def ideas(words: list[str]) -> list[str]:
    """The ideas in a row of stems, each as often as it is said."""
    by_first = _ideas()[0]
    out = []
    for place, stem in enumerate(words):
        if stem in by_first:
            out += sorted(
                {idea for row, idea in by_first[stem] if tuple(words[place : place + len(row)]) == row}
            )
    return out


def sayings(wanted: Container[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """How the wanted ideas are said: rows of stems by their first."""
    return {
        first: some
        for first, rows in _ideas()[0].items()
        if (some := [(row, idea) for row, idea in rows if idea in wanted])
    }


def phrased(
    stemmed: list[str], written: list[str], said: dict[str, list[tuple[tuple[str, ...], str]]]
) -> dict[str, str]:
    """Each idea in a row of stems that is said in one of those ways, with the words that say it first."""
    out: dict[str, str] = {}
    for place, stem in enumerate(stemmed):
        for row, idea in said.get(stem, ()):
            if idea not in out and tuple(stemmed[place : place + len(row)]) == row:
                out[idea] = " ".join(written[place : place + len(row)])
    return out


def telling(text: str) -> list[str]:
    """The words of a text that tell something, each once, in order."""
    unsaid = _ideas()[1]
    return [
        word
        for word in dict.fromkeys(split(text))
        if word not in unsaid and not (word.isdecimal() and len(word) < 3)
    ]
