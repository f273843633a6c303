"""Facts about events that analyses and views share: bins, silences, coverage, the steps of a platform.

What two analyses need is a fact about events and lives here. Each is an aggregation in the engine; only small
results come back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.events import Events, literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.finding import Coverage

#: Widths that people read off an axis without thinking, in seconds.
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800)

ORIGIN = datetime(2000, 1, 3, tzinfo=UTC)  # a Monday: weekly bins start on Mondays


#: Pairs of service and source, the busiest.
PLACES_AT_MOST = 200


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


def step(table: ir.Table) -> Any:
    """What people call the place an event came from: its service, else its source."""
    import ibis

    return ibis.coalesce(table.service, table.source)


def places(events: Events) -> dict[str, list[str]]:
    """The services that events name, the busiest first, each with the sources it writes to; at most PLACES_AT_MOST pairs."""
    import ibis

    if not events.sources:
        return {}
    table = events.table.filter(events.table.service.notnull() & (events.table.service != ""))
    counted = table.group_by(["service", "source"]).aggregate(n=table.count())
    found = events.engine.fetch(counted.order_by([ibis.desc("n"), "service", "source"]).limit(PLACES_AT_MOST))
    out: dict[str, list[str]] = {}
    for row in found.itertuples(index=False):
        out.setdefault(str(row.service), []).append(str(row.source))
    return out


def present(events: Events) -> ir.Table:
    """The events without rows of snapshots that a later export replaced: what is so, not what was so."""
    replaced = sorted({e for source in events.sources for e in source.evidence} - set(events.current))
    if not replaced:
        return events.table
    return events.table.filter(~events.table.evidence.isin(replaced))


#: A silence needs at least five empty minutes, and a chance below one in a million of so many in a row.
SILENCE_MINUTES = 5
SILENCE_CHANCE = 1e-6
#: What people write and what is done by hand comes when it comes: only these kinds can fall silent.
SPEAKING_KINDS = ("log", "access", "audit", "span")
#: So many services without a log are named.
UNHEARD = 4


def silences(events: Events) -> pandas.DataFrame:
    """Where a source fell silent though it was speaking before and after: columns source, from, to, minutes, expected.

    A run of empty minutes is a silence when, at the lower of the shares of minutes with events in the half hours
    before and after it, so many empty ones in a row would come up less than once in a million. Minutes, not events,
    because events come in clusters. Quiet nights are none. Over all loaded events, whatever is selected; kept after
    the first call.
    """
    import numpy as np
    import pandas as pd

    if "silences" in events.memo:
        return events.memo["silences"].copy()
    table = events.whole if events.whole is not None else events.table
    timed = table.filter(table.time.notnull() & table.kind.isin(SPEAKING_KINDS))
    counted = (
        timed.select("source", bin_=bin_number(timed.time, 60))
        .group_by(["source", "bin_"])
        .aggregate(count=lambda t: t.count())
        .order_by(["source", "bin_"])
    )
    frame = events.engine.fetch(counted)
    rows = []
    for source, part in frame.groupby("source", sort=True):
        numbers = part["bin_"].to_numpy(dtype="int64")
        counts = part["count"].to_numpy(dtype="int64")
        running = np.concatenate([[0], np.cumsum(counts)])
        jumps = np.nonzero(np.diff(numbers) > SILENCE_MINUTES)[0]
        for at in jumps:
            last, following = numbers[at], numbers[at + 1]
            minutes = int(following - last - 1)
            start, end = np.searchsorted(numbers, last - 29), np.searchsorted(numbers, following + 30)
            busy = min(at + 1 - start, end - at - 1)  # minutes with events, of thirty
            rate = min(running[at + 1] - running[start], running[end] - running[at + 1]) / 30
            if ((31 - busy) / 32) ** minutes < SILENCE_CHANCE and busy > 1:
                rows.append(
                    (
                        source,
                        bin_start(last + 1, 60),
                        bin_start(following, 60),
                        minutes,
                        round(rate * minutes),
                    )
                )
    out = pd.DataFrame(rows, columns=["source", "from", "to", "minutes", "expected"])
    events.memo["silences"] = out
    return out.copy()


def unheard(events: Events) -> list[str]:
    """Services that were deployed or switched, and of which no line, request or span is loaded: their logs are missing."""
    import ibis

    if "unheard" not in events.memo:
        table = events.whole if events.whole is not None else events.table
        changed = table.filter(table.kind.isin(("deploy", "flag")))
        named = changed.select(
            name=ibis.coalesce(
                changed.service, changed.attributes.get("service"), changed.attributes.get("component")
            )
        ).distinct()
        spoke = table.filter(table.kind.isin((*SPEAKING_KINDS, "metric")))
        there = ibis.union(spoke.select(name=spoke.service), spoke.select(name=spoke["source"])).distinct()
        found = events.engine.fetch(
            named.filter(named.name.notnull()).anti_join(there, "name").order_by("name")
        )
        heard = events.engine.fetch(spoke.limit(1).select("source"))
        events.memo["unheard"] = [str(name) for name in found["name"]] if len(heard) else []
    return list(events.memo["unheard"])


def coverage(
    events: Events,
    *,
    sources: Sequence[str] | None = None,
    control: bool | None = None,
    missing: Sequence[str] = (),
    blind: Sequence[str] = (),
    counts: bool = False,
) -> Coverage:
    """What a finding on these events looked at: sources, window, silences and rejects in it, in sentences.

    What could not be read counts where its neighbours in the file lie in the window. `counts`: the finding counts
    events, so what is there twice is said, too.
    """
    from investigator.events import copies, unread
    from investigator.finding import Coverage

    wanted = list(sources) if sources is not None else [source.name for source in events.sources]
    low, high = events.window
    gaps = []
    if sources is None and not {"source", "service", "kind"} & set(events.selection):
        gaps += [f"{name} was changed, and no log of it is loaded." for name in unheard(events)[:UNHEARD]]
    quiet = silences(events)
    for row in quiet.itertuples(index=False):
        name, start, end = row[0], row[1], row[2]
        outside = (low is not None and end <= low) or (high is not None and start >= high)
        if name in wanted and not outside:
            gaps.append(f"{name} is silent from {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC.")
    for source in events.sources:
        if source.name not in wanted:
            continue
        if source.rejected:
            near = source.rejected
            if low is not None or high is not None:
                near = min(near, unread.in_window(events).get(source.name, near))
            if near:
                there = "" if near == source.rejected else f"; {near:,} of them may lie in the window"
                gaps.append(
                    f"{source.rejected:,} of {source.units:,} units of {source.name} could not be read{there}."
                )
        if low is not None and source.first is not None and source.kind not in ("record", "deploy", "flag"):
            if source.first > low and (high is None or source.first < high):
                gaps.append(f"{source.name} starts at {source.first:%Y-%m-%d %H:%M} UTC, inside the window.")
        if (
            high is not None
            and source.last is not None
            and source.kind in ("log", "access", "audit", "span", "metric")
        ):
            if source.last < high - timedelta(minutes=5) and (low is None or source.last > low):
                gaps.append(f"{source.name} ends at {source.last:%Y-%m-%d %H:%M} UTC, inside the window.")
    return Coverage(
        tuple(wanted),
        (low.isoformat() if low else None, high.isoformat() if high else None),
        tuple(gaps),
        control,
        (*blind, *(copies.limits(events) if counts else ())),
        tuple(missing),
    )
