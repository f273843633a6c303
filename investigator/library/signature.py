"""The signature of an incident: the checks that its conclusions rest on, with their values lifted to parameters.

What was the id in question, when it began, and what an earlier check gave is asked anew of the next case; a service, a
source or another id of that incident must be given; a threshold stays. Each check keeps its traits (`traits`), and
whether its control passed. A signature is plain JSON: an analysis by its name and values, so nothing of it can run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from investigator.errors import DataError
from investigator.library.incident import ID
from investigator.look import harmless

FORMAT = "investigator signature 1"
STEPS_AT_MOST, CONCLUSIONS_AT_MOST, TEXT_AT_MOST = 40, 60, 600
#: How a parameter of the next case is known.
IS, THE, OF, GIVEN = "is", "the", "of", "given"
KNOWN = ("about", "onset", "window")
PLACE = re.compile(r"\{(?P<which>[0-9a-f]{8}-\d+|\d+)(?:\.(?P<path>[\w.-]+))?\}")
_ANALYSIS = re.compile(r"[a-z][a-z0-9_]{0,60}")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,60}")
PATH = re.compile(r"[\w-]+(?:\.[\w-]+){0,8}")


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
    added: bool = False  # nobody asked it then; it stands for what can't be told again by itself

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
        told.get("added") is True,
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
            if PATH.fullmatch(str(how["at"])):
                return {OF: how[OF], "at": str(how["at"])}
    raise ValueError(f"step {number} has a parameter in a form that it does not take")


def _text(value: Any) -> str:
    return harmless(str(value))[:TEXT_AT_MOST]
