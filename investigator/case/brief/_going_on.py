"""What a status says that we do and need."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.brief import worse
from investigator.case.brief._known import capped, later
from investigator.case.record import plans, promises
from investigator.case.recovery import standing
from investigator.case.say import clock, short
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.case.record.state import State


def doing(snapshot: Snapshot, state: State, since: datetime | None) -> list[str]:
    out = []
    if state.phases and state.phase != "resolved":
        phase = state.phases[-1]
        why = str((phase.content or {}).get("why") or "")
        if why:
            out.append(
                f"{state.phase.capitalize()} since {clock(phase.happened[0], snapshot.zone, snapshot.now)}: {short(why)}"
            )
    if state.phase != "resolved":
        acting = [guess.text for guess in state.guesses.values() if guess.state == "acting on"]
        tested = [guess.text for guess in state.guesses.values() if guess.state == "open"]
        out += [f"We act on: {text}" for text in acting]
        out += [f"We test: {'; '.join(tested[-3:])}"] if tested else []
    for entry in later(state.decisions, since):
        out.append(
            f"Decided {clock(entry.happened[0], snapshot.zone, snapshot.now)}: {(entry.content or {})['text']}"
        )
    for ask in state.asks.values():
        if ask.answered is None and not ask.late(snapshot.now):
            by = f", by {clock(ask.due, snapshot.zone, snapshot.now)}" if ask.due else ""
            out.append(f"{ask.to()}: {ask.text}{by}")
    for note in later(state.notes, since):
        content = note.content or {}
        if content.get("verb") in ("did", "told"):
            verb = "Done" if content["verb"] == "did" else "Told"
            out.append(f"{verb} {clock(note.happened[0], snapshot.zone, snapshot.now)}: {content['text']}")
    promised = (
        [p for p in promises.waiting(state) if not p.broken(snapshot.now)]
        if state.phase != "resolved"
        else []
    )
    out += [
        f"Promised to the customer: {p.text} by {clock(p.due, snapshot.zone, snapshot.now)}"
        for p in promised[:2]
    ]
    return capped(out)


def needs(snapshot: Snapshot, state: State) -> list[str]:
    out = [f"A decision: {text}" for text in plans.decide_now(state, snapshot.now)]
    if state.phase != "resolved":
        for promise in promises.waiting(state):
            if promise.broken(snapshot.now):
                late = moment.duration(snapshot.now - promise.due)
                out.append(
                    f"A word to the customer: promised for {clock(promise.due, snapshot.zone, snapshot.now)}, {late} over"
                )
                break
    for ask in state.asks.values():
        if ask.late(snapshot.now) and ask.due:
            late = moment.duration(snapshot.now - ask.due)
            out.append(f"An answer from {ask.to()}, {late} late: {ask.text}")
    recovery = standing.of(snapshot)
    if recovery.plan is not None and state.phase != "resolved":
        out.append(recovery.next_step()[0])
    if state.deadline is None and state.phase != "resolved":
        out.append("The customer's deadline: nobody has asked for it yet")
    if state.phase != "resolved":
        for one in worse.of(snapshot):
            if not (one.held or one.maybe) and one.due is not None and one.due > snapshot.now:
                who = (
                    f"{one.owner} to stop what gets worse"
                    if one.owner != worse.NOBODY
                    else "Somebody to stop what gets worse"
                )
                what = short(moment.localised(one.what, snapshot.zone), 90)
                out.append(
                    f"{who}: {what}, due {clock(one.due, snapshot.zone, snapshot.now)}, in {moment.duration(one.due - snapshot.now)}"
                )
        if state.deadline and not state.plans and state.phase in ("investigating", "identified"):
            out.append("A plan B for the deadline: none is written down")
    if not state.contact:
        out.append("A contact at the customer's who can look and confirm")
    return capped(out)
