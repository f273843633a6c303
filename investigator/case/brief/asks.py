"""Questions to people: who owes an answer, by when, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.record.model import Ask
from investigator.case.shown import Shown

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.ledger import Entry


def for_chat(case: Case, entry: Entry) -> str:
    """The question as text to paste into a chat."""
    ask = case.state.asks[entry.id]
    by = f" Answer by {moment.show(ask.due, case.zone, day=False)}, please." if ask.due else ""
    return f"{ask.to()}: {ask.text}{by} ({case.id} #{entry.number})"


def asks(case: Case) -> Shown:
    """Every question that is open, the late ones first; then the newest answers."""
    found = list(case.state.asks.values())
    if not found:
        return shown.missing("Nobody was asked yet. Ask: %ask @ana rows in documents for the 40? 10m")
    now = case.now
    open_ = [ask for ask in found if ask.answered is None]
    open_.sort(key=lambda ask: (not ask.late(now), ask.due is None, ask.due or now))
    done = [ask for ask in found if ask.answered is not None][-10:]
    return shown.table(
        ["#", "to", "question", "due", "answer"],
        [[f"#{a.entry.number}", a.to(), a.text, due(a, case), a.answer] for a in (*open_, *done)],
    )


def due(ask: Ask, case: Case) -> str:
    """When the answer is due, in words."""
    if ask.answered is not None:
        return f"answered {moment.show(ask.answered.happened[0], case.zone, day=False)}"
    if ask.due is None:
        return "seen, no time set" if ask.seen else "no time set"
    when = moment.show(ask.due, case.zone, day=False)
    if ask.late(case.now):
        return f"{when}, {moment.duration(case.now - ask.due)} late"
    return f"{when}{', seen' if ask.seen else ''}"
