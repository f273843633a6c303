"""The turns of an investigation: what came to the record together, up to when it was called resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.record.retracted import taken_back
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: What moves an investigation on. What was said to others, and what was made afterwards, doesn't.
MOVES = ("guess", "decision", "pin", "phase", "recovery", "anyway")
#: Entries that follow each other within a minute are one turn.
TOGETHER = timedelta(seconds=60)


@dataclass
class Turn:
    """What came to the record within a minute, and when the first of it was known."""

    number: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def before(self) -> datetime:
        """The last moment at which none of it was known."""
        return self.entries[0].known - timedelta(microseconds=1)

    @property
    def when(self) -> datetime:
        """When the first of it happened."""
        return self.entries[0].happened[0]


def turns(snapshot: Snapshot) -> list[Turn]:
    """The turns of the record in the order in which things became known, up to when it was called resolved."""
    entries = snapshot.entries()
    gone = taken_back(entries)
    out: list[Turn] = []
    for entry in entries:
        if entry.id in gone or entry.erased or not _moves(entry):
            continue
        if out and entry.known - out[-1].entries[-1].known <= TOGETHER:
            out[-1].entries.append(entry)
        else:
            out.append(Turn(len(out) + 1, [entry]))
        if entry.kind == "phase" and (entry.content or {}).get("text") == "resolved":
            break
    return out


def _moves(entry: Entry) -> bool:
    content = entry.content or {}
    if entry.kind == "phase" and content.get("text") == "investigating":
        return False
    if entry.kind == "ask":
        return bool(entry.about) and content.get("state") != "seen"
    return entry.kind in MOVES or (entry.kind == "note" and content.get("verb") in ("did", "heard"))


def heading(snapshot: Snapshot, turn: Turn) -> str:
    """A turn's heading, which gives nothing away: the time, and how long after the call."""
    call = snapshot.state.call
    after = f", {moment.duration(turn.when - call.happened[0])} after the call" if call else ""
    place = moment.zone(snapshot.zone)
    return f"{turn.when.astimezone(place):%H:%M} {moment.city(snapshot.zone)}{after}"
