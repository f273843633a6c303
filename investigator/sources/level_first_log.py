"""Log whose lines begin with the level, and the time after it: Dropwizard, log4j's own layout; traces joined."""

from __future__ import annotations

from investigator.sources._dates import BEHIND_CLOCK
from investigator.sources._format import Lines

EXAMPLE = """\
INFO  [2026-06-17 07:14:07,120] com.platform.indexer.Worker: picked document DOC-1
ERROR [2026-06-17 07:14:07,391] com.platform.indexer.Worker: could not index DOC-1
! java.lang.IllegalStateException: unsupported schema 3
WARN  [2026-06-17 07:14:08,002] com.platform.indexer.Queue: 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "body": "com.platform.indexer.Worker: picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^[\[<]?\s*(?P<level>TRACE|TRAC|DEBUG|DEBU|INFO|NOTICE|WARN|WARNING|ERROR|ERRO|SEVERE|CRITICAL|FATAL|FATA|PANIC|PANI)\b[\]>]?[\s:|-]*"
        r"(?:\[(?P<thread>[^\]]{1,80})\] *)??(?:(?P<logger>[\w.?$ -]{1,60}?)\s*\|\s*)?\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
        + BEHIND_CLOCK
        + r")"
        r"\]?[\s:|,-]*(?P<body>.*)"
    ),
)
