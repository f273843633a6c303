"""The next morning and the next month: what is asked about until somebody answers.

What was switched off and not put back, from when the incident is over; actions whose day has passed, or that nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.reasoning.switched import switched
from investigator.case.record import clocks, leading
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.record.record import Record
    from investigator.case.snapshot import Snapshot
    from investigator.ledger import Entry

#: So long something may be off before it is asked about, also while the incident lasts.
OFF_HOURS = 12


@dataclass(frozen=True)
class Question:
    """What is asked, of whom (empty: of everybody), since when, and the line that answers it."""

    text: str
    who: str
    since: datetime
    answer: str


def questions(snapshot: Snapshot) -> list[Question]:
    """What nobody has answered yet, the oldest first."""
    state, now, place = snapshot.state, snapshot.now, moment.zone(snapshot.zone)
    over = state.phase == "resolved"
    out = []
    for one in switched(state):
        since = one.off.happened[0]
        if one.on is None and (over or (now - since).total_seconds() >= OFF_HOURS * 3600):
            text = f"“{_text(one.off)}”, {moment.duration(now - since)} ago: is it back?"
            out.append(
                Question(text, one.off.author, since, f"inv note did resumed it, #{one.off.number} is back")
            )
    for clock in clocks.running(state):
        text = f"{clock.says(now, snapshot.zone)}: is it kept?"
        out.append(Question(text, clock.owner, clock.start, f"inv note did #{clock.entry.number} reported"))
    lead = leading.lead(state)
    if lead.offered is not None:
        out.append(
            Question(
                lead.says(snapshot.zone),
                lead.to,
                lead.offered.happened[0],
                f"inv note --case {snapshot.id} accept",
            )
        )
    for action in state.actions.values():
        due = _day(action.due)
        number = action.entry.number
        if action.done or (due is not None and due >= now.astimezone(place).date()):
            continue
        if due is not None:
            late = (now.astimezone(place).date() - due).days
            text = f"{action.text} — due {action.due}, {late} day{'' if late == 1 else 's'} ago: is it done?"
        elif not action.owner and over:
            text = f"{action.text} — who does it, and by when?"
        else:
            continue
        out.append(Question(text, action.owner, action.entry.happened[0], f"inv due --done {number}   or a new day: inv due --move {number}=2026-12-31"))  # fmt: skip
    return sorted(out, key=lambda one: (one.since, one.text))


def settle(record: Record, number: int, *, done: bool = False, due: str = "", why: str = "") -> Entry:
    """Answer for an action: that it is done, or its new day (YYYY-MM-DD). Raises ParameterError where it is none."""
    entry = record.entry(number)
    action = record.state.actions.get(entry.id)
    if action is None:
        there = ", ".join(f"#{one.entry.number} {one.text[:40]}" for one in record.state.actions.values())
        raise ParameterError(
            f"#{number} is no action.", f"There are: {there or 'none'}.", "Name one of these."
        )
    if due and _day(due) is None:
        raise ParameterError(f"'{due}' is no day.", "", "Write it as 2026-12-31.")
    content = {"text": why or ("done" if done else f"moved to {due}"), "done": done, "due": due}
    return record.append("action", content, about=entry.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _text(entry: Entry) -> str:
    return str((entry.content or {}).get("text", ""))
