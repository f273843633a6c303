"""A timeline that people wrote: a document whose headings, lists or tables begin with a time; one event an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from investigator import moment
from investigator.headings import Heading, headings, timeline, under_a_day
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
# 2018-03-31, servers do not start

## Timeline

All times in PST

### 2018-03-31 15:47

The problem is identified.

### 16:11 - first cause

- mount errors
- many timeouts

### ca. 17:30

New nodes are up.

## Lessons learnt

One person was there.
"""
EXPECT = {
    "events": 3,
    "kind": "note",
    "time": "2018-03-31T23:47:00",
    "body": "The problem is identified.",
}

ENTRIES_AT_LEAST = 3
_SECTION = re.compile(r"(?m)^(?:#{1,6}|={1,6}(?=\s.*\w)|h[1-6]\.)\s+\S")


def sure(head: Head) -> Sure:
    """It has sections, or a part that it calls a timeline, and at least three entries that begin with a time."""
    if under_a_day(head.text):
        return Sure(0.8, "lines with a clock below a line with their day")
    told = timeline(head.text)
    if not told and len(_SECTION.findall(head.text)) < 2:
        return Sure(0.0)
    found = [h for h in headings(head.text, reference=_REFERENCE) if told or h.kind != "line"]
    enough = len(found) >= ENTRIES_AT_LEAST
    # A table of whole times is a table; one whose rows take their day from elsewhere is known here alone.
    partly = sum(h.kind == "row" and _partly(h) for h in found)
    share = 0.98 if partly > 0.4 * len(found) else 0.8
    return Sure(share if enough else 0.0, f"a document with {len(found)} entries that begin with a time")


def _partly(row: Heading) -> bool:
    """Whether the first cell of a row is no whole time: a clock whose day stands elsewhere, or a day beside its clock."""
    no_day = any(doubt.startswith("no day") for doubt in row.when.doubt)
    return no_day or (row.when.width < timedelta(hours=20) and ":" not in row.text.partition("|")[0])


#: Whether there are entries does not hang on today.
_REFERENCE = datetime(2020, 7, 1, tzinfo=UTC)


#: What is said of a whole document, by the doubt that its entries hold.
_DOUBTED = {
    "no day: read as the day of the reference": "no day is named, nor above them; read as of the day when the file was written",
    "day read as": "a weekday names no day; read as the last one before the file was written",
    "both are held": "the day may be written month first or day first; the interval of each holds both",
}


def read(path: Path, content: Readable) -> Iterator[Record]:
    """Each entry with the lines under it; what stands between is structure. Times as written, the interval beside."""
    data = content.all()
    lines = data.splitlines(keepends=True)
    text = b"".join(lines).decode("utf-8", errors="replace")
    written = str(getattr(content, "modified", "") or "")
    reference = datetime.fromisoformat(written) if written else moment.now()
    if reference.tzinfo is None:
        reference = reference.replace(tzinfo=UTC)
    # As `headings` counts lines, and no form feed or other break that only Python knows.
    found = (
        {h.line: h for h in headings(text, reference=reference)}
        if len(text.splitlines()) == len(lines)
        else {}
    )
    for begins, says in _DOUBTED.items():
        if many := sum(any(begins in doubt for doubt in one.when.doubt) for one in found.values()):
            content.doubt.append(f"{many} of its {len(found)} entries: {says}")
    at, number = 0, 1
    while number <= len(lines):
        heading, span = found.get(number), 1
        while heading and number + span <= len(lines) and number + span not in found:
            above, following = (
                lines[place].decode("utf-8", errors="replace")
                for place in (number + span - 2, number + span - 1)
            )
            if not _belongs(following, heading, above):
                break
            span += 1
        own = b"".join(lines[number - 1 : number - 1 + span])
        if heading is None:
            yield Record({}, number, 1, at, len(own), structural="header" if own.strip() else "blank")
        else:
            yield Record(_fields(heading, own.decode("utf-8", errors="replace")), number, span, at, len(own))
        at += len(own)
        number += span


#: A short line under a whole sentence: the name of the next part, or the foot of a page.
_SHORT = re.compile(r"\s*[A-Z0-9]\S*(?: \S+){0,4}(?<![.!?,:;])\s*$")
_WHOLE = re.compile(r"[.!?)\"'\u201d]\s*$")


def _belongs(line: str, heading: Heading, above: str) -> bool:
    """Whether a line goes on what an entry says: all up to the next section; under an item what is set in; under a line
    its paragraph."""
    if _SECTION.match(line):
        return False
    if heading.kind == "line" and line.strip():
        return not (_SHORT.match(line) and _WHOLE.search(above)) and line.strip() not in ("---", "***", "___")
    return heading.kind == "heading" or (line[:1] in " \t" and bool(line.strip()))


def _fields(heading: Heading, text: str) -> dict[str, str | None]:
    when = heading.when
    rest = text.split("\n", 1)[1].strip() if "\n" in text else ""
    told = heading.what or ("" if rest else heading.text)
    unzoned = any(doubt.startswith("no zone") for doubt in when.doubt)
    at = when.written.astimezone(moment.zone(when.zone))
    fields: dict[str, str | None] = {
        "time": at.replace(tzinfo=None).isoformat() if unzoned else when.written.isoformat(),
        "message": "\n".join(part for part in (told, rest) if part),
        "heading": heading.text,
        "doubt": "; ".join(when.doubt) or None,
        "time_low": None if unzoned else when.low.isoformat(),
        "time_high": None if unzoned else when.high.isoformat(),
    }
    if when.meant != when.written:
        fields["as_meant"] = when.meant.isoformat()
    return fields


FORMAT = Records(read, kind="note", interval=True, roles={"time": "time", "message": "body"})
