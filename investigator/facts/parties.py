"""Two fields of one row that say the same of nearly all things: from whom and to whom, ordered by and owned by."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

from investigator.events.names import fold
from investigator.facts import fields, traces
from investigator.facts.customers import MACHINE, RUNS
from investigator.facts.rise import DIFFERS, FEW, FEWER, Clock, Sign, made

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course

#: Two fields say the same of a thing when they do so for so many; they tell parties apart where there are some of them.
EQUAL, KINDS_AT_LEAST, KINDS_AT_MOST = 0.6, 3, 200
FIELDS_AT_MOST, LONG = 8, 60
#: A name of somebody: letters, and few figures if any.
_NAME = re.compile(r"(?=.*[^\W\d_]{2})[^=:]{2,60}")
#: A field that says whose a thing is now.
OWNER = re.compile(
    r"(?i)owner|holder|tenant|account|customer|client|propri[eé]t|eigent|besitz|inhaber|titular|dueñ|propiet|intestat|eigena|ägare|ejer|właściciel"
)


def parties(
    events: Events, like: str, course: Course, clock: Clock, own: Any, held: fields.Held
) -> list[Sign]:
    """Signs by two fields of one of its rows that say the same of nearly all others, and not of this one."""
    names = fields.names(events, like)
    out: list[Sign] = []
    seen: set[tuple[str, ...]] = set()
    for row in own.itertuples(index=False):
        activity = (str(row.step), str(row.name))
        if row.kind not in (*traces.STEP_KINDS, "record") or (
            row.kind != "record" and activity not in course.of
        ):
            continue
        said = {
            key: value
            for key, value in fields.of(row, held).items()
            if _NAME.fullmatch(value)
            and not re.search(r"\d{3}", value)
            and fold(value) not in names
            and not RUNS.match(key)
            and not MACHINE.match(key)
        }
        said = dict(list(said.items())[:FIELDS_AT_MOST])
        place = (str(row.source), *sorted(said))
        if len(set(said.values())) < 2 or place in seen:
            continue
        seen.add(place)
        step = course.of.get(activity)
        rows = fields.alike(events, like, row, step)
        out += _differing(events, course, clock, rows, said, str(row.step), step)
    return out


def _differing(
    events: Events,
    course: Course,
    clock: Clock,
    rows: ir.Table,
    own: dict[str, str],
    place: str,
    step: Any,
) -> list[Sign]:
    keys = list(own)
    cells = events.engine.cache(
        rows.select("id", "time", **{f"c{n}": fields.cell_of(rows, key) for n, key in enumerate(keys)})
    )
    pairs = [(a, b) for a, b in combinations(range(len(keys)), 2) if own[keys[a]] != own[keys[b]]]
    counts: dict[str, Any] = {}
    for a, b in pairs:
        both = cells[f"c{a}"].notnull() & cells[f"c{b}"].notnull()
        counts |= {
            f"n{a}_{b}": both.cast("int64").sum(),
            f"e{a}_{b}": (both & (cells[f"c{a}"] == cells[f"c{b}"])).cast("int64").sum(),
        }
    counts |= {f"k{n}": cells[f"c{n}"].nunique() for n in range(len(keys))}
    told = events.engine.fetch(cells.aggregate(**counts)).iloc[0].fillna(0)
    out = []
    for a, b in pairs:
        number, equal = int(told[f"n{a}_{b}"]), int(told[f"e{a}_{b}"])
        kinds = min(int(told[f"k{a}"]), int(told[f"k{b}"]))
        if number < FEW or equal < EQUAL * number or not KINDS_AT_LEAST <= kinds <= KINDS_AT_MOST:
            continue
        some = cells.filter(cells[f"c{a}"].notnull() & cells[f"c{b}"].notnull())
        each = some.group_by("id").aggregate(
            at=some.time.min(), other=(some[f"c{a}"] != some[f"c{b}"]).cast("int64").max()
        )
        # A table of no times tells nothing of when: each counts when it came.
        each = each.left_join(course.things.select(thing="id", begun="first"), each.id == course.things.id)
        each = events.engine.cache(each.select("id", "other", at=each["at"].coalesce(each.begun)))
        ids = events.engine.cache(each.filter(each.other == 1).select("id", "at"))
        hits = clock.counts(ids, ids["at"])
        rise = clock.risen(hits, clock.counts(each, each["at"]))
        if rise is None or sum(hits.values()) > FEWER * number:
            continue
        one, two = sorted((keys[a], keys[b]), key=lambda key: bool(OWNER.search(key)))
        said = f"in {place} {two} is {own[two]} where {one} is {own[one]}"
        out.append(made(DIFFERS, said, place, ids, sum(hits.values()), rise, step=step, bad=True))
    return out
