"""One JSON object a line, with any keys, nested: ECS, OpenTelemetry, pino, zap, structlog, logback and their like."""

from __future__ import annotations

import json

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"@timestamp":"2026-06-17T07:14:07.120Z","log":{"level":"info"},"service":{"name":"upload"},"message":"received DOC-1"}
{"level":30,"time":1781680447120,"pid":17,"hostname":"storage-1","name":"storage","msg":"stored object"}
{"level":"info","ts":1781680447.12,"logger":"indexer.worker","msg":"indexed document DOC-1","build":"2.3.0"}
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "upload",
    "body": "received DOC-1",
}

FORMAT = JsonLines(mixes=True)


def sure(head: Head) -> Sure:
    """Most lines are JSON objects."""
    lines = head.lines
    if not lines:
        return Sure(0.0)
    hits = 0
    for line in lines:
        text = line.strip()
        if text.startswith("{"):
            try:
                hits += isinstance(json.loads(text), dict)
            except ValueError:
                continue
    if hits == 1 and len(lines) == 1 and head.whole:
        return Sure(0.5, "one JSON object")
    return Sure(
        0.9 * hits / len(lines) if hits >= 1 else 0.0, f"{hits} of {len(lines)} lines are JSON objects"
    )
