"""What the customer may be told now: only what a check backs, no names of ours, and by when they hear from us again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from investigator import moment, natural_times
from investigator.case.reasoning.statements import Statement, newest, statements
from investigator.case.record import promises
from investigator.case.record.state import State
from investigator.case.recovery.standing import of
from investigator.case.say import clock
from investigator.case.snapshot import Snapshot
from investigator.facts import listed

#: What people do, and no claim about how it ends.
PHASES = {
    "investigating": "We are looking for the cause.",
    "identified": "We believe that we have found the cause, and are working on it.",
    "monitoring": "We have carried out a repair and watch whether it holds. Please look, and tell us of any that you miss.",
    "resolved": "We consider the incident over. Please tell us of any that you still miss.",
}


def for_customer(snapshot: Snapshot) -> tuple[str, list[Statement], datetime | None]:
    """The text for the customer as it would be now, the statements that it stands on, and when the next word is due."""
    knows, cites = known(snapshot, newest(statements(snapshot)))
    again = next_word(snapshot)
    return text(snapshot, knows, again), cites, again


def text(snapshot: Snapshot, knows: list[str], again: datetime | None) -> str:
    """The text for the customer: only what a check on the evidence backs, no names, no promise but the next word."""
    state = snapshot.state
    out = [greeting(state), ""]
    out += [
        f"as of {clock(snapshot.now, snapshot.zone, snapshot.now)} ({moment.city(snapshot.zone)} time):",
        "",
    ]
    out += [f"- {text}" for text in knows]
    out.append(f"- {PHASES.get(state.phase, PHASES['investigating'])}")
    due = state.deadline
    if due and state.phase != "resolved" and due.due > snapshot.now:
        closes = (
            f", and that the office closes at {clock(due.due, snapshot.zone, snapshot.now)} before it,"
            if due.moved
            else ""
        )
        stated = clock(due.stated.low, snapshot.zone, snapshot.now)
        out.append(f"- We know of your deadline at {stated}{closes} and work towards it.")
    if again:
        by = clock(again, snapshot.zone, snapshot.now)
        out += ["", f"You hear from us again by {by}, also if there is nothing new."]
    return "\n".join(out)


def greeting(state: State) -> str:
    """How they are addressed: by the name before the first comma of the contact."""
    name = re.split(r"[,<(]", state.contact)[0].strip()
    return f"Dear {name}," if name else "Hello,"


def next_word(snapshot: Snapshot) -> datetime | None:
    """By when the customer hears from us again: as promised already, where that is ahead; else by the cadence."""
    return None if snapshot.state.phase == "resolved" else next_word_due(snapshot)


def next_word_due(snapshot: Snapshot, given: str | datetime | None = None) -> datetime:
    """By when they hear from us again: as given; else as promised already, where that is still ahead; else the cadence."""
    if isinstance(given, datetime):
        return given
    if given:
        return natural_times.parse(given, zone_name=snapshot.zone, reference=snapshot.now).low
    soon = snapshot.now + timedelta(minutes=5)
    ahead = [p.due for p in promises.waiting(snapshot.state) if p.word and p.due >= soon]
    if ahead:
        return max(ahead)
    # To full five minutes: nobody promises 14:37.
    due = snapshot.now + timedelta(minutes=snapshot.state.cadence)
    return due.replace(second=0, microsecond=0) + timedelta(minutes=-due.minute % 5)


def known(snapshot: Snapshot, statements: list[Statement]) -> tuple[list[str], list[Statement]]:
    """What checks that hold now let us say, and the statements it stands on: no inside names, nothing reported."""
    theirs = [name for name in snapshot.state.about if name]
    items = of(snapshot).items
    out: list[str] = []
    cites = []
    for statement in statements:
        before = len(out)
        finding, check = statement.now, statement.then.check
        if (
            finding is None
            or check is None
            or finding.verdict != "found"
            or statement.status == "contradicted"
        ):
            continue
        value = finding.value if isinstance(finding.value, dict) else {}
        if check.analysis == "whereabouts" and value.get("entity") in theirs:
            name = value["entity"]
            item = items.get(name)
            if item is not None and item.seen is not None:
                out.append(
                    f"{name} can be found again: you told us so at {clock(item.seen.happened[0], snapshot.zone, snapshot.now)}."
                )
            elif item is not None and item.restored is not None:
                out.append(
                    f"{name} was restored at {clock(item.restored.happened[0], snapshot.zone, snapshot.now)}: please look."
                )
            elif value.get("disposition") == "hidden":
                out.append(f"{name} is not lost: it is stored with us, and the search does not show it.")
            elif value.get("disposition") == "available":
                out.append(f"{name} can be found again.")
        if check.analysis == "who_else":
            mine = [c for c in value.get("customers", []) if c.get("customer") in theirs]
            if mine and mine[0].get("affected"):
                out.append(f"{int(mine[0]['affected']):,} of your documents are affected.")
                if listed.differs(value.get("list")):
                    out.append(listed.sentence(value["list"], "Your list"))
        if check.analysis == "recount" and value.get("back"):
            out.append(f"{_mine_back(snapshot, value):,} of your documents can be found again.")
        if len(out) > before:
            cites.append(statement)
    return list(dict.fromkeys(out)), cites


def _mine_back(snapshot: Snapshot, value: dict[str, Any]) -> int:
    """How many of the calling customer's items a count has seen to be back."""
    theirs, items = set(snapshot.state.about), of(snapshot).items
    return sum(
        bool(back) and one in items and items[one].customer in theirs for one, back in value["items"].items()
    )
