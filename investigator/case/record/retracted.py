"""Which entries say nothing any more: taken back themselves, part of a batch that was, or edited or deleted by who said them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: Before the words that a message had, in the entry of those that took their place.
EDITED = "edited, before: "


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


def outdated(notes: Iterable[Entry]) -> set[str]:
    """The ids of messages that a later copy of their thread has otherwise, or has not any more."""
    standing: dict[tuple[str, str], list[str]] = {}
    out: set[str] = set()
    for note in notes:
        content = note.content or {}
        who, why, text = str(content.get("who")), str(content.get("why", "")), str(content.get("text", ""))
        verb = content.get("verb")
        before = text if verb == "deleted" else why.removeprefix(EDITED) if why.startswith(EDITED) else None
        if before is not None and (older := standing.get((who, before))):
            out.add(older.pop())
        if verb == "heard":
            standing.setdefault((who, text), []).append(note.id)
    return out
