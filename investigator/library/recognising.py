"""Seen before? All signatures of a library on the evidence of a case, and all of them against all fixtures.

Each distinct check runs once. What the library asks of every incident runs first and leaves at most ten signatures; the
others' checks are never run. What is said is a hint: it stands below the case's own evidence, names what it does not share and
what would speak against it, and is silent where too little tells one cause from another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.errors import DataError, KitError
from investigator.library import drill, fixture, lifting, questions, repeating, resembling, signature, traits
from investigator.library.incident import ID, text_of
from investigator.library.questions import Ask
from investigator.library.repeating import AS_LAST_TIME, Done, Known
from investigator.library.resembling import Resemblance
from investigator.library.signature import Signature
from investigator.look import several, shown_name

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.finding import Finding

FOLDER, SUFFIX, EVENTS = "signatures", ".json", ".events.jsonl"
LEFT_AT_MOST = 10
#: More that are alike only in kind tell nothing: then it is what many incidents are like.
IN_KIND_AT_MOST = 3
BYTES_AT_MOST = 4_000_000


@dataclass(frozen=True)
class Match:
    """A past incident that this one repeats, by its checks: what came of each, and what both have in common."""

    signature: Signature
    done: tuple[Done, ...]
    alike: Resemblance

    def lines(self, case: str) -> list[str]:
        """What is said of it, a line each."""
        same = sum(one.came == AS_LAST_TIME for one in self.done)
        alike = [name if value == "yes" else f"{name}: {value}" for name, value in self.alike.same.items()]
        out = [
            f"{self.signature.id} matches {same} of {len(self.done)} checks: {self.signature.title}",
            f"   the same: {_listed(alike)}",
        ]
        differs = [f"{name}: then {then}, now {now}" for name, (then, now) in self.alike.other.items()]
        unsaid = [
            f"{one.step.question or one.step.analysis} ({one.why or 'nothing to tell by'})"
            for one in self.done
            if one.came != AS_LAST_TIME and not one.other
        ]
        out.append(
            f"   differs in: {_listed(differs)}" if differs else "   differs in: nothing that was asked"
        )
        if unsaid:
            out.append(f"   could not tell: {_listed(unsaid)}")
        refute = [
            f"{name} other than {traits.plain(self.alike.same[name])}"
            for name in traits.REFUTES
            if name in self.alike.same
        ]
        out.append(
            f"   it would speak against it: {_listed(refute) or 'any of these checks giving something else'}"
        )
        if self.signature.confirmed:
            step, minutes = self.signature.confirmed
            after = repeating.lasted(minutes)
            out.append(
                f"   last time check {step} ({self.signature.steps[step - 1].analysis}) confirmed it, {after} after the call"
            )
        else:
            out.append("   none of these checks confirmed its cause last time")
        out.append(f"   its runbook: inv runbook {self.signature.id} {case}")
        return out


@dataclass(frozen=True)
class Recognised:
    """What a library's signatures say of a case: matches, the likest first; how many were asked; and those that no longer run."""

    matches: tuple[Match, ...]
    near: tuple[Match, ...]  # alike in part, and too little to tell
    signatures: int
    left: int
    checks: int
    stale: tuple[str, ...]

    def text(self, case: str) -> str:
        """All of it for a terminal."""
        out = []
        if self.matches:
            out.append(
                "Seen before? By the same checks, perhaps. It is a hint, below what today's own evidence says:"
            )
            for match in self.matches:
                out += match.lines(case)
        else:
            said = "Seen before? Nothing here repeats"
            near = [match.signature.id for match in self.near[:3]]
            more = f"; too little tells whether it is like {' or '.join(near)}" if near else ""
            out.append(f"{said} any of {several(self.signatures, 'signature')}, as far as can be told{more}.")
        out += [f"Stale: {one}" for one in self.stale]
        return "\n".join(out)


