"""An id beside a healthy one of its kind: which it is, both traces aligned, and the first difference that counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from investigator.events import schema
from investigator.events.instants import literal
from investigator.facts.silences import silences
from investigator.facts.traces import (
    Activity,
    Occurrence,
    any_of,
    first_times,
    is_lookup,
    kind_known,
    read,
    trace,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: An activity is in the trace of most when this share of the peers has it; it counts for how far an id went from COMMON on.
MOST = 0.5
COMMON = 0.2
RARE = 0.1
BITS = 60
#: The share of the first fifth says something from so many on, and of these so many must have an event.
EARLY, SEEN = 20, 3


@dataclass(frozen=True)
class Move:
    """One line of two traces side by side: same, missing here, only here, or late."""

    mark: str
    healthy: Occurrence | None
    own: Occurrence | None
    share: float = 0.0  # of the peers that have it

    @property
    def activity(self) -> Activity:
        step = self.healthy or self.own
        assert step is not None
        return step.activity


@dataclass(frozen=True)
class Difference:
    """Where an id leaves the trace: what was expected after which step, and what came instead."""

    after: Occurrence | None
    expected: Occurrence | None
    instead: Occurrence | None
    share: float = 0.0  # of the peers that have the expected one
    late: bool = False
    silent: tuple[
        str, ...
    ] = ()  # sentences on sources that were silent when the expected one would have come
    rivals: int = 0  # other events that came in the same place and that most do not have


@dataclass(frozen=True)
class Comparison:
    """An id beside a healthy one of its kind."""

    entity: str
    kind: str
    own: list[Occurrence]
    healthy_id: str | None = None
    healthy: list[Occurrence] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    difference: Difference | None = None
    peers: int = 0  # ids of this kind with the same first step
    alike: int = 0  # of these, ids with exactly the healthy one's trace
    shares: dict[Activity, float] = field(default_factory=dict)
    entry: Activity = ("", "")  # the first step, which the peers share


def compare(events: Events, identifier: str, *, healthy: str | None = None) -> Comparison:
    """An id beside a healthy one, aligned step by step; kept, so that three questions cost it once.

    The healthy one is picked among the ids with the same first step: of those that went furthest (the quarter with
    the most common activities) the most frequent trace, of these the nearest in time. Aligned by the longest common
    subsequence (Hunt and Szymanski 1977); what both have in another order is the same.
    """
    key = f"compare:{json.dumps(events.selection, sort_keys=True)}:{identifier}"
    if f"{key}:{healthy}" not in events.memo:
        found = _compare(events, identifier, healthy)
        # Asked for by name, the one that was picked gives the same.
        events.memo[f"{key}:{healthy}"] = events.memo[f"{key}:{found.healthy_id}"] = found
    return events.memo[f"{key}:{healthy}"]


def _compare(events: Events, identifier: str, healthy: str | None) -> Comparison:
    own = trace(read(events, identifier))
    kind = kind_known(events, identifier)
    if not own:
        return Comparison(identifier, kind, own)
    rows = first_times(events, identifier)
    counted = events.engine.fetch(
        rows.group_by(["step", "name"]).aggregate(ids=rows.count()).order_by(["step", "name"])
    )
    everyone = {(str(r.step), str(r.name)): int(r.ids) for r in counted.itertuples(index=False)}
    entry = _entry(own, everyone)
    starters = rows.filter((rows.step == entry[0]) & (rows.name == entry[1])).select("id")
    peers = rows.semi_join(starters, "id")
    counted = events.engine.fetch(
        peers.group_by(["step", "name"]).aggregate(ids=peers.count()).order_by(["step", "name"])
    )
    number = max(everyone.get(entry, 0), 1)
    shares = {(str(r.step), str(r.name)): int(r.ids) / number for r in counted.itertuples(index=False)}
    alike = 0
    if healthy is None:
        healthy, alike = _pick(events, identifier, own, peers, shares)
    if healthy is None:
        return Comparison(identifier, kind, own, peers=number, shares=shares, entry=entry)
    beside = trace(read(events, healthy))
    # What people write of it alone, where none of the others ever was, is no step of its way.
    places = {step for (step, _), share in shares.items() if share * number > 1.5}
    written = {source.name for source in events.sources if source.kind in schema.PEOPLE_KINDS}
    steps = [step for step in own if step.activity[0] in places or step.source not in written]
    moves = align(steps or own, beside, shares)
    return Comparison(
        identifier,
        kind,
        own,
        healthy,
        beside,
        moves,
        _difference(events, moves, _steady(events, peers, moves)),
        number,
        alike,
        shares,
        entry,
    )


def _entry(own: list[Occurrence], everyone: dict[Activity, int]) -> Activity:
    """The first activity of a trace that is not a rarity: a look-up before the upload is no way in."""
    most = max(everyone.get(step.activity, 0) for step in own)
    return next(step.activity for step in own if everyone.get(step.activity, 0) * 2 >= most)


def _pick(
    events: Events, identifier: str, own: list[Occurrence], peers: ir.Table, shares: dict[Activity, float]
) -> tuple[str | None, int]:
    import ibis

    mine = {step.activity for step in own}
    chosen = sorted(shares, key=lambda activity: (-shares[activity], activity))[:BITS]
    common = sum(1 << bit for bit, activity in enumerate(chosen) if shares[activity] >= COMMON)
    my_mask = sum(1 << bit for bit, activity in enumerate(chosen) if activity in mine)
    weight = ibis.cases(
        *(
            ((peers.step == activity[0]) & (peers.name == activity[1]), 1 << bit)
            for bit, activity in enumerate(chosen)
        ),
        else_=0,
    )
    once = peers.mutate(weight=weight)
    each = once.group_by("id").aggregate(
        mask=lambda t: t.weight.sum().cast("int64"),
        first=lambda t: t.time.min(),
        activities=lambda t: t.count(),
    )
    others = events.engine.cache(each.filter(each.id != identifier))
    groups = events.engine.fetch(
        others.group_by("mask").aggregate(ids=others.count()).order_by([ibis.desc("ids"), ibis.asc("mask")])
    )
    masks = [(int(r.mask), int(r.ids)) for r in groups.itertuples(index=False)]
    # Whoever has nothing common that this one lacks went no further than it.
    further = [(mask, ids) for mask, ids in masks if mask & common & ~my_mask]
    if not further:
        further = [(mask, ids) for mask, ids in masks if mask & common == my_mask & common]
    if not further:
        return None, 0
    depth = {mask: (mask & common).bit_count() for mask, _ in further}
    wanted = _quarter(depth, further)
    best, alike = max(
        ((m, n) for m, n in further if depth[m] >= wanted), key=lambda pair: (pair[1], -pair[0])
    )
    start = literal(own[0].time.replace(tzinfo=UTC))
    near = others.filter(others.mask == best)
    after = near["first"].delta(start, unit="second")
    # Not abs(): Sail takes a sort by it for a sort by what is inside, and refuses the plan.
    near = near.mutate(away=ibis.ifelse(after < 0, -after, after))
    nearest = events.engine.fetch(near.order_by([near.activities, near.away, near.id]).limit(1))
    return str(nearest["id"].iloc[0]), alike


def _quarter(depth: dict[int, int], groups: list[tuple[int, int]]) -> int:
    """How far the furthest quarter went, at least."""
    total = sum(ids for _, ids in groups)
    seen = 0
    for mask, ids in sorted(groups, key=lambda pair: -depth[pair[0]]):
        seen += ids
        if seen * 4 >= total:
            return depth[mask]
    return 0


def align(own: list[Occurrence], healthy: list[Occurrence], shares: dict[Activity, float]) -> list[Move]:
    """Two traces side by side, in the healthy one's order, what only the other has at its place."""
    mine = {step.activity: step for step in own}
    theirs = {step.activity: step for step in healthy}
    anchors = set(_common([s.activity for s in own], [s.activity for s in healthy]))
    out: list[Move] = []
    waiting = list(own)

    def strange(until: Activity | None = None) -> None:
        # In its own order: all up to an activity that both have, or those that come next.
        while waiting and (waiting[0].activity != until if until else waiting[0].activity not in anchors):
            step = waiting.pop(0)
            if step.activity not in theirs:
                out.append(Move("only here", None, step, shares.get(step.activity, 0.0)))

    for step in healthy:
        if step.activity in anchors:
            strange(step.activity)
            waiting.pop(0)
        own_step = mine.get(step.activity)
        share = shares.get(step.activity, 0.0)
        if own_step is None:
            out.append(Move("missing here", step, None, share))
        else:
            out.append(
                Move("late" if _late(step, own_step, healthy[0], own[0]) else "same", step, own_step, share)
            )
        if step.activity in anchors:
            strange()
    strange()
    return out


