"""Silences: where a source that was speaking fell silent, and services of which no log is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.facts.bins import bin_number, bin_start

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: A silence needs at least five empty minutes, and a chance below one in a million of so many in a row.
SILENCE_MINUTES = 5
SILENCE_CHANCE = 1e-6
#: Hours in which a source sleeps: about the same ones, on most of its days.
ABOUT_MINUTES, DAY_MINUTES, MOST_DAYS = 90, 1440, 0.5
#: What people write and what is done by hand comes when it comes: only these kinds can fall silent.
SPEAKING_KINDS = ("log", "access", "audit", "span")


def silences(events: Events) -> pandas.DataFrame:
    """Where a source fell silent though it was speaking before and after: columns source, from, to, minutes, expected.

    A run of empty minutes is a silence when, at the lower of the shares of minutes with events in the half hours
    before and after it, so many empty ones in a row would come up less than once in a million. Minutes, not events,
    because events come in clusters. Quiet nights are none, nor the hours in which it sleeps on most days. Over all loaded events, whatever is selected; kept after
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
        found: list[tuple[int, int, int]] = []
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
                found.append((int(last) + 1, int(following), round(rate * minutes)))
        days = int(numbers[-1] - numbers[0]) // DAY_MINUTES
        rows += [
            (source, bin_start(start, 60), bin_start(end, 60), end - start, expected)
            for start, end, expected in found
            if not _sleeps(start, end, found, days)
        ]
    out = pd.DataFrame(rows, columns=["source", "from", "to", "minutes", "expected"])
    events.memo["silences"] = out
    return out.copy()


def _sleeps(start: int, end: int, found: list[tuple[int, int, int]], days: int) -> bool:
    """Whether a silence of a source comes again at about the same hours of most of its days, or of a weekend between two."""

    def near(one: int, other: int) -> bool:
        apart = abs(one - other) % DAY_MINUTES
        return min(apart, DAY_MINUTES - apart) <= ABOUT_MINUTES

    alike = [
        (low, high)
        for low, high, _ in found
        if low == start or (abs(low - start) > DAY_MINUTES / 2 and near(low, start) and near(high, end))
    ]
    nights = sum(max(1, round((high - low) / DAY_MINUTES)) for low, high in alike)
    return len(alike) > 1 and nights >= MOST_DAYS * days


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
