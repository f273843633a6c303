"""Claims: sentences whose `{#12.affected}` a pinned check fills each time they are said; what is typed stays *reported*.

    claim {#12.affected} documents are hidden, none is lost
    status.add("know: {#12.affected} of them")

A number that somebody types keeps its author and is marked reported, whatever stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning.statements import Statement, stands
from investigator.case.record.entries import said_something
from investigator.case.snapshot import Snapshot
from investigator.check import Expect
from investigator.errors import ParameterError
from investigator.finding import cell

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: A place that a check fills: the number (or the id) of a pin, and a path in its value; no path is its sentence.
PLACE = re.compile(r"\{#?(?P<which>[0-9a-f]{8}-\d+|\d+)(?:\.(?P<path>[\w.-]+))?\}")
#: A number in words: no id, no time, no version, no share of a longer word.
_NUMBER = re.compile(r"(?<![\w.:/#+-])\d[\d,]*(?:\.\d+)?(?![\w:/-])(?!\.\d)")


@dataclass(frozen=True)
class Claim:
    """A sentence as it is now: filled, with the pins it stands on, and the numbers that somebody only typed."""

    template: str
    text: str
    cites: tuple[Statement, ...] = ()
    changed: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """How it fared: the worst of what it stands on; reported where it stands on nothing."""
        if not self.cites:
            return "reported"
        fared = {statement.status for statement in self.cites}
        for worst in ("contradicted", "can't be re-run"):
            if worst in fared:
                return worst
        return "changed since" if self.changed else "holds"


def of(snapshot: Snapshot, text: str) -> Claim:
    """A sentence with every place filled by its check, run now. Raises ParameterError for a place that can't be."""
    pins = {pin.id: pin for pin in snapshot.state.pins}
    numbers = {str(pin.number): pin for pin in snapshot.state.pins}
    held: dict[str, Statement] = {}
    changed: list[str] = []

    def pin(which: str) -> Entry:
        found = pins.get(which) or numbers.get(which)
        if found is None:
            there = ", ".join(
                f"#{p.number} {str((p.content or {})['text'])[:40]}" for p in snapshot.state.pins
            )
            raise ParameterError(
                f"#{which} is no pinned finding, so no check can fill it.",
                f"There are: {there or 'none'}.",
                "Pin the finding first, or type the number: then it is marked reported.",
            )
        return found

    def value(match: re.Match[str]) -> str:
        entry = pin(match["which"])
        statement = held.setdefault(entry.id, stands(snapshot, entry))
        path = match["path"] or ""
        if not path:
            return statement.sentence.rstrip(".")
        now = Expect(path, "==", None).found(statement.finding)
        then = Expect(path, "==", None).found(statement.then)
        if now is None:
            has = statement.finding.value
            names = ", ".join(has) if isinstance(has, dict) else "no names"
            raise ParameterError(
                f"The finding of #{entry.number} has no '{path}'.",
                f"Its value has: {names}.",
                "Use one of these.",
            )
        if now != then:
            changed.append(f"changed since: {cell(then)} to {cell(now)}")
        return cell(now)

    template = PLACE.sub(
        lambda m: "{" + pin(m["which"]).id + (f".{m['path']}" if m["path"] else "") + "}", text
    )
    filled = PLACE.sub(value, text)
    typed = tuple(dict.fromkeys(_NUMBER.findall(PLACE.sub(" ", text))))
    return Claim(template, filled, tuple(held.values()), tuple(changed), typed)


def said(claim: Claim, author: str, when: str) -> str:
    """The sentence as a status says it: what nobody checked has its author."""
    if not claim.cites:
        return f"{claim.text} (reported, {author}, {when})"
    if claim.typed:
        return f"{claim.text} ({' and '.join(claim.typed)} reported, {author}, {when})"
    return claim.text


def claim(evidence: Evidence, text: str, **given: Any) -> Entry:
    """Put a claim into the record: its sentence as it is now, and where each value comes from."""
    found = of(Snapshot.of(evidence), said_something(text))
    content = {
        "text": found.text,
        "sentence": found.template,
        "checks": [statement.entry.id for statement in found.cites],
        "reported": list(found.typed) if found.cites else [found.text],
    }
    return evidence.record.append("claim", content, **given)


def stale(snapshot: Snapshot, statement: Statement, upto: datetime | None) -> str:
    """Why a statement may be true of then and not of now; empty where nothing was done since its evidence ends."""
    check = statement.then.check
    if upto is None or statement.now is None or (check and (check.selection or {}).get("window")):
        return ""
    done = [e for e in snapshot.state.recoveries if (e.content or {}).get("state") == "restored"]
    return "its evidence ends before the repair" if done and upto < done[-1].happened[0] else ""
