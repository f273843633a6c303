"""`case.find`, `case.show` and `case.brief`: the shelves, bound to the case, its events and its trail."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import marks, shown
from investigator.case.evidence import loads
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import weighing
from investigator.case.reasoning.in_place import in_place
from investigator.case.reasoning.slack import slack
from investigator.case.record import mode
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.catalogue import Shelf
from investigator.errors import ParameterError
from investigator.look import harmless
from investigator.performing import lacks, named, wrapped

if TYPE_CHECKING:
    from investigator.finding import Finding


def find(evidence: Evidence) -> Shelf:
    """Analyses on the case's events: `case.find.first_error()`; every one that runs is kept in the trail."""

    def wrap(name: str, module: ModuleType, function: Callable) -> Callable:
        plain = wrapped(name, module, function)

        @functools.wraps(function)
        def bound(events: Any = None, *words: Any, **params: Any) -> Finding:
            if isinstance(events, str):  # find.search("unrouted"): the events are the case's
                events, words = None, (events, *words)
            params = named(function, words, params)
            snapshot = Snapshot.of(evidence)
            if name == "lifecycle" and snapshot.state.lifecycle:
                params.setdefault(
                    "path", snapshot.state.lifecycle
                )  # the expected way, as the team's profile has it
            params |= _from_the_case(snapshot, function, params)
            if lacks(function, params) == ["onset"]:
                _propose_onset(name, snapshot)
            started = time.perf_counter()
            finding = plain(snapshot.events() if events is None else events, **params)
            if evidence.store.loading:
                finding = finding.while_loading()
            evidence.keep(finding, time.perf_counter() - started)
            return finding.in_zone(snapshot.zone)

        bound.__signature__ = _without_first(function)  # type: ignore[attr-defined]
        return bound

    return Shelf("investigator.analyses", "analysis", wrap)


def show(evidence: Evidence) -> Shelf:
    """Views of the case's events in its window and zone: `case.show.timeline()`."""

    def wrap(name: str, module: ModuleType, function: Callable) -> Callable:
        knobs = inspect.signature(function).parameters

        @functools.wraps(function)
        def bound(events: Any = None, **params: Any) -> Any:
            given, snapshot = dict(params), Snapshot.of(evidence)
            if "zone" in knobs:
                given.setdefault("zone", snapshot.zone)
            if "onset" in knobs and (began := marks.known_onset(snapshot)):
                given.setdefault("onset", began.isoformat())
            if "marks" in knobs:
                given.setdefault("marks", marks.marks(snapshot))
            if "slack" in knobs:
                given.setdefault("slack", slack(snapshot))
            if "held" in knobs:
                given.setdefault("held", weighing.held(snapshot.state, snapshot.entries()))
            given |= _from_the_case(snapshot, function, given)
            if events is None:
                # The path of an id, and of those like it, is shown whole: cut at a window it would look as if it had ended there.
                if knobs.keys() & {"window", "entity", "like"}:
                    events = snapshot.events()
                else:
                    events = snapshot.events(window=marks.window(snapshot))
                if "window" in knobs:
                    given["window"] = given.get("window") or marks.window(snapshot)
            return function(events, **given)

        bound.__signature__ = _without_first(function)  # type: ignore[attr-defined]
        return bound

    return Shelf("investigator.views", "view", wrap)


def brief(evidence: Evidence) -> Shelf:
    """Screens of a case as it stands at that moment: `case.brief.record()`."""

    def wrap(name: str, module: ModuleType, function: Callable) -> Callable:
        @functools.wraps(function)
        def bound(*args: Any, **params: Any) -> Shown:
            snapshot = Snapshot.of(evidence)
            made = in_place(snapshot, function(snapshot, *args, **params))
            # A page says it once, on top.
            lacks = "" if mode.reporting() else loads.banner(evidence.record, evidence.store.manifest())
            return shown.wrapped("missing", shown.paragraph(harmless(lacks)), made) if lacks else made

        bound.__signature__ = _without_first(function)  # type: ignore[attr-defined]
        return bound

    return Shelf("investigator.case.brief", "screen", wrap)


def _from_the_case(snapshot: Snapshot, function: Callable, given: Mapping[str, Any]) -> dict[str, str]:
    """What nobody gave and the case knows: the id in question, and when it began where that must be given.

    A question that can be asked of one thing, or of all like it, is asked of the one.
    """
    knobs = dict(list(inspect.signature(function).parameters.items())[1:])
    open_ = [
        n for n, knob in knobs.items() if n not in given and knob.default in (inspect.Parameter.empty, "")
    ]
    out: dict[str, str] = {}
    if snapshot.about and not {"entity", "like"} & given.keys():
        out |= {name: snapshot.about for name in ("entity", "like") if name in open_}
        if len(out) == 2:
            del out["like"]
    if "onset" in open_ and knobs["onset"].default is inspect.Parameter.empty:
        began = marks.known_onset(snapshot)
        out |= {"onset": began.isoformat()} if began else {}
    return out


def _propose_onset(name: str, snapshot: Snapshot) -> None:
    """Raises ParameterError where a question needs to know when it began, and that is only proposed: it is for people to take."""
    found = marks.onsets(snapshot)
    if found:
        at = found[0].when.isoformat()
        raise ParameterError(
            f"'{name}' needs to know when it began, and nobody said it.",
            f"It may have begun {moment.show(found[0].when, snapshot.zone, seconds=True)}: that is {found[0].why}.",
            f"To go by that: onset='{at}'   at the terminal: --onset {at}",
        )


def _without_first(function: Callable) -> inspect.Signature:
    """The signature as people call it here: without events or a snapshot first, for completion and help."""
    signature = inspect.signature(function)
    return signature.replace(parameters=list(signature.parameters.values())[1:])
