"""Messages of a thing that few others have, and since when: no look-up, nothing that names many, no table's row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from investigator.events import mask, schema
from investigator.events.instants import literal
from investigator.facts import statements, traces
from investigator.facts.bins import bin_number
from investigator.facts.rise import (
    EVERYBODY,
    FEWER,
    LESS,
    LOOKED,
    MESSAGE,
    SAME,
    SURER,
    WENT_ON,
    Clock,
    Sign,
    made,
    new_for_all,
)
from investigator.facts.silences import silences

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course, Step

#: A place to which more than so many and fewer than so many come, while all is well, is one that only some visit.
RARELY, ALWAYS = 0.1, 0.9


def messages(events: Events, like: str, course: Course, clock: Clock) -> list[Sign]:
    """Messages of its own that few others have, and since when: no look-up, nothing that names many, no table's row."""
    import ibis

    own = [step for step in traces.trace(traces.read(events, like)) if not traces.is_lookup(step)]
    own = [
        step
        for step in own
        if step.activity in course.of
        and not course.of[step.activity].table
        and not (course.of[step.activity].required and len(course.of[step.activity].names) == 1)
    ]
    if not own:
        return []
    rows = traces.first_times(events, like)
    # What a message says became of a thing it says in whichever log it stands, such as a second node's.
    anywhere = [step.activity[1] for step in own if statements.of_text(step.body)]
    alike = traces.any_of(
        rows,
        sorted({(step.activity[0], name) for step in own for name in course.of[step.activity].names}),
    )
    some = rows.filter(alike | rows.name.isin(sorted(set(anywhere))) if anywhere else alike)
    counted = events.engine.fetch(
        some.mutate(part=bin_number(some.time, clock.width))
        .group_by(["step", "name", "part"])
        .aggregate(n=lambda t: t.count())
        .order_by([ibis.asc("step"), ibis.asc("name"), ibis.asc("part")])
    )
    out = []
    for step in own:
        mine = counted[counted["name"] == step.activity[1]]
        several = step.activity[1] in anywhere and mine["step"].nunique() > 1
        if several:
            named = some.filter(some.name == step.activity[1])
            having = events.engine.cache(named.group_by("id").aggregate(at=named.time.min()))
            hits = clock.counts(having, having["at"])
        else:
            mine = mine[mine["step"] == step.activity[0]]
            hits = {int(r.part): int(r.n) for r in mine.itertuples(index=False)}
        number = sum(hits.values())
        if number < 2 or number > FEWER * course.number:
            continue
        said = statements.of_text(step.body)
        bad = bool(said and (said[1] is False or said[2] is False)) or (step.severity or 0) >= schema.WARNING
        bad = bad or statements.REFUSED.search(step.body) is not None
        rise = clock.risen(hits, clock.busy(like))
        if rise is None and bad:  # some are always turned away
            rise = clock.risen(hits, clock.busy(like), times=LESS, sure=SURER)
        if rise is None:
            continue
        own_step = course.of[step.activity]
        names = [step.activity[1]]
        if not several and len(own_step.names) > 1:
            # What is as new with every other value that it enumerates, it says of all of them.
            each = counted[(counted["step"] == step.activity[0]) & counted["name"].isin(own_step.names)]
            all_hits = {int(part): int(n) for part, n in each.groupby("part")["n"].sum().items()}
            all_rise = clock.risen(all_hits, clock.busy(like))
            if (
                all_rise is not None
                and number < sum(all_hits.values()) <= FEWER * course.number
                and all_rise.earlier * number <= max(rise.earlier, 1) * sum(all_hits.values())
                and _none_went_on(events, course, some, step.activity[0], own_step.names)
            ):
                names, rise, number = list(own_step.names), all_rise, sum(all_hits.values())
        here = some.filter((some.step == step.activity[0]) & some.name.isin(names))
        ids = having if several else events.engine.cache(here.group_by("id").aggregate(at=here.time.min()))
        more = (
            *_unheard(events, own_step.sources, rise.since),
            *_unvisited(events, course, rows, step.activity[0], rise.since),
        )
        if traces.is_lookup(step) or (not own_step.required and traces.LOOKED.search(mask.masked(step.body))):
            more = (*more, LOOKED)
        if own_step.listed:
            more = (
                *more,
                f"only {own_step.sources[0]} tells them apart, which may be a list of some of them",
            )
        new = not bad and own_step.required and _worded_anew(events, course, rows, own_step, rise.since)
        doubts = (EVERYBODY,) if new else ()
        # What shows only where somebody looked says nothing of how a thing went on.
        if not (new or bad or LOOKED in more) and _all_went_on(events, course, ids, rise.since):
            doubts = (WENT_ON,)
        out.append(
            made(
                MESSAGE,
                step.body,
                step.activity[0],
                ids,
                number,
                rise,
                step=own_step,
                bad=bad,
                more=more,
                doubts=doubts,
            )
        )
    return [_where_another_goes_on(events, sign, out) for sign in out]


