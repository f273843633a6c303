"""Events over a stretch of time, in little: lanes of counts, the rare ones and the errors one by one, kinds of message."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import mask, schema
from investigator.events.instants import aware, literal
from investigator.facts import bins
from investigator.facts.places import lane_name, lane_rank

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: Bins, lanes and single events in one picture, whatever the number of events: its weight is theirs.
BINS, LANES, SINGLE, ERRORS, RARE = 180, 28, 200, 100, 100
#: A kind of message is rare that makes up less than this share of all.
SHARE = 0.0005
#: Characters of a message and of a name in a picture.
SAID, NAMED = 110, 48
KINDS = 24
_FACTS = ("time", "source", "service", "kind", "severity_number", "body", "evidence", "unit", "units")


def overview(events: Events, low: datetime, high: datetime) -> dict[str, Any]:
    """Lanes of a stretch of time: services, else files with their rotated parts; changes first, then what people said.

    {from, seconds, bins, count, lanes [{name, count, errors, cells [bin, events, errors, ...]}], idle [names],
    single [[lane, time, severity, message, origin]]}. Single are all where they are few, else errors and kinds of
    message that are rare.
    """
    seconds = bins.width_for(low, high, at_most=BINS)
    start = bins.bin_start(int((low - bins.ORIGIN).total_seconds() // seconds), seconds)
    number = min(int((high - start).total_seconds() // seconds) + 1, BINS + 1)
    within = events.where(window=(low, high))
    frame = bins.bins(within, by=("service", "source", "kind", "severity_number"), seconds=seconds)
    lanes: dict[str, dict[str, Any]] = {}
    for row in frame.itertuples(index=False):
        name = lane_name(row.service, row.source)
        lane = lanes.setdefault(name, {"name": name, "count": 0, "errors": 0, "held": {}, "ranks": Counter()})
        place, count = int((row.start.to_pydatetime() - start).total_seconds() // seconds), int(row.count)
        cell = lane["held"].setdefault(place, [0, 0])
        cell[0] += count
        lane["ranks"][lane_rank(row.kind)] += count
        lane["count"] += count
        if row.severity_number == row.severity_number and (row.severity_number or 0) >= schema.ERROR:
            cell[1] += count
            lane["errors"] += count
    for lane in lanes.values():
        lane["rank"] = lane["ranks"].most_common(1)[0][0]
    # As the story goes: what was changed and said, then who fails, then the others.
    ordered = sorted(
        lanes.values(), key=lambda lane: (lane["rank"], not lane["errors"], -lane["count"], lane["name"])
    )
    kept = sorted(
        ordered, key=lambda lane: (lane["rank"] >= 4, not lane["errors"], -lane["count"], lane["name"])
    )
    names = {lane["name"] for lane in kept[:LANES]}
    drawn = [lane for lane in ordered if lane["name"] in names]
    rest = [lane for lane in ordered if lane["name"] not in names]
    total = sum(lane["count"] for lane in ordered)
    errors = sum(lane["errors"] for lane in ordered)
    single = _single(within, total, errors, _rare(events))
    at = {lane["name"]: place for place, lane in enumerate(drawn)}
    return {
        "from": start.isoformat(),
        "seconds": seconds,
        "bins": number,
        "count": total,
        "lanes": [
            {
                "name": lane["name"][:NAMED],
                "count": lane["count"],
                "errors": lane["errors"],
                "cells": [n for place, cell in sorted(lane["held"].items()) for n in (place, *cell)],
            }
            for lane in drawn
        ],
        "rest": {"lanes": len(rest), "count": sum(lane["count"] for lane in rest)},
        "idle": [name[:NAMED] for name in _names(events) if name not in lanes][:12],
        "single": [
            [
                at[name],
                aware(row.time).isoformat(),  # type: ignore[union-attr]
                int(row.severity_number or 0) if row.severity_number == row.severity_number else 0,
                str(row.body)[:SAID],
                str(row.origin),
            ]
            for row in single.itertuples(index=False)
            if (name := lane_name(row.service, row.source)) in at
        ],
    }


def _names(events: Events) -> list[str]:
    """The names of all lanes of a selection, whatever part of the time is looked at."""
    key = ("lanes", str(events.selection))
    if key not in events.memo:
        table = events.table.filter(events.table.time.notnull())
        pairs = events.engine.fetch(table.select("service", "source").distinct().limit(20_000))
        events.memo[key] = sorted(
            {lane_name(row.service, row.source) for row in pairs.itertuples(index=False)}
        )
    return list(events.memo[key])


def _single(within: Events, total: int, errors: int, rare: list[str]) -> pandas.DataFrame:
    """The events that are drawn one by one, in order of time."""
    table = within.table.filter(within.table.time.notnull())
    ordered = [table[name] for name in schema.ORDER]
    if total <= SINGLE:
        return within.fetch(table.order_by(ordered).limit(SINGLE).select(*_FACTS))
    wanted = table.name.isin(rare)
    if errors <= ERRORS:
        wanted = wanted | (table.severity_number >= schema.ERROR).fill_null(False)
    return within.fetch(table.filter(wanted).order_by(ordered).limit(ERRORS + RARE).select(*_FACTS))


def _rare(events: Events) -> list[str]:
    """The rarest kinds of message of a selection, as long as all their lines together are few; counted once."""
    key = ("rare", str(events.selection))
    if key not in events.memo:
        table = events.table.filter(events.table.time.notnull())
        table = table.filter(~table.kind.isin(["metric", "record"]))
        counted = table.group_by("name").aggregate(n=table.count())
        frame = events.engine.fetch(counted.order_by([counted.n, counted.name]).limit(RARE))
        most = max(1, min(RARE, int(int(events.fetch(table.count())) * SHARE)))
        out: list[str] = []
        room = RARE
        for row in frame.itertuples(index=False):
            room -= int(row.n)
            if room < 0 or int(row.n) > most:
                break
            if isinstance(row.name, str):
                out.append(row.name)
        events.memo[key] = out
    return list(events.memo[key])


def kinds(events: Events) -> dict[str, Any]:
    """Kinds of message of a selection, the most frequent first: {all, kinds [{name, message, count, first, last, worst}]}."""
    table = events.table
    counted = table.group_by("name").aggregate(
        n=table.count(),
        first=table.time.min(),
        last=table.time.max(),
        worst=table.severity_number.max(),
        body=table.body.min(),
    )
    frame = events.engine.fetch(counted.order_by([counted.n.desc(), counted.name]).limit(KINDS))
    whole = int(events.fetch(table.name.nunique()))
    return {
        "all": whole,
        "kinds": [
            {
                "name": str(row.name or ""),
                "message": mask.masked(str(row.body or ""))[:SAID].strip() or str(row.name or ""),
                "count": int(row.n),
                "severity": schema.severity_name(int(row.worst))
                if row.worst == row.worst and row.worst
                else "",
            }
            for row in frame.itertuples(index=False)
        ],
    }


def story_window(events: Events, low: datetime, high: datetime) -> tuple[datetime, datetime]:
    """The part of a stretch of time in which lines lie that are no changes, tables or metrics, with a little room."""
    table = events.where(window=(low, high)).table
    said = table.filter(
        table.time.notnull() & ~table.kind.isin(["metric", "record", "deploy", "flag", "note"])
    )
    row = events.engine.fetch(said.aggregate(a=said.time.min(), b=said.time.max())).iloc[0]
    first, last = aware(row["a"]), aware(row["b"])
    if first is None or last is None:
        return low, high
    pad = max((last - first) / 50, timedelta(seconds=1))
    return max(low, first - pad), min(high, last + pad)


def some_of_each(rows: ir.Table, since: datetime, at_most: int) -> ir.Table:
    """The first rows of each kind of message of a source before a moment, and the first since then; of 200,000 at most."""
    import ibis

    loose = rows.order_by(["source", "name", "time", "unit"]).limit(200_000)
    loose = loose.filter(loose.source.notnull() & loose.name.notnull())
    loose = loose.mutate(later_=(loose.time >= literal(since)).fill_null(False))
    each = ibis.window(group_by=[loose.source, loose.name, loose.later_], order_by=[loose.time, loose.unit])
    loose = loose.mutate(place_=ibis.row_number().over(each))
    return loose.filter(loose.place_ < at_most).drop("later_", "place_")
