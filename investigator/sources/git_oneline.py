"""`git log` with a commit a line: a hash, a date, maybe who, and the subject, in whatever order --format gave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import find
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
5b1e0c7 2026-06-17 09:14:07 +0200 Larger batches at night
* 9f21a0f|Ivo Marek|2026-06-17T08:40:00+02:00|Search 5.8.0 (#812)
| * b6b8d2f Mon Jun 15 07:05:00 2026 +0200 (tag: v2.3.0) Schema 3
"""
EXPECT = {
    "events": 3,
    "kind": "deploy",
    "time": "2026-06-17T07:14:07",
    "body": "5b1e0c7: Larger batches at night",
}

_HASH = re.compile(r"^[*|\\/_ ]*\"?(?P<commit>[0-9a-f]{7,40})\"?(?P<rest>[ |,;\t-].*)$")
_GRAPH = re.compile(r"^[*|\\/_ ]+$")


def sure(head: Head) -> Sure:
    """Lines that begin with a hash and have a date."""
    lines = [line for line in head.lines if not _GRAPH.match(line)]
    hits = sum(
        bool(match) and bool(find(match["rest"], within=80)) for line in lines if (match := _HASH.match(line))
    )
    letters = sum(
        bool(re.search(r"[a-f]", match["commit"])) for line in lines if (match := _HASH.match(line))
    )
    if not hits or letters < 0.5 * hits or not _HASH.match(lines[0]):
        return Sure(0.0)
    return Sure(0.94 * hits / len(lines), f"{hits} of {len(lines)} lines are commits")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a commit."""
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if not line.strip() or _GRAPH.match(line):
            yield Record({}, unit, 1, byte, len(raw), structural="graph" if line.strip() else "blank")
            continue
        match = _HASH.match(line)
        found = find(match["rest"], within=200) if match else None
        if not match or not found:
            yield Record({}, unit, 1, byte, len(raw), reject="no commit with a date", text=line[:2000])
            continue
        rest = match["rest"]
        before, after = rest[: found.start].strip(" |,;\t\"'()-"), rest[found.end :].strip(" |,;\t\"'-")
        fields: dict[str, str | None] = {"commit": match["commit"], "time": found.time}
        parts = [part.strip() for part in re.split(r"[|\t;]", before) if part.strip()]
        if after:
            fields["message"] = after
            fields["by"] = parts[0] if parts else None
        else:
            fields["message"] = parts[-1] if parts else match["commit"]
            fields["by"] = parts[0] if len(parts) > 1 else None
        yield Record(fields, unit, 1, byte, len(raw))


FORMAT = Records(read, kind="deploy", listing=True)
