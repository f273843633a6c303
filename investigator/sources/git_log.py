"""The output of `git log`: one commit a unit, as a deploy or change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator import months
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
commit 5b1e0c7d9f21a0f2b6b8d2f3c1a7e9d4b5c6a7f8
Author: Dana Okafor <dana@platform.example>
Date:   Mon Jun 15 07:05:00 2026 +0200

    Larger batches at night
"""
EXPECT = {
    "events": 1,
    "kind": "deploy",
    "time": "2026-06-15T05:05:00",
    "body": "5b1e0c7d9f21a0f2b6b8d2f3c1a7e9d4b5c6a7f8: Larger batches at night",
}

_COMMIT = re.compile(r"^[*|\\/ ]*commit ([0-9a-f]{7,40})\b")
_GRAPH = re.compile(r"^(?:[*|\\/] ?)+")  # what --graph draws before each line
_DATE = re.compile(r"^(?:Author|Commit)?Date:\s+(.+)$")
_WRITTEN = re.compile(
    r"^(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4}) ([+-]\d{4})$"
)


def sure(head: Head) -> Sure:
    """It starts with a commit and has dates."""
    starts = bool(_COMMIT.match(head.text.lstrip("\ufeff")))
    return Sure(0.97 if starts and "Date:" in head.text else 0.0, "commits with dates")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a commit, over all its lines."""
    pending: list[tuple[int, int, str]] = []
    number = 0
    for number, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace")
        if _COMMIT.match(line) and pending:
            yield _commit(pending)
            pending = []
        pending.append((number, byte, line))
    if pending:
        yield _commit(pending)


def _commit(lines: list[tuple[int, int, str]]) -> Record:
    first, byte, head = lines[0]
    match = _COMMIT.match(head)
    length = sum(len(line.encode()) for _, _, line in lines)
    if not match:
        text = "".join(line for _, _, line in lines)
        return Record({}, first, len(lines), byte, length, reject="no commit", text=text[:2000])
    fields: dict[str, str | None] = {"commit": match.group(1)}
    said: list[str] = []
    drawn = _GRAPH.match(head)
    for _, _, line in lines[1:]:
        text = line.rstrip("\r\n")
        if drawn:
            text = _GRAPH.sub("", text, count=1) if _GRAPH.match(text) else text[2:]
        dated = _DATE.match(text)
        if dated:
            fields["time"] = _iso(dated.group(1).strip())
        elif text.startswith("Author:"):
            fields["by"] = text[7:].strip()
        elif text.startswith("    "):
            said.append(text.strip())
    fields["message"] = "\n".join(said).strip() or fields["commit"]
    return Record(fields, first, len(lines), byte, length)


def _iso(text: str) -> str:
    match = _WRITTEN.match(text)
    if not match:
        return text
    month, day, clock, year, offset = match.groups()
    return f"{year}-{months.written(month):02d}-{int(day):02d}T{clock}{offset[:3]}:{offset[3:]}"


FORMAT = Records(read, kind="deploy", listing=True)
