"""Performing: an analysis by its name, a check again, each as a finding that knows how to find it again."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from investigator import catalogue, moment
from investigator.check import Check
from investigator.errors import ParameterError
from investigator.finding import Finding
from investigator.plain import plain

if TYPE_CHECKING:
    from investigator.events.events import Events

ANALYSES = "investigator.analyses"
#: The parameters of analyses that are ids.
IDS = ("entity", "like", "healthy")


def version_of(module: ModuleType) -> int:
    """The version of an analysis: VERSION in its file, 1 without."""
    return int(getattr(module, "VERSION", 1))


def perform(analysis: str, events: Any, params: dict[str, Any]) -> Finding:
    """The finding of an analysis on these events; it knows the check that makes it again.

    `events` is Events or a DataFrame; the parameters must fit in JSON and be ones that the analysis has.
    """
    module = catalogue.load(ANALYSES, analysis, noun="analysis")
    function: Callable[..., Finding] = getattr(module, analysis)
    return _performed(analysis, module, function, events, params)


def run(check: Check, events: Events) -> Finding:
    """A check run again on these events, narrowed to its selection."""
    return perform(check.analysis, events.select(check.selection), check.params).with_check(check)


def current(check: Check) -> bool:
    """Whether the analysis is still the version that the check was made with."""
    return version_of(catalogue.load(ANALYSES, check.analysis, noun="analysis")) == check.version


def over(events: Events) -> str:
    """What an answer rests on, as a hash: the code of the kit, the bytes that were loaded, and which ids are known.

    The same check over the same says the same, so nobody need ask it again to know what it said. A selection is the
    check's own; which load it ends with shows in the sources. Where evidence was read again since, the index tells of
    that alone; what it told before follows from the same kinds and the same bytes.
    """
    key = "over"
    if key not in events.memo:
        known = [repr(events.sources), events.current, sorted(events.known.items()), events.engine.name]
        events.memo[key] = hashlib.sha256(f"{_code()} {known}".encode()).hexdigest()
    return str(events.memo[key])


@functools.lru_cache(maxsize=1)
def _code() -> str:
    """The code that makes an answer, as a hash: the kit's own below the case, and the version of its engine."""
    top = Path(__file__).parent
    rooms = [top / name for name in ("analyses", "facts", "events")]
    files = [*top.glob("*.py"), *(one for room in rooms for one in room.rglob("*.py"))]
    found = hashlib.sha256(metadata.version("duckdb").encode())
    for file in sorted(files):
        found.update(file.read_bytes())
    return found.hexdigest()


def _performed(
    analysis: str, module: ModuleType, function: Callable[..., Finding], events: Any, params: dict[str, Any]
) -> Finding:
    from investigator.events.events import Events

    if not isinstance(events, Events):
        events = Events.from_frame(events)
    known = list(inspect.signature(function).parameters)[1:]
    unknown = [name for name in params if name not in known]
    if unknown:
        raise ParameterError(
            f"The analysis '{analysis}' has no parameter '{unknown[0]}'.",
            f"It has: {', '.join(known) or 'none'}.",
            f"See inv.find.{analysis}? for what each does.",
        )
    if lacking := lacks(function, params):
        raise ParameterError(
            f"The analysis '{analysis}' needs '{lacking[0]}'.",
            f"It has: {', '.join(known)}.",
            f"Give it: {lacking[0]}='...'   at the terminal: --{lacking[0].replace('_', '-')} ...",
        )
    events.engine.admit(analysis, str(getattr(module, "SPARK", "")))
    params = {name: _by_its_name(events, name, plain(value)) for name, value in params.items()}
    check = Check(analysis, version_of(module), events.selection, params)
    # Events don't change, so the same question has the same answer, but where it was answered by the clock.
    question = ("finding", function, json.dumps(check.to_json(), sort_keys=True))
    kept: Finding | None = events.memo.get(question)
    if kept is None:
        this_minute = (*question, f"{moment.now():%Y-%m-%dT%H:%M}")
        kept = events.memo.get(this_minute)
    if kept is None:
        asked = moment.clock.asked
        answer = function(events, **params).with_check(check).proved()
        kept = replace(answer, over=over(events))
        events.memo[question if moment.clock.asked == asked else this_minute] = kept
    zone = events.of.zone if events.of is not None else kept.zone
    return replace(kept, table=_copied(kept.table), evidence=_copied(kept.evidence), zone=zone)


def lacks(function: Callable[..., Any], params: Mapping[str, Any]) -> list[str]:
    """The parameters that a function needs beside the first and that are not given."""
    others = list(inspect.signature(function).parameters.values())[1:]
    return [one.name for one in others if one.default is inspect.Parameter.empty and one.name not in params]


def _by_its_name(events: Events, name: str, value: Any) -> Any:
    """An id that is asked for in another spelling is the thing's own: the same thing has the same answer."""
    from investigator.events.entities import named as called

    return called(events, value) if name in IDS and isinstance(value, str) else value


def _copied(table: Any) -> Any:
    return None if table is None else table.copy()


def wrapped(name: str, module: ModuleType, function: Callable[..., Finding]) -> Callable[..., Finding]:
    """An analysis as `inv.find` offers it: takes Events or a DataFrame, gives a finding that knows its check."""

    @functools.wraps(function)
    def find(events: Any, *words: Any, **params: Any) -> Finding:
        return _performed(name, module, function, events, named(function, words, params))

    return find


def named(function: Callable[..., Any], words: tuple[Any, ...], params: dict[str, Any]) -> dict[str, Any]:
    """Parameters of an analysis with those that were given without their names, in the order of its signature."""
    known = list(inspect.signature(function).parameters)[1:]
    if len(words) > len(known):
        raise ParameterError(
            f"This analysis takes {len(known)} parameters, and {len(words)} were given without a name.",
            f"It has: {', '.join(known) or 'none'}.",
            "Give them by their names.",
        )
    placed = dict(zip(known, words, strict=False))
    twice = next((name for name in placed if name in params), None)
    if twice:
        raise ParameterError(f"'{twice}' is given twice.", "", f"Give it once: {twice}={params[twice]!r}.")
    return {**placed, **params}
