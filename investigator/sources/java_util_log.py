"""Java's own logging (java.util.logging): the time and the place on one line, level and message on the next."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
Jun 17, 2026 9:14:07 AM com.platform.indexer.Worker index
INFO: picked document DOC-1
Jun 17, 2026 9:14:08 AM com.platform.indexer.Worker index
SEVERE: could not index DOC-1
java.lang.IllegalStateException: unsupported schema 3
\tat com.platform.indexer.Worker.index(Worker.java:88)
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 9,
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2} [AP]M) (?P<logger>[\w.$]+)(?: (?P<method>[\w.$<>]+))?[ \r]*"
        r"(?:\n(?P<level>SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): )?(?P<body>.*)"
    ),
    time=("%b %d, %Y %I:%M:%S %p",),
)


def sure(head: Head) -> Sure:
    """A line with a time and a class, and below it a level."""
    found = FORMAT.share(head)
    levels = sum(
        line.startswith(("SEVERE: ", "WARNING: ", "INFO: ", "FINE: ", "CONFIG: ")) for line in head.lines
    )
    return Sure(max(found.share, 0.9) if found.share and levels else 0.0, found.why)
