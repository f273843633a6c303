"""A list whose entries say their time by a clock, a weekday or a mark (`T+2 min`, `5 min later`), the day or start elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from investigator.headings import under_a_day
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._levels import level_in
from investigator.sources._told import MINUTE, Entry, Teller, day_of, moment_in, teller_of, zone_in

EXAMPLE = """\
Crane 4 stands still, 17 June 2026, all times UTC. T0 = 09:14

T-10 min  crane serviced
T0        cable jams
T+2 min   shift lead called
T+1h05    cable free
"""
EXPECT = {"events": 4, "kind": "note", "time": "2026-06-17T09:04:00", "body": "crane serviced"}

ENTRIES_AT_LEAST = 3
_MAY = re.compile(
    r"(?i)\s*(?:[-*+\u2022>|]\s*)?(?:\[?[a-z]?\s?[+\u2212\u2013-]\s?\d|[a-z]0\b|[\[(]?\d{1,2}\s?[:h.]|[^\W\d_]{2,12}\.?,?[\s|]+\d{1,2}(?:\s?[:h.]|(?:st|nd|rd|th)? )"
    r"|(?:\d{1,3}|[^\W\d_]{1,5}) [^\W\d_]{1,9} \S)"
)
#: Lines of which nearly all are of one shape alone are read by what knows that shape.
_RULE = re.compile(r"\s*\|?[\s:|=-]+\|?\s*$")


def sure(head: Head) -> Sure:
    """Most lines are entries, the day or the start stands in another line, and nothing else dates them all."""
    lines = [line for line in head.lines if not _RULE.match(line)]
    if (
        not len(lines) >= 3
        or head.text[:1] in "{<"
        or sum(bool(_MAY.match(x)) for x in lines[:40]) < 0.4 * len(lines[:40])
    ):
        return Sure(0.0)
    ways, timed, entries = Counter[str](), 0, 0
    for entry in _entries(lines)[0]:
        if entry is not None and entry.way != "head":
            entries += 1
            timed += entry.wall is not None
            ways[entry.way] += 1
    own = ways["mark"] + ways["after"] + ways["chained"] + ways["weekday"] + ways["next"] + ways["zoned"]
    unsure = ways["unsure"]
    clocks = ways["clock"] if not under_a_day(head.text) else 0
    if (
        (timed < ENTRIES_AT_LEAST and unsure < 2)
        or entries < 0.5 * len(lines)
        or ways["full"] > 0.5 * entries
    ):
        return Sure(0.0)
    if own + unsure < 2 and clocks < 0.8 * entries:
        return Sure(0.0)
    levels = sum(bool(level_in(line)) for line in lines) > 0.5 * len(lines)
    return Sure(
        0.98 if own >= 2 else 0.91 if levels else 0.6,
        f"{timed} entries whose day or start stands in another line",
    )


def _entries(lines: list[str]) -> tuple[list[Entry | None], Teller]:
    """What each line says, None for a line that is no entry; and what followed them."""
    teller = teller_of(lines)
    seconds = _is_log(lines)
    out = []
    for line in lines:
        found = teller.entry(line)
        if found is None and line.strip() and not line[:1].isspace() and (day := day_of(line)):
            clock = moment_in(line) if seconds and _CLOCK.search(line) else None
            teller.day, teller.weekday = (clock.day if clock and clock.day else None) or day, None
            teller.zone = zone_in(line) or teller.zone
            teller.last = None
            if clock and clock.day:
                at = teller.on(clock.at)
                found = Entry(at, clock.zone or teller.zone, clock.exact, line.strip(), "banner")
        if found is None and teller.last and (item := _ITEM.match(line)):
            found = Entry(None, [], MINUTE, line[item.end() :].strip(" |"), "none")
        out.append(found)
    return out, teller


_ITEM = re.compile(r"(?:[-*+\u2022]\s+|\|\s*)(?=[^\s|-])")
_CLOCK = re.compile(r"\d:\d\d")
_SECONDS = re.compile(r"\s*[\[(]?\d{1,2}:\d\d:\d\d\b")


def _is_log(lines: list[str]) -> bool:
    """Whether most of its lines begin with a clock to the second: then a banner with a whole time is an entry, too."""
    return 2 * sum(bool(_SECONDS.match(line)) for line in lines) > len(lines)


def read(path: Path, content: Readable) -> Iterator[Record]:
    """Each entry with the lines under it; heads and lines with a day alone are structure."""
    raw = content.all().splitlines(keepends=True)
    lines = [line.decode("utf-8", errors="replace").rstrip("\r\n") for line in raw]
    starts = [0]
    for line in raw:
        starts.append(starts[-1] + len(line))
    found, teller = _entries(lines)
    ways = Counter(entry.way for entry in found if entry)
    if ways["mark"] and teller.start:
        named = f" {teller.zone[0].text}" if teller.zone else ""
        content.doubt.append(
            f"its marks count from {teller.start:%Y-%m-%d %H:%M:%S}{named}, as the text says"
        )
    if teller.unsure:
        content.doubt.append(teller.unsure)
    if ways["after"]:
        content.doubt.append(
            f"{ways['after']:,} of its entries are read as so long after the first one, since they grow"
        )
    if ways["chained"]:
        content.doubt.append(
            f"{ways['chained']:,} of its entries say how long after the one before them they were"
        )
    if ways["clock"] or ways["weekday"]:
        content.doubt.append("the day of its clocks stands in another line, and goes on where they fall back")
    number = 0
    while number < len(lines):
        entry, span = found[number], 1
        while (
            entry and number + span < len(lines) and found[number + span] is None and lines[number + span].strip()
            and not (day_of(lines[number + span]) and not lines[number + span][:1].isspace())
        ):  # fmt: skip
            span += 1
        at, length = starts[number], starts[number + span] - starts[number]
        if entry is None or entry.way == "head":
            yield Record(
                {}, number + 1, 1, at, length, structural="header" if lines[number].strip() else "blank"
            )
        else:
            fields = entry.fields()
            more = [line.strip() for line in lines[number + 1 : number + span]]
            fields["heading"] = lines[number].strip()
            fields["message"] = "\n".join([fields["message"] or "", *more]).strip()
            fields["level"] = level_in("\n".join(more) or fields["message"] or "")
            yield Record(fields, number + 1, span, at, length)
        number += span


FORMAT = Records(
    read, kind="note", interval=True, roles={"time": "time", "message": "body", "level": "severity_text"}
)
