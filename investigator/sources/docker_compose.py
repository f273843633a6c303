"""Output of docker compose: the container, a bar, and the line, with or without a time."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
indexer-1  | 2026-06-17T07:14:07.120412345Z picked document DOC-1
search-1   | 2026-06-17T07:14:07.391000000Z ERROR could not reach the index
upload-2   | 2026-06-17T07:14:08.002000000Z received DOC-2
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "service": "indexer",
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<service>[a-zA-Z][\w.-]{0,60}?)(?:[-_](?P<copy>\d+))?\s*\| "
        r"(?:(?P<time>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?) ?)?(?P<body>.*)"
    ),
    joins=False,
)


def sure(head: Head) -> Sure:
    """Lines with a name, a bar in one place, and a line."""
    found = FORMAT.share(head)
    places = {line.find("|") for line in head.lines if "|" in line}
    if len(places) > 2 or found.share < 0.6 or any(line.count("|") > 6 for line in head.lines[:20]):
        return Sure(0.0)
    timed = sum(line.partition("| ")[2][:4].isdigit() for line in head.lines)
    return Sure(found.share * (0.96 if timed else 0.88), found.why)
