"""For whoever must decide: the harm, the deadline, who leads, and what waits for a decision."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.brief import _tiles
from investigator.case.record import leading, plans
from investigator.case.say import day_clock
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def for_manager(snapshot: Snapshot) -> Shown:
    """Harm, deadline, others hit, where we stand, who leads, and which decision is needed."""
    state = snapshot.state
    tiles = [_tiles.harm(snapshot), _tiles.deadline(snapshot), _tiles.others(snapshot)]
    rows = [[label, value, note] for label, value, note, _ in tiles]
    phase = state.phases[-1] if state.phases else None
    why = str((phase.content or {}).get("why") or "") if phase else ""
    rows.append(["where we stand", state.phase, why])
    lead = leading.lead(state).says(snapshot.zone)
    rows.append(
        ["lead", lead or "not established", "" if lead else "nobody said who leads: inv note lead @ana"]
    )
    guess = state.working_guess
    if guess:
        rows.append(["what we work on", guess.text, guess.state])
    rows += [["plans", line, ""] for line in plans.slack(state, snapshot.now)[:3]]
    needed = [
        [ask.text, ask.to(), day_clock(ask.due, snapshot.zone, snapshot.now) if ask.due else "no time"]
        for ask in state.asks.values()
        if ask.answered is None
    ]
    table = shown.table(["", "", ""], rows, css="facts")
    if state.phase == "resolved" or not needed:
        return table + shown.missing("No question waits for an answer.")
    return table + shown.table(["waits for an answer", "of", "by"], needed)
