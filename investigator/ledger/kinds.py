"""What an entry may be: each kind with the fields it must and may have.

A misspelt field would be kept for ever and read by nobody. To add a kind or a field, add it here. Checked
when an entry is written; entries that a newer copy wrote are taken as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from investigator.errors import LedgerError


@dataclass(frozen=True)
class Kind:
    """A kind of entry: what it says, and its fields."""

    name: str
    says: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field it takes."""
        return tuple(dict.fromkeys((*self.required, *self.optional, *EVERYWHERE)))


# Any entry has its line of text, may replace an earlier one, name its evidence, and say which cell wrote it.
EVERYWHERE = ("text", "why", "supersedes", "origins", "entities", "notebook", "cell")


def _kinds(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


KINDS = _kinds(
    Kind("call", "The customer's words, who said them, and by when they need an answer.", ("text",),
         ("words", "title", "contact", "customer", "zone", "about", "deadline", "channel", "reference",
          "harm")),
    Kind("declare", "What the case can't know: kinds of ids, the ids in question, window, onset, zone; formats of one's "
         "own; the zone and year of a source's times; what a team's profile says.",
         ("text",), ("kinds", "about", "window", "onset", "zone", "title", "settings", "formats", "zones", "years", "orders",
                     "days", "taken", "apart", "no_names", "lifecycle", "contacts", "profile")),
    Kind("note", "Something seen, done, heard or told.", ("text",), ("attachments", "verb", "who", "due", "batch")),
    Kind("ask", "A question to a person, with minutes to answer; or, about it, the answer.", ("text",),
         ("who", "minutes", "due", "state", "answer")),
    Kind("status", "A report that was sent: what we know, do and need; to whom; when the next one is due.",
         ("text",), ("audience", "know", "doing", "need", "corrections", "next", "struck", "promised", "cites", "plans",
          "fared")),
    Kind("guess", "What may be the cause, how it stands, and what we should see if it is so.", ("text",),
         ("expect", "state", "sure", "rivals", "for", "against", "not_looked_at", "who", "side", "held", "untested")),
    Kind("prediction", "A check written down before it runs: how likely its outcome is under each guess; or, about it, the outcome.",
         ("text",), ("check", "likely", "minutes", "outcome", "finding", "verdict")),
    Kind("decision", "What was decided, and why.", ("text",), ("options", "question", "value", "review_at", "who", "due")),
    Kind("draft", "A text for the customer before it went out: with what it stands on, and what stopped it.", ("text",),
         ("sentence", "audience", "cites", "problems", "promised")),
    Kind("approval", "Somebody approved the draft that it is about, as it was then.", ("text",), ("values",)),
    Kind("plan", "A way to serve the deadline, its steps with usual and bad minutes; or, about it, what became of it.",
         ("text",), ("name", "steps", "buffer", "state", "done", "who")),
    Kind("recovery", "What must come back, or what was done about it: restored, seen by the customer, an exception.",
         ("text", "state"), ("items", "first", "like", "healthy", "before", "ids", "source", "by", "missing", "details")),
    Kind("anyway", "A warning that somebody went past, with the reason.", ("text",), ("gate", "released")),
    Kind("pin", "A finding that belongs to the record: its sentence, its check, its evidence.",
         ("text", "finding"), ("sentence", "check", "title", "caption", "view")),
    Kind("claim", "A sentence with values, each filled by a check or reported by a person.", ("text",),
         ("values", "checks", "reported", "section", "sentence")),
    Kind("phase", "Where the incident stands from here on.", ("text",), ("status",)),
    Kind("action", "Something to do afterwards, with an owner and a date.", ("text",),
         ("owner", "due", "state", "done", "link", "check")),
    Kind("prose", "A section of the story in somebody's words.", ("section", "text"), ("audience",)),
    Kind("load", "Evidence that was taken in, with the count of every unit.", ("text", "load"),
         ("path", "sources", "units", "evidence", "seconds", "continues", "fetched", "again", "given", "stepped_back")),
    Kind("check", "The trail: a check that ran, its answer, verdict and seconds.", ("text", "check"),
         ("finding", "code", "verdict", "sources", "shown", "seconds", "rows", "failed")),
    Kind("scratch", "The trail: a scratch cell that ran, its code and what it gave.", ("text",),
         ("code", "seconds", "failed")),
    Kind("report", "A page that was made, with its hashes; whether it left the house.", ("text",),
         ("template", "path", "sha256", "manifest", "audience", "released", "parameters", "seconds", "failed",
          "head")),
    Kind("undo", "Takes an earlier entry back: hidden from then on, and kept; `why` says why.", (), ("why",)),
    Kind("erase", "The content of the entry that it is about was destroyed; the text says why, `evidence` what went with it.",
         ("text",), ("evidence",)),
)  # fmt: skip


def check(kind: str, content: Mapping[str, Any], about: str | None) -> None:
    """Nothing, if an entry of that kind may say that; else an error that names what there is."""
    if kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1)
        raise LedgerError(
            f"There is no kind of entry named '{kind}'.",
            f"There are: {', '.join(KINDS)}.",
            f"Did you mean '{near[0]}'?"
            if near
            else "To add it, add a line to investigator/ledger/kinds.py.",
        )
    known = KINDS[kind]
    missing = [name for name in known.required if content.get(name) is None or content[name] == ""]
    if missing:
        raise LedgerError(
            f"A {kind} needs '{missing[0]}'.",
            f"It has: {', '.join(content) or 'nothing'}.",
            f"{known.says} Give it a '{missing[0]}'.",
        )
    unknown = [name for name in content if name not in known.fields]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known.fields, n=1)
        raise LedgerError(
            f"A {kind} has no field '{unknown[0]}'.",
            f"It has: {', '.join(known.fields)}.",
            f"Did you mean '{near[0]}'?" if near else "To add it, name it in investigator/ledger/kinds.py.",
        )
    if kind in ("undo", "erase") and not about:
        raise LedgerError(
            f"An entry of kind {kind} must say which entry it is about.", "", "Give about=entry.id."
        )
