"""Chat log of IRC: irssi, WeeChat, HexChat, ZNC and their like; a line a message, with who said it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from investigator import months
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows

EXAMPLE = """\
--- Log opened Wed Jun 17 09:10:00 2026
09:14 < dana> purge is at 18:00, right?
09:14 <@ivo> dana: yes, I stop it
09:15 -!- mira [~mira@platform.example] has joined #incident
--- Day changed Thu Jun 18 2026
00:02 < mira> all 312 documents are back
"""
EXPECT = {
    "events": 4,
    "kind": "message",
    "time": "2026-06-17T09:14:00",
    "body": "purge is at 18:00, right?",
}

_CLOCK = r"\[?(?:(?P<date>\d{4}-\d{2}-\d{2})[T ])?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)\]?"
_SAID = re.compile(rf"^{_CLOCK}\s+<\s?(?P<mode>[@+%~&]?)(?P<who>[^<>\s]{{1,64}}) ?>\s?(?P<body>.*)$")
_TABBED = re.compile(rf"^{_CLOCK}\t(?P<mode>[@+%~&]?)(?P<who>[^\t]{{1,64}})\t(?P<body>.*)$")
_DID = re.compile(rf"^(?:{_CLOCK}\s+)?(?P<sign>\*{{1,3}}|===|-!-|-->|<--|--)\s+(?P<body>.*)$")
_DAY = re.compile(
    r"^--- (?:Log opened|Day changed|Log closed) [A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2})(?: (\d{1,2}:\d{2}(?::\d{2})?))? (\d{4})"
)
_DATE_ALONE = re.compile(r"^\W{0,4}(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:,? ?\(?[^\W\d_]{1,12}\)?)?\W{0,4}$")
#: What stands where a name does, where nobody speaks.
_SIGNS = ("-->", "<--", "--", "*", "=!=", "-!-")
_NAMED = re.compile(r"(\d{4})[-_]?(\d{2})[-_]?(\d{2})(?!\d)")
_TO = re.compile(r"^@?(?P<to>[A-Za-z_\[\]\\^{}|`][\w\[\]\\^{}|`-]{0,30})[:,]\s")


def sure(head: Head) -> Sure:
    """Lines with a clock and a name in angle brackets, or three columns of time, name and text."""
    lines = head.lines
    said = sum(bool(_SAID.match(line)) for line in lines)
    tabbed = sum(bool(_TABBED.match(line)) for line in lines)
    other = sum(bool(_DID.match(line) or _DAY.match(line)) for line in lines)
    names = [match["who"].strip() for match in map(_TABBED.match, lines) if match]
    signs = sum(name in _SIGNS for name in names)
    if tabbed > said and not signs and (tabbed < 3 or len(set(names)) > 0.7 * tabbed):
        return Sure(0.0)
    hits = max(said, tabbed)
    if not hits or hits < 0.1 * len(lines):
        return Sure(0.0)
    return Sure(0.95 * min((hits + other) / len(lines), 1.0), f"{hits} of {len(lines)} lines are messages")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line. The day comes from the line, from what the log says between, or from the file's name.

    Who begins with another's name answers the last that this one said: `reply_to` is its line.
    """
    day = _day_of(Path(content.name).name)
    last = ""
    spoke: dict[str, int] = {}  # the line at which each last said something
    half = _half_days(content.head().lines)
    if half:
        content.doubt.append("its clock has twelve hours and names no half of the day: read as before noon")
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
            continue
        marked = _DAY.match(line)
        if marked:
            month, number, _, year = marked.groups()
            day, last = f"{year}-{months.written(month):02d}-{int(number):02d}", ""
            yield row.structural("day")
            continue
        if alone := _DATE_ALONE.match(line):
            day, last = f"{alone[1]}-{int(alone[2]):02d}-{int(alone[3]):02d}", ""
            yield row.structural("day")
            continue
        match = _SAID.match(line) or _DID.match(line) or _TABBED.match(line)
        if not match:
            yield row.reject("no message")
            continue
        found = match.groupdict()
        if (found.get("who") or "").strip() in _SIGNS:
            found |= {"sign": (found["who"] or "").strip(), "who": None}
        day = found["date"] or day
        clock = found["clock"] or last  # who joined and left is written without one
        if half and clock and clock.startswith("12:"):
            clock = f"00{clock[2:]}"
        if clock and not found["date"] and day and last and clock.zfill(5) < last and last[:2] == "23":
            day = _next(day)  # after midnight
        last = clock.zfill(5) if clock else last
        fields: dict[str, str | None] = {
            "time": f"{day} {clock.zfill(5)}" if clock and day else None,
            "clock": clock,
            "user": found.get("who") or _acted(found),
            "body": found["body"],
            "action": None if found.get("who") else "event",
        }
        to = _TO.match(found["body"]) if found.get("who") else None
        if to and to["to"].lower() in spoke and to["to"].lower() != (found["who"] or "").lower():
            fields["to"] = to["to"]
            fields["reply_to"] = str(spoke[to["to"].lower()])
        if found.get("who"):
            spoke[str(found["who"]).lower()] = row.unit
        yield row.event(fields)


def _acted(found: dict[str, str | None]) -> str | None:
    """Who did what is written after one star: `* marvin pulls the fibre`."""
    who = re.match(r"[^\s<>:,]{1,64}(?= \S)", found["body"] or "") if found.get("sign") == "*" else None
    return who[0] if who else None


def _half_days(lines: list[str]) -> bool:
    """Whether the clock goes from 12 to 1, and knows neither 0 nor 13."""
    hours = [int(match["clock"].split(":")[0]) for line in lines if (match := _SAID.match(line))]
    turns = any(a == 12 and b == 1 for a, b in itertools.pairwise(hours))
    return turns and all(1 <= hour <= 12 for hour in hours)


def _day_of(name: str) -> str:
    match = _NAMED.search(name)
    if match and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31 and "1988" <= match[1] <= "2100":
        return "-".join(match.groups())
    return ""


def _next(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


# Not by the line: the tail of a log does not say which day it is.
FORMAT = Records(read, kind="message", listing=True, roles={"time": "time", "body": "body"})
