"""Where one id leaves the way that a healthy one of its kind took."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema
from investigator.facts import comparison
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison
    from investigator.facts.traces import Occurrence

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

#: A number below a hundred that stands by itself, as a count, a version or a state does.
SMALL = re.compile(r"(?<![\w.:/-])\d{1,2}(?![\w.:/-]|\.\d)")
COLUMNS = ("step", "healthy", "healthy when", "this", "this when", "mark")


def compare_entities(events: Events, *, entity: str, healthy: str | None = None) -> Finding:
    """The id beside a healthy one, step by step, and the first step at which they differ.

    Without `healthy` the kit picks one: same kind, same first step, of those that went furthest the most frequent
    path, and of these the nearest in time. Steps are (service or source, name of the event), aligned by their longest
    common subsequence (Hunt and Szymanski 1977). `value`: entity, healthy, kind, first_difference {step, expected,
    instead, after, at, late}, missing, only, late, peers, share (of the peers with the expected step).

    Method: the longest common subsequence (Hunt and Szymanski 1977). Limits: where most are affected and their way does
    not differ, the healthy one may be affected too: name another with `healthy`. Example:
    `case.find.compare_entities(entity="DOC-4711")`.
    """
    entity = str(entity or "").strip()
    question = f"Where does {entity or 'the id'} leave the way of a healthy one?"
    empty: dict[str, Any] = {"entity": entity, "healthy": healthy, "first_difference": None}
    if not entity:
        return say.unanswered(
            question, "No id was named, so there is nothing to compare.", say.LOAD["entity"], value=empty
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so there is nothing to compare.", say.LOAD["any"], value=empty
        )
    found = comparison.compare(events, entity, healthy=str(healthy).strip() if healthy else None)
    coverage = coverage_of(events)
    if not found.own:
        answer = f"No log mentions {entity}, so its way can't be compared."
        return say.unanswered(question, answer, say.LOAD["log"], value=empty, coverage=coverage)
    if found.healthy_id is None or not found.healthy:
        chosen = (
            f"the path of {healthy} is not in the logs"
            if healthy
            else "no other id went the same way, or further"
        )
        answer = f"{entity} went as far as {_step(found.own[-1])}; {chosen}, so there is nothing to compare it with."
        missing = "No healthy one found: name one that is fine, as healthy=..., or load more logs."
        return say.unanswered(question, answer, missing, value=empty, coverage=coverage)
    difference = found.difference
    value = {
        "entity": entity,
        "healthy": found.healthy_id,
        "kind": found.kind,
        "first_difference": _first(found),
        "missing": [_names(m.activity, m.healthy) for m in found.moves if m.mark == "missing here"],
        "only": [_names(m.activity, m.own) for m in found.moves if m.mark == "only here"],
        "late": [_names(m.activity, m.healthy) for m in found.moves if m.mark == "late"],
        "peers": found.peers,
        "share": round(difference.share, 4) if difference else None,
    }
    silent = difference.silent if difference else ()
    verdict = "inconclusive" if silent else "found" if difference else "absent"
    return Finding(
        question,
        _answer(found),
        value=value,
        table=_table(found),
        evidence=_evidence(found),
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage_of(events, control=len(found.healthy) > 1, blind=silent),
    )


def _answer(found: Comparison) -> str:
    difference, other = found.difference, found.healthy_id
    if difference is None:
        return f"{found.entity} took the same way as {other}, through {say.count(len(found.own), 'step')}."
    if difference.expected is None:
        assert difference.instead is not None
        after = f" after {_step(difference.after)}" if difference.after else ""
        return (
            f"{found.entity} went as far as {other}, and{after} has what {other} has not: {_step(difference.instead)} "
            f"at {say.at(difference.instead.time)}."
        )
    stop = difference.after
    begin = (
        f"{found.entity} stops after {_step(stop)} at {say.at(stop.time)}"
        if stop and not difference.late
        else f"{found.entity} waits after {_step(stop)} at {say.at(stop.time)}"
        if stop
        else f"{found.entity} starts differently"
    )
    expected = _step(difference.expected)
    usual = _usual(found)
    went = f"{other} went on to {expected}{f' within {usual}' if usual else ''}"
    more = ""
    if difference.instead:
        more = f"; instead: {_step(difference.instead)} at {say.at(difference.instead.time, day=False)}"
    if difference.late:
        own = next(m.own for m in found.moves if m.activity == difference.expected.activity)
        assert own is not None
        more += f"; that came only at {say.at(own.time)}"
    if difference.silent:
        more += f"; but {' '.join(difference.silent)[:-1]}, so it may have happened unseen"
    return f"{begin}; {went}{more}."


def _usual(found: Comparison) -> str:
    """How long the healthy one took from the last common step to the expected one."""
    difference = found.difference
    if difference is None or difference.after is None or difference.expected is None:
        return ""
    before = next((step for step in found.healthy if step.activity == difference.after.activity), None)
    if before is None or difference.expected.time < before.time:
        return ""
    return say.span(difference.expected.time - before.time)


def _step(step: Occurrence | None) -> str:
    return f"{step.activity[0]} {say.quote(step.body, 70)}" if step else "nothing"


def _names(activity: tuple[str, str], step: Occurrence | None) -> dict[str, Any]:
    return {"step": activity[0], "name": activity[1], "what": step.body if step else ""}


def _first(found: Comparison) -> dict[str, Any] | None:
    difference = found.difference
    if difference is None:
        return None
    place = difference.expected or difference.instead
    when = difference.instead or difference.after
    return {
        "step": place.activity[0] if place else None,
        "expected": difference.expected.body if difference.expected else None,
        "instead": difference.instead.body if difference.instead else None,
        "after": difference.after.body if difference.after else None,
        "at": say.iso(when.time) if when else None,
        "late": difference.late,
    }


def _offset(time: datetime, first: datetime) -> str:
    return f" (+{say.span(time - first)})" if time > first else ""


def _table(found: Comparison) -> Any:
    """One line a step: what the healthy one has and when, what this one has and when, and the mark."""
    rows = []
    for mark in found.moves:
        healthy, own = mark.healthy, mark.own
        rows.append(
            (
                mark.activity[0],
                healthy.body + _offset(healthy.time, found.healthy[0].time) if healthy else "",
                say.aware(healthy.time) if healthy else None,
                own.body + _offset(own.time, found.own[0].time) if own else "",
                say.aware(own.time) if own else None,
                mark.mark
                + (_other(healthy.body, own.body) if mark.mark == "same" and healthy and own else ""),
            )
        )
    return say.table(COLUMNS, rows)


def _other(healthy: str, own: str) -> str:
    """What the same step says differently, in small numbers only: sizes, ids and times always differ."""
    there, here = SMALL.findall(healthy), SMALL.findall(own)
    if len(there) != len(here):
        return ""
    pairs = list(dict.fromkeys((a, b) for a, b in zip(there, here, strict=True) if a != b))
    return ", but " + say.listed([f"{here} instead of {there}" for there, here in pairs]) if pairs else ""


def _evidence(found: Comparison) -> Any:
    import pandas as pd

    rows = [
        (
            say.aware(step.time),
            identifier,
            step.activity[0],
            step.source,
            step.body,
            schema.origin(step.evidence, step.unit, step.units),
        )
        for identifier, steps in ((found.entity, found.own), (found.healthy_id, found.healthy))
        for step in steps
    ]
    out = pd.DataFrame(rows, columns=["time", "id", "step", "source", "body", "origin"])
    out["time"] = pd.to_datetime(out["time"], utc=True)
    return out
