"""What can't both hold: findings, and what people said, of the same thing, with another value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import catalogue, claims, moment
from investigator.case import shown
from investigator.case.reasoning import grades
from investigator.case.record import mode
from investigator.case.record.retracted import taken_back
from investigator.case.say import short
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.claims import Claim
from investigator.errors import KitError
from investigator.performing import ANALYSES

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry


@dataclass(frozen=True)
class Side:
    """One who claims: what, by which entry, with which grade; `loads` is how much evidence was there."""

    claim: Claim
    number: int | None
    text: str
    author: str
    grade: str
    when: datetime
    loads: int

    @property
    def name(self) -> str:
        """The entry as people cite it."""
        return f"#{self.number}" if self.number is not None else "a check of this session"

    def __str__(self) -> str:
        who = f", {self.author}" if self.grade == "reported" else ""
        return f"{self.claim.said} by {self.name} ({self.grade}{who})"


@dataclass(frozen=True)
class Contradiction:
    """A thing of which two or more can't all be right."""

    subject: str
    name: str
    sides: tuple[Side, ...]

    def __str__(self) -> str:
        return f"{self.subject}, {self.name}: {' and '.join(str(side) for side in self.sides)}"


class Contradictions:
    """All contradictions of a case; `lines` for a card or a status, shown as a table with both sides."""

    def __init__(self, found: list[Contradiction], zone: str = "UTC") -> None:
        self._found, self._zone = found, zone

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Contradiction]:
        return iter(self._found)

    def __getitem__(self, place: int) -> Contradiction:
        return self._found[place]

    @property
    def lines(self) -> list[str]:
        """One line each; nothing where there is none."""
        return [str(one) for one in self._found]

    def shown(self) -> Shown:
        """Each with all sides, their grade and their words."""
        if not self._found:
            return shown.paragraph("No two statements contradict each other.")
        rows = [
            [
                f"{one.subject}, {one.name}" if not place else "",
                side.claim.said,
                f"{side.name}, {side.grade}",
                side.author,
                moment.show(side.when, self._zone),
                _short(side.text, self._zone),
            ]
            for one in self._found
            for place, side in enumerate(one.sides)
        ]
        return shown.table(["what", "says", "", "by", "when", "in words"], rows)

    def __repr__(self) -> str:
        return self.shown().text

    def _repr_html_(self) -> str:
        return self.shown()._repr_html_()


def _short(text: str, zone: str) -> str:
    return short(moment.localised(text, zone))


def contradictions(snapshot: Snapshot) -> Contradictions:
    """What of the pinned findings, of this session's, and of what people said can't both hold."""
    entries = snapshot.entries()
    sides = [
        *of_pins(snapshot.state, entries),
        *_of_session(snapshot, entries),
        *of_people(snapshot.state, entries),
    ]
    return Contradictions(between(sides, _repaired(snapshot.state)), snapshot.zone)


def between(sides: list[Side], repaired: list[datetime] | None = None) -> list[Contradiction]:
    """The contradictions among claims. Each pair must speak of the same evidence, or of the time before the same repair.

    Two checks are held against each other on the same evidence only: what came later may well say otherwise. What
    a person said is held against a check unless something was restored between the two.
    """
    by_key: dict[tuple[str, str, str], list[Side]] = {}
    for side in sides:
        by_key.setdefault(side.claim.key, []).append(side)
    out = []
    for (subject, name, _), among in by_key.items():
        torn: list[Side] = []
        for place, one in enumerate(among):
            for other in among[place + 1 :]:
                if one.claim.excludes(other.claim) and _comparable(one, other, repaired or []):
                    torn += [side for side in (one, other) if side not in torn]
        if torn:
            torn.sort(key=lambda side: (side.when, side.number or 0))
            out.append(Contradiction(subject, name, tuple(torn)))
    return sorted(out, key=lambda one: (one.subject, one.name))


