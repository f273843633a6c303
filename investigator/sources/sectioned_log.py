"""Log in sections that begin with a line of marks and say below it when: PowerShell's transcripts, Windows' setup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import found_in
from investigator.sources._format import Head, Readable, Record, Records, Row, Sure, rows
from investigator.sources._levels import level_in
from investigator.sources._spellings import parse

EXAMPLE = """\
**********************
Command start time: 20260617091407
**********************
PS C:\\> Restart-Service Indexer
WARNING: Waiting for service 'Indexer'
**********************
Command start time: 20260617091455
**********************
PS C:\\> Get-Content DOC-1.txt
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 13,
    "body": "PS C:\\> Restart-Service Indexer\nWARNING: Waiting for service 'Indexer'",
}

#: What says when a section begins: its mark, a label, and a time to the end of the line.
_BEGINS = re.compile(
    r"^(?P<mark>[>*=#~+-]{2,}\s+)?(?:[A-Za-z]+ ){0,3}(?:[Ss]tart|[Ss]tarted|[Bb]egin|[Bb]egan)(?: [Tt]ime| [Dd]ate)?(?: at)?\s*[:=]?\s+(?P<time>\d[\w:./ +-]{6,40})$"
)
_MARKS = re.compile(r"^([>*=#~+-])\1{2,}")
LINES_AT_MOST = 10_000  # of one section


def _time(line: str) -> str:
    """The time at which a section begins that this line is of; empty where it is no such line."""
    found = _BEGINS.match(line.rstrip())
    if found is None:
        return ""
    whole = parse(found["time"])
    return found["time"] if whole is not None and whole.clock is not None else ""


def _above(text: str, mark: str) -> bool:
    """Whether a line belongs to the head of a section whose next line says when: marks alone, or a title behind the same."""
    marks = _MARKS.match(text)
    return bool(marks) and (not text.strip(text[:1] + " ") or bool(mark and text.startswith(mark.strip())))


def sure(head: Head) -> Sure:
    """Lines below marks say when a section begins, and few lines lead with a time of their own."""
    lines = head.lines
    hits = sum(
        bool(_time(line))
        and i > 0
        and _above(lines[i - 1], (_BEGINS.match(line) or {"mark": ""})["mark"] or "")
        for i, line in enumerate(lines)
    )
    if not hits:
        return Sure(0.0)
    led = sum((item := found_in(line, within=4)) is not None and item.start == 0 for line in lines)
    return Sure(0.9 if led <= 0.2 * len(lines) else 0.0, f"{hits} sections say when they begin")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a section, with all lines to the next one."""
    held: list[Row] = []
    time = ""
    for row in rows(content):
        said = _time(row.text)
        found = _BEGINS.match(row.text.rstrip()) if said else None
        if (
            found is None
            or not held
            or not _above(held[-1].text, found["mark"] or "")
            or len(held) > LINES_AT_MOST
        ):
            held.append(row)
            if len(held) > LINES_AT_MOST:
                yield from _section(held, time)
                held = []
            continue
        above = held.pop()
        yield from _section(held, time)
        held, time = [above, row], said
    yield from _section(held, time)


def _section(lines: list[Row], time: str) -> Iterator[Record]:
    if not time:
        # What stands above the first section is of none.
        for row in lines:
            yield row.structural("blank" if not row.text.strip() else "header")
        return
    while lines and not lines[-1].text.strip():
        yield lines.pop().structural("blank")
    words = [row.text for row in lines if not _time(row.text) and row.text.strip("*=#~+- ")]
    title = words[0].lstrip(">*=#~+- ").strip("[] ") if words and _MARKS.match(words[0]) else ""
    body = "\n".join([title, *words[1:]] if title else words).strip("\n")
    fields: dict[str, str | None] = {"time": time, "body": body or None, "level": level_in(body)}
    size = sum(row.length for row in lines)
    yield Record(fields, lines[0].unit, len(lines), lines[0].byte, size)


FORMAT = Records(
    read,
    kind="log",
    goes_on=True,
    roles={"time": "time", "body": "body", "level": "severity_text"},
)