def _where_another_goes_on(events: Events, sign: Sign, signs: list[Sign]) -> Sign:
    """A sign from which all went on, without that doubt where they went on otherwise: another sign is of the same things."""
    if sign.doubts != (WENT_ON,):
        return sign
    for other in signs:
        if other.clean and min(other.number, sign.number) >= SAME * max(other.number, sign.number):
            both = events.engine.fetch(sign.ids.semi_join(other.ids, "id").count())
            if int(both) >= SAME * sign.number:
                return replace(sign, doubts=())
    return sign


def _none_went_on(events: Events, course: Course, rows: ir.Table, place: str, names: tuple[str, ...]) -> bool:
    """Whether hardly any that a step says something of came to the end that such things come to: whatever it says."""
    last = course.required()[-1:]
    here = rows.filter((rows.step == place) & rows.name.isin(list(names))).select("id").distinct()
    things = course.things.semi_join(here, "id")
    told = events.engine.fetch(
        things.aggregate(
            n=things.count(), went=things[f"t{last[0].number}"].count() if last else things.count()
        )
    ).iloc[0]
    return int(told["went"]) <= RARELY * int(told["n"])


def _all_went_on(events: Events, course: Course, ids: ir.Table, since: datetime) -> bool:
    """Whether nearly all that have a message since a time came to the end that such things come to, after it."""
    last = course.required()[-1:]
    if not last:
        return False
    having = ids.filter(ids["at"] >= literal(since)).select(had="id", had_at="at")
    joined = having.left_join(course.things, having.had == course.things.id)
    went = (joined[f"t{last[0].number}"] > joined.had_at).fill_null(False)
    told = events.engine.fetch(joined.aggregate(n=joined.count(), went=went.cast("int64").sum())).iloc[0]
    return bool(told["n"]) and int(told["went"]) >= SAME * int(told["n"])


def _worded_anew(events: Events, course: Course, rows: ir.Table, step: Step, since: datetime) -> bool:
    """Whether nobody's words at a step that all take are what they were before, as with a version in the line."""
    here = rows.filter(traces.any_of(rows, [(step.place, name) for name in step.names]))
    known = here.filter(here.time < literal(since)).select("name").distinct()
    later = here.filter(here.time >= literal(since))
    anew = later.anti_join(known, "name").select("id").distinct()
    return new_for_all(events, course, later.select("id").distinct(), anew)


def _unheard(events: Events, sources: tuple[str, ...], since: datetime) -> tuple[str, ...]:
    """Where the sources of a message said nothing since the rise: others may have it that nobody saw."""
    quiet = silences(events)
    out = [
        f"{name} is silent from {low:%H:%M} to {high:%H:%M} UTC"
        for name, low, high in zip(quiet["source"], quiet["from"], quiet["to"], strict=True)
        if name in sources and high > since
    ]
    return tuple(out)


def _unvisited(
    events: Events, course: Course, rows: ir.Table, place: str, since: datetime
) -> tuple[str, ...]:
    """How many never came to a place to which only some come, such as a page that is looked at: it would show only there."""
    came = rows.filter(rows.step == place).select("id").distinct()
    # Of those that go the same way at all: other classes never come there, and would not.
    entered = [course.things[f"t{step.number}"].notnull() for step in course.required()[:1]]
    things = course.things.filter(entered) if entered else course.things
    things = things.mutate(later=things["first"] >= literal(since))
    told = {
        (bool(r.later), kind): int(r.n)
        for kind, some in (("all", things), ("came", things.semi_join(came, "id")))
        for r in events.engine.fetch(some.group_by("later").aggregate(n=lambda t: t.count())).itertuples(
            index=False
        )
    }
    before, well = told.get((False, "all"), 0), told.get((False, "came"), 0)
    missed = told.get((True, "all"), 0) - told.get((True, "came"), 0)
    if not before or not RARELY < well / before < ALWAYS or not missed:
        return ()
    return (f"{missed:,} never came to {place}, where it would show",)
