"""Log of Python's Loguru with serialize=True: the line as text, and the record beside it."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"text":"2026-06-17 09:14:07.120 | ERROR    | indexer:index:88 - could not index DOC-1\\n","record":{"elapsed":{"repr":"0:00:01","seconds":1.0},"exception":null,"extra":{},"file":{"name":"worker.py","path":"/app/worker.py"},"function":"index","level":{"icon":"x","name":"ERROR","no":40},"line":88,"message":"could not index DOC-1","module":"worker","name":"indexer","process":{"id":1,"name":"MainProcess"},"thread":{"id":1,"name":"MainThread"},"time":{"repr":"2026-06-17 09:14:07.120412+02:00","timestamp":1781680447.120412}}}
"""
EXPECT = {
    "events": 1,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

FORMAT = JsonLines(
    kind="log",
    roles={
        "record.time.timestamp": "time",
        "record.level.name": "severity_text",
        "record.message": "body",
        "record.name": "service",
        "text": "",
    },
)


def sure(head: Head) -> Sure:
    """Objects with a text and a record of level, message and time."""
    return Sure(
        0.97 * head.having("text", "record.level.name", "record.message"), "text and record on each line"
    )
