"""A note that somebody wrote, such as a ticket as text: sentences, and when it was opened or reported; one event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import day_first, found_in
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
The list of this morning is empty

Customer: Nordwind
Document: DOC-4711
Reported 2026-06-17 12:06 UTC
"""
EXPECT = {
    "events": 1,
    "kind": "ticket",
    "time": "2026-06-17T12:06:00",
    "body": "The list of this morning is empty\n\nCustomer: Nordwind\nDocument: DOC-4711\nReported 2026-06-17 12:06 UTC",
}

#: A note has so many lines at most, and so many of them say a time.
LINES_AT_MOST, TIMES_AT_MOST = 80, 3
#: Words before the time of a line; a log's line begins with its time, or with what a machine writes.
_WORDS = re.compile(r"\s*[^\W\d_][\w' -]*:?\s*(?:on|at|am|um|le|el|il)?\s*$")
_SENTENCE = re.compile(r"(?:[^\W\d_][\w'’-]*[,;:]? +){3,}[^\W\d_]")
_MACHINE = re.compile(r"^\s*(?:[{\[<|#;]|\S+=\S|at \S+\(|\S+\t)")


def sure(head: Head) -> Sure:
    """A few lines, most of them words, of which one to three say when, behind a word for it."""
    lines = head.lines
    if not head.whole or not 2 <= len(lines) <= LINES_AT_MOST or any(map(_MACHINE.match, lines)):
        return Sure(0.0)
    first = day_first(lines)
    found = [(line, item) for line in lines if (item := found_in(line, day_first=first))]
    if not 1 <= len(found) <= min(TIMES_AT_MOST, len(lines) // 2):
        return Sure(0.0)
    worded = all(item.has_year and _WORDS.match(line[: item.start]) for line, item in found)
    timed = {line for line, _ in found}
    written = any(_SENTENCE.search(line) for line in lines if line not in timed)
    return Sure(
        0.55 if worded and written else 0.0, f"a note of {len(lines)} lines that says when it was written"
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """All of it as one event, at the first time that it says."""
    data = content.all()
    lines = data.decode("utf-8", errors="replace").splitlines()
    first = day_first(lines)
    at = next((item for line in lines if (item := found_in(line, day_first=first))), None)
    fields = {"time": at.time if at else None, "message": "\n".join(lines).strip()}
    yield Record(fields, 1, len(lines), 0, len(data))


FORMAT = Records(read, kind="ticket", roles={"time": "time", "message": "body"})
