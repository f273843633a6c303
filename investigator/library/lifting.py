"""The signature of a case: the short path of its record, each check a step, its values lifted to parameters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import re2, secrets
from investigator.case.reasoning import distil
from investigator.case.reasoning.distil import TELLING_AT_LEAST, distilled
from investigator.check import Check
from investigator.errors import DataError, KitError
from investigator.ledger import heads
from investigator.library import tellable, traits
from investigator.library.signature import (
    CONCLUSIONS_AT_MOST,
    GIVEN,
    IS,
    OF,
    PATH,
    PLACE,
    STEPS_AT_MOST,
    TEXT_AT_MOST,
    THE,
    Conclusion,
    Signature,
    Step,
)  # fmt: skip
from investigator.library.tellable import Asked
from investigator.look import harmless
from investigator.performing import run

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.ledger import Entry

_CITED = re.compile(r"(?<![\w&/])#(\d{1,7})\b")


def of_case(case: Case) -> Signature:
    """The signature of a case as its record stands. Raises DataError where nothing that was concluded names a check."""
    entries = {entry.id: entry for entry in case.entries()}
    told = distilled(case.entries())
    redacted = redaction(case)
    pins = [entry for entry in case.state.pins if _check_of(entry)]
    people: list[str] = []
    asked: list[Asked] = []
    for one in told.short:
        entry = entries[one.id]
        told_check = _check_of(entry)
        if told_check is None:
            people.append(redacted(one.text))
            continue
        check = Check.from_json(told_check)
        finding = _pinned(pins, check, one.text)
        if finding is None:
            try:
                finding = run(check, case.as_of(entry.known).events()).to_json()
            except KitError:
                continue
        asked.append(Asked(one.place, check, finding))
    steps, number, _ = _lifted(case, asked, redacted)
    guesses = [under for id, under in told.founded if entries[id].kind == "guess"]
    bound = {place for id, under in told.founded if entries[id].kind != "guess" for place in under}
    bound |= {one.place for one in asked if number[one.place] in {n for step in steps for n in step.needs}}
    some = tellable.kept(asked, guesses, bound, lambda: _who_else(case, told))
    steps, number, stead = _lifted(case, some, redacted)
    if not steps:
        raise DataError(
            f"{case.id} has no check that a conclusion of it names, so there is nothing to run on the next case.",
            str(told),
            "Pin what the answer rests on and set it for the guess: pin for #7. Then: guess confirmed, and again.",
        )
    named = {
        entry.number: number[place] for entry, place in _placed(told.short, entries, pins) if place in number
    }
    conclusions = []
    for id, under in told.founded:
        kind = entries[id].kind
        rests = {number[place] for place in under if place in number}
        rests |= {stead[under]} if kind == "guess" and under in stead else set()
        sentence = _sentence(entries[id], pins, steps, named, redacted)
        conclusions.append(Conclusion(sentence, kind, tuple(sorted(rests))))
    onset, call = case.onset(), case.state.call
    return Signature(
        case.id,
        redacted(case.title),
        tuple(steps[:STEPS_AT_MOST]),
        tuple(dict.fromkeys(one for one in conclusions if one.steps))[:CONCLUSIONS_AT_MOST],
        onset.date().isoformat() if onset else "",
        tuple(round(minutes, 1) for minutes in told.minutes),  # type: ignore[arg-type]
        len(told.steps),
        tuple(people),
        _confirmed(case, told.stood, [one.place for one in some if one.place], number, call),
    )


def mark(case: Case) -> str:
    """What a signature of a case is made of, so that the same is not made again: its record, and how the kit tells traits."""
    told = f"{traits.VERSION} {heads.text(case.snapshot().head(), 64)}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def redaction(case: Case) -> Callable[[Any], str]:
    """What leaves ids of the case's kinds, and what looks like a secret, out of a text."""
    patterns = {**case.events().indexed, **case.state.kinds}
    names = sorted(patterns, key=lambda name: (-len(patterns[name]), name))

    def redacted(text: Any) -> str:
        out = secrets.mask(harmless(str(text or ""))[:TEXT_AT_MOST])
        for id in case.state.about:
            out = out.replace(id, "…")
        for name in names:
            if not re2.refused(patterns[name]):
                out = re2.replaced(rf"\b(?:{patterns[name]})\b", out, f"<{name}>")
        return out

    return redacted


