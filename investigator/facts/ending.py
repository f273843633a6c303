"""Whether what went wrong is over: the last thing that was hit, and how many were spared behind it at the same place.

While it goes on, each thing that comes to the place is hit with the share p that was hit so far; that n in a row are
spared then has the chance (1 - p)^n. For p its lower bound is taken (Wilson 1927), and of all classes of things (a
channel, a market) the one that tells least: where only one class was hit, only its own things count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from investigator.events.instants import aware, literal
from investigator.facts import fields, signs, traces
from investigator.facts.rise import DIFFERS, FEW, LACKING, LATE, MESSAGE, TWICE, wilson
from investigator.facts.silences import silences

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events
    from investigator.facts.course import Step

#: It is over where so many in a row would be spared so seldom while it goes on, and so many times more than ever were.
CHANCE, LONGER = 1e-3, 3
#: Of fewer that were hit nothing is said, and of classes with more cells.
FEWEST, CELLS = 5, 50
#: A class was hit alone where so many of those that were not hit at the time are of others.
OTHERS = 0.05
#: A class had so many things before, as a part of what it should.
SOME = 0.25
#: So many things are read in their order.
READ = 200_000


@dataclass(frozen=True)
class Ending:
    """The last that was hit at a place, and what came there after it; `over` is None where that can't be told."""

    place: str  # the step at which it is decided, or nothing where that is when things come
    last: datetime
    since: datetime | None  # when the first that was spared behind it got on
    until: datetime  # as far as the data tell
    hit: int
    passed: int  # from the first that was hit to the last, the hit ones among them
    spared: int  # behind it
    unclear: int  # behind it, and nobody can tell
    longest: int  # so many in a row were spared while it went on
    chance: float
    within: str  # the class of things that tells least, where that is not all
    over: bool | None
    afterwards: bool = False  # they were hit after the next ones had come, and gone on


def ending(events: Events, found: signs.Apart) -> Ending | None:
    """Whether what sets these apart is over; None where too few have it, or only a table tells so."""
    sign = found.sign
    if sign is None or not sign.timed or sign.number < FEWEST:
        return None
    step = _place(events, found)
    each = _passing(events, found, step)
    hits = each.filter(each.verdict == "affected")
    told = events.engine.fetch(
        hits.aggregate(
            n=hits.count(),
            first=hits.point.min(),
            last=hits.point.max(),
            began=hits["at"].min(),
            lag=hits["at"].delta(hits.point, unit="second").max(),
        )
    ).iloc[0]
    hit, first, last = int(told["n"]), aware(told["first"]), aware(told["last"])
    if hit < FEWEST or first is None or last is None:
        return None
    lag = max(float(told["lag"]), 0.0) + 1 if sign.kind in (MESSAGE, TWICE, DIFFERS) else 0.0
    until = _heard(events, found) - timedelta(seconds=lag)
    passed, longest = _during(events, each, first, last)
    behind = each.filter(each.point > literal(last))
    well = (behind.verdict == "healthy") & (behind.point <= literal(until))
    rest = events.engine.fetch(
        behind.aggregate(
            spared=well.cast("int64").sum(),
            since=behind.done.min(where=well),
            unclear=(behind.verdict == "unknown").cast("int64").sum(),
            waiting=behind.point.min(where=behind.verdict == "under_way"),
        )
    ).iloc[0]
    spared, unclear = (
        int(number) if number == number and number else 0 for number in (rest["spared"], rest["unclear"])
    )
    chance, within = _chance(hit, passed, spared), ""
    likely = chance <= CHANCE and spared > LONGER * longest
    classes = _classes(events, found, step, each, first, last, until) if likely else []
    for name, inside, there, left in classes:
        odds = _chance(inside, there, left)
        if odds > chance:
            chance, within = odds, name
    quiet = silences(events)
    silent = any(
        str(name) in sign_sources(found) and high > last
        for name, high in zip(quiet["source"], quiet["to"], strict=True)
    )
    over: bool | None = None
    since, began = aware(rest["since"]), aware(told["began"])
    # What was done to things that had come before is not over because those that came next were spared.
    after = (last if sign.kind == TWICE else since) if began is not None else None
    afterwards = began is not None and after is not None and after < began
    if likely and chance <= CHANCE and not silent and not unclear and not afterwards:
        over = True
    elif spared <= longest and not unclear:
        over = False
    waiting = aware(rest["waiting"])
    until = min(until, waiting) if waiting is not None else until
    place = step.place if step is not None else ""
    return Ending(
        place, last, since, until, hit, passed, spared, unclear, longest, chance, within, over, afterwards
    )  # fmt: skip


def _during(events: Events, each: ir.Table, first: datetime, last: datetime) -> tuple[int, int]:
    """How many passed from the first that was hit to the last, and how many in a row were spared at most."""
    import ibis

    some = each.filter(
        each.point.between(literal(first), literal(last)) & each.verdict.isin(("affected", "healthy"))
    )
    before = ibis.window(order_by=[some.point, some.id], preceding=None, following=0)
    ranked = some.mutate(run=(some.verdict == "affected").cast("int64").sum().over(before))
    runs = ranked.group_by("run").aggregate(n=(ranked.verdict == "healthy").cast("int64").sum())
    longest = events.engine.fetch(runs.n.max())
    return int(events.engine.fetch(some.count())), int(longest or 0)


