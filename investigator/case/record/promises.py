"""What the customer was promised: to hear from us by a time, or anything else with `promise ... by 16:00`; kept or not.

    told @jonas we are looking; next word by 14:30
    promise you get the list of all 40 by 16:00      did #31 sent the list

A promise to write is kept by the next word to the customer, any other by a `did` or `told` that names its number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry

#: "By 14:30" lasts until the minute is over.
MINUTE = timedelta(minutes=1)
_NAMES = re.compile(r"\w{3,}")
_TITLES = frozenset(("mrs", "frau", "herr", "the", "and", "gmbh", "ltd", "inc", "contact"))


@dataclass
class Promise:
    """A promise: what, made when and due when, and the entry that kept it."""

    entry: Entry
    text: str
    made: datetime
    due: datetime
    word: bool = True  # only that they hear from us
    kept: Entry | None = None

    def open(self) -> bool:
        """Whether nothing kept it yet."""
        return self.kept is None

    def broken(self, now: datetime) -> bool:
        """Whether its time passed, and nothing has kept it."""
        return self.kept is None and now >= self.due + MINUTE

    def says(self, now: datetime) -> str:
        """How it stands, in words."""
        if self.kept is not None:
            late = self.kept.happened[0] - self.due
            return "kept" if late < MINUTE else f"kept {moment.duration(late)} late"
        left = self.due - now
        return (
            f"in {moment.duration(left)}"
            if not self.broken(now)
            else f"not kept, {moment.duration(-left)} over"
        )


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters, as `names` has them."""
    return [word for word in _NAMES.findall(name.lower()) if word not in _TITLES]


def names(state: State) -> set[str]:
    """How the contacts at the customer's are called, in small letters: of the call, and of every `contact` since."""
    out = set(_NAMES.findall(state.contact.split(",")[0].split("<")[0].lower()))
    for note in state.notes:
        content = note.content or {}
        if content.get("verb") == "contact":
            named = _NAMES.findall(str(content["text"]).split(",")[0])
            out |= {word.lower() for word in named if not word[0].islower()}
    return out - _TITLES


def with_customer(state: State, entry: Entry, known: set[str] | None = None) -> str:
    """Whether an entry is a contact with the customer: `out`, `in`, or empty."""
    content: dict[str, Any] = entry.content or {}
    if entry.kind == "status":
        return "out" if content.get("audience") in ("customer", "both") else ""
    if entry.kind == "call":
        return "in"
    if entry.kind == "recovery":
        return "in" if content.get("state") == "seen" else ""
    verb = content.get("verb")
    if entry.kind != "note" or verb not in ("told", "heard"):
        return ""
    called = names(state) if known is None else known
    whom = {str(name).lower() for name in content.get("who", [])}
    text = str(content.get("text", "")).lower()
    if not called and verb == "told" and content.get("due"):
        return "out"  # nobody wrote down who the contact is: who promises a word promises it to them
    theirs = any(word in called for name in whom for word in _NAMES.findall(name))
    if theirs or (
        not whom and (re.search(r"\bcustomer\b", text) or any(w in called for w in _NAMES.findall(text)))
    ):
        return "out" if verb == "told" else "in"
    return ""


def of(state: State) -> list[Promise]:
    """Every promise in the order in which they were made, with what kept it."""
    known = names(state)
    out: list[Promise] = []
    said = sorted([*state.statuses, *state.notes], key=lambda e: (e.happened[0], e.known))
    spoken = [entry for entry in said if with_customer(state, entry, known) == "out"]
    # Whoever looks while we are on the phone has heard from us.
    seen = [entry for entry in state.recoveries if with_customer(state, entry, known)]
    words = sorted([*spoken, *seen], key=lambda e: (e.happened[0], e.known))
    for entry in said:
        content: dict[str, Any] = entry.content or {}
        if content.get("verb") == "promise":
            due = content.get("due")
            if due:
                kept = next((n for n in state.notes if n.about == entry.id), None)
                out.append(
                    Promise(
                        entry,
                        str(content["text"]),
                        entry.happened[0],
                        datetime.fromisoformat(due),
                        False,
                        kept,
                    )
                )
            continue
        due = content.get("promised") or content.get("next") if entry.kind == "status" else content.get("due")
        if not due or entry not in spoken:
            continue
        kept = next((e for e in words if (e.happened[0], e.known) > (entry.happened[0], entry.known)), None)
        out.append(Promise(entry, "a word", entry.happened[0], datetime.fromisoformat(due), True, kept))
    return out


def waiting(state: State) -> list[Promise]:
    """Promises that nothing has kept yet, the soonest first; the same promise twice is one."""
    first: dict[tuple[str, datetime], Promise] = {}
    for promise in of(state):
        if promise.open():
            first.setdefault((promise.text, promise.due), promise)
    return sorted(first.values(), key=lambda promise: promise.due)


def summary(state: State, now: datetime, zone: str) -> str:
    """One line: how many were kept, and what is waited for; empty where nothing was promised."""
    found = of(state)
    if not found:
        return ""
    kept = [p for p in found if p.kept is not None]
    late = [p for p in kept if p.says(now) != "kept"]
    broken = sum(p.broken(now) for p in found)
    parts = ((len(kept) - len(late), "kept"), (len(late), "kept late"), (broken, "not kept"))
    text = ", ".join(f"{count} {what}" for count, what in parts if count)
    nearest = waiting(state)[:2]
    said = [
        f"{p.text} by {moment.show(p.due, zone, day=False).split(' (')[0]} ({p.says(now)})" for p in nearest
    ]
    return "; ".join([*([text] if text else []), *said])