def _lifted(
    case: Case, asked: Sequence[Asked], redacted: Callable[[Any], str]
) -> tuple[list[Step], dict[int, int], dict[tuple[int, ...], int]]:
    """The checks as steps, each value as the next case knows it; the step's number of each place, and of each guess that one was added for."""
    steps: list[Step] = []
    values: list[Any] = []  # what each gave
    number: dict[int, int] = {}
    stead: dict[tuple[int, ...], int] = {}
    lift = _Lift(case, values)
    for one in asked:
        check, finding = one.check, one.finding
        step = Step(
            check.analysis,
            redacted(finding.get("question", "")),
            {name: lift(name, value) for name, value in check.params.items()},
            {name: lift(name, value) for name, value in check.selection.items() if name != "load"},
            traits.of(finding),
            redacted(finding.get("answer", "")),
            (finding.get("coverage") or {}).get("control"),
            check.version,
            bool(one.stands_for),
        )
        same = next((n for n, known in enumerate(steps, 1) if _asks_the_same(known, step)), 0)
        if not same:
            steps.append(step)
            values.append(finding.get("value"))
        number |= {one.place: same or len(steps)} if one.place else {}
        stead |= dict.fromkeys(one.stands_for, same or len(steps))
    return steps, number, stead


def _who_else(case: Case, told: distil.Distilled) -> Asked | None:
    """Who else was hit, asked of the case as it stood when the last step that mattered answered."""
    if not case.about:
        return None
    check = Check("who_else", params={"like": case.about})
    try:
        return Asked(0, check, run(check, case.then(told.short[-1].id).events()).to_json())
    except KitError:
        return None


class _Lift:
    """A value of a check as the next case knows it."""

    def __init__(self, case: Case, values: Sequence[Any]) -> None:
        self.values = values
        self.about = {one.lower() for one in case.state.about}
        onset = case.onset()
        self.onset = onset.isoformat() if onset else ""
        events = case.events()
        self.places = {source.name for source in events.sources}
        self.kinds = {**events.indexed, **case.state.kinds}

    def __call__(self, name: str, value: Any) -> dict[str, Any]:
        if name == "window":
            return {THE: "window"}
        if name == "onset" or (self.onset and _same_time(value, self.onset)):
            return {THE: "onset"}
        if isinstance(value, str):
            if value.lower() in self.about or (name in ("entity", "like") and not self._before(value)):
                return {THE: "about"}
            before = self._before(value)
            if before:
                return before
            if name in (
                "service",
                "source",
                "entity",
                "healthy",
                "customer",
                "metric",
                "step",
            ) or self._is_id(value):
                return {GIVEN: name}
            return {IS: secrets.mask(value)}
        if isinstance(value, (list, dict)) and any(len(one) >= TELLING_AT_LEAST for one in _texts(value)):
            return self._before(value) or {GIVEN: name}
        return {IS: value}

    def _is_id(self, value: str) -> bool:
        return value in self.places or any(
            not re2.refused(pattern) and re2.whole(pattern, value) for pattern in self.kinds.values()
        )

    def _before(self, value: Any) -> dict[str, Any]:
        """Where an earlier check gave it."""
        if isinstance(value, str) and len(value) < 3:
            return {}
        for number, held in enumerate(self.values, 1):
            path = next((path for path, found in _walk(held) if found == value), "")
            if path:
                return {OF: number, "at": path}
        return {}