def _late(healthy: Occurrence, own: Occurrence, healthy_first: Occurrence, own_first: Occurrence) -> bool:
    """Ten times the healthy one's time from the first step, and more than a minute over it."""
    usual, here = healthy.time - healthy_first.time, own.time - own_first.time
    return here > max(usual * 10, usual + timedelta(minutes=1))


def _common(a: list[Activity], b: list[Activity]) -> list[Activity]:
    """The longest common subsequence."""
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            lengths[i][j] = (
                lengths[i + 1][j + 1] + 1 if a[i] == b[j] else max(lengths[i + 1][j], lengths[i][j + 1])
            )
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            out.append(a[i])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return out


def _steady(events: Events, peers: ir.Table, moves: list[Move]) -> set[Activity]:
    """Of what only some have, that which as many of the last have as of the first: a channel, a region, a page that
    some open. It is no sign of what went wrong, for it was so before."""
    import ibis

    asked = [m.activity for m in moves if m.mark != "same" and m.share < MOST]
    if not asked:
        return set()
    each = peers.group_by("id").aggregate(first=peers.time.min())
    each = each.mutate(fifth=ibis.ntile(5).over(ibis.window(order_by=[each["first"], each.id])))
    each = events.engine.cache(each)
    numbers = events.engine.fetch(each.group_by("fifth").aggregate(n=each.count()))
    early, late = (int(numbers["n"][part].sum()) for part in (numbers["fifth"] == 0, numbers["fifth"] >= 3))
    some = peers.filter(any_of(peers, asked)).join(each.select("id", "fifth"), "id")
    counted = some.group_by(["step", "name"]).aggregate(
        early=(some.fifth == 0).sum(), late=(some.fifth >= 3).sum()
    )
    return {
        (str(row.step), str(row.name))
        for row in events.engine.fetch(counted).itertuples(index=False)
        if as_before(int(row.early), early, int(row.late), late)
    }


