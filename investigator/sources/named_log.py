"""Log with a time, the name of a logger, and then the level: Python's usual line, Laravel, OpenStack; traces joined."""

from __future__ import annotations

from investigator.sources._dates import BEHIND_CLOCK
from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
2026-06-17 09:14:07,120 - indexer.worker - INFO - picked document DOC-1
2026-06-17 09:14:07,391 - indexer.worker - ERROR - could not index DOC-1
Traceback (most recent call last):
  File "worker.py", line 88, in index
SchemaError: unsupported schema 3
[2026-06-17 09:14:08] production.WARNING: 14 waiting {"queue":"documents"}
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.12",
    "severity": 9,
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?:[\w.-]+\.log[\w.:-]* )?\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
        + BEHIND_CLOCK
        + r")\]?"
        r"[\s:|,-]+(?P<logger>[\w.$/-]{1,120}?)[\s:|.-]+[\[<(]?"
        r"(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|ALERT|EMERGENCY)\b[\]>):]*[\s:|,-]*(?P<body>.*)"
    ),
)


def sure(head: Head) -> Sure:
    """Lines begin with a time and a name, then a level in capitals."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.93, found.why)
