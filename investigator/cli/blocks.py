"""Numbers over time as blocks in a terminal: one line a lane, as wide as the terminal, no colour needed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from investigator.events.events import Events

BLOCKS, PLAIN = " ▁▂▃▄▅▆▇█", " .:-=+*%@"
#: Lanes that are drawn; the others are named below.
LANES = 18
LABEL = 22
ERROR = 17


def blocks(counts: Sequence[int], *, most: int | None = None) -> str:
    """Numbers as blocks, each at least a mark where it is not nothing; `most` is the highest block."""
    letters = BLOCKS if _writes(BLOCKS) else PLAIN
    top = max(most or max(counts, default=0), 1)
    return "".join(letters[0 if n <= 0 else max(1, round(8 * min(n, top) / top))] for n in counts)


def _writes(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@dataclass
class Lane:
    """One service, or one source that names none: how many lines and errors in each bin."""

    name: str
    count: int = 0
    errors: int = 0
    bins: dict[int, int] = field(default_factory=dict)
    bad: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Lanes:
    """Lanes over a stretch of time, in bins of so many seconds from `low` on."""

    low: datetime
    seconds: int
    number: int
    lanes: list[Lane]

    @property
    def high(self) -> datetime:
        return self.low + timedelta(seconds=self.seconds * self.number)

    def closer(self) -> tuple[datetime, datetime]:
        """An eighth of the stretch, about where the most errors are, else the most lines."""
        sums = [0] * (self.number + 1)
        wrong = any(lane.bad for lane in self.lanes)
        for lane in self.lanes:
            for place, n in (lane.bad if wrong else lane.bins).items():
                sums[place] += n
        middle = self.low + timedelta(seconds=self.seconds * sums.index(max(sums)))
        reach = max((self.high - self.low) / 16, timedelta(seconds=30))
        return middle - reach, middle + reach

    def to_json(self) -> dict[str, Any]:
        def at(place: int) -> str:
            return (self.low + timedelta(seconds=self.seconds * place)).isoformat()

        return {
            "from": self.low.isoformat(),
            "to": self.high.isoformat(),
            "seconds": self.seconds,
            "lanes": [
                {
                    "lane": lane.name,
                    "count": lane.count,
                    "errors": lane.errors,
                    "bins": [
                        [at(place), n, lane.bad.get(place, 0)] for place, n in sorted(lane.bins.items())
                    ],
                }
                for lane in self.lanes
            ],
        }


def lanes(events: Events, low: datetime, high: datetime, *, columns: int) -> Lanes:
    """The events of a stretch of time by service, else by source, rotated files as one; the busiest first."""
    from investigator.facts import bins
    from investigator.facts.places import lane_name

    seconds = bins.width_for(low, high, at_most=columns)
    start = bins.bin_start(int((low - bins.ORIGIN).total_seconds() // seconds), seconds)
    number = min(int((high - start).total_seconds() // seconds) + 1, columns + 1)
    frame = bins.bins(
        events.where(window=(low, high)), by=("service", "source", "severity_number"), seconds=seconds
    )
    found: dict[str, Lane] = {}
    for row in frame.itertuples(index=False):
        name = lane_name(row.service, row.source)
        lane = found.setdefault(name, Lane(name))
        place = int((row.start.to_pydatetime() - start).total_seconds() // seconds)
        count = int(row.count)
        lane.count += count
        lane.bins[place] = lane.bins.get(place, 0) + count
        if row.severity_number == row.severity_number and (row.severity_number or 0) >= ERROR:
            lane.errors += count
            lane.bad[place] = lane.bad.get(place, 0) + count
    ordered = sorted(found.values(), key=lambda lane: (-lane.count, lane.name))
    return Lanes(start, seconds, number, ordered)


def drawn(found: Lanes, zone: tzinfo) -> list[str]:
    """The lanes as lines of text: an axis, then each lane with its count, its errors below it where it has any."""
    out = []
    label = min(max((len(lane.name) for lane in found.lanes[:LANES]), default=8), LABEL)
    label = max(label, len("  errors"))
    out.append(" " * (label + 1) + axis(found.low, found.seconds, found.number, zone))
    for lane in found.lanes[:LANES]:
        counts = [lane.bins.get(place, 0) for place in range(found.number)]
        name = lane.name if len(lane.name) <= label else "…" + lane.name[-(label - 1) :]
        out.append(f"{name:<{label}} {blocks(counts)} {lane.count:,}")
        if lane.errors:
            bad = [lane.bad.get(place, 0) for place in range(found.number)]
            out.append(f"{'  errors':<{label}} {blocks(bad)} {lane.errors:,}")
    rest = found.lanes[LANES:]
    if rest:
        named = ", ".join(lane.name for lane in rest[:6]) + (
            f" and {len(rest) - 6} more" if len(rest) > 6 else ""
        )
        out.append(f"Not drawn: {named}, {sum(lane.count for lane in rest):,} lines in all.")
    return out


def axis(low: datetime, seconds: int, number: int, zone: tzinfo) -> str:
    """The times below which the blocks stand: a clock every so many columns, a day where it begins."""
    out = [" "] * number
    at, day = 0, None
    while at < number:
        when = (low + timedelta(seconds=seconds * at)).astimezone(zone)
        shape = "%H:%M:%S" if seconds < 60 and when.second else "%H:%M"
        text = f"|{when:{shape}}"
        if day != when.date():
            text = f"|{when:%m-%d {shape}}"
            day = when.date()
        if at + len(text) > number:
            break
        out[at : at + len(text)] = text
        at += max(len(text) + 1, 12)
    return "".join(out).rstrip()


def spark(
    counts: Iterable[tuple[datetime, int]], seconds: int, columns: int
) -> tuple[str, datetime, datetime]:
    """Counts in bins as one line of blocks from the first to the last, at most so wide; with its two ends."""
    found = sorted(counts)
    low, high = found[0][0], found[-1][0]
    number = int((high - low).total_seconds() // seconds) + 1
    merge = -(-number // max(columns, 1))
    sums = [0] * -(-number // merge)
    for at, n in found:
        sums[int((at - low).total_seconds() // seconds) // merge] += n
    return blocks(sums), low, high + timedelta(seconds=seconds)
