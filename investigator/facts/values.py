"""Values that set a thing apart: one that differs from another that it equals in nearly all others, or one that is new.

Whose a thing is stands in many places: where two of them say the same of nearly all things and not of this one, it is
filed under another. A field with few values (an operation, a visibility) is part of what a message says.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.events.names import fold, written_as
from investigator.facts import fields, statements, traces
from investigator.facts.bins import bin_number
from investigator.facts.customers import RUNS
from investigator.facts.parties import parties
from investigator.facts.rise import (
    DIFFERS,
    EVERYBODY,
    FEWER,
    LESS,
    LOOKED,
    MESSAGE,
    STANDS,
    SURER,
    Clock,
    Sign,
    made,
    new_for_all,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Course

#: Two places say the same of a thing when they do so for so many of those of which both say anything.
EQUAL = 0.6
#: Of so many one of the two says nothing, at most, or there may be more.
UNTOLD = 0.05
#: So many pairs of places and so many fields are looked at.
PAIRS_AT_MOST, FIELDS_AT_MOST = 8, 40
LONG = 60
#: Of one class so many have it that came since, and so many of those that have it are of the class.
OF_CLASS = 0.97
#: A column sorts things where it has so many different cells at most, each for so many rows.
CELLS_AT_MOST, EACH_CELL = 50, 20
#: A number that may name somebody: of so many figures, without a mark.
_NUMBER = re.compile(r"[0-9]{6,20}")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:[A-Za-z0-9_.:#/-]*[A-Za-z_.:#/-])?[0-9]{2,}\b")


def differing(events: Events, like: str, course: Course, clock: Clock) -> list[Sign]:
    """Signs by values of the thing's own rows, where no step tells."""
    own = traces.read(events, like)
    if not len(own):
        return []
    held = fields.attributes(events, own)
    return [
        *_fields(events, like, course, clock, own, held),
        *_pairs(events, like, course, clock, own, held),
        *parties(events, like, course, clock, own, held),
    ]


def _rows(events: Events, like: str, activities: list[traces.Activity]) -> ir.Table:
    """The rows of some activities with what they hold: id, step, name, time, body, attributes."""
    rows = traces.mentions_of_kind(events, like)
    some = rows.filter(traces.any_of(rows, activities))
    some = some.select("id", "step", "name", "time", "body", "evidence", "unit")
    return fields.with_attributes(events, some)


def _fields(
    events: Events, like: str, course: Course, clock: Clock, own: Any, held: fields.Held
) -> list[Sign]:
    """Fields of its messages with a value that is new: what a message says as much as its words."""
    import ibis

    wanted: dict[tuple[str, str, str, str], str] = {}
    names = fields.names(events, like)
    for row in own.itertuples(index=False):
        activity = (str(row.step), str(row.name))
        if activity not in course.of or course.of[activity].table or row.kind not in traces.STEP_KINDS:
            continue
        for key, value in fields.of(row, held).items():
            if RUNS.match(key):
                continue  # which thread or host had it sets nobody apart
            if len(value) <= LONG and not re.search(r"\d{3}", value) and fold(value) not in names:
                wanted[(*activity, key, value)] = str(row.body)
    wanted = dict(list(wanted.items())[:FIELDS_AT_MOST])
    if not wanted:
        return []
    rows = _rows(events, like, sorted({(step, name) for step, name, _, _ in wanted}))
    rows = rows.filter(rows.time.notnull())
    cells = events.engine.cache(
        ibis.union(
            *(
                rows.filter(
                    (rows.step == step) & (rows.name == name) & (fields.cell_of(rows, key) == value)
                ).select("id", "step", "name", "time", key=ibis.literal(key), value=ibis.literal(value))
                for step, name, key, value in wanted
            )
        )
    )
    firsts = cells.group_by(["step", "name", "key", "value", "id"]).aggregate(time=cells.time.min())
    counted = events.engine.fetch(
        firsts.mutate(part=bin_number(firsts.time, clock.width))
        .group_by(["step", "name", "key", "value", "part"])
        .aggregate(n=lambda t: t.count())
        .order_by(["step", "name", "key", "value", "part"])
    )
    out = []
    for (step, name, key, value), part in counted.groupby(["step", "name", "key", "value"], sort=True):
        hits = {int(r.part): int(r.n) for r in part.itertuples(index=False)}
        number = sum(hits.values())
        if not 2 <= number <= FEWER * course.number:
            continue
        rise = clock.risen(hits, clock.busy(like))
        if rise is None and str(value).lower() in statements.EMPTY:  # some have always none
            rise = clock.risen(hits, clock.busy(like), times=LESS, sure=SURER)
        if rise is None:
            continue
        same = (cells.step == step) & (cells.name == name) & (cells.key == key) & (cells.value == value)
        ids = events.engine.cache(cells.filter(same).group_by("id").aggregate(at=cells.time.min()))
        said = statements.of_text(str(value).replace("_", " "))
        bad = bool(said and (said[1] is False or said[2] is False))
        own_step = course.of[step, name]
        looked = traces.LOOKUP.match(own_step.body) or (
            not own_step.required and traces.LOOKED.search(own_step.body)
        )
        more = (LOOKED,) if looked else ()
        said_so = (rows.step == step) & (rows.name == name) & (fields.cell_of(rows, key) != "")
        later = rows.filter(said_so & (rows.time >= literal(rise.since))).select("id").distinct()
        doubts = () if bad or not new_for_all(events, course, later, ids) else (EVERYBODY,)
        out.append(
            made(
                MESSAGE,
                f"{key}={value}",
                str(step),
                ids,
                number,
                rise,
                step=own_step,
                bad=bad,
                more=more,
                doubts=doubts,
            )
        )
    return out