class Signatures:
    """The signatures of a library's folder, each with its fixture; `problems` names what could not be taken."""

    def __init__(self, library: Path | str) -> None:
        self.folder = Path(library) / FOLDER
        self.all: dict[str, Signature] = {}
        self.problems: list[DataError] = []
        self._refused: dict[str, DataError] = {}  # by the name of the file
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                held = signature.read(text_of(path, BYTES_AT_MOST), shown_name(path.name))
            except DataError as error:
                self.problems.append(error)
                self._refused[path.name.lower()] = error
            else:
                if f"{held.id}{SUFFIX}".lower() == path.name.lower():
                    self.all[held.id] = held
                else:
                    self.problems.append(DataError(f"{shown_name(path.name)} holds the signature of {held.id}.", "It is left out.", "Name the file by its id."))  # fmt: skip

    def __len__(self) -> int:
        return len(self.all)

    def find(self, id: str) -> Signature | None:
        """The signature of that id, case aside; None where there is none. Raises DataError where its file can't be taken."""
        refused = self._refused.get(f"{id}{SUFFIX}".lower())
        if refused is not None:
            raise refused
        return next((held for name, held in self.all.items() if name.lower() == id.lower()), None)

    def fixture(self, id: str) -> fixture.Fixture | None:
        """The fixture of a signature; None where there is none. Raises DataError where it can't be read."""
        path = self.folder / f"{id}{EVENTS}"
        return fixture.read(text_of(path, BYTES_AT_MOST), shown_name(path.name)) if path.is_file() else None

    def keep(self, case: Case) -> tuple[Signature, str]:
        """Write the signature and the fixture of a case; gives it and how its fixture stands. Raises DataError where it has none.

        Where its record is what it was when they were made, and they still run, they stay as they are.
        """
        from investigator.report import atomic

        mark, held = lifting.mark(case), self.all.get(case.id)
        if (
            held is not None
            and held.made_of == mark
            and (self.folder / f"{case.id}{EVENTS}").is_file()
            and not repeating.stale(held)
        ):
            return held, "the record is as it was when it was made"
        made, then = lifting.of_case(case), fixture.as_it_stood(case)
        small = fixture.of_case(then)
        shape = questions.asked(repeating.known_of(then), questions.asking(then.events()))
        made = replace(made, shape=shape, made_of=mark)
        if not ID.fullmatch(made.id):
            raise DataError(
                f"{made.id} can't be the name of a file.", "", "Give the case an id such as INC-2031."
            )
        atomic.write_all(
            {
                self.folder / f"{made.id}{SUFFIX}": made.text.encode(),
                self.folder / f"{made.id}{EVENTS}": small.text.encode(),
            }
        )
        self.all[made.id] = made
        same = sum(one.came == AS_LAST_TIME for one in on_fixture(made, small))
        return (
            made,
            f"{same} of {len(made.steps)} checks say the same on its fixture of {several(len(small.rows), 'event')}",
        )

    def remove(self, id: str) -> None:
        """Remove a signature and its fixture, where they are there."""
        for suffix in (SUFFIX, EVENTS):
            (self.folder / f"{id}{suffix}").unlink(missing_ok=True)
        self.all.pop(id, None)

    def recognise(self, case: Case) -> Recognised:
        """What all but its own say of a case. Nothing is written."""
        own = drill.itself(case).lower()
        others = [held for id, held in self.all.items() if id.lower() != own]
        return recognise(others, repeating.known_of(case), questions.asking(case.events()))

    def check(self) -> Checked:
        """All signatures on all fixtures."""
        old = {held.id: why for held in self.all.values() if (why := repeating.stale(held))}
        stale = [f"{id}: {why}" for id, told in old.items() for why in told]
        rows: dict[str, dict[str, bool]] = {}
        for id in self.all:
            try:
                small = self.fixture(id)
            except DataError as error:
                self.problems.append(error)
                continue
            if small is None:
                continue
            with small.events() as events:
                ask = _once(questions.asking(events), {})
                now = questions.asked(small.known, ask)
                rows[id] = {
                    one.id: _match(one, small.known, ask, now).alike.recognised
                    for one in self.all.values()
                    if one.id not in old  # what does not run recognises nothing
                }
        lacking = [id for id in self.all if id not in rows]
        return Checked(rows, tuple(stale), tuple(lacking), tuple(self.problems))


