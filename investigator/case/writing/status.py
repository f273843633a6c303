"""The status before it is sent: people strike lines and add some, and send it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case.brief import _proposal
from investigator.case.brief._proposal import SECTIONS, Line, Proposal, next_status
from investigator.case.customer import guard, words
from investigator.case.evidence.evidence import Evidence
from investigator.case.record import entries, mode
from investigator.case.shown import Shown, copied
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.ledger import Entry


@dataclass
class Status(Proposal):
    """A status before it is sent. Shown, it gives both texts, each with a button that copies it."""

    evidence: Evidence = field(kw_only=True)
    struck: list[str] = field(default_factory=list)

    def strike(self, *numbers: int) -> Status:
        """Leave lines out, by their numbers; what was struck is not proposed again in the same words."""
        known = {line.number for line in self.lines}
        for number in numbers:
            if number not in known:
                there = ", ".join(map(str, sorted(known))) or "none"
                raise ParameterError(
                    f"There is no line {number}.", f"There are: {there}.", "Give one of these."
                )
        self.struck += [line.text for line in self.lines if line.number in numbers and not line.by_hand]
        self.lines = [line for line in self.lines if line.number not in numbers]
        return self

    def add(self, text: str, section: str = "") -> Status:
        """Add a line: `add("need: a hand for the database")`; without a section it is something we do.

        `{#12.affected}` is filled by the check of pin 12; what we know and nobody checked is marked reported.
        """
        section, text = _part(text, section)
        number = max([line.number for line in self.lines], default=0) + 1
        said = _proposal.by_hand(self._now, section, text.strip(), mode.author())
        self.lines.append(Line(section, said, number, by_hand=True))
        return self

    @property
    def next(self) -> datetime | None:
        """When the next one is due, by the case's cadence; none once it is resolved."""
        return next_status(self._now)

    @property
    def customer_next(self) -> datetime | None:
        """By when the customer hears from us again: as promised already, where that is ahead; else by the cadence."""
        return words.next_word(self._now)

    def inside(self, *, numbers: bool = False) -> str:
        """The text for colleagues: the clock first, then corrections, know, doing, need."""
        return _proposal.inside(self._now, self, numbers=numbers)

    def markdown(self) -> str:
        """The text for colleagues as Markdown: headings, lists, every sign of the words kept as a sign."""
        return _proposal.markdown(self.inside())

    def customer(self) -> str:
        """The text for the customer: only what a check on the evidence backs, no names, no promise but the next word."""
        return _proposal.customer(self._now, self)

    def send(self, to: str = "inside", *, anyway: str = "", **given: Any) -> Entry:
        """Put into the record that it was sent: `to` is inside, customer or both. Sending itself is yours.

        What goes to the customer passes the gates, or goes with a reason: `anyway`.
        """
        if to not in ("inside", "customer", "both"):
            raise ParameterError(
                f"'{to}' is no reader.", "There are: inside, customer, both.", "Use one of these."
            )
        if to != "inside" and not mode.reporting():
            self._passes(anyway, given)
        texts = {"inside": self.inside(), "customer": self.customer()}
        content: dict[str, Any] = {
            "text": "\n\n".join(texts.values()) if to == "both" else texts[to],
            "audience": to,
            "struck": self.struck,
            **{section: [line.text for line in self.of(section)] for section in SECTIONS},
        }
        content["fared"], content["plans"] = self.checked, self.ways
        if self.next and to != "customer":
            content["next"] = self.next.isoformat()
        if self.customer_next and to != "inside":
            content["promised"] = self.customer_next.isoformat()
            content["cites"] = [statement.entry.id for statement in self.cites]
        return self.evidence.record.append("status", content, **given)

    def _passes(self, anyway: str, given: dict[str, Any]) -> None:
        """Hold the customer's text against the gates; with a reason that stands in the record it goes ahead."""
        author = str(given.get("author") or mode.author())
        found = guard.problems(self._now, self.customer(), self.cites, author=author)
        if found and not anyway:
            raise CaseError(
                f"This can't go to the customer as it is: {found[0]}.",
                f"In all {len(found)}: {'; '.join(map(str, found))}." if len(found) > 1 else "",
                "Reword it with case.customer().draft('...'), or go ahead with anyway='the reason'.",
            )
        if found:
            gate = f"to the customer: {'; '.join(map(str, found))}"
            self.evidence.record.append("anyway", {"text": anyway, "gate": gate}, **given)

    @property
    def _now(self) -> Snapshot:
        return Snapshot.of(self.evidence)

    def __str__(self) -> str:
        return f"{self.inside(numbers=True)}\n\nTo the customer:\n\n{self.customer()}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        markup = (
            f"<p class='question'>For inside. Strike by number: status.strike(2). Add: status.add('need: ...')</p>"
            f"{copied(self.inside(numbers=True), self.inside())}"
            f"<p class='question'>For the customer: only what a check backs.</p>{copied(self.customer())}"
        )
        return Shown(str(self), markup)._repr_html_()


def status(evidence: Evidence) -> Status:
    """What a status would say now, to strike, add and send."""
    return Status(**vars(_proposal.propose(Snapshot.of(evidence))), evidence=evidence)


def _part(text: str, section: str = "") -> tuple[str, str]:
    """The part of a status that a line belongs to, and its words: "need: a hand" says it in front."""
    head, colon, rest = text.partition(":")
    if not section and colon and head.strip().lower() in SECTIONS:
        section, text = head.strip().lower(), rest.strip()
    section = section or "doing"
    if section not in SECTIONS:
        raise ParameterError(
            f"'{section}' is no part of a status.",
            f"There are: {', '.join(SECTIONS)}.",
            "Use one of these.",
        )
    if not text.strip():
        raise ParameterError("A line needs words.", "", 'Such as: add("need: a hand for the database")')
    return section, text.strip()


def leave_out(evidence: Evidence, text: str) -> Entry:
    """A line that no status says from here on, in the record and so for everybody; an undo brings it back."""
    lines = status(evidence).lines
    if text not in {line.text for line in lines}:
        raise ParameterError(
            "The status has no such line any more.", "", "Somebody changed it meanwhile: look again."
        )
    return entries.note(evidence.record, f"{_proposal.STRUCK}{text}", verb=_proposal.COMPOSED)


def put_in(evidence: Evidence, text: str, section: str = "") -> Entry:
    """A line that the next status says, in the record and so for everybody, until one was sent."""
    part, words_ = _part(text, section)
    return entries.note(evidence.record, f"{_proposal.HEADS[part]}: {words_}", verb=_proposal.COMPOSED)
