"""A few rows out of any number, at any place of their order: what a table that scrolls asks for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.instants import aware, literal
from investigator.facts import bins

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: Rows are counted in at most so many bins of time, so that any place in their order is found without sorting all.
LADDER = 20_000
#: In another order than that of time so many rows can be reached; of fewer than SORTED all.
REACH, SORTED = 10_000, 200_000
#: What rows can be ordered by.
ORDERS = ("time", "source", "service", "severity_number", "name", "body", "kind", "host")


@dataclass(frozen=True)
class Ladder:
    """How many of the rows lie in each bin of time, and how many have none."""

    seconds: int
    numbers: tuple[int, ...]
    ends: tuple[int, ...]  # rows up to and with each bin
    undated: int

    @property
    def timed(self) -> int:
        return self.ends[-1] if self.ends else 0

    @property
    def total(self) -> int:
        return self.timed + self.undated


def ladder(events: Events) -> Ladder:
    """The rows of a selection by bins of time; counted once for a selection."""
    key = ("ladder", str(events.selection))
    if key not in events.memo:
        table = events.table
        row = events.engine.fetch(
            table.aggregate(
                low=table.time.min(), high=table.time.max(), n=table.count(), timed=table.time.count()
            )
        ).iloc[0]
        low, high = aware(row["low"]), aware(row["high"])
        numbers: tuple[int, ...] = ()
        counts: tuple[int, ...] = ()
        seconds = bins.WIDTHS[0]
        if low and high:
            seconds = bins.width_for(low, high, at_most=LADDER)
            timed = table.filter(table.time.notnull())
            grouped = timed.select(bin_=bins.bin_number(timed.time, seconds)).group_by("bin_")
            frame = events.engine.fetch(grouped.aggregate(n=lambda t: t.count()).order_by("bin_"))
            numbers = tuple(int(n) for n in frame["bin_"])
            counts = tuple(int(n) for n in frame["n"])
        events.memo[key] = Ladder(
            seconds, numbers, tuple(accumulate(counts)), int(row["n"]) - int(row["timed"])
        )
    return events.memo[key]


def before(events: Events, when: datetime) -> int:
    """How many rows lie in the bins before the one of a time."""
    steps = ladder(events)
    number = int((when - bins.ORIGIN).total_seconds() // steps.seconds)
    place = bisect_left(steps.numbers, number)
    return steps.ends[place - 1] if place else 0


def reach(events: Events, order: str) -> int:
    """How many rows can be reached in an order."""
    total = ladder(events).total
    return total if order == "time" or total <= SORTED else min(total, REACH)


def page(
    events: Events,
    first: int,
    count: int,
    *,
    order: str = "time",
    down: bool = False,
    columns: Sequence[str] = ("time", "source", "service", "severity_number", "body"),
) -> pandas.DataFrame:
    """The rows `first` to `first + count - 1` of a selection in an order, with their origins; without a time last.

    By time any place is reached at once: only its bins are looked at. Otherwise the first `reach` rows are.
    """
    import pandas as pd

    rows = events.table
    names = tuple(dict.fromkeys((*columns, "evidence", "unit", "units")))
    count = max(0, min(count, reach(events, order) - first))
    if order != "time":
        key = rows[order].desc() if down else rows[order].asc()
        ordered = rows.order_by([key, *(rows[name] for name in schema.ORDER if name != order)])
        return events.fetch(ordered.limit(count, offset=first).select(*names))
    steps = ladder(events)
    parts: list[Any] = []
    within = min(first + count, steps.timed) - first
    if within > 0:
        # Backwards they are the same rows, counted from the other end.
        start = steps.timed - first - within if down else first
        part = _timed(events, steps, start, within).select(*names)
        found = events.fetch(part)
        parts.append(found[::-1] if down else found)
    if first + count > steps.timed:
        bare = rows.filter(rows.time.isnull())
        bare = bare.order_by([bare[name] for name in ("source", "evidence", "unit", "byte", "name", "body")])
        before = max(first - steps.timed, 0)
        parts.append(
            events.fetch(bare.limit(first + count - steps.timed - before, offset=before).select(*names))
        )
    return pd.concat(parts, ignore_index=True) if parts else events.fetch(rows.limit(0).select(*names))


def _timed(events: Events, steps: Ladder, first: int, count: int) -> ir.Table:
    """So many rows from a place on, in order of time: of the bins alone that hold them."""
    low = bisect_right(steps.ends, first)
    high = bisect_right(steps.ends, first + count - 1)
    before = steps.ends[low - 1] if low else 0
    rows = events.table
    span = timedelta(seconds=steps.seconds)
    start, end = (bins.bin_start(steps.numbers[at], steps.seconds) for at in (low, high))
    # The times skip what is not read; the number of the bin is what was counted.
    rows = rows.filter((rows.time >= literal(start - span)) & (rows.time < literal(end + 2 * span)))
    number = bins.bin_number(rows.time, steps.seconds)
    rows = rows.filter((number >= steps.numbers[low]) & (number <= steps.numbers[high]))
    return rows.order_by([rows[name] for name in schema.ORDER]).limit(count, offset=first - before)
