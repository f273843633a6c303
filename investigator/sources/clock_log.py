"""Log whose lines have a clock and a level but no day, as logback prints where nothing is set; traces joined."""

from __future__ import annotations

from investigator.sources import clock_text
from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
09:14:07.120 [worker-3] INFO  c.p.indexer.Worker - picked document DOC-1
09:14:07.391 [worker-3] ERROR c.p.indexer.Worker - could not index DOC-1
java.lang.IllegalStateException: unsupported schema 3
\tat c.p.indexer.Worker.index(Worker.java:88)
09:14:08.002 [worker-1] WARN  c.p.indexer.Queue - 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "record",
    "severity": 9,
    "body": "c.p.indexer.Worker - picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^\[?(?P<clock>\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?)\]?[\s:|-]+(?:\[(?P<thread>[^\]]{1,80})\]\s*)?(?:(?P<logger>[\w.$-]{1,60})\s+)?[\[<(]?"
        r"(?P<level>TRACE|VERBOSE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|DBG|INF|WRN|FTL)\b"
        r" *[\]>):]*[\s:|,-]*(?P<body>.*)"
    ),
)


def sure(head: Head) -> Sure:
    """Lines begin with a clock and a level soon after, and none with a clock alone."""
    found = FORMAT.share(head)
    if sum(FORMAT.beginnings(head.lines)) < 0.95 * sum(clock_text.FORMAT.beginnings(head.lines)):
        return Sure(0.0)
    return Sure(found.share * 0.9, found.why)