def sign_sources(found: signs.Apart) -> set[str]:
    """The sources that say who is hit, or is not."""
    sign = found.sign
    steps = [sign.step, found.through] if sign is not None else []
    return {source for step in steps if step is not None for source in step.sources}


def _place(events: Events, found: signs.Apart) -> Step | None:
    """The last step that all take before it is decided who is hit; None where it is decided as they come."""
    sign = found.sign
    assert sign is not None
    if sign.after is not None:
        return sign.after
    if sign.kind in (TWICE, DIFFERS):
        return sign.step
    things = found.course.things
    hit = sign.ids.select(hit="id", hit_at="at")
    joined = things.join(hit, things.id == hit.hit)
    required = found.course.required()
    if not required:
        return None
    told = events.engine.fetch(
        joined.aggregate(
            n=joined.count(),
            **{
                f"b{s.number}": (joined[f"t{s.number}"] < joined.hit_at).cast("int64").sum() for s in required
            },
        )
    ).iloc[0]
    before = [s for s in required if (told[f"b{s.number}"] or 0) >= signs.WENT * int(told["n"])]
    return max(before, key=lambda s: (s.offset, s.number), default=None)


def _passing(events: Events, found: signs.Apart, step: Step | None) -> ir.Table:
    """Each thing that came to the place: id, point (when), done (when it got on), at (when it was hit), verdict."""
    decided = signs.decided(events, found)
    things = found.course.things
    point = things[f"t{step.number}"] if step is not None else things["first"]
    sign, done = found.sign, point
    if sign is not None and sign.step is not None and sign.kind in (LACKING, LATE):
        done = things[f"t{sign.step.number}"].coalesce(point)
    came = things.select(thing="id", point=point, done=done)
    joined = decided.join(came, decided.id == came.thing)
    joined = joined.filter(joined.point.notnull() & (joined.verdict != "before"))
    return events.engine.cache(joined.select("id", "point", "done", "at", "verdict"))


def _heard(events: Events, found: signs.Apart) -> datetime:
    """Until when the sources that tell who is hit were heard, all of them."""
    last = {source.name: source.last for source in events.sources}
    heard = [end for name in sign_sources(found) if (end := last.get(name)) is not None]
    end = aware(events.engine.fetch(found.course.things["last"].max()))
    assert end is not None
    return min([*heard, end])


def _chance(hit: int, passed: int, spared: int) -> float:
    """That so many in a row are spared while as many are hit as were."""
    share = wilson(hit, passed)
    return float((1 - share[0]) ** spared) if share else 1.0


def _classes(
    events: Events,
    found: signs.Apart,
    step: Step | None,
    each: ir.Table,
    low: datetime,
    high: datetime,
    end: datetime,
) -> list[tuple[str, int, int, int]]:
    """The classes that were hit alone: name, how many were hit, how many passed, and how many were spared behind."""
    import ibis

    first, last, until = (literal(one) for one in (low, high, end))
    parts = each.filter(each.verdict.isin(("affected", "healthy")) & (each.point <= until))
    parts = parts.select(
        thing="id",
        part=ibis.cases(
            (parts.point > last, "behind"),
            (parts.point < first, "before"),
            (parts.verdict == "affected", "hit"),
            else_="well",
        ),
    )
    like = found.like
    rows = traces.mentions_of_kind(events, like)
    if step is not None:
        own = traces.any_of(rows, [(step.place, name) for name in step.names])
        rows = rows.filter(own | (rows.kind == "record"))
    rows = rows.select("id", "source", "name", "kind", "evidence", "unit")
    held = fields.with_attributes(events, rows)
    held = held.join(parts, held.id == parts.thing)
    keyed = held.select("thing", "part", "source", "attributes", key=held.attributes.keys().unnest())
    cells = keyed.select("thing", "part", "source", "key", cell=keyed.attributes.get(keyed.key))
    named = held.filter(held.kind != "record").select(
        "thing", "part", "source", key=ibis.literal(""), cell=held.name
    )
    both = ibis.union(cells, named.cast(dict(cells.schema())))
    counted = both.group_by(["source", "key", "cell", "part"]).aggregate(n=both.thing.nunique())
    few = counted.group_by(["source", "key"]).aggregate(cells=counted["cell"].nunique())
    few = few.filter((few.cells > 1) & (few.cells <= CELLS))
    frame = events.engine.fetch(counted.semi_join(few, ["source", "key"]).limit(READ))
    out = []
    for (source, key), part in frame.groupby(["source", "key"], sort=True):
        table = part.pivot_table(index="cell", columns="part", values="n", aggfunc="sum", fill_value=0)
        table = table.reindex(columns=["before", "hit", "well", "behind"], fill_value=0)
        inside = table[table["hit"] > 0]
        if int(table["well"].sum() - inside["well"].sum()) < OTHERS * max(int(table["well"].sum()), 1):
            continue
        # What hardly any had before anything went wrong is what became of them, and no class: a state, an error.
        came, usual = int(table["before"].sum()), int(inside["before"].sum())
        mine = inside["hit"].sum() + inside["well"].sum()
        if came >= FEW and usual * (table["hit"].sum() + table["well"].sum()) < SOME * mine * came:
            continue
        hit, well, behind = (int(inside[name].sum()) for name in ("hit", "well", "behind"))
        name = f"{source} {key}".strip() if key else source
        out.append((name, hit, hit + well, behind))
    return out
