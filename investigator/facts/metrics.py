"""Values of metrics in bins of time, series by series: a metric of a service with its labels."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.facts import bins
from investigator.facts.places import place_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

BINS, SERIES, LABELS = 4_000, 500, 12
#: A label with a value for every so many rows names rows, not series: a time, an id.
ROWS_EACH = 3
#: Points of one series that tell how far apart points are.
POINTS = 5_000


def binned(
    events: Events, table: ir.Table, *, seconds: int | None = None, most: int = SERIES
) -> tuple[pandas.DataFrame, int, bool]:
    """Mean values a bin of each series: key, step, metric, bin, value; the bin's width; whether series were left out.

    `key` is the service, the metric and the labels, between unit separators. At most so many series, those with the
    most points; without `seconds` the narrowest readable width that needs at most 4,000 bins.
    """
    import ibis

    span = events.engine.fetch(table.aggregate(low=table.time.min(), high=table.time.max()))
    low, high = aware(span["low"].iloc[0]), aware(span["high"].iloc[0])
    labels: Any = ibis.literal("")
    for name in _labels(events, table):
        cell = table.attributes.get(name)
        labels = labels + ibis.coalesce(ibis.literal(f"{name}=") + cell + ibis.literal(" "), ibis.literal(""))
    step = place_of(table)
    key = step + ibis.literal("\x1f") + table.name + ibis.literal("\x1f") + labels.strip()
    width = seconds or _width(low, high)
    rows = table.select(
        key=key, step=step, metric=table.name, bin=bins.bin_number(table.time, width), value=table.value
    )
    rows = rows.filter(rows.key.notnull())
    sizes = rows.group_by("key").aggregate(n=rows.count())
    top = events.engine.cache(sizes.order_by([sizes.n.desc(), sizes.key]).limit(most + 1))
    number = int(events.engine.fetch(top.count()))
    chosen = top.order_by([top.n.desc(), top.key]).limit(most).select("key")
    inside = rows.semi_join(chosen, "key")
    grouped = inside.group_by(["key", "step", "metric", "bin"]).aggregate(value=inside.value.mean())
    return events.engine.fetch(grouped.order_by(["key", "bin"])), width, number > most


def _width(low: datetime | None, high: datetime | None) -> int:
    return bins.width_for(low or bins.ORIGIN, high or bins.ORIGIN, at_most=BINS)


def _labels(events: Events, table: ir.Table) -> list[str]:
    """The keys of labels that tell series apart: not those that have another value for nearly every row or moment."""
    each = table.select("time", "attributes", key=table.attributes.keys().unnest())
    cells = each.select("time", "key", value=each.attributes.get(each.key))
    values = cells.group_by(["key", "value"]).aggregate(n=cells.count(), moments=cells.time.nunique())
    held = values.group_by("key").aggregate(
        n=values.n.sum(), values=values.count(), moments=values.moments.sum(), most=values.moments.max()
    )
    frame = events.engine.fetch(held.order_by("key").limit(LABELS * 2))
    # A row of many numbers says its own clock once more beside each of them: such a value is never seen again.
    clock = (frame["most"] == 1) & (frame["moments"] > ROWS_EACH)
    several = frame[((frame["values"] * ROWS_EACH <= frame["n"]) & ~clock) | (frame["values"] <= 2)]
    names = [str(key) for key in several["key"] if str(key) not in ("__name__", "unit")]
    return names[:LABELS]


def until(events: Events, rows: ir.Table, healthy: tuple[datetime, datetime] | None) -> ir.Table:
    """Rows before the window's end, and those of a stretch in which all was well, wherever it lies."""
    _, high = events.window
    if high is None:
        return rows
    kept = rows.time < literal(high)
    if healthy:
        kept = kept | ((rows.time >= literal(healthy[0])) & (rows.time <= literal(healthy[1])))
    return rows.filter(kept)


def spacing(events: Events, table: ir.Table) -> int:
    """How far apart the points of these series are, in seconds: the median of the series with the most points."""
    import numpy as np

    sizes = table.group_by(["service", "name"]).aggregate(n=table.count())
    first = events.engine.fetch(sizes.order_by([sizes.n.desc(), sizes.service, sizes.name]).limit(1))
    if not len(first):
        return bins.WIDTHS[0]
    same = table.filter(table.name == str(first["name"].iloc[0]))
    service = first["service"].iloc[0]
    same = same.filter(
        same.service.isnull() if service is None or service != service else same.service == str(service)
    )
    times = events.engine.fetch(same.select("time").distinct().order_by("time").limit(POINTS))["time"]
    apart = np.diff(times.astype("datetime64[us]").astype("int64").to_numpy()) / 1e6
    return max(1, round(float(np.median(apart)))) if len(apart) else bins.WIDTHS[0]
