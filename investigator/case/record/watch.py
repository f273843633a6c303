"""The clocks that somebody must watch: the status, the word to the customer, the last safe start of a plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.record import clocks, plans, promises
from investigator.case.say import day_clock

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry

#: What an echo says at most: it stands under somebody's own line.
AT_MOST = 2


def next_status(state: State, entries: list[Entry]) -> datetime | None:
    """When the next status for inside is due: as the last one said, else the cadence after the call.

    None once resolved, and for one who works alone and has sent none. What the customer was promised is `promises`.
    """
    if state.phase == "resolved":
        return None
    said = [
        (e.known, str((e.content or {})["next"]))
        for e in state.statuses
        if inside(e) and (e.content or {}).get("next")
    ]
    if said:
        return datetime.fromisoformat(max(said)[1])
    if len({entry.author for entry in entries}) < 2 or state.call is None:
        return None
    return state.call.known + timedelta(minutes=state.cadence)


def inside(entry: Entry) -> bool:
    """Whether a status went to colleagues."""
    return (entry.content or {}).get("audience", "inside") in ("inside", "both")


def overdue(state: State, entries: list[Entry], now: datetime) -> str:
    """That the status is overdue, and by how much; empty where it is not."""
    due = next_status(state, entries)
    if due is None or now < due + promises.MINUTE:
        return ""
    return f"the status is {moment.duration(now - due)} overdue (was due {day_clock(due, state.zone, now)})"


def words(state: State, entries: list[Entry], now: datetime) -> list[str]:
    """What has run out, the dearest first: a plan's last safe start, a word to the customer, the status."""
    out = plans.decide_now(state, now)
    if state.phase != "resolved":
        for promise in promises.waiting(state):
            if promise.broken(now):
                at, over = day_clock(promise.due, state.zone, now), moment.duration(now - promise.due)
                out.append(f"the customer was promised {promise.text} by {at}: {over} over")
                break
    for clock in clocks.running(state):
        if clock.due <= now:
            out.append(clock.says(now, state.zone))
    late = overdue(state, entries, now)
    return [*out, late] if late else out


def line(state: State, entries: list[Entry], now: datetime) -> str:
    """What has run out as one line for the foot of an echo; empty where nothing has."""
    found = words(state, entries, now)
    return f"watch: {' · '.join(found[:AT_MOST])}" if found else ""
