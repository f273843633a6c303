"""The signature of an incident: the checks that its conclusions rest on, with their values lifted to parameters.

What was the id in question, when it began, and what an earlier check gave is asked anew of the next case; a service, a
source or another id of that incident must be given; a threshold stays. Each check keeps its traits (`traits`), and
whether its control passed. A signature is plain JSON: an analysis by its name and values, so nothing of it can run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import re2, secrets
from investigator.case.reasoning import distil
from investigator.case.reasoning.distil import TELLING_AT_LEAST, distilled
from investigator.check import Check
from investigator.errors import DataError, KitError
from investigator.ledger import heads
from investigator.library import traits
from investigator.library.incident import ID
from investigator.look import harmless
from investigator.performing import run

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.ledger import Entry

FORMAT = "investigator signature 1"
STEPS_AT_MOST, CONCLUSIONS_AT_MOST, TEXT_AT_MOST = 40, 60, 600
#: How a parameter of the next case is known.
IS, THE, OF, GIVEN = "is", "the", "of", "given"
KNOWN = ("about", "onset", "window")
PLACE = re.compile(r"\{(?P<which>[0-9a-f]{8}-\d+|\d+)(?:\.(?P<path>[\w.-]+))?\}")
_CITED = re.compile(r"(?<![\w&/])#(\d{1,7})\b")
_ANALYSIS = re.compile(r"[a-z][a-z0-9_]{0,60}")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,60}")
_PATH = re.compile(r"[\w-]+(?:\.[\w-]+){0,8}")


@dataclass(frozen=True)
class Step:
    """One check of the short path. A parameter is {is: value}, {the: about|onset|window}, {of: step, at: path} or {given: name}."""

    analysis: str
    question: str = ""
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    selection: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    control: bool | None = None
    version: int = 1

    @property
    def needs(self) -> set[int]:
        """The steps, from 1, whose values it takes."""
        return {how[OF] for how in (*self.params.values(), *self.selection.values()) if OF in how}

    @property
    def asks(self) -> list[str]:
        """The values that somebody must give, by name."""
        return sorted(
            {how[GIVEN] for how in (*self.params.values(), *self.selection.values()) if GIVEN in how}
        )


@dataclass(frozen=True)
class Conclusion:
    """What was concluded, of which kind (guess, claim, decision, status), and the steps, from 1, that it rests on."""

    text: str
    kind: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """The short path of one incident. `minutes` are those of the steps that mattered, and of all."""

    id: str
    title: str
    steps: tuple[Step, ...]
    conclusions: tuple[Conclusion, ...] = ()
    date: str = ""
    minutes: tuple[float, float] = (0.0, 0.0)
    steps_of: int = 0  # how many steps there were in all
    people: tuple[
        str, ...
    ] = ()  # what mattered and somebody must do: questions to people, cells of their own
    confirmed: tuple[int, float] | None = (
        None  # the step that confirmed the guess, and the minutes since the call
    )
    shape: Mapping[str, str] = field(default_factory=dict)  # what the library asks of every incident
    made_of: str = ""  # a mark of the record and of the kit that it was made of

    @property
    def traits(self) -> dict[str, str]:
        """What its checks say together, those that the library asks of every incident first."""
        return {**self.shape, **{name: value for step in self.steps for name, value in step.traits.items()}}

    @property
    def text(self) -> str:
        """The file as the library keeps it."""
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, sort_keys=True, indent=1, ensure_ascii=True) + "\n"

    def without(self, left_out: int) -> Signature:
        """The same with one step, from 1, left out: what took its value, or rested on it, can't be said."""
        gone = Step("", question=self.steps[left_out - 1].question)
        return replace(
            self, steps=tuple(gone if n == left_out else one for n, one in enumerate(self.steps, 1))
        )


def of_case(case: Case) -> Signature:
    """The signature of a case as its record stands. Raises DataError where nothing that was concluded names a check."""
    entries = {entry.id: entry for entry in case.entries()}
    told = distilled(case.entries())
    redacted = redaction(case)
    pins = [entry for entry in case.state.pins if _check_of(entry)]
    steps: list[Step] = []
    values: list[Any] = []  # what each gave
    number: dict[int, int] = {}  # the place in the record -> the step here
    people: list[str] = []
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
        lift = _Lift(case, values)
        step = Step(
            check.analysis,
            redacted(finding.get("question", "")),
            {name: lift(name, value) for name, value in check.params.items()},
            {name: lift(name, value) for name, value in check.selection.items() if name != "load"},
            traits.of(finding),
            redacted(finding.get("answer", "")),
            (finding.get("coverage") or {}).get("control"),
            check.version,
        )
        same = next((n for n, known in enumerate(steps, 1) if _asks_the_same(known, step)), 0)
        if not same:
            steps.append(step)
            values.append(finding.get("value"))
        number[one.place] = same or len(steps)
    if not steps:
        raise DataError(
            f"{case.id} has no check that a conclusion of it names, so there is nothing to run on the next case.",
            str(told),
            "Pin what the answer rests on and set it for the guess: pin for #7. Then: guess confirmed, and again.",
        )
    named = {
        entry.number: number[place] for entry, place in _placed(told.short, entries, pins) if place in number
    }
    conclusions = [
        Conclusion(_sentence(entries[id], pins, steps, named, redacted), entries[id].kind, tuple(sorted({number[p] for p in under if p in number})))
        for id, under in told.founded
    ]  # fmt: skip
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
        _confirmed(case, told.stood, number, call),
    )


