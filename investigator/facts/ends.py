"""Ends that a trade knows: a message that was there while all was well, and after which hardly any went on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from investigator.events.instants import aware
from investigator.facts import traces

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course

#: An end that a trade knows: so many came to it before anything went wrong, and hardly one of them went on.
ENDS, ENDED = 2, 0.9


def ends(events: Events, like: str, course: Course, some: ir.Table, until: datetime) -> ir.Table | None:
    """Of some that went no further, who came to an end that is known: id. None where none did.

    It is a message that was there before anything went wrong, and of which nearly all that have it went no further.
    """
    mine = [step.activity for step in traces.trace(traces.read(events, like))]
    rows = traces.first_times(events, like)
    inside = rows.semi_join(some.select("id"), "id")
    counted = inside.group_by(["step", "name"]).aggregate(n=inside.count(), low=inside.time.min())
    whole = rows.group_by(["step", "name"]).aggregate(all=rows.count())
    frame = events.engine.fetch(counted.join(whole, ["step", "name"]).order_by(["step", "name"]))
    # What a step enumerates in its words is one end.
    told: dict[object, tuple[int, int, datetime | None, list[traces.Activity]]] = {}
    for r in frame.itertuples(index=False):
        activity = (str(r.step), str(r.name))
        step, low = course.of.get(activity), aware(r.low)
        if activity in mine or (step is not None and (step.required or step.table)):
            continue
        n, every, first, names = told.get(step or activity, (0, 0, low, []))
        first = min((time for time in (first, low) if time is not None), default=None)
        told[step or activity] = (n + int(r.n), every + int(r.all), first, [*names, activity])
    known = [
        activity
        for n, every, first, names in told.values()
        if n > ENDS and n >= ENDED * every and first is not None and first < until
        for activity in names
    ]
    if not known:
        return None
    return events.engine.cache(inside.filter(traces.any_of(inside, known)).select("id").distinct())
