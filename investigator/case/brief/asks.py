"""Questions to people: who owes an answer, by when, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.record.model import Ask
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry


def for_chat(snapshot: Snapshot, entry: Entry) -> str:
    """The question as text to paste into a chat."""
    ask = snapshot.state.asks[entry.id]
    by = f" Answer by {moment.show(ask.due, snapshot.zone, day=False)}, please." if ask.due else ""
    return f"{ask.to()}: {ask.text}{by} ({snapshot.id} #{entry.number})"


def asks(snapshot: Snapshot) -> Shown:
    """Every question that is open, the late ones first; then the newest answers."""
    found = list(snapshot.state.asks.values())
    if not found:
        return shown.missing("Nobody was asked yet. Ask: %ask @ana rows in documents for the 40? 10m")
    now = snapshot.now
    open_ = [ask for ask in found if ask.answered is None]
    open_.sort(key=lambda ask: (not ask.late(now), ask.due is None, ask.due or now))
    done = [ask for ask in found if ask.answered is not None][-10:]
    return shown.table(
        ["#", "to", "question", "due", "answer"],
        [[f"#{a.entry.number}", a.to(), a.text, due(a, snapshot), a.answer] for a in (*open_, *done)],
    )


def due(ask: Ask, snapshot: Snapshot) -> str:
    """When the answer is due, in words."""
    if ask.answered is not None:
        return f"answered {moment.show(ask.answered.happened[0], snapshot.zone, day=False)}"
    if ask.due is None:
        return "seen, no time set" if ask.seen else "no time set"
    when = moment.show(ask.due, snapshot.zone, day=False)
    if ask.late(snapshot.now):
        return f"{when}, {moment.duration(snapshot.now - ask.due)} late"
    return f"{when}{', seen' if ask.seen else ''}"