def as_before(early: int, of_early: int, late: int, of_late: int) -> bool:
    """Whether as many of the last have something as of the first, where enough of these came to say so."""
    if of_early < EARLY or not of_late or early < SEEN:
        return False
    return 0.5 <= (early / of_early) / max(late / of_late, 1e-9) <= 2


def _difference(events: Events, moves: list[Move], steady: set[Activity]) -> Difference | None:
    """The first step that most have and this one lacks (or had late), and what it had in its place."""
    lacking = [i for i, m in enumerate(moves) if m.mark in ("missing here", "late") and m.share >= MOST]
    strange = [
        i
        for i, m in enumerate(moves)
        if m.mark == "only here" and m.share < MOST and not is_lookup(m.own) and m.activity not in steady
    ]
    if not lacking and all(moves[i].share >= RARE for i in strange):
        lacking = [
            i
            for i, m in enumerate(moves)
            if m.mark in ("missing here", "late") and m.share >= COMMON and m.activity not in steady
        ]
    if not lacking and not strange:
        return None
    first = lacking[0] if lacking else strange[0]
    kept = [i for i, m in enumerate(moves) if m.mark == "same"]
    before = max((i for i in kept if i < first), default=-1)
    following = min((i for i in kept if i > first), default=len(moves))
    between = [i for i in strange if before < i < following]
    # Of several strange events after the same step the rarest among the peers tells the most.
    instead = moves[min(between, key=lambda i: (moves[i].share >= RARE, i))].own if between else None
    rivals = max(len(between) - 1, 0)
    after = moves[before].own if before >= 0 else None
    if not lacking:
        return Difference(after, None, instead, rivals=rivals)
    expected, share, late = moves[first].healthy, moves[first].share, moves[first].mark == "late"
    assert expected is not None
    silent: tuple[str, ...] = ()
    if after is not None and not late:
        usual = max((expected.time - (moves[before].healthy or expected).time).total_seconds(), 0.0)
        silent = silent_at(events, expected.source, after.time, after.time + timedelta(seconds=usual + 60))
    return Difference(after, expected, instead, share, late, silent, rivals)


def silent_at(events: Events, source: str, low: datetime, high: datetime) -> tuple[str, ...]:
    """Sentences on the silences of a source that touch a stretch of time (naive UTC)."""
    out = []
    for row in silences(events).itertuples(index=False):
        name, start, end = row[0], row[1].replace(tzinfo=None), row[2].replace(tzinfo=None)
        if name == source and start <= high and end > low:
            out.append(f"{name} is silent from {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC.")
    return tuple(out)
