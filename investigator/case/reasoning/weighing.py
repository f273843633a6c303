"""What stands for and against a guess: pinned checks and what people said, each with what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case.reasoning import grades, pins
from investigator.case.reasoning.pins import same as same_check
from investigator.case.record.model import SIDES, Guess, Held
from investigator.case.record.record import Record
from investigator.case.record.retracted import taken_back
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry


@dataclass(frozen=True)
class Weighed:
    """One thing for or against a guess, as it counts now.

    `grade` is observed, reported or assumed. `weak` says why it counts for nothing; empty where it counts. `before`:
    what we should see was written down before the check first ran.
    """

    side: str
    text: str
    number: int
    grade: str
    weak: str = ""
    anyway: str = ""
    before: bool = False
    source: str = ""  # the entry it is, so that two guesses can share it
    gaps: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts: it is no absence in a silent source, or somebody said why it counts all the same."""
        return not self.weak or bool(self.anyway)

    def __str__(self) -> str:
        marks = [self.grade] if self.grade != "observed" else []
        if self.before and self.counts:
            marks.append("expected before it ran")
        if self.weak:
            marks.append(f"counts all the same: {self.anyway}" if self.anyway else f"counts for nothing: {self.weak}")  # fmt: skip
        return f"#{self.number} {self.text}" + (f" ({'; '.join(marks)})" if marks else "")


def why_weak(finding: dict[str, Any] | None) -> str:
    """Why a kept finding can't count; empty where it can. Only an absence that would have been seen refutes anything."""
    if not finding or finding.get("verdict") == "found":
        return ""
    from investigator.finding import Coverage

    reason = Coverage.from_json(finding.get("coverage") or {}).caveat
    if finding.get("verdict") == "absent":
        return reason
    return reason or "its check could not tell"


def weigh(guess: Guess, entries: list[Entry]) -> list[Weighed]:
    """Everything that was set for and against a guess, the oldest first; what was taken back since is left out."""
    gone = taken_back(entries)
    known = {entry.id: entry for entry in entries if entry.id not in gone and entry.content is not None}
    out: dict[str, Weighed] = {}
    for one in guess.held:
        if not one.held:
            text = f"{one.text}, says {one.entry.author}"
            out[one.entry.id] = Weighed(one.side, text, one.entry.number, "reported", source=one.entry.id)
        for identifier in one.held:
            if identifier in known:
                # What was said last of an entry counts: people change their minds about it.
                out.pop(identifier, None)
                out[identifier] = _weighed(known[identifier], one, guess, entries)
    return list(out.values())


def held(state: State, entries: list[Entry]) -> list[dict[str, Any]]:
    """What was set for and against every guess, a row each: guess, state, evidence, side, and whether it counts."""
    return [
        {"guess": guess.name, "state": guess.state, "evidence": f"#{one.number} {one.text}", "side": one.side, "counts": one.counts}
        for guess in state.guesses.values()
        for one in weigh(guess, entries)
    ]  # fmt: skip


def _weighed(entry: Entry, one: Held, guess: Guess, entries: list[Entry]) -> Weighed:
    content = entry.content or {}
    finding = content.get("finding") if entry.kind == "pin" else None
    coverage = (finding or {}).get("coverage") or {}
    sources = _sources(finding)
    gaps = tuple(gap for gap in coverage.get("gaps", ()) if any(name in gap for name in sources))
    before = bool(guess.expect) and finding is not None and guess.entry.known < first_ran(entry, entries)
    return Weighed(
        one.side,
        str(content.get("text", "")),
        entry.number,
        grades.grade(entry),
        why_weak(finding),
        one.anyway,
        before,
        entry.id,
        gaps,
    )


def _sources(finding: dict[str, Any] | None) -> set[str]:
    evidence = (finding or {}).get("evidence") or {}
    if "source" not in evidence.get("columns", ()):
        return set()
    place = evidence["columns"].index("source")
    return {str(row[place]) for row in evidence["rows"]}


def first_ran(pin: Entry, entries: list[Entry]) -> datetime:
    """When a pinned check first ran, by the trail; where the trail does not know, when it was pinned."""
    check = ((pin.content or {}).get("finding") or {}).get("check") or {}
    same = [
        entry.known
        for entry in entries
        if entry.kind == "check" and entry.content and same_check(entry.content.get("check") or {}, check)
    ]
    return min([*same, pin.known])


def hold(
    record: Record, guess: Any, side: str, what: Any = None, text: str = "", *, anyway: str = "", **given: Any
) -> Entry:
    """Set a finding, an entry of the record, or only words for or against a guess; see `case.record.hold`."""
    if side not in SIDES:
        raise ParameterError(f"'{side}' is no side.", f"There are: {', '.join(SIDES)}.", "Use one of these.")
    about = record.known(guess, record.state.guesses, "guess")
    entries = _entries(record, what, given)
    if not entries and not text.strip():
        raise ParameterError(
            f"Nothing was named that would stand {side} this guess.",
            "",
            f"Name a pin, or say it: {side} #{record.entry(about).number} healthy ones were indexed too",
        )
    said = text.strip() or "; ".join(str((entry.content or {}).get("text", "")) for entry in entries)
    content: dict[str, Any] = {"text": said, "side": side, "held": [entry.id for entry in entries]}
    if anyway:
        content["why"] = anyway
    return record.append("guess", content, about=about, **given)


def _entries(record: Record, what: Any, given: dict[str, Any]) -> list[Entry]:
    from investigator.finding import Finding

    if what is None:
        return []
    out = []
    for one in what if isinstance(what, (list, tuple)) else [what]:
        if isinstance(one, Finding):
            author = {"author": given["author"]} if given.get("author") else {}
            one = pins.pinned(record, one) or pins.pin(record, one, **author)
        entry = record.entry(one)
        if entry.kind not in ("pin", "note", "ask"):
            raise CaseError(
                f"#{entry.number} is a {entry.kind}, and stands for nothing.",
                "Evidence is a pinned finding, a note, or an answer.",
                "Pin what a check found: case.record.pin(finding), or say it in words.",
            )
        out.append(entry)
    return out


def tells_nothing(state: State, weighed: dict[str, list[Weighed]]) -> list[tuple[int, str]]:
    """What stands on the same side of every guess still followed: number and text. It tells them apart from nothing."""
    followed = [i for i, guess in state.guesses.items() if guess.state in ("open", "acting on", "confirmed")]
    if len(followed) < 2:
        return []
    sides: dict[str, dict[str, set[str]]] = {}
    texts: dict[str, tuple[int, str]] = {}
    for identifier in followed:
        for one in weighed[identifier]:
            sides.setdefault(one.source, {}).setdefault(one.side, set()).add(identifier)
            texts[one.source] = (one.number, one.text)
    return [
        texts[source]
        for source, by in sides.items()
        if any(len(among) == len(followed) for among in by.values()) and len(by) == 1
    ]
