"""The process model of a kind of things: which steps are expected, in which order and time; given as a few lines of YAML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.events.mask import masked
from investigator.facts import traces

if TYPE_CHECKING:
    from investigator.events.events import Events

#: A step may always take so many seconds more than usual.
SECONDS = 60.0
STEPS_AT_MOST = 30


@dataclass(frozen=True)
class Expected:
    """One step of a process model."""

    name: str
    activities: tuple[traces.Activity, ...]  # the (place, kind of message) pairs that are this step
    within: float | None = None  # seconds since the step before, at most
    optional: bool = False
    repeatable: bool = False
    after: tuple[int, ...] = ()  # positions of steps that come before it
    said: str = ""  # an example of the message
    sources: tuple[str, ...] = ()  # where it is told

    @property
    def place(self) -> str:
        return self.activities[0][0] if self.activities else ""


@dataclass(frozen=True)
class ProcessModel:
    """The process model, and where it comes from."""

    steps: tuple[Expected, ...]
    learned_from: int = 0  # so many that went through; 0: given
    blind: tuple[str, ...] = ()

    def yaml(self) -> str:
        """The process model as YAML that `given` reads again, to look at and to correct."""
        return "".join(_line(step) + "\n" for step in self.steps)


def _line(step: Expected) -> str:
    says = r"\S+".join(re.escape(part) for part in masked(step.said).split("#"))
    parts = [f"in: {json.dumps(step.place)}", f"says: {json.dumps('^' + says.replace(chr(92) + ' ', ' '))}"]
    if step.within is not None:
        parts.append(f"within: {json.dumps(f'{step.within:.0f} s')}")
    parts += ["optional: true"] if step.optional else []
    parts += ["repeatable: true"] if step.repeatable else []
    return f"- {json.dumps(step.name)}: {{{', '.join(parts)}}}"


_FORM = (
    "- stored: {in: storage, says: stored object, within: 60 s}\n"
    "  with in, says, within (s, min, h, d), optional, repeatable, or in short  - stored: storage / stored object"
)
_UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "ms": 0.001}


def check(text: str) -> None:
    """Raise ParameterError where a text is no process model: what a person wrote is checked before there are events."""
    for number, item in enumerate(_read(text), 1):
        _, options = _item(item, number)
        _pattern(str(options.get("says", "")), number)
        _seconds(options.get("within"), number)


def _read(text: str) -> list[Any]:
    import yaml

    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise ParameterError(
            f"The expected course is no YAML{line}.", "It is a list of steps:", _FORM
        ) from None
    if not isinstance(read, list) or not read:
        raise ParameterError("The expected course has no steps.", "It is a list of steps:", _FORM)
    if len(read) > STEPS_AT_MOST:
        raise ParameterError(
            f"The expected course has {len(read)} steps.",
            f"It may have {STEPS_AT_MOST}.",
            "Leave out those that always come together.",
        )
    return read


def given(events: Events, like: str, text: str) -> ProcessModel:
    """A process model from YAML: a list of steps, each with where it is (`in`) and what is said there (`says`, a pattern).

    `says` is searched for in the messages (RE2 syntax, capitals are as small letters); a step that no message
    matches stays in, and is missing for all. Steps come in the order given.
    """
    read = _read(text)
    said = traces.examples(events, like)
    activities = sorted(said)
    steps: list[Expected] = []
    blind = []
    for number, item in enumerate(read, 1):
        name, options = _item(item, number)
        pattern = _pattern(str(options.get("says", "")), number)
        place = str(options.get("in", "") or "")
        matched = tuple(
            activity
            for activity in activities
            if (not place or activity[0] == place) and pattern.search(said[activity].body)
        )
        if not matched:
            blind.append(f"No message matches the step '{name}', so it is missing for all.")
        steps.append(
            Expected(
                name,
                matched,
                _seconds(options.get("within"), number),
                bool(options.get("optional", False)),
                bool(options.get("repeatable", False)),
                tuple(range(len(steps))),
                said[matched[0]].body if matched else "",
                tuple(sorted({source for activity in matched for source in said[activity].sources})),
            )
        )
    taken: dict[traces.Activity, str] = {}
    for step in steps:
        for activity in step.activities:
            if activity in taken:
                raise ParameterError(
                    f"Both '{taken[activity]}' and '{step.name}' match {activity[0]} '{said[activity].body[:60]}'.",
                    "A message is one step.",
                    "Say more in one of the two.",
                )
            taken[activity] = step.name
    return ProcessModel(tuple(steps), 0, tuple(blind))


def _item(item: Any, number: int) -> tuple[str, dict[str, Any]]:
    if isinstance(item, str):
        return item, {"says": re.escape(item)}
    if isinstance(item, dict) and len(item) == 1:
        ((name, options),) = item.items()
        if isinstance(options, str):
            place, mark, says = options.partition(" / ")
            return str(name), {"in": place.strip(), "says": says.strip()} if mark else {"says": options}
        if isinstance(options, dict):
            unknown = set(options) - {"in", "says", "within", "optional", "repeatable"}
            if not unknown:
                return str(name), options
            raise ParameterError(
                f"Step {number} of the expected course has '{sorted(map(str, unknown))[0]}'.",
                "A step has:",
                _FORM,
            )
    raise ParameterError(f"Step {number} of the expected course can't be read.", "A step is:", _FORM)


def _pattern(text: str, number: int) -> re.Pattern:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ParameterError(
            f"Step {number} of the expected course says '{text}': {error}.",
            "It is a pattern.",
            "Put a backslash before ( ) [ ] { } . * + ? | that stand for themselves.",
        ) from None


def _seconds(value: Any, number: int) -> float | None:
    if value is None:
        return None
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", str(value))
    unit = _UNITS.get(match[2] or "s") if match else None
    if not match or unit is None:
        raise ParameterError(
            f"Step {number} of the expected course is within '{value}'.",
            "A time is a number with s, min, h or d.",
            "Write it so, such as within: 60 s.",
        )
    return float(match[1]) * unit
