"""Statements: pinned findings as sentences, run again, so that the ones that no longer hold say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from investigator import performing
from investigator.case.snapshot import Snapshot
from investigator.check import Check, Expect
from investigator.errors import KitError
from investigator.finding import Finding, cell

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.ledger import Entry

Status = Literal["holds", "changed since", "contradicted", "can't be re-run"]

_PLACE = re.compile(r"\{([A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True)
class Statement:
    """A sentence, the finding behind it then and now, and how it fared."""

    entry: Entry
    sentence: str
    status: Status
    then: Finding
    now: Finding | None
    why: str = ""

    @property
    def finding(self) -> Finding:
        """The finding as it is now, else as it was kept."""
        return self.now or self.then


def places(sentence: str) -> list[str]:
    """The paths of a finding's value that a sentence names: "{affected} documents" names affected."""
    return _PLACE.findall(sentence)


def filled(sentence: str, finding: Finding) -> str:
    """The sentence with each `{path}` filled from the finding's value; an unknown path stays visible as it is."""

    def value(match: re.Match) -> str:
        found = Expect(match.group(1), "==", None).found(finding)
        return match.group(0) if found is None else cell(found)

    return _PLACE.sub(value, sentence)


def recheck(entry: Entry, events: Events) -> Statement:
    """Run a pinned finding's check again and hold it against what was kept.

    With an expectation: contradicted where it no longer holds. Without: changed since, where the value it names (or
    the whole value) or the verdict differs.
    """
    content: dict[str, Any] = entry.content or {}
    then = Finding.from_json(content["finding"])
    template = str(content.get("sentence") or "")
    if then.check is None:
        sentence = filled(template, then) or then.answer
        return Statement(entry, sentence, "can't be re-run", then, None, "it was pinned without a check")
    try:
        check: Check = then.check
        now = performing.run(check, events).since(then)
    except (KitError, KeyError, TypeError, ValueError) as error:
        sentence = filled(template, then) or then.answer
        return Statement(entry, sentence, "can't be re-run", then, None, str(error).split("\n", 1)[0])
    sentence = filled(template, now) or now.answer
    if check.expect is not None and not check.holds(now):
        have = cell(check.expect.found(now))
        return Statement(entry, sentence, "contradicted", then, now, f"expected {check.expect}, found {have}")
    for path in places(template) or [""]:
        old, new = Expect(path, "==", None).found(then), Expect(path, "==", None).found(now)
        if not Expect("", "==", old).holds(Finding("?", "?", new)):
            shown = f"{cell(old)} to {cell(new)}" if path else "the finding's value is another"
            return Statement(entry, sentence, "changed since", then, now, f"changed since: {shown}")
    if then.verdict != now.verdict:
        return Statement(
            entry, sentence, "changed since", then, now, f"{then.verdict} then, {now.verdict} now"
        )
    return Statement(entry, sentence, "holds", then, now)


def again(entry: Entry, events: Events) -> Statement:
    """The same as `recheck`, run once for these events: evidence that comes makes new ones."""
    key = f"statement {entry.id}"
    if key not in events.memo:
        events.memo[key] = recheck(entry, events)
    return events.memo[key]


def tally(statements: list[Statement]) -> str:
    """One line for the foot of a first screen: 31 of 31 statements re-checked; how they fared where not all hold."""
    if not statements:
        return "No statement was pinned."
    again = [s for s in statements if s.now is not None]
    text = f"{len(again)} of {len(statements)} statements re-checked"
    parts = []
    for status in ("holds", "changed since", "contradicted", "can't be re-run"):
        count = sum(s.status == status for s in statements)
        if count and (status != "holds" or count < len(statements)):
            parts.append(f"{count} {'hold' if status == 'holds' else status}")
    return text + (": " + ", ".join(parts) if parts else ", all hold") + "."


def statements(snapshot: Snapshot) -> list[Statement]:
    """Every pinned finding, run again on the evidence as it is now."""
    events = snapshot.events()
    return [again(entry, events) for entry in snapshot.state.pins]


def newest(statements: list[Statement]) -> list[Statement]:
    """Of statements with the same check the last one: the same question asked again replaces its older answer."""
    kept: dict[str, Statement] = {}
    for statement in statements:
        check = statement.then.check
        kept[check.code() if check else statement.entry.id] = statement
    return list(kept.values())
