"""How much time there was to spare before the deadline, at each moment at which a plan or the deadline changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case.record.state import State, fold

if TYPE_CHECKING:
    from investigator.case.snapshot import Snapshot

#: Entries that change it, and how many of them are looked at: the last ones.
CHANGES, CHANGES_AT_MOST = ("call", "plan", "phase"), 100
#: The line of a case that has no plan.
TIME_LEFT = "time left"


def slack(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Two points for each stretch between two changes: plan, time, and the minutes to spare then.

    To spare is what is left until it is due, less what the plan still needs with its doubt and buffer; without a plan,
    what is left. Each stretch is as it was known then; it ends when the incident was resolved.
    """
    entries = snapshot.entries()
    turns = [place for place, entry in enumerate(entries) if entry.kind in CHANGES][-CHANGES_AT_MOST:]
    out: list[dict[str, Any]] = []
    for turn, place in enumerate(turns):
        state = fold(entries[: place + 1])
        if state.deadline is None or state.phase == "resolved":
            continue
        start = entries[place].known
        end = entries[turns[turn + 1]].known if turn + 1 < len(turns) else snapshot.now
        for plan, needs in _needs(state):
            out += [{"plan": plan, "time": when.isoformat(), "minutes": round(_left(state, when) - needs, 1)} for when in (start, end)]  # fmt: skip
    return out


def _needs(state: State) -> list[tuple[str, float]]:
    """Each plan that can still be chosen or is under way, with the minutes that it needs."""
    plans = [plan for plan in state.plans.values() if plan.open]
    return [(f"plan {plan.name}", plan.needs.total_seconds() / 60) for plan in plans] or [(TIME_LEFT, 0.0)]


def _left(state: State, when: datetime) -> float:
    assert state.deadline is not None
    return state.deadline.left(when).total_seconds() / 60
