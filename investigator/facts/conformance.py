"""All of a kind held against a process model: how far each went, and its first deviation.

It is one aggregation in the engine; only counts come back.

Method: conformance checking by presence, order, time and cardinality of steps, the four checks of declarative process
mining (van der Aalst, Process Mining, 2016, chapters 8 and 9).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant, literal
from investigator.facts import process, traces
from investigator.facts.silences import silences

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.process import Expected, ProcessModel

DEVIATIONS = ("missing", "out of order", "late", "repeated")


def checked(events: Events, like: str, model: ProcessModel) -> ir.Table:
    """One row an id with any step of the process model: how far it went, and the first deviation. Kept.

    Columns: id, first, last, furthest (position of its last step, from 0), reached (how many steps), seen (bits of
    the steps that it has), deviation (missing, not seen, out of order, late, repeated, under way, or empty), at (position of
    the first deviation, else -1), when (the time of the step before for what is missing, else of the step itself).

    A step is missing when it is not optional and not there, and its time has passed or a later step is there;
    not seen when its sources were silent then; under way when its time has not passed; out of order when it came before one that it comes after; late when it
    took more than its time since the latest of those before; repeated when there are more than one. The first
    deviation is the one of the earliest step.
    """
    key = ("judged", traces.kind_known(events, like), model, json.dumps(events.selection, sort_keys=True))
    if key not in events.memo:
        events.memo[key] = _checked(events, like, model)
    return events.memo[key]


def _checked(events: Events, like: str, model: ProcessModel) -> ir.Table:
    import ibis

    rows = traces.first_times(events, like)
    steps = model.steps
    placed = [(traces.any_of(rows, step.activities), place) for place, step in enumerate(steps)]
    number = ibis.cases(*placed, else_=-1) if placed else ibis.literal(-1)
    known = rows.mutate(place=number).filter(lambda t: t.place >= 0)
    more = events.engine.fetch(rows.filter(rows.n > 1).select("step", "name").distinct())
    often = {(str(r.step), str(r.name)) for r in more.itertuples(index=False)}
    measures: dict[str, Any] = {"first": known.time.min(), "last": known["last"].max()}
    repeats = set()
    for place, step in enumerate(steps):
        here = known.place == place
        measures[f"t{place}"] = known.time.min(where=here)
        if not step.repeatable and (len(step.activities) > 1 or often & set(step.activities)):
            repeats.add(place)
            measures[f"n{place}"] = known.n.sum(where=here)
            measures[f"u{place}"] = known["last"].max(where=here)
    wide = known.group_by("id").aggregate(**measures)
    nothing = ibis.null("timestamp")
    wide = events.engine.cache(
        wide.mutate(
            **{
                f"p{place}": _latest([wide[f"t{j}"] for j in step.after], nothing)
                for place, step in enumerate(steps)
            }
        )
    )
    end = _end(events, rows)
    there = [wide[f"t{place}"].notnull() for place in range(len(steps))]
    quiet = silences(events)
    cases = _cases(wide, model, end, quiet, repeats)
    out = wide.mutate(
        furthest=ibis.cases(*((there[p], p) for p in reversed(range(len(steps)))), else_=-1)
        if steps
        else ibis.literal(-1),
        reached=sum((t.cast("int64") for t in there), ibis.literal(0)),
        seen=sum((t.cast("int64") * (1 << p) for p, t in enumerate(there)), ibis.literal(0)),
        which=ibis.cases(*((case.condition, i) for i, case in enumerate(cases)), else_=-1)
        if cases
        else ibis.literal(-1),
    )
    out = events.engine.cache(out)
    fine, out = out.filter(out.which < 0), out.filter(out.which >= 0)
    told = _cases(out, model, end, quiet, repeats)
    columns = ("id", "first", "last", "furthest", "reached", "seen")
    deviating = out.select(
        *columns,
        deviation=_by_case(out, [case.deviation for case in told], ""),
        at=_by_case(out, [case.place for case in told], -1),
        when=_by_case(out, [case.when for case in told], ibis.null("timestamp")),
    )
    whole = fine.select(
        *columns, deviation=ibis.literal(""), at=ibis.literal(-1), when=ibis.null("timestamp")
    )
    return events.engine.cache(ibis.union(whole, deviating.cast(dict(whole.schema()))))


@dataclass(frozen=True)
class _Deviation:
    condition: Any
    deviation: str
    place: int
    when: Any


def _cases(
    wide: ir.Table, model: ProcessModel, end: Any, quiet: pandas.DataFrame, repeats: set[int]
) -> list[_Deviation]:
    """Every deviation there can be, in the order in which the first one counts."""
    import ibis

    times = [wide[f"t{place}"] for place in range(len(model.steps))]
    out = []
    for place, step in enumerate(model.steps):
        own = times[place]
        previous = wide[f"p{place}"]
        if not step.optional:
            later = [time.notnull() for time in times[place + 1 :]]
            passed = ibis.literal(True)
            if step.within is not None:
                passed = end.delta(ibis.coalesce(previous, wide["first"]), unit="second") > step.within
            gone = own.isnull()
            unheard = _unheard(step, previous, quiet)
            if unheard is not None:
                out.append(_Deviation(gone & unheard, "not seen", place, previous))
            out.append(_Deviation(gone & ibis.or_(passed, *later), "missing", place, previous))
            out.append(_Deviation(gone, "under way", place, previous))
        if step.after:
            out.append(_Deviation(_sure(own < previous), "out of order", place, own))
            if step.within is not None:
                slow = own.delta(previous, unit="second") > step.within
                out.append(_Deviation(_sure(slow), "late", place, own))
        if place in repeats:
            out.append(_Deviation(_sure(wide[f"n{place}"] > 1), "repeated", place, wide[f"u{place}"]))
    return out


def _unheard(step: Expected, previous: Any, quiet: pandas.DataFrame) -> Any:
    """Whether all that tell of a step were silent when it would have come; None where they never were."""
    import ibis

    within = timedelta(seconds=step.within or process.SECONDS)
    stretches: list[tuple[datetime, datetime]] = []
    for source, start, end in zip(quiet["source"], quiet["from"], quiet["to"], strict=True):
        if step.sources == (source,):
            stretches.append((instant(start) - within, instant(end)))
    if not stretches:
        return None
    # What a step may take reaches over the nights of some sources: few stretches are left.
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return _sure(
        ibis.or_(*((previous >= literal(start)) & (previous < literal(end)) for start, end in merged))
    )


def _sure(condition: Any) -> Any:
    """A condition that is false where one of its sides is missing."""
    return condition.fill_null(False)


def _by_case(out: ir.Table, values: list[Any], else_: Any) -> Any:
    import ibis

    if not values:
        return else_ if hasattr(else_, "name") else ibis.literal(else_)
    return ibis.cases(*((out.which == i, value) for i, value in enumerate(values)), else_=else_)


def _end(events: Events, rows: ir.Table) -> Any:
    """The time of the last event: until then a step could have come."""
    end = events.engine.fetch(rows["last"].max())
    return literal(instant(end if end is not None and end == end else "1970-01-01T00:00:00+00:00"))


def _latest(times: list[Any], nothing: Any) -> Any:
    import ibis

    return ibis.greatest(*times) if len(times) > 1 else times[0] if times else nothing
