"""Bins of time that are the same on every engine, in widths that people read off an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import literal

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: Widths that people read off an axis without thinking, in seconds.
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800)
ORIGIN = datetime(2000, 1, 3, tzinfo=UTC)  # a Monday: weekly bins start on Mondays


def width_for(low: datetime, high: datetime, *, at_most: int = 600) -> int:
    """The narrowest readable bin width, in seconds, that needs at most so many bins."""
    span = max((high - low).total_seconds(), 1.0)
    for width in WIDTHS:
        if span / width <= at_most:
            return width
    return math.ceil(span / at_most / WIDTHS[-1]) * WIDTHS[-1]


def bin_number(column: Any, seconds: int) -> Any:
    """The number of the bin a time falls into, as an expression that says the same on every engine."""
    return column.delta(literal(ORIGIN), unit="second") // seconds


def bin_start(number: int, seconds: int) -> datetime:
    """When a bin starts, aware UTC."""
    return ORIGIN + timedelta(seconds=int(number) * seconds)


def bins(events: Events, *, by: Sequence[str] = ("source",), seconds: int | None = None) -> pandas.DataFrame:
    """How many events in each bin of time: columns `start` (aware UTC), the given columns, `count`; sorted.

    Without `seconds` the width is chosen for at most 600 bins over the selected events. The width is in
    `frame.attrs["seconds"]`. Events without a time are left out.
    """
    import pandas as pd

    if seconds is None:
        low, high = events.window
        if low is None or high is None:
            span = events.span()
            low, high = (low or span[0], high or span[1]) if span else (ORIGIN, ORIGIN)
        seconds = width_for(low, high)
    table = events.table.filter(events.table.time.notnull())
    grouped = table.select(*by, bin_=bin_number(table.time, seconds)).group_by(["bin_", *by])
    counted = grouped.aggregate(count=lambda t: t.count()).order_by(["bin_", *by])
    frame = events.engine.fetch(counted)
    starts = pd.to_datetime([bin_start(number, seconds) for number in frame["bin_"]], utc=True)
    frame.insert(0, "start", starts if len(frame) else pd.Series([], dtype="datetime64[ns, UTC]"))
    frame = frame.drop(columns=["bin_"])
    frame.attrs["seconds"] = seconds
    return frame
