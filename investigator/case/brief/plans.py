"""Other ways to serve the deadline: the last moment to start each safely, and how much room is left."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from investigator import moment
from investigator.case import shown
from investigator.case.record import plans as ways
from investigator.case.record.model import Plan
from investigator.case.record.state import State
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

ASSUMED = (
    "Reckoned as usual minutes, plus the root of the summed squares of (bad - usual), plus the buffer: "
    "assumes that the steps go badly independently of each other."
)
#: The two ways that nobody should forget to ask for, by the words that speak of them.
OTHER_WAYS = {
    "serve them by hand now (an export, a copy, a paper way)": re.compile(
        r"(?i)\b(by hand|export\w*|manual\w*|paper|send (them )?directly|copy of)\b"
    ),
    "have the deadline extended": re.compile(r"(?i)\b(exten(d|ds|ded|sion)|grace|postpone\w*|later date)\b"),
}


def plans(snapshot: Snapshot) -> Shown:
    """Each way to serve the deadline: its steps, what they need, its last safe moment, and how much room is left."""
    state, now = snapshot.state, snapshot.now
    due = state.deadline.due if state.deadline else None
    parts = []
    if state.deadline is None or due is None:
        parts.append(shown.missing("No deadline is known, so nothing can be too late: ask the customer."))
    else:
        at = f"{moment.show(due, state.zone)} ({due.astimezone(moment.zone(state.zone)):%A})"
        parts.append(shown.paragraph(f"It must be there by {at}: {state.deadline.stands(now)}."))
        parts += [shown.paragraph(text) for text in ways.office_says(state)]
    parts += [
        shown.paragraph(f"{text[0].upper()}{text[1:]}, in a line that names it.", "stopped")
        for text in ways.decide_now(state, now)
    ]
    if not state.plans:
        parts.append(shown.missing(f"No other way is written down yet. One line: {ways.EXAMPLE}"))
    else:
        rows = [
            [
                one.name,
                one.text,
                ", ".join(
                    f"{'✓ ' if n < one.done else ''}{s.what} {s.usual:g}/{s.bad:g}"
                    for n, s in enumerate(one.steps)
                )
                + (f"; buffer {one.buffer:g}" if one.buffer else "; no buffer"),
                moment.duration(one.needs) if one.open else "",
                moment.show(one.last_safe(due), state.zone) if due and one.open else "",
                _room(one, due, now),
            ]
            for one in state.plans.values()
        ]
        columns = ["plan", "what", "steps, usual/bad minutes", "needs", "last safe start", "room"]
        parts += [shown.table(columns, rows), shown.missing(ASSUMED)]
    if state.phase != "resolved":
        missed = forgotten(state)
        if missed:
            parts.append(shown.missing(f"Nobody has asked yet whether we can {', or '.join(missed)}."))
    return shown.wrapped("plans", *parts)


def _room(one: Plan, due: datetime | None, now: datetime) -> str:
    if not one.open or due is None:
        return one.state
    left = one.last_safe(due) - now
    words = moment.duration(left) if left >= timedelta(0) else f"too late by {moment.duration(-left)}"
    return words if one.state == "ready" else f"{one.state}, {words}"


def forgotten(state: State) -> list[str]:
    """Other ways to serve the deadline that nobody has spoken of yet."""
    said = [one.text for one in state.plans.values()]
    said += [ask.text for ask in state.asks.values()]
    said += [str((e.content or {}).get("text", "")) for e in (*state.notes, *state.decisions)]
    return [what for what, words in OTHER_WAYS.items() if not any(words.search(text) for text in said)]
