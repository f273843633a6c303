"""Steps that a thing missed: that never came, came far too late, or came twice; who else, and since when."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.facts import clocks, due, fields, traces
from investigator.facts.coverage import unzoned
from investigator.facts.customers import RUNS
from investigator.facts.ends import ends
from investigator.facts.rise import FEWER, LACKING, LATE, SAME, TWICE, Clock, Rise, Sign, made
from investigator.facts.silences import silences
from investigator.facts.versions import not_versions

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np

    from investigator.events.events import Events
    from investigator.facts.course import Course, Step

#: Late is behind a gap: hardly anything between what is usual and so many times it, and a minute at least.
GAP, SECONDS_LATE = 1.3, 60.0
#: Steps that are looked at for what came late, those first that took longest for what is usual there.
LATE_AT_MOST = 2
#: So many fields of a step are looked at for what sets its second time apart.
FIELDS_AT_MOST = 8
#: A source ended where nothing came for so many times as long as usually lies between two.
QUIET = 20


def lacking(events: Events, like: str, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """The first required step that never came, though all that came before it did and nothing behind it."""
    import ibis

    required = course.required()
    have = [s for s in required if _time(row, s) is not None]
    if len(have) == len(required):
        return []
    last = max((s.offset for s in have), default=-1.0)
    missing = [s for s in required if _time(row, s) is None and s.offset >= last]
    if not missing or any(s.offset > missing[0].offset for s in have):
        return []
    things = course.things
    after = max(
        (s for s in have if s.offset <= missing[0].offset), key=lambda s: (s.offset, s.number), default=None
    )
    since = things[f"t{after.number}"] if after else things["first"]
    heard_last = {source.name: source.last for source in events.sources}
    doubts: tuple[str, ...] = ()
    expected = missing[0]
    # A log that ended early says nothing of what came later: the next step whose source goes on does.
    for step in missing:
        usual = due.usual(events, things, since, step)
        heard = max((end for name in step.sources if (end := heard_last.get(name))), default=None)
        apart = (clock.high - clock.low).total_seconds() / max(step.ids, 1)
        if heard is not None and heard >= clock.high - timedelta(seconds=max(5 * usual, QUIET * apart)):
            expected = step
            break
        # What came to another end in a log that ends is seen nowhere else.
        doubts = (f"{' and '.join(step.sources)} ends before the other sources do",)
    else:
        usual = due.usual(events, things, since, expected)
    behind = [s for s in required if s.offset >= expected.offset]
    none = ibis.and_(*(things[f"t{s.number}"].isnull() for s in behind))
    came = things.select("id", at=since, lacks=none, first=things["first"]).filter(
        lambda t: t["at"].notnull()
    )
    bare = clocks.open_between(events, after, expected)
    heard = max((end for name in expected.sources if (end := heard_last.get(name))), default=clock.high)
    if bare and clocks.as_one(after, expected):
        usual, bare = due.usual(events, things, since, expected, any_zone=True), ()
    # Where a clock has no known zone, what is due is told by the log where it is due, as far as that is heard.
    late: datetime = (heard if unzoned(events) else clock.high) - timedelta(seconds=usual)
    quiet = silences(events)
    for name, low, high in zip(quiet["source"], quiet["from"], quiet["to"], strict=True):
        if name in expected.sources and len(behind) == 1:
            doubts = (*doubts, f"{name} is silent from {low:%H:%M} to {high:%H:%M} UTC")
            came = came.filter(
                (came["at"] < literal(low - timedelta(seconds=usual))) | (came["at"] >= literal(high))
            )
    came = events.engine.cache(came)
    waiting = came.filter(came.lacks & (came["at"] > literal(late))).select("id")
    hits = came.filter(came.lacks & (came["at"] <= literal(late)))
    ended = _ended(events, like, course, came, clock)
    if ended is not None:
        hits = hits.anti_join(ended, "id")
    if not int(events.engine.fetch(hits.filter(hits.id == like).count())):
        return []
    delays = due.delays_of(events, things, since, expected, max(usual, 1.0))
    told = _when(events, clock, came.select("id", "at"), hits.select("id", "at"), delays)
    if told is None:
        return []
    ids, number, rise = told
    return [
        made(
            LACKING, expected.body, expected.place, ids, number, rise, step=expected, after=after,
            doubts=doubts, waiting=waiting, ended=ended, clocks=bare,
        )
    ]  # fmt: skip


def _ended(events: Events, like: str, course: Course, came: ir.Table, clock: Clock) -> ir.Table | None:
    """Who came to an end that is known, of those that lack a step: before more of them did so than ever."""
    hits = came.filter(came.lacks)
    rise = clock.risen(clock.counts(hits, hits["at"]), clock.counts(came, came["at"]))
    return ends(events, like, course, hits, rise.since if rise else clock.high)


def late(events: Events, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """The step that came far later after the one before it than nearly all others' did, with a gap between.

    That somebody asks for a thing late is no delay of it.
    """
    steps = [step for step in course.required() if not step.table and not traces.LOOKUP.match(step.body)]
    ways = [(step, time) for step in steps if (time := _time(row, step)) is not None]
    things = course.things
    pairs = [
        (before, step, (high - low).total_seconds(), things[f"t{step.number}"].delta(things[f"t{before.number}"], unit="second"))
        for (before, low), (step, high) in pairwise(ways)
        if (high - low).total_seconds() >= SECONDS_LATE
    ]  # fmt: skip
    if not pairs:
        return []
    usual = events.engine.fetch(
        things.aggregate(**{f"q{n}": delay.quantile(0.6) for n, (_, _, _, delay) in enumerate(pairs)})
    ).iloc[0]
    longer = [
        (mine / (max(float(usual[f"q{n}"]), 0.0) + 1), n)
        for n, (_, _, mine, _) in enumerate(pairs)
        if usual[f"q{n}"] == usual[f"q{n}"] and mine > max(float(usual[f"q{n}"]), 0.0) * GAP + SECONDS_LATE
    ]
    out = []
    for _, n in sorted(longer, reverse=True)[:LATE_AT_MOST]:
        before, step, mine, delay = pairs[n]
        each = things.select("id", at=things[f"t{before.number}"], d=delay).filter(lambda t: t.d.notnull())
        each = events.engine.cache(each)
        low = max(float(usual[f"q{n}"]), 0.0)
        upper = each.filter((each.d >= low) & (each.d <= mine)).select("d").order_by("d").limit(200_000)
        delays = [low, *(float(d) for d in events.engine.fetch(upper)["d"])]
        gaps = [
            (above / max(below, 1.0), below, above)
            for below, above in pairwise(delays)
            if above - below >= SECONDS_LATE
        ]
        ratio, below, _ = max(gaps, default=(1.0, mine, mine))
        if ratio < GAP:
            continue
        waits = things.filter(things[f"t{before.number}"].notnull() & things[f"t{step.number}"].isnull())
        in_time = due.delays_of(events, things, things[f"t{before.number}"], step, below)
        hits = each.filter(each.d > below).select("id", "at")
        told = _when(events, clock, each.select("id", "at"), hits, in_time)
        if told is None:
            continue
        bare = clocks.open_between(events, before, step)
        if bare and clocks.as_one(before, step):
            least = float(events.engine.fetch(each.d.quantile(0.05)))
            apart = [(below, above) for _, below, above in gaps]
            bare = () if clocks.same_gap(apart, least, GAP) else bare
        ids, number, rise = told
        out.append(
            made(
                LATE, step.body, step.place, ids, number, rise, step=step, after=before,
                waiting=waits.select("id"), clocks=bare,
            )
        )  # fmt: skip
    return out


def twice(events: Events, like: str, course: Course, clock: Clock, row: dict[str, Any]) -> list[Sign]:
    """Steps that it has more than once and nearly all others once."""
    rows, out = traces.first_times(events, like), []
    for step in course.steps:
        if (row.get(f"n{step.number}") or 0) < 2 or traces.LOOKUP.match(step.body):
            continue
        some = rows.filter(traces.any_of(rows, [(step.place, name) for name in step.names]))
        each = some.group_by("id").aggregate(n=some.n.sum(), at=some["last"].max(), one=some.time.min())
        ids = each.filter(each.n > 1).select("id", "at")
        if step.table:
            held = traces.mentions_of_kind(events, like)
            held = held.filter((held.kind == "record") & held["source"].isin(list(step.sources)))
            ids = ids.semi_join(not_versions(events, held.semi_join(ids, "id")), "id")
        ids = events.engine.cache(ids)
        counts = clock.counts(ids, ids["at"])
        number = sum(counts.values())
        if number > FEWER * step.ids:
            continue
        rise = clock.risen(counts, clock.counts(each, each.one))
        if rise is not None and rise.earlier and not step.table:
            alike = _alike(events, like, step, ids)
            for same in alike:
                hits = clock.counts(same, same["at"])
                again = clock.risen(hits, clock.counts(each, each.one))
                if again is not None and sum(hits.values()) - again.earlier >= SAME * (number - rise.earlier):
                    if again.anyway < rise.anyway and again.earlier < rise.earlier:
                        ids, number, rise = same, sum(hits.values()), again
        if rise is not None:
            out.append(made(TWICE, step.body, step.place, ids, number, rise, step=step))
    return out


def _alike(events: Events, like: str, step: Step, ids: ir.Table) -> list[ir.Table]:
    """Of those that have a step twice, whose both have one value in a field, for each field that is so in `like`.

    A second copy, a replacement and a correction are a step once more, and say of themselves which they are.
    """
    rows = traces.mentions_of_kind(events, like)
    some = rows.filter(traces.any_of(rows, [(step.place, name) for name in step.names])).semi_join(ids, "id")
    some = some.select("id", "time", "body", "evidence", "unit")
    some = fields.with_attributes(events, some)
    some = events.engine.cache(some)
    own = events.engine.fetch(some.filter(some.id == like).order_by(["time", "unit"]))
    said = [fields.pairs(row.body) | dict(row.attributes or {}) for row in own.itertuples(index=False)]
    keys = [
        key
        for key, value in (said[0] if said else {}).items()
        if value and not RUNS.match(key) and all(one.get(key) == value for one in said)
    ][:FIELDS_AT_MOST]
    if not keys:
        return []
    cells = some.select("id", "time", **{f"c{n}": fields.cell_of(some, key) for n, key in enumerate(keys)})
    each = cells.group_by("id").aggregate(
        at=cells.time.max(), **{f"k{n}": cells[f"c{n}"].nunique() for n in range(len(keys))}
    )
    each = events.engine.cache(each)
    return [each.filter(each[f"k{n}"] == 1).select("id", "at") for n in range(len(keys))]


def _when(
    events: Events, clock: Clock, came: ir.Table, hits: ir.Table, delays: np.ndarray
) -> tuple[ir.Table, int, Rise] | None:
    """Who went wrong, each when the step should have come, not when it was last well; how many; and since when."""
    import ibis
    import numpy as np

    wait = ibis.interval(seconds=int(np.median(delays)) if len(delays) else 0)
    ids = events.engine.cache(hits.mutate(at=hits["at"] + wait))
    counts = clock.counts(ids, ids["at"])
    rise = clock.risen(counts, clock.counts(came, came["at"] + wait))
    if rise is None:
        return None
    first = due.began(events, came, hits, delays, rise.since)
    if first is not None:
        at = ibis.cases(
            (ids["at"] >= literal(rise.since), ibis.greatest(ids["at"], literal(first))), else_=ids["at"]
        )
        ids = events.engine.cache(ids.mutate(at=at))
    return ids, sum(counts.values()), rise


def _time(row: dict[str, Any], step: Step) -> datetime | None:
    return aware(row.get(f"t{step.number}"))