def standing(events: Events, like: str, course: Course, clock: Clock) -> list[Sign]:
    """Cells of its rows in tables, of columns with few different ones, that became frequent: a state, an account.

    Never sure: a table tells how things stand now, and what is on its way may stand so too.
    """
    own = traces.read(events, like)
    held = fields.attributes(events, own) if len(own) else {}
    names = fields.names(events, like)
    out: list[Sign] = []
    for row in own.itertuples(index=False):
        if row.kind != "record":
            continue
        source = str(row.source)
        rows = _of_table(events, like, course, source)
        cells_of = dict(list(held.get((str(row.evidence), int(row.unit)), {}).items())[:FIELDS_AT_MOST])
        asked = {k: v for k, v in cells_of.items() if len(v) <= LONG and fold(v) not in names}
        for (key, value), told in zip(asked.items(), _counted(events, rows, asked), strict=True):
            cells = rows.select("id", at=rows.begun, value=rows.attributes.get(key))
            whole, kinds, mine = told
            # One of few, or one that many have where each other has its own, as an empty one among sizes.
            few = 2 <= kinds <= min(CELLS_AT_MOST, whole // EACH_CELL)
            if not few and not (mine >= EACH_CELL and mine * kinds >= EACH_CELL * whole):
                continue
            ids = cells.filter(cells.value == value).group_by("id").aggregate(at=lambda t: t["at"].min())
            ids = events.engine.cache(ids)
            hits = clock.counts(ids, ids["at"])
            number = sum(hits.values())
            rise = (
                clock.risen(hits, clock.counts(cells, cells["at"]))
                if number <= FEWER * course.number
                else None
            )
            if rise is None:
                continue
            said = statements.of_cell(key, value)
            bad = statements.is_empty(key, value) or bool(said and (said[1] is False or said[2] is False))
            doubts = (f"only {source} tells it, as things stand there now",)
            out.append(made(STANDS, f"{key}={value}", source, ids, number, rise, bad=bad, doubts=doubts))
    return out


def _counted(events: Events, rows: ir.Table, cells: dict[str, str]) -> list[tuple[int, int, int]]:
    """Of each cell how many rows have its column, how many kinds are in it, and how many are as this one; one look at the table."""
    if not cells:
        return []
    counts: dict[str, ir.IntegerScalar] = {"whole": rows.count()}
    for place, (key, value) in enumerate(cells.items()):
        cell = rows.attributes.get(key)
        counts |= {f"kinds_{place}": cell.nunique(), f"mine_{place}": (cell == value).cast("int64").sum()}
    told = events.engine.fetch(rows.aggregate(**counts)).iloc[0].fillna(0)
    whole = int(told["whole"])
    return [(whole, int(told[f"kinds_{n}"]), int(told[f"mine_{n}"])) for n in range(len(cells))]


def of_one_class(events: Events, like: str, course: Course, sign: Sign) -> Sign:
    """A cell that stands in a table is sure where all of one class have it that came since, and no others.

    A class is what another column of the same rows says of few kinds: a market, a plan. Those that came to an end that
    is known are left aside.
    """
    own = traces.read(events, like)
    held = fields.attributes(events, own)
    row = next((r for r in own.itertuples(index=False) if r.kind == "record" and str(r.source) == sign.place), None)  # fmt: skip
    if row is None or sign.earlier:
        return sign
    rows = _of_table(events, like, course, sign.place)
    if sign.ended is not None:
        rows = rows.anti_join(sign.ended, "id")
    hits = sign.ids.select(hit="id", hit_at="at")
    span = events.engine.fetch(hits.aggregate(low=hits.hit_at.min(), high=hits.hit_at.max())).iloc[0]
    low, high = aware(span["low"]), aware(span["high"])
    assert low is not None and high is not None
    rows = rows.filter((rows.begun >= literal(low)) & (rows.begun <= literal(high)))
    joined = events.engine.cache(rows.left_join(hits, rows.id == hits.hit))
    for key, value in held.get((str(row.evidence), int(row.unit)), {}).items():
        if f"{key}={value}" == sign.body or len(value) > LONG:
            continue
        inside = joined.attributes.get(key) == value
        has = joined.hit.notnull()
        told = events.engine.fetch(
            joined.aggregate(
                all=joined.count(),
                n=inside.cast("int64").sum(),
                hurt=has.cast("int64").sum(),
                both=(inside & has).cast("int64").sum(),
            )
        ).iloc[0]
        n, both, hurt = int(told["n"] or 0), int(told["both"] or 0), int(told["hurt"] or 0)
        if n < int(told["all"]) and both >= EACH_CELL and both >= OF_CLASS * n and both >= OF_CLASS * hurt:
            return replace(sign, doubts=())
    return sign


def _of_table(events: Events, like: str, course: Course, source: str) -> ir.Table:
    """The rows of a table that things have: id, evidence, unit, attributes, and when the thing came as far as it came. Kept."""
    import ibis

    key = f"table {traces.kind_known(events, like)} {like} {source} {json.dumps(events.selection, sort_keys=True)}"
    if key in events.memo:
        return events.memo[key]
    rows = traces.mentions_of_kind(events, like)
    rows = rows.filter((rows["source"] == source) & (rows.kind == "record")).select("id", "evidence", "unit")
    table = events.table.filter((events.table["source"] == source) & (events.table.kind == "record"))
    rows = rows.join(table.select("evidence", "unit", "attributes"), ["evidence", "unit"])
    # When it came all the way: a table tells nothing of when its cell became so.
    last = [course.things[f"t{step.number}"] for step in reversed(course.required()) if not step.table]
    begun = ibis.coalesce(*last, course.things["first"])
    rows = rows.join(course.things.select(thing="id", begun=begun), rows.id == course.things.id)
    events.memo[key] = events.engine.cache(rows.filter(rows.begun.notnull()))
    return events.memo[key]


def _pairs(
    events: Events, like: str, course: Course, clock: Clock, own: Any, held: fields.Held
) -> list[Sign]:
    """Two places that say the same of nearly all things, and not of this one."""
    names = fields.names(events, like)
    shapes: dict[str, list[tuple[traces.Activity, str, Any, str]]] = {}
    for row in own.itertuples(index=False):
        activity = (str(row.step), str(row.name))
        if row.kind not in (*traces.STEP_KINDS, "record") or (
            row.kind != "record" and activity not in course.of
        ):
            continue
        text = " ".join([str(row.body), *held.get((str(row.evidence), int(row.unit)), {}).values()])
        for word in dict.fromkeys(_WORD.findall(text)):
            if fold(word) not in names:
                shapes.setdefault(written_as(word), []).append((activity, word, row, ""))
        for key, value in held.get((str(row.evidence), int(row.unit)), {}).items():
            if _NUMBER.fullmatch(value) and fold(value) not in names:
                shapes.setdefault(f"{len(value)} figures", []).append((activity, value, row, key))
    out: list[Sign] = []
    asked = 0
    for shape, told in sorted(shapes.items()):
        # Whose it was when it came is what a log said first; a table's row may have been changed since.
        told.sort(key=lambda one: one[2].kind == "record" or course.of[one[0]].table)
        first = told[0]
        for other in told[1:]:
            if first[3]:  # of numbers, one that is called alike
                first = next((one for one in told if _called_alike(one[3], other[3])), other)
            if other[1] == first[1] or other[0] == first[0] or asked >= PAIRS_AT_MOST:
                continue
            asked += 1
            sign = _pair(events, like, course, clock, shape, first, other)
            if sign is not None:
                out.append(sign)
    return out


def _called_alike(one: str, other: str) -> bool:
    """Whether two fields are called by a word that says the same: taxpayer and owner_taxpayer_id."""
    words = [set(re.findall(r"[a-z]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())) for name in (one, other)]  # fmt: skip
    return bool((words[0] & words[1]) - {"num", "number", "code", "ref", "key"})


def _pair(
    events: Events, like: str, course: Course, clock: Clock, shape: str, one: Any, other: Any
) -> Sign | None:
    import ibis

    values = []
    for activity, _, row, key in (one, other):
        if row.kind == "record":
            rows = traces.mentions_of_kind(events, like)
            some = rows.filter((rows["source"] == str(row.source)) & (rows.kind == "record"))
            some = some.select("id", "time", "body", "evidence", "unit")
            some = fields.with_attributes(events, some)
        else:
            # All of the place that name such a value: what else a message enumerates is no matter.
            word = re.compile(shape)
            alike = [
                (step.place, name)
                for step in course.steps
                if step.place == activity[0] and (step == course.of[activity] or word.search(step.body))
                for name in step.names
            ]
            some = _rows(events, like, alike)
        text = some.body + ibis.literal(" ") + some.attributes.values().join(" ")
        said_ = some.attributes.get(key) if key else text.re_extract(rf"\b{shape}\b", 0)
        found = some.mutate(said=said_).filter(lambda t: t.said.notnull() & (t.said != ""))
        values.append(
            found.group_by("id").aggregate(said=found.said.argmin(found.time), at=found.time.min())
            if row.kind != "record"
            else found.group_by("id").aggregate(said=found.said.min(), at=found.time.min())
        )
    left, right = values
    joined = left.join(right.rename(id_="id", said_="said", at_="at"), left.id == right.id)
    joined = joined.left_join(course.things.select(thing="id", begun="first"), joined.id == course.things.id)
    each = events.engine.cache(
        joined.select(
            "id",
            at=ibis.coalesce(
                *(
                    [joined["at"], joined.begun, joined.at_]
                    if other[2].kind == "record"
                    else [joined.at_, joined["at"], joined.begun]
                )
            ),
            other=joined.said != joined.said_,
        )
    )
    told = (
        events.engine.fetch(each.aggregate(n=each.count(), other=each.other.cast("int64").sum()))
        .fillna(0)
        .iloc[0]
    )
    alone = int(events.engine.fetch(right.anti_join(left, "id").count()))
    whole, number = int(told["n"]), int(told["other"])
    if not whole or number > (1 - EQUAL) * whole:
        return None
    ids = events.engine.cache(each.filter(each.other).select("id", "at"))
    rise = clock.risen(clock.counts(ids, ids["at"]), clock.counts(each, each["at"]))
    if rise is None:
        return None
    place = str(other[2].source) if other[2].kind == "record" else other[0][0]
    where = str(one[2].source) if one[2].kind == "record" else one[0][0]
    said = f"in {place} another than in {where}, as {other[1]} instead of {one[1]}"
    more = (f"of {alone:,} {where} says nothing",) if alone > UNTOLD * whole else ()
    return made(DIFFERS, said, place, ids, number, rise, step=course.of.get(other[0]), bad=True, more=more)
