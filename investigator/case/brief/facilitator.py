"""For who leads a walkthrough: what to ask at each turn, how long it took then, and what came."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.turns import TOGETHER, Turn, heading, turns
from investigator.case.record import words
from investigator.case.say import short
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: So long a group thinks before it is told.
MINUTES = 3
CAME_AT_MOST = 3
LENGTH = 160


def facilitator(snapshot: Snapshot) -> Shown:
    """For who leads the walkthrough alone, as it holds the answers: the question of each turn, and what came then."""
    found = turns(snapshot)
    if not found:
        return shown.missing("The record has no turn yet: guesses, findings and decisions make them.")
    ended = found[-1].entries[-1].happened[0]
    took = moment.duration(max(ended - found[0].when, ended - ended))
    say = (
        f"{len(found)} turns. Then they took {took}; at {MINUTES} minutes each they take {len(found) * MINUTES} minutes. "
        "At each: read aloud what was known, ask, wait, and only then open what came. Nobody here is judged by what is known now."
    )
    rows = []
    for number, one in enumerate(found):
        until = found[number + 1].when if number + 1 < len(found) else None
        rows.append(
            [
                f"{one.number}",
                heading(snapshot, one),
                _took(one.when, until),
                _ask(snapshot, one),
                _came(snapshot, one),
            ]
        )
    out = shown.paragraph(say) + shown.table(["", "when", "until the next", "ask", "what came"], rows)
    early = _early(snapshot)
    return out + shown.bullets(early) if early else out


def _took(start: datetime, until: datetime | None) -> str:
    return moment.duration(until - start) if until and until > start else ""


def _ask(snapshot: Snapshot, turn: Turn) -> str:
    """The question that fits what came: how it is known where a guess fell or stood, what else there was where one decided."""
    kinds = {entry.kind for entry in turn.entries}
    judged = [e for e in turn.entries if e.kind == "guess" and e.about]
    if judged:
        guess = snapshot.state.guesses.get(judged[0].about or "")
        named = f" “{short(guess.text, 80)}”" if guess else " that"
        return f"How could one tell whether it is{named}?"
    if "decision" in kinds:
        return "What could be done now, and what would each cost if we are wrong?"
    if kinds & {"recovery", "phase"}:
        return "What must be so before we call it over, and who would see it?"
    if "guess" in kinds:
        return "What could it be, and what should then be seen?"
    checking = snapshot.at(turn.before).state.phase == "investigating"
    return "What would you check next?" if checking else "What would you do next?"


def _came(snapshot: Snapshot, turn: Turn) -> str:
    told = [_said(snapshot, entry) for entry in turn.entries[:CAME_AT_MOST]]
    more = len(turn.entries) - CAME_AT_MOST
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def _said(snapshot: Snapshot, entry: Entry) -> str:
    said = short(moment.localised(words.sentence(entry), snapshot.zone), LENGTH)
    return f"{words.speaker(entry)}, {words.label(entry)}: {said}"


def _early(snapshot: Snapshot) -> list[str]:
    """Where what shows a confirmed guess stood in the record before anybody had thought of it."""
    out = []
    entries = {entry.id: entry for entry in snapshot.entries()}
    for guess in snapshot.state.guesses.values():
        if guess.state != "confirmed":
            continue
        shown_by = [name for one in guess.held if one.side == "for" for name in one.held]
        held = [entries[name] for name in shown_by if name in entries]
        earlier = [one for one in held if guess.entry.known - one.known > TOGETHER]
        before = min(earlier, key=lambda one: one.known, default=None)
        if before is not None:
            stood = moment.duration(guess.entry.known - before.known)
            out.append(
                f"What shows “{short(guess.text, 80)}” (#{before.number}) stood there {stood} before anybody thought of it. "
                "Ask: what would have made us see it then?"
            )
    return out
