"""Log of Microsoft's Configuration Manager and Intune, as CMTrace shows it: words between marks, the time behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Row, Sure, rows

EXAMPLE = """\
<![LOG[Update KB-1 is due]LOG]!><time="09:14:07.123-120" date="06-17-2026" component="Updates" context="" type="1" thread="4711" file="updates.cpp:12">
<![LOG[Update KB-2 failed
with code 5]LOG]!><time="09:14:08.456-120" date="06-17-2026" component="Updates" context="" type="3" thread="4711" file="updates.cpp:44">
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.123",
    "severity": 9,
    "service": "Updates",
    "body": "Update KB-1 is due",
}

_NEW = re.compile(r"^<!\[LOG\[(?P<body>.*?)\]LOG\]!><(?P<rest>.*)>\s*$", re.S)
_OLD = re.compile(
    r"^(?P<body>.*?)\s*\$\$<(?P<component>[^<>]*)><(?P<day>[\d/-]+) (?P<clock>[\d:.+-]+)><thread=(?P<thread>\d+)[^<>]*>\s*$",
    re.S,
)
_PAIR = re.compile(r"(\w+)=\"([^\"]*)\"")
_CLOCK = re.compile(r"^(\d{1,2}:\d\d:\d\d(?:\.\d{1,7})?)(?:([+-])(\d{1,3}))?$")
LINES_AT_MOST = 2_000  # of one event
_LEVELS = {"1": 9, "2": 13, "3": 17, "info": 9, "warning": 13, "error": 17}


def sure(head: Head) -> Sure:
    """Lines end, or begin, with its marks."""
    lines = head.lines
    hits = sum(line.startswith("<![LOG[") or bool(_OLD.match(line)) for line in lines)
    return Sure(0.98 if lines and hits and hits >= 0.3 * len(lines) else 0.0, f"{hits} of {len(lines)} lines")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry; the words of one may go over several lines, its time stands behind them."""
    held: list[Row] = []
    for row in rows(content):
        if not held and not row.text.strip():
            yield row.structural("blank")
            continue
        held.append(row)
        found = _NEW.match(text := "\n".join(one.text for one in held)) or _OLD.match(text)
        if found is not None:
            fields = _fields(found)
            size = sum(one.length for one in held)
            yield Record(fields, held[0].unit, len(held), held[0].byte, size)
            held = []
        elif len(held) > LINES_AT_MOST or (len(held) > 1 and row.text.startswith("<![LOG[")):
            for one in held[:-1]:
                yield one.reject("no end of an entry below it")
            held = held[-1:]
    for one in held:
        yield one.reject("no end of an entry below it")


def _fields(found: re.Match[str]) -> dict[str, str | None]:
    said = found.groupdict()
    pairs: dict[str, str] = dict(_PAIR.findall(said.pop("rest", "") or ""))
    day, clock = (
        said.pop("day", None) or pairs.pop("date", ""),
        said.pop("clock", None) or pairs.pop("time", ""),
    )
    fields: dict[str, str | None] = {**said, **pairs}
    fields["level"] = pairs.pop("type", None)
    fields.pop("type", None)
    fields["time"] = _time(day, clock)
    return {key: value or None for key, value in fields.items()}


def _time(day: str, clock: str) -> str:
    """Month, day and year; behind the clock how many minutes its clock must be moved to be UTC."""
    date, hour = re.match(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})$", day), _CLOCK.match(clock)
    if date is None or hour is None:
        return f"{day} {clock}"
    shown = f"{date[3]}-{int(date[1]):02d}-{int(date[2]):02d} {hour[1].zfill(8)}"
    if hour[2] is None:
        return shown
    away = int(hour[3])
    return f"{shown}{'-' if hour[2] == '+' else '+'}{away // 60:02d}:{away % 60:02d}"


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    goes_on=True,
    roles={"time": "time", "body": "body", "level": "severity_text", "component": "service"},
    levels=_LEVELS,
)
