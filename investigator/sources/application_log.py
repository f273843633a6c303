"""Application log with a leading time and a level: log4j, logback, Python, Spring and their like; traces joined."""

from __future__ import annotations

from investigator import re2
from investigator.sources._dates import BEHIND_CLOCK
from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
2026-06-17 09:14:07,120 INFO  [worker-3] c.p.indexer.Worker - picked document DOC-1
2026-06-17 09:14:07,391 ERROR [worker-3] c.p.indexer.Worker - could not index DOC-1
java.lang.IllegalStateException: unsupported schema 3
    at c.p.indexer.Worker.index(Worker.java:88)
2026-06-17 09:14:08,002 WARN  [worker-1] c.p.indexer.Queue - 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.12",
    "severity": 9,
    "body": "picked document DOC-1",
}

_TIME = (
    r"^\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,:]\d{1,9})?" + BEHIND_CLOCK + r")\]?"
    r"[\s:|,-]*"
)
_LEVEL = (
    r"(?P<level>TRACE|VERBOSE|DEBUG|FINEST|FINER|FINE|CONFIG|INFO|INFORMATION|NOTICE|SUCCESS|WARN|WARNING|ERROR|ERR|SEVERE|"
    r"CRITICAL|FATAL|ALERT|EMERG|PANIC|VRB|DBG|INF|WRN|FTL|FEHLER|WARNUNG|"
    r"trace|verbose|debug|info|notice|warn|warning|error|err|critical|crit|fatal|panic|alert|emerg|"
    r"Trace|Verbose|Debug|Info|Information|Notice|Warning|Warn|Error|Critical|Fatal)"
)
_LEVELLED = (
    r"(?:\[(?P<thread>[^\]]{1,80})\]\s*)?(?:(?P<pid>\d{1,7}|[0-9A-F]{8,16})\s+)?[\[<(]?"
    + _LEVEL
    + r"\b *[\]>):]*"
)

# A line with a time and no level begins an event too: it is no part of the one above it.
FORMAT = Lines(pattern=_TIME + r"(?:" + _LEVELLED + r"[\s:|,-]*)?(?P<body>.*)", joins=True, led=True)
_SURE = Lines(pattern=_TIME + _LEVELLED, joins=True)


def sure(head: Head) -> Sure:
    """Lines begin with a time, and a level word comes soon after in a good part of them."""
    found = _SURE.share(head)
    timed = sum(re2.matches(_TIME, head.lines))
    levelled = sum(_SURE.beginnings(head.lines))
    if not timed or levelled < 0.3 * timed:
        return Sure(0.0)
    return Sure(max(found.share, 0.6 if levelled >= 2 else 0.0) * 0.95, found.why)
