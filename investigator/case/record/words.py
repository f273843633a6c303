"""An entry of the record in words: the plain word for its kind, and its line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: What the record shows of its own accord; the trail and loads have their own places.
SPOKEN = (
    "call",
    "note",
    "ask",
    "guess",
    "prediction",
    "decision",
    "pin",
    "phase",
    "recovery",
    "status",
    "anyway",
    "action",
    "plan",
    "claim",
    "draft",
    "approval",
    "report",
)


def label(entry: Entry) -> str:
    """The plain word for a kind of entry."""
    content = entry.content or {}
    if entry.kind == "note" and content.get("verb"):
        return str(content["verb"])
    if entry.kind == "call" and entry.about is None and not content.get("words") and content.get("deadline"):
        return "deadline"
    if entry.kind == "ask" and entry.about:
        return "seen" if content.get("state") == "seen" else "answer"
    words = {"pin": "found", "phase": "now", "anyway": "went ahead", "recovery": "recovery"}
    return words.get(entry.kind, entry.kind)


def speaker(entry: Entry) -> str:
    """Who said it: of what was pasted or heard the one who spoke, else who wrote it down."""
    content: dict[str, Any] = entry.content or {}
    told = content.get("batch") or content.get("verb") in ("heard", "corrects")
    return str(content["who"][0]) if told and content.get("who") else entry.author


def joined(said: Iterable[str]) -> str:
    """Sentences in one line: the full stop of one goes where the next follows."""
    *before, last = [*said] or [""]
    return "; ".join([*(one.rstrip().removesuffix(".") for one in before), last])


def sentence(entry: Entry) -> str:
    """An entry as one line."""
    if entry.erased:
        return "(erased)"
    content: dict[str, Any] = entry.content or {}
    text = (
        str(content.get("title") or content.get("text", ""))
        if entry.kind == "call"
        else str(content.get("text", ""))
    )
    if entry.kind == "ask" and content.get("who"):
        return f"{', '.join('@' + name for name in content['who'])} {text}"
    if entry.kind == "status" and content.get("audience") == "customer":
        return f"to customer: {' '.join(text.split())[:200]}"
    if entry.kind == "status":
        return f"to {content.get('audience', 'inside')}: {joined(content.get('know', [])[:2]) or 'no news'}"
    if entry.kind == "guess" and content.get("side"):
        return f"{content['side']}: {text}"
    if entry.kind == "guess" and entry.about:
        return f"{content.get('state', '')}: {content.get('why') or text}"
    why = str(content.get("why") or "")
    return f"{text} ({why})" if why and why not in text else text