def _walk(value: Any, path: str = "", deep: int = 0) -> Iterator[tuple[str, Any]]:
    """Each place of a value, nearest first, as an expectation names it."""
    items: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value[:20]))
    for key, found in items:
        here = f"{path}.{key}" if path else str(key)
        if PATH.fullmatch(here):
            yield here, found
    if deep < 4:
        for key, found in items:
            yield from _walk(found, f"{path}.{key}" if path else str(key), deep + 1)


def _texts(value: Any) -> Iterator[str]:
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, str):
            yield one
        elif isinstance(one, (dict, list)):
            yield from _texts(one)


def _same_time(value: Any, other: str) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value) == datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


def _check_of(entry: Entry) -> dict[str, Any] | None:
    content = entry.content or {}
    check = content.get("check") or (content.get("finding") or {}).get("check")
    return check if isinstance(check, dict) and check.get("analysis") else None


def _pinned(pins: Sequence[Entry], check: Check, answer: str) -> dict[str, Any] | None:
    """The finding of a check as it was pinned, where it was."""
    for pin in pins:
        finding = (pin.content or {})["finding"]
        kept = finding["check"]
        if (kept["analysis"], kept["params"], kept["selection"]) == (
            check.analysis,
            check.params,
            check.selection,
        ):
            if finding.get("answer") == answer:
                return finding
    return None


def _asks_the_same(one: Step, other: Step) -> bool:
    return (one.analysis, one.params, one.selection) == (other.analysis, other.params, other.selection)


def _placed(
    short: Sequence[distil.Step], entries: Mapping[str, Entry], pins: Sequence[Entry]
) -> Iterator[tuple[Entry, int]]:
    """Each entry that people may cite for a step: the check itself, and the pin of what it gave."""
    for one in short:
        entry = entries[one.id]
        yield entry, one.place
        check = _check_of(entry)
        for pin in pins:
            if (
                check is not None
                and (pin.content or {})["finding"]["answer"] == one.text
                and _check_of(pin) == check
            ):
                yield pin, one.place


def _sentence(
    entry: Entry,
    pins: Sequence[Entry],
    steps: Sequence[Step],
    named: Mapping[int, int],
    redacted: Callable[[Any], str],
) -> str:
    """A conclusion in its words; where checks fill it, {step.path} stands for what they fill, and #12 is its step."""
    return _CITED.sub(
        lambda match: f"step {named[int(match[1])]}" if int(match[1]) in named else "…",
        _said(entry, pins, steps, redacted),
    )


def _said(entry: Entry, pins: Sequence[Entry], steps: Sequence[Step], redacted: Callable[[Any], str]) -> str:
    content = entry.content or {}
    if entry.kind == "status":
        cited = [pin for pin in pins if pin.id in (content.get("cites") or ())]
        return redacted(" ".join(str((pin.content or {})["text"]) for pin in cited))
    if entry.kind != "claim":
        why = content.get("why") or ""
        return redacted(
            f"{content.get('text', '')}{f': {why}' if why and why != content.get('text') else ''}"
        )
    by_id = {pin.id: _check_of(pin) for pin in pins}

    def lifted(match: re.Match[str]) -> str:
        check = by_id.get(match["which"])
        place = next(
            (n for n, step in enumerate(steps, 1) if check and step.analysis == check["analysis"]), 0
        )
        return f"{{{place}{'.' + match['path'] if match['path'] else ''}}}" if place else "…"

    return redacted(PLACE.sub(lifted, str(content.get("sentence") or content.get("text") or "")))


def _confirmed(
    case: Case, stood: int, asked: Sequence[int], number: Mapping[int, int], call: Entry | None
) -> tuple[int, float] | None:
    confirmed = [
        entry for entry in case.entries("guess") if (entry.content or {}).get("state") == "confirmed"
    ]
    if not confirmed or stood not in asked or call is None:
        return None
    after = (confirmed[-1].known - call.happened[0]).total_seconds() / 60
    return number[stood], round(max(after, 0.0), 1)
