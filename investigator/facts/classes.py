"""What some always have by their class: it was so before anything went wrong, and those others that have it now are hit.

A report of a short kind never has pictures, an examiner whose authority ended is always refused. Where nearly all that had
a sign before are of classes of which all had it, those of classes that had been well are told from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.events.instants import literal
from investigator.events.names import fold
from investigator.facts import fields, traces
from investigator.facts.customers import RUNS
from investigator.facts.rise import DIFFERS, EARLIER, MESSAGE, STANDS, Clock, Sign, made

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.course import Course

#: So many of a class had it where all have it, and so many at most where it was well; these classes explain so many.
ALL, NONE, TOLD = 0.9, 0.05, 0.95
#: Of the class of the thing asked about so many had been well, and so many things are hit at least.
WELL, HIT = 5, 5
#: A field tells classes where nearly all things have it.
HELD, FIELDS_AT_MOST, LONG = 0.9, 12, 60
#: This part of the time before a rise may be of it.
BEFORE = 0.25


def but_always(events: Events, like: str, course: Course, clock: Clock, sign: Sign) -> Sign:
    """A sign without those that have it by a class of which all had it before; as it is where no class tells."""
    if not sign.earlier or sign.kind not in (MESSAGE, DIFFERS, STANDS) or sign.ended is not None:
        return sign
    best: tuple[int, Sign] | None = None
    for cells, said in _cells(events, like, course):
        for name, own in said.items():
            found = _without(events, course, clock, sign, cells.select("id", value=name), own)
            if found is not None and (best is None or found.number > best[0]):
                best = found.number, found
    return best[1] if best else sign


def _without(
    events: Events, course: Course, clock: Clock, sign: Sign, cells: ir.Table, own: str
) -> Sign | None:
    import ibis

    # A rise among what some always have begins somewhat before it shows.
    cut = sign.since - (sign.since - clock.low) * BEFORE
    hits = sign.ids.select(hit="id", hit_at="at")
    # What came to another end was neither well nor hit.
    last = course.required()[-1:]
    went = course.things[f"t{last[0].number}"].notnull() if last else ibis.literal(True)
    things = course.things.select(thing="id", begun="first", went=went)
    each = things.left_join(hits, things.thing == hits.hit)
    own_cells = cells.rename(of="id")
    each = each.left_join(own_cells, each.thing == own_cells.of)
    early = (each.hit_at < literal(cut)).fill_null(each.begun < literal(cut))
    grouped = (
        each.mutate(early=early, has=each.hit.notnull())
        .group_by("value")
        .aggregate(
            hit_before=lambda t: (t.early & t.has).cast("int64").sum(),
            well_before=lambda t: (t.early & ~t.has & t.went).cast("int64").sum(),
            hit=lambda t: (~t.early & t.has).cast("int64").sum(),
        )
    )
    told: pandas.DataFrame = events.engine.fetch(grouped.order_by("value")).fillna({"value": ""})
    whole = told["hit_before"] + told["well_before"]
    always = (told["hit_before"] > 0) & (told["hit_before"] >= ALL * whole)
    well = (whole > 0) & (told["hit_before"] <= NONE * whole) & (told["value"] != "")
    mine = told[(told["value"] == own) & well]
    before = int(told["hit_before"].sum())
    if not len(mine) or int(mine["well_before"].iloc[0]) < WELL or not before:
        return None
    if int(told.loc[always & (told["value"] != ""), "hit_before"].sum()) < TOLD * before:
        return None
    if int(told.loc[well, "hit"].sum()) < HIT:
        return None
    strange = int(told.loc[~well & ~always, "hit"].sum())
    of = cells.filter(cells.value.isin([str(value) for value in told.loc[well, "value"]]))
    ids = events.engine.cache(sign.ids.semi_join(of, "id").filter(lambda t: t["at"] >= literal(cut)))
    counts = clock.counts(ids, ids["at"])
    rise = clock.risen(counts, clock.counts(course.things, course.things["first"]))
    if rise is None:
        return None
    doubts = tuple(doubt for doubt in sign.doubts if not doubt.endswith(EARLIER))
    more = (*sign.more, *((f"{strange:,} more are of a class that did not come before",) if strange else ()))
    return made(
        sign.kind, sign.body, sign.place, ids, sum(counts.values()), rise, step=sign.step, after=sign.after,
        doubts=doubts, more=more, bad=sign.bad,
    )  # fmt: skip


def _cells(events: Events, like: str, course: Course) -> list[tuple[ir.Table, dict[str, str]]]:
    """What fields nearly all things have at the steps of `like`: id and a column each; and its own value of each. Kept."""
    key = f"classes {traces.kind_known(events, like)} {like} {sorted(events.selection.items(), key=str)}"
    if key not in events.memo:
        events.memo[key] = _fields(events, like, course)
    return events.memo[key]


def _fields(events: Events, like: str, course: Course) -> list[tuple[ir.Table, dict[str, str]]]:
    own = traces.read(events, like)
    held, names = fields.attributes(events, own), fields.names(events, like)
    out: list[tuple[ir.Table, dict[str, str]]] = []
    seen: set[Any] = set()
    for row in own.itertuples(index=False):
        step = course.of.get((str(row.step), str(row.name)))
        place = str(row.source) if row.kind == "record" else step
        if place is None or place in seen:
            continue
        seen.add(place)
        said = {
            key: value
            for key, value in fields.of(row, held).items()
            if len(value) <= LONG and not RUNS.match(key) and fold(value) not in names
        }
        said = dict(list(said.items())[:FIELDS_AT_MOST])
        if not said:
            continue
        rows = fields.alike(events, like, row, step)
        columns = {f"c{n}": fields.cell_of(rows, key) for n, key in enumerate(said)}
        each = rows.select("id", **columns)
        each = events.engine.cache(each.group_by("id").aggregate(**{c: each[c].min() for c in columns}))
        count = events.engine.fetch(each.aggregate(**{c: each[c].count() for c in columns})).iloc[0]
        whole = {
            column: value
            for column, value in zip(columns, said.values(), strict=True)
            if int(count[column]) >= HELD * course.number
        }
        if whole:
            out.append((each, whole))
    return out
