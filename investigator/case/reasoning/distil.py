"""Which steps of an investigation mattered: a backward slice over what each conclusion rested on (Weiser 1981).

A conclusion is a guess that was confirmed or ruled out, a decision, a claim, or a status that was sent and cites what it
says. It rests on what it names: findings set
for or against it, predictions about it, entries that its words cite (#12), findings that fill its values. A finding
rests on the check that gave it, and on earlier findings whose values are that check's parameters. What nobody wrote
down is not guessed: a conclusion that names nothing is listed as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from investigator import moment
from investigator.look import several

#: What somebody does to find out. What is said to others, decided or done to mend is none.
STEPS = ("check", "scratch", "ask", "prediction")
_HEARD = ("heard",)
#: Names an entry by its number here.
_CITED = re.compile(r"(?<![\w&/])#(\d{1,7})\b")
#: So long a text is no coincidence when it is the parameter of one check and a value of another.
TELLING_AT_LEAST = 6
LEAVES_AT_MOST = 2_000


class Line(Protocol):
    """An entry of the record, as far as it is read here."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> str | None: ...
    @property
    def known(self) -> datetime: ...
    @property
    def content(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Step:
    """One step: its place from 1, the entry, the time since the step before it, and whether a conclusion rests on it."""

    place: int
    id: str
    text: str
    took: timedelta
    mattered: bool


@dataclass(frozen=True)
class Distilled:
    """The steps, what the conclusions rest on, and where the answer stood and was seen (0 where nobody can tell)."""

    steps: tuple[Step, ...]
    stood: int = 0
    seen: int = 0
    unfounded: tuple[str, ...] = ()  # conclusions that name nothing
    founded: tuple[tuple[str, tuple[int, ...]], ...] = ()  # a conclusion's entry, and the places of its steps

    @property
    def conclusions(self) -> int:
        """How many conclusions there are."""
        return len(self.founded) + len(self.unfounded)

    @property
    def short(self) -> tuple[Step, ...]:
        """The steps that mattered, in order: what to do first next time."""
        return tuple(step for step in self.steps if step.mattered)

    @property
    def minutes(self) -> tuple[float, float]:
        """Minutes of the steps that mattered, and of all."""
        return (
            sum((step.took for step in self.short), timedelta()).total_seconds() / 60,
            sum((step.took for step in self.steps), timedelta()).total_seconds() / 60,
        )

    def __str__(self) -> str:
        if not self.steps:
            return "The record holds no step of finding out: no check, no cell, no question."
        if not self.conclusions:
            return f"Nothing was concluded, so none of the {several(len(self.steps), 'step')} can be said to have mattered."
        if not self.short:
            return (
                f"None of the {several(self.conclusions, 'conclusion')} names what it rests on, so nobody can tell which of "
                f"the {several(len(self.steps), 'step')} mattered. Set findings for a guess: pin for #7."
            )
        mattered, whole = (moment.duration(timedelta(minutes=minutes)) for minutes in self.minutes)
        out = [
            f"As far as the record says: {len(self.short)} of {several(len(self.steps), 'step')} mattered; {mattered} of {whole}"
        ]
        if self.stood and self.seen > self.stood:
            out.append(f"the answer stood in step {self.stood}, seen in step {self.seen}")
        elif self.stood:
            out.append(f"the answer was seen in step {self.stood}, where it stood first")
        if self.unfounded:
            out.append(
                f"{len(self.unfounded)} of {several(self.conclusions, 'conclusion')} name nothing that they rest on"
            )
        return "; ".join(out) + "."


def distilled(entries: Iterable[Line]) -> Distilled:
    """What mattered in a record, given its entries in order; those taken back or erased say nothing."""
    said = _said(list(entries))
    ends = [entry for entry in said if entry.kind == "phase" and _told(entry, "text") == "resolved"]
    end = ends[0].known if ends else None
    before = [entry for entry in said if end is None or entry.known <= end]
    steps = [entry for entry in before if _is_step(entry)]
    place = {entry.id: n for n, entry in enumerate(steps, 1)}
    rests = _rests(before)
    conclusions = _conclusions(before)
    mattered: set[str] = set()
    unfounded, founded = [], []
    for entry in conclusions:
        below = _below(entry.id, rests) - {entry.id}
        under = tuple(sorted(place[one] for one in below if one in place))
        if under:
            founded.append((entry.id, under))
        else:
            unfounded.append(entry.id)
        mattered |= below
    stood, seen = _answer(before, steps, place, rests)
    out = []
    for n, entry in enumerate(steps, 1):
        # The time until a step answered is its own: from the step before it, or from the first line of the record.
        since = steps[n - 2].known if n > 1 else before[0].known
        out.append(Step(n, entry.id, _told(entry, "text"), entry.known - since, entry.id in mattered))
    return Distilled(tuple(out), stood, seen, tuple(unfounded), tuple(founded))


def _said(entries: list[Line]) -> list[Line]:
    undone: set[str] = set()
    for entry in reversed([one for one in entries if one.kind == "undo"]):
        if entry.id not in undone and entry.about:
            undone.add(entry.about)
    return [one for one in entries if one.content is not None and one.id not in undone and one.kind != "undo"]


def _is_step(entry: Line) -> bool:
    if entry.kind == "note":
        return _told(entry, "verb") in _HEARD
    # An answer, or what came of a prediction, belongs to the line that asked.
    return entry.kind in STEPS and not (entry.kind in ("ask", "prediction") and entry.about)


def _conclusions(entries: Sequence[Line]) -> list[Line]:
    """Guesses that ended as confirmed or ruled out, decisions, claims, statuses that cite."""
    state: dict[str, str] = {}
    for entry in entries:
        if entry.kind == "guess" and _told(entry, "state"):
            state[entry.about or entry.id] = _told(entry, "state")
    decided = [
        entry for entry in entries
        if entry.kind == "guess" and not entry.about and state.get(entry.id) in ("confirmed", "ruled out")
    ]  # fmt: skip
    return decided + [
        one for one in entries
        if one.kind == "claim" or (one.kind == "decision" and not one.about)
        or (one.kind == "status" and (one.content or {}).get("cites"))
    ]  # fmt: skip


def _rests(entries: Sequence[Line]) -> dict[str, set[str]]:
    """On which entries each entry rests."""
    known = {entry.id for entry in entries}
    numbered = {entry.number: entry.id for entry in entries}
    out: dict[str, set[str]] = {entry.id: set() for entry in entries}
    checks: dict[str, list[Line]] = {}
    values: dict[str, list[str]] = {}  # a value -> the findings that hold it, in order
    # What was told at the beginning no finding had to give.
    given = {
        leaf for entry in entries if entry.kind in ("call", "declare") for leaf in _leaves(entry.content)
    }
    for entry in entries:
        told = entry.content or {}
        mine = out[entry.id]
        for name in ("held", "checks", "cites", "for", "against"):
            mine |= {str(one) for one in told.get(name) or () if str(one) in known}
        for text in (told.get("text"), told.get("why")):
            mine |= {numbered[int(n)] for n in _CITED.findall(str(text or "")) if int(n) in numbered}
        if entry.about in known and entry.kind in ("guess", "prediction", "ask") and entry.about is not None:
            out[entry.about].add(entry.id)
        if entry.kind == "prediction":
            for guess in told.get("likely") or ():
                if str(guess) in known:
                    out[str(guess)].add(entry.id)
            if str(told.get("finding")) in known:
                mine.add(str(told["finding"]))
        check = _check(told)
        if entry.kind == "check" and check:
            checks.setdefault(check, []).append(entry)
        if entry.kind == "pin":
            if check and check in checks:
                mine.add(_first_same(checks[check], entry).id)
            finding = told.get("finding") or {}
            for value in _leaves(((finding.get("check") or {}).get("params")) or {}):
                mine |= set(values.get(value, ())[:1])
            for value in set(_leaves(finding.get("value"))) - given:
                values.setdefault(value, []).append(entry.id)
        mine.discard(entry.id)
    return out


def _first_same(checks: list[Line], pin: Line) -> Line:
    """Of the same check run several times, the first that gave what was pinned; else the last before."""
    answer = ((pin.content or {}).get("finding") or {}).get("answer")
    return next((one for one in checks if _told(one, "text") == answer), checks[-1])


def _answer(
    entries: Sequence[Line], steps: Sequence[Line], place: dict[str, int], rests: dict[str, set[str]]
) -> tuple[int, int]:
    """In which step the last of what confirmed the guess stood, and the last step before somebody confirmed it."""
    confirmed = [one for one in entries if one.kind == "guess" and _told(one, "state") == "confirmed"]
    if not confirmed:
        return 0, 0
    last = confirmed[-1]
    below = _below(last.about or last.id, rests)
    stood = [place[one] for one in below if one in place]
    seen = [n for n, step in enumerate(steps, 1) if step.known <= last.known]
    return (max(stood), max(seen)) if stood and seen and max(stood) <= max(seen) else (0, 0)


def _below(id: str, rests: dict[str, set[str]]) -> set[str]:
    """An entry and everything that it rests on, however far."""
    out, open_ = set(), [id]
    while open_:
        one = open_.pop()
        if one not in out:
            out.add(one)
            open_ += rests.get(one, ())
    return out


def _check(told: dict[str, Any]) -> str:
    """What tells a check from others: analysis, parameters, selection."""
    check = told.get("check") or (told.get("finding") or {}).get("check")
    if not isinstance(check, dict):
        return ""
    return repr([check.get(name) for name in ("analysis", "params", "selection")])


def _leaves(value: Any) -> Iterator[str]:
    """The texts in a value that are long enough to be told apart."""
    open_, count = [value], 0
    while open_ and count < LEAVES_AT_MOST:
        count += 1
        one = open_.pop()
        if isinstance(one, dict):
            open_ += list(one.values())
        elif isinstance(one, list):
            open_ += one
        elif isinstance(one, str) and len(one) >= TELLING_AT_LEAST:
            yield one


def _told(entry: Line, name: str) -> str:
    return str((entry.content or {}).get(name) or "")
