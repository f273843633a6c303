"""What an analysis keeps."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from investigator.testing.worlds import World, looked_at, optional, required, worlds

if TYPE_CHECKING:
    from investigator.events.engine import Engine
    from investigator.events.events import Events
    from investigator.finding import Finding

KNOBS_AT_MOST = 4
SECTIONS = ("Method", "Limits", "Example")


def check_analysis(name: str, *, engine: Engine | str | None = None) -> None:
    """Everything that an analysis keeps: it answers on every world, also when there is nothing, and can be run again.

    It leaves its events alone, says the same twice and whatever the order of rows, gives plain JSON, cites origins that
    exist, and its finding survives being written down and read back. Its docstring names its Method, its Limits and an
    Example.

    Who can say a firm no can also say yes: it finds something in one of the worlds here, or in the rows that a function
    `example()` of its file gives. Where what it found is still there and only its traces are taken away (texts,
    severities, attributes, services), it must not say a firm no: then its control does not ask the data.

    With an `engine` such as sc://host:15002 it is compared instead: on the incident and on spans and metrics it must
    say the same there as on the embedded engine, with each of its knobs.
    """
    import pandas as pd

    module, function = _function(name)
    given = required(function)
    if engine is not None:
        _same_elsewhere(name, function, given, engine)
        return
    every = {world: looked_at()[world] for world in (*worlds(), "hostile texts")}
    for other in optional(function):
        _answers(f"{name} with {other}", name, every["an incident"], {**given, **other})
    own = getattr(module, "example", None)
    if own is not None:
        every["its own example"] = World(pd.DataFrame(own()))
    findings = {where: _answers(f"{name} on {where}", name, world, given) for where, world in every.items()}
    assert findings["no event"].verdict != "found", f"{name} found something where there is nothing."
    if own is not None:
        assert findings["its own example"].verdict == "found", (
            f"{name} finds nothing in its own example: {findings['its own example'].answer}"
        )
    _no_is_earned(name, given, every, findings)


def _function(name: str) -> tuple[ModuleType, Callable[..., Finding]]:
    """The file and its function, with a manual and few knobs."""
    from investigator import catalogue
    from investigator.performing import ANALYSES

    module = catalogue.load(ANALYSES, name, noun="analysis")
    function = getattr(module, name)
    manual = inspect.getdoc(function) or ""
    assert manual.strip(), f"{name} has no docstring: its first line is the manual."
    for word in SECTIONS:
        assert re.search(rf"\b{word}:\s+\S", manual), (
            f"The docstring of {name} says nothing after '{word}:'. It needs {', '.join(SECTIONS)}."
        )
    assert len(inspect.signature(function).parameters) <= KNOBS_AT_MOST + 1, (
        f"{name} has more than four knobs: it is two analyses."
    )
    return module, function


def _answers(where: str, name: str, world: World, given: dict[str, Any]) -> Finding:
    """What it finds there, looked at from all sides."""
    from investigator.check import Check
    from investigator.finding import Finding
    from investigator.performing import perform, run

    events = world.events
    selection, count = dict(events.selection), events.count()
    finding = perform(name, events, given)
    assert isinstance(finding, Finding), f"{where} gives no Finding."
    assert finding.answer.strip().endswith((".", "?", "!")), (
        f"{where} answers without a sentence: {finding.answer}"
    )
    assert events.selection == selection and events.count() == count, f"{where} changed its events."
    written = json.loads(json.dumps(finding.to_json(), allow_nan=False))
    assert Finding.from_json(written).value == finding.value, f"{where}: read back, its value is another."
    check = finding.check
    assert check is not None and Check.from_json(json.loads(json.dumps(check.to_json()))) == check, (
        f"{where}: its check is another when it is read back."
    )
    again = run(check, world.shuffled)
    assert again.value == finding.value, f"{where} says something else when the rows come in another order."
    if finding.evidence is not None and len(finding.evidence):
        known = set(events.fetch(events.table.select("evidence", "unit", "units"), limit=None)["origin"])
        cited = set(finding.evidence["origin"])
        assert cited <= known, f"{where} cites origins that don't exist: {sorted(cited - known)[:3]}"
    return finding


def _no_is_earned(
    name: str, given: dict[str, Any], every: dict[str, World], findings: dict[str, Finding]
) -> None:
    """A firm no is said only by who can say yes, and not where the traces of what is there were taken away."""
    from investigator.performing import perform

    firm = [world for world, finding in findings.items() if finding.may_refute]
    found = [world for world, finding in findings.items() if finding.verdict == "found"]
    if firm and not found:
        unread = perform(name, _unread(every["an incident"].events), given)
        assert unread.verdict == "found", (
            f"{name} says a firm no on {firm[0]} ({findings[firm[0]].answer}), and finds nothing anywhere: nobody can "
            f"tell that it would see it. Give its file a function example() with rows in which it finds something."
        )
    for world in {"an incident", "its own example"} & set(found):
        for what, events in every[world].blinded.items():
            blind = perform(name, events, given)
            assert not blind.may_refute, (
                f"{name} finds something on {world}. Without {what} it says a firm no ({blind.answer}), though the same "
                f"things happened: its control is passed where it can't see. Let the data say whether it could."
            )


def _unread(events: Events) -> Events:
    """The same events, and one unit of each source that could not be read."""
    sources = (replace(one, rejected=1, units=one.units + 1) for one in events.sources)
    return replace(events, sources=tuple(sources), memo={})


def _same_elsewhere(
    name: str, function: Callable[..., Finding], given: dict[str, Any], engine: Engine | str
) -> None:
    """On that engine it says what it says on the embedded one."""
    from investigator.events.engine import spark
    from investigator.events.events import Events
    from investigator.performing import perform

    if isinstance(engine, str):
        engine = spark(engine, untried=True)
    for world in ("an incident", "a traced platform"):
        here = looked_at()[world].events
        there = Events.from_frame(looked_at()[world].frame, engine=engine)
        for more in ({}, *optional(function)):
            one, other = (perform(name, events, {**given, **more}) for events in (here, there))
            for part in ("verdict", "answer", "value"):
                assert getattr(other, part) == getattr(one, part), (
                    f"{name} on {world} with {more} says another {part} there: {getattr(other, part)}; "
                    f"on the embedded engine: {getattr(one, part)}"
                )
