"""The way that things of a kind take: its steps, which of them are required, and for each thing when it took them.

A step is a kind of message at a place, whatever a place in it that is enumerated says (a lane, a thread, a doctor):
messages that differ in few words and that no thing has both of are one step. A line that names many things at once is
no step, and nor is what people write. Required is what nearly all have that went on to anything usual behind it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from investigator.facts import statements, traces
from investigator.facts.templates import VARIABLE, masked

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.traces import Activity

#: Steps that are told apart, the most frequent first; and things whose lines are looked at for whether they name many.
STEPS_AT_MOST, LOOKED_AT = 40, 60
#: Activities of which it is asked at once which of them things have together: as many as a number has bits to spare.
ASKED_AT_MOST = 60
#: What so many have is usual; required is what so many have of those that went on.
USUAL, REQUIRED, FEW = 0.4, 0.9, 5
#: Of two messages of one step, at most so many of the rarer one's things have both, as where a step is taken twice.
BOTH = 0.3
#: Messages of one step differ in so many words at most, and share more than they differ in.
WORDS = 2
#: A table holds one row a thing where so many things have one.
ONE_EACH = 0.7
#: A line that names so many things is no step of any of them.
MANY = 3


@dataclass(frozen=True)
class Step:
    """One step: its place and messages, how many things have it, and how far it is from the beginning."""

    number: int
    place: str
    names: tuple[str, ...]
    body: str
    sources: tuple[str, ...]
    ids: int
    offset: float  # seconds from the first that is known of a thing, in the middle
    required: bool = False
    table: bool = False  # a row of a table with one row a thing
    listed: bool = False  # all that its source says of any thing, once of each: it may be a list

    @property
    def said(self) -> str:
        return self.body.split("\n", 1)[0]


@dataclass(frozen=True)
class Course:
    """The steps in order, and one row a thing: id, first, last, and for each step t<number> (first time) and n<number>."""

    steps: tuple[Step, ...]
    things: ir.Table
    number: int
    of: dict[Activity, Step]

    def required(self) -> list[Step]:
        return [step for step in self.steps if step.required]


def course_of(events: Events, like: str) -> Course | None:
    """The way of the kind of `like`, with every step that it has itself; None where hardly any step is known. Kept."""
    key = f"course {traces.kind_known(events, like)} {like} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _course_of(events, like)
    return events.memo[key]


def _course_of(events: Events, like: str) -> Course | None:
    import ibis

    rows = traces.first_times(events, like)
    counted = rows.group_by(["step", "name"]).aggregate(ids=rows.count())
    frame = events.engine.fetch(counted.order_by([ibis.desc("ids"), "step", "name"]).limit(2_000))
    ids = {(str(r.step), str(r.name)): int(r.ids) for r in frame.itertuples(index=False)}
    own = {step.activity for step in traces.trace(traces.read(events, like))}
    said = traces.examples(events, like)
    written = {source.name for source in events.sources if source.kind in traces.PEOPLE_KINDS}
    crowded = _crowded(events, like)
    kept = [
        activity
        for activity in ids
        if activity not in crowded
        and activity in said
        and not traces.is_wordless(said[activity].body)
        and not set(said[activity].sources) <= written
    ]
    single = _single(events, rows)
    tables = _tables(single, kept, said)
    told = Counter(source for a in ids if a in said for source in said[a].sources)
    alone = {a for a in kept if all(told[source] == 1 and source in single for source in said[a].sources)}
    rowed = {activity for some in tables for activity in some}
    groups = _groups(events, rows, kept, {a: said[a].body for a in kept}, ids, tables)
    sizes = [sum(ids[a] for a in group) for group in groups]
    order = sorted(range(len(groups)), key=lambda i: (not set(groups[i]) & own, -sizes[i], groups[i]))
    groups = [groups[i] for i in order[:STEPS_AT_MOST]]
    if not groups:
        return None
    # No activity is in two groups: each row is told its own once, and not asked of every group.
    rows = rows.mutate(
        place=ibis.cases(
            *((traces.any_of(rows, group), place) for place, group in enumerate(groups)), else_=-1
        )
    )
    measures: dict[str, Any] = {"first": rows.time.min(), "last": rows["last"].max()}
    for place in range(len(groups)):
        hit = rows.place == place
        measures |= {f"t{place}": rows.time.min(where=hit), f"n{place}": rows.n.sum(where=hit)}
    things = events.engine.cache(rows.group_by("id").aggregate(**measures))
    found = events.engine.fetch(
        things.aggregate(
            number=things.count(),
            **{f"i{n}": things[f"t{n}"].count() for n in range(len(groups))},
            **{
                f"o{n}": things[f"t{n}"].delta(things["first"], unit="second").median()
                for n in range(len(groups))
            },
        )
    ).iloc[0]
    steps = [
        Step(
            n,
            group[0][0],
            tuple(sorted({name for _, name in group})),
            said[group[0]].body,
            tuple(sorted({source for a in group for source in said[a].sources})),
            int(found[f"i{n}"]),
            float(found[f"o{n}"]) if found[f"o{n}"] == found[f"o{n}"] else 0.0,
            table=group[0] in rowed,
            listed=group[0] in alone,
        )
        for n, group in enumerate(groups)
    ]
    number = int(found["number"])
    needed = _required(events, things, steps, number)
    steps = sorted(
        (replace(s, required=s.number in needed) for s in steps),
        key=lambda s: (s.offset, s.number),
    )
    by = {(s.place, name): s for s in steps for name in s.names}
    return Course(tuple(steps), things, number, by)


def _crowded(events: Events, like: str) -> set[Activity]:
    """Activities whose lines name many things of the kind at once, by the lines of some of them."""
    import ibis

    rows = traces.mentions_of_kind(events, like)
    some = traces.first_times(events, like).select("id").distinct().order_by("id").limit(LOOKED_AT)
    units = rows.filter(rows.id.isin(some.id) | (rows.id == like)).select("evidence", "unit").distinct()
    inside = rows.semi_join(units, ["evidence", "unit"])
    each = inside.group_by(["step", "name", "evidence", "unit"]).aggregate(ids=inside.id.nunique())
    told = each.group_by(["step", "name"]).aggregate(
        units=each.count(), many=(each.ids >= MANY).cast("int64").sum()
    )
    frame = events.engine.fetch(told.order_by([ibis.asc("step"), ibis.asc("name")]))
    return {(str(r.step), str(r.name)) for r in frame.itertuples(index=False) if 2 * r.many > r.units}


def _groups(
    events: Events,
    rows: ir.Table,
    kept: list[Activity],
    bodies: dict[Activity, str],
    ids: dict[Activity, int],
    tables: list[list[Activity]],
) -> list[list[Activity]]:
    """Activities put together to steps: alike but for enumerated words, and hardly ever both of one thing."""
    forms = {a: tuple(re.findall(r"[^\s=,;|]+", masked(bodies[a]))) for a in kept}
    alike: list[tuple[Activity, Activity]] = []
    by_length: dict[tuple[str, int], list[Activity]] = {}
    for activity in kept[: 8 * STEPS_AT_MOST]:
        by_length.setdefault((activity[0], len(forms[activity])), []).append(activity)
    for some in by_length.values():
        for place, one in enumerate(some):
            alike += [(one, two) for two in some[place + 1 :] if _alike(forms[one], forms[two])]
    together = {a: a for a in kept}
    both: dict[Activity, set[Activity]] = {}
    for asked in _batches(alike, ids):
        both |= _both(events, rows, asked)

    def root(activity: Activity) -> Activity:
        while together[activity] != activity:
            activity = together[activity]
        return activity

    told = [(rows_[0], other) for rows_ in tables for other in rows_[1:]]
    for one, two in [*told, *((one, two) for one, two in alike if one in both and two in both[one])]:
        a, b = sorted((root(one), root(two)), key=lambda x: (-ids[x], x))
        together[b] = a
    out: dict[Activity, list[Activity]] = {}
    for activity in kept:
        out.setdefault(root(activity), []).append(activity)
    return [sorted(group, key=lambda a: (-ids[a], a)) for group in out.values()]


def _batches(alike: list[tuple[Activity, Activity]], ids: dict[Activity, int]) -> list[list[Activity]]:
    """Activities that are alike in lots of at most so many as are asked of at once, none apart from those alike to it."""
    lots: dict[Activity, set[Activity]] = {}
    for one, two in alike:
        joined = lots.get(one, {one}) | lots.get(two, {two})
        lots |= dict.fromkeys(joined, joined)
    out: list[list[Activity]] = []
    for lot in sorted(
        {id(lot): lot for lot in lots.values()}.values(), key=lambda lot: (-len(lot), min(lot))
    ):
        some = sorted(lot, key=lambda a: (-ids[a], a))[:ASKED_AT_MOST]
        if out and len(out[-1]) + len(some) <= ASKED_AT_MOST:
            out[-1] += some
        else:
            out.append(some)
    return out


def _single(events: Events, rows: ir.Table) -> set[str]:
    """Sources that say one thing of each, nearly always: tables, and lists."""
    by = rows.group_by(["told_by", "step", "name"]).aggregate(
        ids=rows.count(), one=(rows.n == 1).cast("int64").sum()
    )
    told = events.engine.fetch(by.order_by(["told_by", "step", "name"]))
    several = sorted({str(source) for source in told["told_by"][told["told_by"].duplicated()]})
    # What says one kind of message alone is counted without its things one by one.
    out = {
        str(r.told_by)
        for r in told.itertuples(index=False)
        if str(r.told_by) not in several and r.one >= ONE_EACH * r.ids
    }
    if not several:
        return out
    some = rows.filter(rows.told_by.isin(several))
    each = some.group_by(["told_by", "id"]).aggregate(n=some.n.sum())
    counted = each.group_by("told_by").aggregate(ids=each.count(), one=(each.n == 1).cast("int64").sum())
    frame = events.engine.fetch(counted.order_by("told_by"))
    return out | {str(r.told_by) for r in frame.itertuples(index=False) if r.one >= ONE_EACH * r.ids}


def _tables(
    single: set[str], kept: list[Activity], said: dict[Activity, traces.Example]
) -> list[list[Activity]]:
    """The activities of each table that holds one row a thing: its rows are one step, whatever their cells say."""
    by: dict[str, list[Activity]] = {}
    for activity in kept:
        asks = statements.REQUEST.match(said[activity].body)
        if len(said[activity].sources) == 1 and said[activity].sources[0] in single and not asks:
            by.setdefault(said[activity].sources[0], []).append(activity)
    out = []
    for some in by.values():
        keys: list[list[str]] = [re.findall(r"(?:^|(?<= ))[^\s=]+(?==)", said[a].body) for a in some]
        longest = max((set(each) for each in keys), key=len)
        if len(longest) > 1 and all(own and set(own) <= longest for own in keys):
            out.append(some)
    return out


def _alike(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    other = sum(a != b for a, b in zip(one, two, strict=True))
    same = sum(a == b != VARIABLE for a, b in zip(one, two, strict=True))
    return other <= WORDS and same > other


def _both(events: Events, rows: ir.Table, asked: list[Activity]) -> dict[Activity, set[Activity]]:
    """Of these activities, with which others each is hardly ever together in one thing."""
    import ibis

    some = rows.filter(traces.any_of(rows, asked))
    weight = ibis.cases(
        *(((some.step == a[0]) & (some.name == a[1]), 1 << bit) for bit, a in enumerate(asked)), else_=0
    )
    each = some.mutate(weight=weight).group_by("id").aggregate(mask=lambda t: t.weight.sum().cast("int64"))
    frame = events.engine.fetch(each.group_by("mask").aggregate(n=each.count()))
    masks = [(int(r.mask), int(r.n)) for r in frame.itertuples(index=False)]
    counts = [sum(n for mask, n in masks if mask >> i & 1) for i in range(len(asked))]
    out: dict[Activity, set[Activity]] = {a: set() for a in asked}
    for i, one in enumerate(asked):
        for j, two in enumerate(asked):
            pair = (1 << i) | (1 << j)
            if i != j and sum(n for mask, n in masks if mask & pair == pair) <= BOTH * min(
                counts[i], counts[j]
            ):
                out[one].add(two)
    return out


def _required(events: Events, things: ir.Table, steps: list[Step], number: int) -> set[int]:
    """The numbers of the steps that nearly all have that went on to a usual step behind them, or came to the one before.

    Asked of all and of the half that came first: what went wrong later makes no step optional.
    """
    import ibis

    usual = [s for s in sorted(steps, key=lambda s: (s.offset, s.number)) if s.ids >= USUAL * number]
    if not usual:
        return set()
    mask = sum(
        (things[f"t{s.number}"].notnull().ifelse(1 << place, 0) for place, s in enumerate(usual)),
        ibis.literal(0).cast("int64"),
    )
    middle = events.engine.fetch(things["first"].epoch_seconds().median())
    each = things.select(mask=mask.cast("int64"), early=things["first"].epoch_seconds() <= float(middle))
    frame = events.engine.fetch(each.group_by(["mask", "early"]).aggregate(n=each.count()))
    masks = [(int(r.mask), bool(r.early), int(r.n)) for r in frame.itertuples(index=False)]
    out: set[int] = set()
    sure = 0  # the required ones so far
    for place, step in enumerate(usual):
        behind = sum(1 << other for other in range(place + 1, len(usual)))
        last = max((other for other in range(place) if sure >> other & 1), default=-1)
        for early in (False, True):
            some = [(m, n) for m, first, n in masks if first or not early]
            went = [(m, n) for m, n in some if m & behind] if behind else []
            near = [(m, n) for m, n in some if last < 0 or m >> last & 1] if not behind or early else []
            for group in (went, near):
                whole = sum(n for _, n in group)
                if whole >= FEW and sum(n for m, n in group if m >> place & 1) >= REQUIRED * whole:
                    out.add(step.number)
                    sure |= 1 << place
    return out
