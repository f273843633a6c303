"""Which entries say nothing any more: taken back themselves, or part of a batch that was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.ledger import Entry


def taken_back(entries: Iterable[Entry]) -> set[str]:
    """The ids of entries that were undone, and of those that came in one batch with one that was."""
    listed = list(entries)
    undone: set[str] = set()
    # The last word counts: an undo that was undone takes nothing back.
    for entry in sorted((e for e in listed if e.kind == "undo"), key=lambda e: (e.known, e.id), reverse=True):
        if entry.id not in undone and entry.about:
            undone.add(entry.about)
    heads = {e.id for e in listed if e.id in undone and (e.content or {}).get("verb") == "pasted"}
    if not heads:
        return undone  # the contents of a long record stay unread
    return undone | {e.id for e in listed if e.kind == "note" and (e.content or {}).get("batch") in heads}