@dataclass(frozen=True)
class Checked:
    """Which signature recognises which fixture (fixture -> signature -> whether), and what could not be tried."""

    rows: Mapping[str, Mapping[str, bool]]
    stale: tuple[str, ...]
    lacking: tuple[str, ...]
    problems: tuple[DataError, ...]

    @property
    def missed(self) -> list[str]:
        """Signatures that do not recognise their own fixture: what they say is too little to tell by."""
        return [id for id, row in self.rows.items() if not row.get(id, True)]

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Pairs (signature, fixture of another incident that it takes for its own)."""
        return [
            (other, id) for id, row in self.rows.items() for other, yes in row.items() if yes and other != id
        ]

    @property
    def ok(self) -> bool:
        """Whether every signature runs, and none that was tried takes another for its own."""
        return not (self.stale or self.problems or self.wrong)

    def __str__(self) -> str:
        ids = list(self.rows)
        if not (ids or self.lacking or self.problems or self.stale):
            return "There is no signature yet. A case that was found out brings one: inv library add CASE"
        out = [f"{several(len(ids), 'fixture')}; a row is a fixture, a column a signature (x: recognised)."]
        wide = max(map(len, ids), default=0)
        out += [
            f"{id:<{wide}}  {' '.join('x' if self.rows[id].get(one) else '.' for one in ids)}" for id in ids
        ]
        out += [
            f"{other} takes {id} for its own: the same incident twice, or a signature that says too little."
            for other, id in self.wrong
        ]
        out += [
            f"{id} does not recognise itself: what it says is too little to tell by." for id in self.missed
        ]
        out += [f"Stale: {one}" for one in self.stale]
        out += [f"{id} has no fixture." for id in self.lacking]
        out += [" ".join(part for part in (one.what, one.there_is, one.do) if part) for one in self.problems]
        return "\n".join(out)


def recognise(signatures: Iterable[Signature], known: Known, ask: Ask) -> Recognised:
    """The signatures that a case repeats: what is asked of every incident first, then the checks of at most ten."""
    held = list(signatures)
    asked: dict[str, Finding | KitError] = {}
    once = _once(ask, asked)
    running = [one for one in held if not repeating.stale(one)]
    stale = tuple(f"{one.id}: {'; '.join(repeating.stale(one))}" for one in held if one not in running)
    now = questions.asked(known, once) if running else {}
    left = _left(running, now)
    matches = sorted((_match(one, known, once, now) for one in left), key=lambda m: (not m.alike.worded, -m.alike.share * len(m.alike.same), m.signature.id))  # fmt: skip
    taken = [match for match in matches if match.alike.recognised]
    if sum(not match.alike.worded for match in taken) > IN_KIND_AT_MOST:
        taken = [match for match in taken if match.alike.worded]
    near = (
        m
        for m in matches
        if m not in taken and m.alike.share >= resembling.SHARE and traits.telling(m.alike.same)
    )
    return Recognised(tuple(taken), tuple(near), len(held), len(left), len(asked), stale)


def _once(ask: Ask, asked: dict[str, Finding | KitError]) -> Ask:
    """The same, each distinct check asked once."""

    def once(analysis: str, params: dict[str, Any], selection: dict[str, Any]) -> Finding:
        key = json.dumps([analysis, params, selection], sort_keys=True, default=str)
        if key not in asked:
            try:
                asked[key] = ask(analysis, params, selection)
            except KitError as error:
                asked[key] = error
        found = asked[key]
        if isinstance(found, KitError):
            raise found
        return found

    return once


def on_fixture(held: Signature, small: fixture.Fixture) -> list[Done]:
    """What comes of each check on a fixture."""
    with small.events() as events:
        return list(repeating.repeat(held, small.known, questions.asking(events)))


def _left(running: list[Signature], now: Mapping[str, str]) -> list[Signature]:
    """At most ten: those that what is asked of every incident is likest to, and that nothing of it speaks against."""
    if len(running) <= LEFT_AT_MOST:
        return running
    ranked = []
    for one in running:
        alike = resembling.resemblance(one.traits, now)
        if not any(name in traits.REFUTES for name in alike.other):
            ranked.append((not alike.recognised, -alike.share * len(alike.same), one.id, one))
    return [one for *_, one in sorted(ranked, key=lambda row: row[:3])[:LEFT_AT_MOST]]


def _match(held: Signature, known: Known, ask: Ask, now: Mapping[str, str]) -> Match:
    done = tuple(repeating.repeat(held, known, ask))
    told = dict(now)
    for one in done:
        if one.finding is not None:
            told |= traits.of_finding(one.finding)
    return Match(held, done, resembling.resemblance(held.traits, told))


def _listed(items: Iterable[str], at_most: int = 6) -> str:
    held = list(items)
    return "; ".join(held[:at_most]) + (f"; and {len(held) - at_most} more" if len(held) > at_most else "")
