"""What is for the lawyer alone: every other screen and page says only that something is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.ledger import Entry

VERB = "privileged"
INSTEAD = "privileged: for the lawyer alone"


def marked(entry: Entry) -> bool:
    """Whether an entry is for the lawyer alone. Whatever else it may say, it says so in its stored text."""
    return entry.kind == "note" and entry.mentions(VERB) and (entry.content or {}).get("verb") == VERB


def without(entries: list[Entry]) -> list[Entry]:
    """The entries with those for the lawyer alone emptied but for their number, time and author."""
    if not any(marked(entry) for entry in entries):
        return entries
    return [
        entry.saying(json.dumps({"text": INSTEAD, "verb": VERB})) if marked(entry) else entry
        for entry in entries
    ]
