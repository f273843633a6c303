"""What a status would say now, proposed from the record.

The order of know, doing, need is that of a CAN report (conditions, actions, needs), as fire services and incident
commanders give it. What was said last time and no longer holds comes first, before anything new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.brief._going_on import doing, needs
from investigator.case.brief._known import claimed, corrections, fared, known
from investigator.case.customer import words
from investigator.case.reasoning import claims
from investigator.case.reasoning.statements import Statement, newest
from investigator.case.reasoning.statements import statements as statements_of
from investigator.case.record import plans, watch
from investigator.case.say import LINE_AT_MOST, clock
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

SECTIONS = ("corrections", "know", "doing", "need")
HEADS = {
    "corrections": "Corrections since the last",
    "know": "We know",
    "doing": "We do",
    "need": "We need",
}
#: What a part says that has no line: what is found counts once it is pinned.
EMPTY = {
    "know": "- nothing confirmed yet",
    "doing": "- nothing at the moment",
    "need": "- nothing at the moment",
}
#: What is added for whoever writes it, and not sent.
HINTS = {"know": " (%pin after a finding puts it here)"}
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")


#: A note by which somebody changed what the next status says, for all who see it.
COMPOSED = "status"
STRUCK = "left out of the status: "


@dataclass
class Line:
    """One line that can be struck by its number."""

    section: str
    text: str
    number: int = 0
    by_hand: bool = False


@dataclass
class Proposal:
    """What a status says: its lines, how the statements fared, what the customer may know, and the ways out."""

    lines: list[Line]
    checked: str = ""
    customer_knows: list[str] = field(default_factory=list)
    cites: list[Statement] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)

    def of(self, section: str) -> list[Line]:
        """The lines of one section."""
        return [line for line in self.lines if line.section == section]


def next_status(snapshot: Snapshot) -> datetime | None:
    """When the next one is due, by the case's cadence; none once it is resolved."""
    if snapshot.state.phase == "resolved":
        return None
    return snapshot.now + timedelta(minutes=snapshot.state.cadence)


def inside(snapshot: Snapshot, proposal: Proposal, *, numbers: bool = False) -> str:
    """The text for colleagues: the clock first, then corrections, know, doing, need."""
    state = snapshot.state
    head = f"{snapshot.id} · {state.phase}"
    if state.deadline and state.phase != "resolved":
        at = clock(state.deadline.due, snapshot.zone, snapshot.now)
        head = f"{state.deadline.stands_to(at, snapshot.now)} · {head}"
    out = [
        head,
        f"{state.title or state.words}"[:LINE_AT_MOST],
        f"As of {moment.show(snapshot.now, snapshot.zone)}",
    ]
    out += [proposal.checked] if proposal.checked else []
    out += [f"Way out: {way}" for way in proposal.ways]
    for section in SECTIONS:
        lines = proposal.of(section)
        if not lines and section == "corrections":
            continue
        out += ["", f"{HEADS[section]}:"]
        out += [f"{f'[{line.number}] ' if numbers else '- '}{line.text}" for line in lines] or [
            EMPTY[section] + (HINTS.get(section, "") if numbers else "")
        ]
    out.append("")
    due = next_status(snapshot)
    if due:
        out.append(f"Next status: {clock(due, snapshot.zone, snapshot.now)}")
    return "\n".join(out).rstrip()


def markdown(text: str) -> str:
    """The text for colleagues as Markdown: headings, lists, every sign of the words kept as a sign."""
    out = []
    for number, line in enumerate(text.split("\n")):
        bullet = line.startswith("- ")
        plain = _SIGNS.sub(r"\\\1", line[2:] if bullet else line)
        head = line.endswith(":") and line[:-1] in HEADS.values()
        if not number:
            out.append(f"## {plain}\n")
        elif head:
            out.append(f"### {plain[:-1]}\n")
        else:
            out.append(f"- {plain}" if bullet else f"{plain}  " if plain else "")
    return "\n".join(out) + "\n"


def customer(snapshot: Snapshot, proposal: Proposal) -> str:
    """The text for the customer: only what a check on the evidence backs, no names, no promise but the next word."""
    return words.text(snapshot, proposal.customer_knows, words.next_word(snapshot))


def by_hand(snapshot: Snapshot, section: str, text: str, author: str) -> str:
    """A line that somebody wrote, its `{#12.path}` filled; what we know and nobody checked is marked reported."""
    claim = claims.of(snapshot, text)
    if section not in ("know", "corrections"):
        return claim.text
    return claims.said(claim, author, clock(snapshot.now, snapshot.zone, snapshot.now))


def _words(entry: Entry) -> str:
    return str((entry.content or {}).get("text", ""))


def _put_in(snapshot: Snapshot, entry: Entry) -> Line:
    """The line that a note puts into the status; without words where it puts in none."""
    for section, head in HEADS.items():
        text = _words(entry).removeprefix(f"{head}: ")
        if text != _words(entry):
            return Line(section, by_hand(snapshot, section, text, entry.author), by_hand=True)
    return Line("doing", "")


def propose(snapshot: Snapshot) -> Proposal:
    """What a status would say now, from pins, claims, guesses, questions, decisions, plans and the clock since the last."""
    state = snapshot.state
    sent = [entry for entry in state.statuses if watch.inside(entry)]
    last = sent[-1] if sent else None
    since = last.known if last else None
    statements = newest(statements_of(snapshot))
    made = claimed(snapshot, state)
    corrected = corrections(snapshot, state, statements, last)
    know = known(snapshot, state, statements, made, since, " ".join(corrected))
    lines = [
        *(Line("corrections", text) for text in corrected),
        *(Line("know", text) for text in know),
        *(Line("doing", text) for text in doing(snapshot, state, since)),
        *(Line("need", text) for text in needs(snapshot, state)),
    ]
    struck = {text for entry in state.statuses for text in (entry.content or {}).get("struck", [])}
    composed = [entry for entry in state.notes if (entry.content or {}).get("verb") == COMPOSED]
    struck |= {_words(entry).removeprefix(STRUCK) for entry in composed}
    lines += [_put_in(snapshot, entry) for entry in composed if not since or entry.known > since]
    lines = [line for line in lines if line.text and line.text not in struck]
    lines.sort(key=lambda line: SECTIONS.index(line.section))
    for number, line in enumerate(lines, 1):
        line.number = number
    reported = sum("(reported" in line.text or " reported, " in line.text for line in lines)
    told, cites = words.known(snapshot, statements)
    return Proposal(
        lines,
        checked=fared(snapshot, statements, made, reported),
        customer_knows=told,
        cites=cites,
        ways=plans.slack(state, snapshot.now),
    )