def mark(case: Case) -> str:
    """What a signature of a case is made of, so that the same is not made again: its record, and how the kit tells traits."""
    told = f"{traits.VERSION} {heads.text(case.snapshot().head(), 64)}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def read(text: str, where: str) -> Signature:
    """The signature in a file's text. Raises DataError that names the file and says what is wrong with it."""
    try:
        told = json.loads(text)
        if told.get("format") != FORMAT:
            raise ValueError(f"its format is {harmless(str(told.get('format')))[:40]}")
        steps = tuple(_step(one, number) for number, one in enumerate(told["steps"][:STEPS_AT_MOST], 1))
        signature = Signature(
            str(told["id"]),
            _text(told["title"]),
            steps,
            tuple(
                Conclusion(_text(one["text"]), str(one["kind"]), tuple(n for n in one["steps"] if 0 < int(n) <= len(steps)))
                for one in told.get("conclusions", ())[:CONCLUSIONS_AT_MOST]
            ),
            _text(told.get("date", "")),
            (float(told["minutes"][0]), float(told["minutes"][1])),
            int(told.get("steps_of", 0)),
            tuple(_text(one) for one in told.get("people", ())),
            (int(told["confirmed"][0]), float(told["confirmed"][1])) if told.get("confirmed") else None,
            {_text(name): _text(value) for name, value in dict(told.get("shape") or {}).items()},
            _text(told.get("made_of", "")),
        )  # fmt: skip
        if not ID.fullmatch(signature.id) or not steps:
            raise ValueError("it has no id or no step")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        both = any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines())
        raise DataError(
            f"{where} holds two versions that git could not make one."
            if both
            else f"{where} is no signature: {harmless(str(error))[:200]}.",
            "The others work.",
            "Take one whole: git checkout --ours, or --theirs; or make it again: inv library add CASE.",
        ) from None
    return signature


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
        if _PATH.fullmatch(here):
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
    case: Case, stood: int, number: Mapping[int, int], call: Entry | None
) -> tuple[int, float] | None:
    confirmed = [
        entry for entry in case.entries("guess") if (entry.content or {}).get("state") == "confirmed"
    ]
    if not confirmed or stood not in number or call is None:
        return None
    after = (confirmed[-1].known - call.happened[0]).total_seconds() / 60
    return number[stood], round(max(after, 0.0), 1)


def _step(told: Mapping[str, Any], number: int) -> Step:
    analysis = str(told["analysis"])
    if not _ANALYSIS.fullmatch(analysis):
        raise ValueError(f"step {number} names no analysis")
    params, selection = (
        {str(name): _how(how, number) for name, how in dict(told.get(part) or {}).items() if _NAME.fullmatch(str(name))}
        for part in ("params", "selection")
    )  # fmt: skip
    control = told.get("control")
    return Step(
        analysis,
        _text(told.get("question", "")),
        params,
        selection,
        {_text(name): _text(value) for name, value in dict(told.get("traits") or {}).items()},
        _text(told.get("said", "")),
        control if isinstance(control, bool) else None,
        int(told.get("version", 1)),
    )


def _how(how: Any, number: int) -> dict[str, Any]:
    """How a parameter is known, checked: what a foreign hand wrote here is data."""
    if isinstance(how, dict):
        if set(how) == {IS} and json.dumps(how[IS]):
            return {IS: how[IS]}
        if set(how) == {THE} and how[THE] in KNOWN:
            return {THE: how[THE]}
        if set(how) == {GIVEN} and _NAME.fullmatch(str(how[GIVEN])):
            return {GIVEN: str(how[GIVEN])}
        if set(how) == {OF, "at"} and isinstance(how[OF], int) and 0 < how[OF] < number:
            if _PATH.fullmatch(str(how["at"])):
                return {OF: how[OF], "at": str(how["at"])}
    raise ValueError(f"step {number} has a parameter in a form that it does not take")


def _text(value: Any) -> str:
    return harmless(str(value))[:TEXT_AT_MOST]
