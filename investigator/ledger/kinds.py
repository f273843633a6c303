"""What an entry can be: the fields that each kind must have. Everything else in its content is free JSON."""

from __future__ import annotations

import json
from typing import Any

from investigator.errors import LedgerError

#: kind -> (fields that must be there, what it is)
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "call": (("text",), "the customer's words, the contact, the deadline with its zone"),
    "note": (("text",), "something seen, done or heard"),
    "guess": (("text",), "what may be the cause; about an earlier guess: how it stands now"),
    "decision": (("text",), "what was decided, and why"),
    "pin": (("text", "finding"), "a finding that somebody put into the record"),
    "phase": (("text",), "investigating, identified, monitoring, resolved"),
    "action": (("text",), "something to do afterwards, with owner and date"),
    "prose": (("section", "text"), "what people write into the postmortem"),
    "declare": (("text",), "kinds of ids, window, onset, zone: what the case can't know by itself"),
    "load": (("text", "load"), "evidence that was added, with its hash and the law"),
    "check": (("text", "check"), "the trail: an analysis that ran, its answer and verdict"),
    "report": (("text",), "a page that was made"),
    "undo": (("text",), "takes back the entry that it is about"),
    "erase": (("text",), "the entry that it is about has no content any more"),
}

BYTES_AT_MOST = 1_000_000


def checked(kind: str, content: dict[str, Any]) -> str:
    """The content as canonical JSON; raises LedgerError where the kind or a field doesn't fit."""
    if kind not in KINDS:
        raise LedgerError(
            f"There is no kind of entry named '{kind}'.", f"There are: {', '.join(KINDS)}.", "Use one of these."
        )
    for name in KINDS[kind][0]:
        if content.get(name) in (None, ""):
            raise LedgerError(
                f"A {kind} needs '{name}'.", f"It has: {', '.join(content) or 'nothing'}.", f"Give it a '{name}'."
            )
    try:
        text = canonical(content)
    except (TypeError, ValueError) as error:
        raise LedgerError(
            f"This {kind} is no plain JSON: {error}.",
            "Content is text, numbers, true and false, lists and dictionaries.",
            "Turn it into these first.",
        ) from None
    if len(text.encode()) > BYTES_AT_MOST:
        raise LedgerError(
            f"This {kind} has {len(text.encode()):,} bytes.",
            f"An entry holds at most {BYTES_AT_MOST:,}.",
            "Add large things as evidence: case.add(path).",
        )
    return text


def canonical(value: Any) -> str:
    """JSON with one spelling for one value, for hashing: keys sorted, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
