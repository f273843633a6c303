"""Application log with a leading time and a level: log4j, logback, Python, Spring and their like; traces joined."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
2026-06-17 09:14:07,120 INFO  [worker-3] c.p.indexer.Worker - picked document DOC-1
2026-06-17 09:14:07,391 ERROR [worker-3] c.p.indexer.Worker - could not index DOC-1
java.lang.IllegalStateException: unsupported schema 3
    at c.p.indexer.Worker.index(Worker.java:88)
2026-06-17 09:14:08,002 WARN  [worker-1] c.p.indexer.Queue - 14 waiting
"""

_LEVEL = (
    r"(?P<level>TRACE|VERBOSE|DEBUG|FINEST|FINER|FINE|CONFIG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|"
    r"FATAL|ALERT|EMERG|PANIC|trace|verbose|debug|info|notice|warn|warning|error|err|critical|crit|fatal|panic|alert|emerg|"
    r"Trace|Verbose|Debug|Info|Information|Notice|Warning|Warn|Error|Critical|Fatal)"
)

FORMAT = Lines(
    pattern=(
        r"^\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,:]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)\]?"
        r"[\s:|,-]*(?:\[(?P<thread>[^\]]{1,80})\]\s*)?(?:(?P<pid>\d{1,7}|[0-9A-F]{8,16})\s+)?[\[<(]?"
        + _LEVEL
        + r"\b[\]>):]*"
        r"[\s:|,-]*(?P<body>.*)"
    ),
    joins=True,
)


def sure(head: Head) -> Sure:
    """Lines begin with a time and a level word soon after."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.95, found.why)
