"""State is a fold over entries: what stands, what was taken back, what replaced what.

Pure: entries in, answer out; the same entries in any order give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from investigator.ledger.entry import Entry


@dataclass(frozen=True)
class Fold:
    """What stands after all entries: in order, with what was taken back and what was replaced.

    `undone` and `superseded` give, by id, the entry that did it. They hide entries; nothing removes them.
    """

    standing: list[Entry]
    undone: dict[str, Entry]
    superseded: dict[str, Entry]

    def of(self, kind: str) -> list[Entry]:
        """The standing entries of a kind, in order."""
        return [entry for entry in self.standing if entry.kind == kind]


def fold(entries: Iterable[Entry]) -> Fold:
    """What stands after these entries.

    An undo acts only on what came before it, and an undo can be undone: the last word counts. An entry stays
    replaced while its successor is not undone, also when that was replaced in turn.
    """
    ordered = sorted(entries, key=lambda entry: (entry.known, entry.replica, entry.seq))
    place = {entry.id: position for position, entry in enumerate(ordered)}
    undone: dict[str, Entry] = {}
    # From the last to the first: whether an undo counts is known once all that came after it is.
    for entry in reversed(ordered):
        if entry.kind == "undo" and entry.id not in undone and entry.about is not None:
            if place.get(entry.about, len(ordered)) < place[entry.id]:
                undone.setdefault(entry.about, entry)
    superseded: dict[str, Entry] = {}
    for entry in ordered:
        if entry.id not in undone:
            for old in replaced(entry.content):
                if place.get(old, len(ordered)) < place[entry.id]:
                    superseded[old] = entry
    standing = [
        entry
        for entry in ordered
        if entry.kind != "undo" and entry.id not in undone and entry.id not in superseded
    ]
    return Fold(standing, undone, superseded)


def latest(entries: Iterable[Entry], *, kind: str | None = None) -> dict[str, Entry]:
    """The last standing entry about each thing, of one kind or of any."""
    return {
        entry.about: entry
        for entry in fold(entries).standing
        if entry.about is not None and kind in (None, entry.kind)
    }


def replaced(content: Mapping[str, Any] | None) -> list[str]:
    """The ids that an entry says it replaces: one id or a list of them."""
    value = (content or {}).get("supersedes")
    if isinstance(value, str):
        return [value]
    return [old for old in value if isinstance(old, str)] if isinstance(value, list | tuple) else []
