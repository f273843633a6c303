"""Decisions: between what, who chose and why, who objected, and a frozen link to what was known at that moment.

decide roll the indexer back | options: roll back; patch forward | why: it is the quickest way
object #22 the new index loses its last hour       agree #22
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.record import mode
from investigator.case.record.entries import said_something
from investigator.case.record.record import Record
from investigator.case.record.state import fold
from investigator.case.record.words import joined
from investigator.case.say import short
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.ledger import Entry

PINS_AT_MOST = 2


def options(text: str) -> list[str]:
    """The options in `roll back; patch forward`."""
    return [part.strip() for part in text.split(";") if part.strip()]


def rejected(text: str, options: Iterable[str]) -> list[str]:
    """The options that a decision did not take: all but the one whose words it says; of two the longer, where it says both."""
    said = _words(text)
    there = [(one, _words(one)) for one in options]
    shares = {one: (len(words & said) / len(words), len(words & said)) for one, words in there if words}
    best = max(shares.values(), default=(0.0, 0))
    taken = [one for one, share in shares.items() if share == best]
    # Two that it says as much of, or none of which it says half: which was taken can't be told.
    if best[0] < 0.5 or (len(taken) > 1 and best[0] < 1):
        taken = []
    return [one for one, _ in there if one not in taken]


def _words(text: str) -> set[str]:
    return {word.strip(".") for word in re.findall(r"[\w.]+", text.casefold())} - {""}


def decide(
    record: Record,
    text: str,
    *,
    why: str = "",
    options: Iterable[str] = (),
    who: Iterable[str] = (),
    due: datetime | None = None,
    **given: Any,
) -> Entry:
    """Take down a decision: what, why, between which options, who chose where that is not who writes, and by when."""
    content: dict[str, Any] = {"text": said_something(text), "why": why}
    if options := [str(one) for one in options]:
        content["options"] = options
    if who := [str(one) for one in who]:
        content["who"] = who
    if due:
        content["due"] = due.isoformat()
    return record.append("decision", content, **given)


def answer(record: Record, decision: Entry, verb: str, text: str = "", **given: Any) -> Entry:
    """Take down that somebody `object`s, with the reason, or says `agree`: about that decision, beside it for ever."""
    if verb == "object" and not text:
        raise ParameterError(
            "An objection needs its reason.", "", f"Such as: object #{decision.number} it loses the last hour"
        )
    return record.append("note", {"text": text or "agreed", "verb": verb}, about=decision.id, **given)


def objections(snapshot: Snapshot, decision: Entry) -> list[Entry]:
    """What was said against a decision, in order."""
    return [
        n
        for n in snapshot.state.notes
        if n.about == decision.id and (n.content or {}).get("verb") == "object"
    ]


def decisions(snapshot: Snapshot) -> Shown:
    """Each decision: when, who chose, between what, why, who objected, and what was known at that moment."""
    found = snapshot.state.decisions
    if not found:
        return shown.missing(
            "No decision yet. Write one down: %decide pause the purge | options: pause; let it run | why: it deletes at 18:00"
        )
    rows = []
    for entry in found:
        content = entry.content or {}
        others = rejected(str(content["text"]), content.get("options", []))
        rows.append(
            [
                f"#{entry.number} {moment.show(entry.happened[0], snapshot.zone)}",
                ", ".join(content.get("who", [])) or entry.author,
                str(content["text"]) + (f" ({content['why']})" if content.get("why") else ""),
                "; ".join(others),
                _polled(snapshot, entry),
                _known(snapshot, entry),
            ]
        )
    names = ["when", "who chose", "decided", "instead of", "objections", "known at that moment"]
    kept = [0, 1, 2, *(n for n in (3, 4) if any(row[n] for row in rows)), 5]
    return shown.table([names[n] for n in kept], [[row[n] for n in kept] for row in rows])


def _polled(snapshot: Snapshot, decision: Entry) -> str:
    said = [f"{n.author}: {(n.content or {})['text']}" for n in objections(snapshot, decision)]
    agreed = [
        n.author
        for n in snapshot.state.notes
        if n.about == decision.id and (n.content or {}).get("verb") == "agree"
    ]
    if agreed:
        said.append(f"agreed: {', '.join(dict.fromkeys(agreed))}")
    return "; ".join(said)


def _known(snapshot: Snapshot, entry: Entry) -> str:
    """The guess acted on and the newest findings, as they stood just before; and how to open the case as it was."""
    then = fold([other for other in snapshot.entries() if other.known < entry.known])
    guess = then.working_guess
    known = [f"guess, {guess.state}: {guess.text}"] if guess else []
    for pin in then.pins[-PINS_AT_MOST:]:
        known.append(short(moment.localised(str((pin.content or {})["text"]), snapshot.zone)))
    told = joined(known) or "the call, and nothing else"
    # A page has no notebook beside it: there, a line of code is none that anybody can run.
    return told if mode.reporting() else f"{told} [case.then({entry.number})]"