def _comparable(one: Side, other: Side, repaired: list[datetime]) -> bool:
    if one.grade == other.grade == "observed":
        return one.loads == other.loads
    if one.grade == other.grade:
        return False  # two people: whoever spoke later may know more, and nothing here can tell
    first, last = sorted((one.when, other.when))
    return not any(first <= when <= last for when in repaired)


def _repaired(state: State) -> list[datetime]:
    return [e.happened[0] for e in state.recoveries if (e.content or {}).get("state") == "restored"]


def declared(analysis: str) -> tuple[claims.Property, ...]:
    """What an analysis states, by its own declaration; nothing for one that is not there."""
    try:
        module = catalogue.load(ANALYSES, analysis, noun="analysis")
    except KitError:
        return ()
    return getattr(module, "CLAIMS", ())


def of_pins(state: State, entries: list[Entry]) -> list[Side]:
    """What the pinned findings claim."""
    loads = [entry.known for entry in entries if entry.kind == "load"]
    out = []
    for pin in state.pins:
        finding = (pin.content or {}).get("finding") or {}
        out += _sides(finding, pin.number, str((pin.content or {}).get("text", "")), pin.author, pin.known, loads)  # fmt: skip
    return out


def _of_session(snapshot: Snapshot, entries: list[Entry]) -> list[Side]:
    """What this session's findings claim that nobody pinned; a report speaks of the record alone."""
    if mode.reporting() or snapshot.as_of is not None:
        return []
    loads = [entry.known for entry in entries if entry.kind == "load"]
    pinned = [
        ((pin.content or {}).get("finding") or {}).get(name)
        for pin in snapshot.state.pins
        for name in ("value",)
    ]
    # Since the newest load: what was found before it was found on other evidence.
    out = []
    for finding in snapshot.asked:
        if finding.check is not None and finding.value not in pinned and finding.check.analysis:
            kept = {
                "value": finding.value,
                "check": finding.check.to_json(),
                "verdict": finding.verdict,
            }
            when = _ran(finding.check.to_json(), entries)
            if when is not None:
                out += _sides(kept, None, finding.answer, "", when, loads)
    return out


def _ran(check: dict[str, Any], entries: list[Entry]) -> datetime | None:
    ran = [e.known for e in entries if e.kind == "check" and (e.content or {}).get("check") == check]
    return ran[-1] if ran else None


def _sides(
    finding: dict[str, Any], number: int | None, text: str, author: str, when: datetime, loads: list[datetime]
) -> list[Side]:
    analysis = (finding.get("check") or {}).get("analysis", "")
    known = sum(load <= when for load in loads)
    return [
        Side(claim, number, text, author, "observed", when, known)
        for claim in claims.of_finding(finding, declared(analysis))
    ]


def of_people(state: State, entries: list[Entry]) -> list[Side]:
    """What people said that is beyond doubt a claim: notes, what was heard, answers; corrected ones are left out."""
    corrected = {e.about for e in entries if (e.content or {}).get("verb") == "corrects"}
    gone = taken_back(entries)
    like = state.about[0] if state.about else ""
    from investigator.events.entities import kind_of

    kind = kind_of(like)[0] if like else ""
    words = tuple(dict.fromkeys((*(f"{name}s" for name in state.kinds if name == kind), f"{kind}s", kind)))
    loads = [entry.known for entry in entries if entry.kind == "load"]
    out = []
    for entry in entries:
        content = entry.content or {}
        if entry.kind not in ("note", "ask") or entry.id in corrected | gone:
            continue
        if content.get("verb") in ("corrects", "told", "did") or (entry.kind == "ask" and not entry.about):
            continue
        text = str(content.get("text", ""))
        for claim in claims.of_words(text, ids=state.kinds, kinds=words, like=like):
            known = sum(load <= entry.known for load in loads)
            out.append(Side(claim, entry.number, text, entry.author, grades.grade(entry), entry.happened[0], known))  # fmt: skip
    return out
