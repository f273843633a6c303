"""Container log as Docker keeps it: one JSON object a line with log, stream and time."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"log":"picked document DOC-1\\n","stream":"stdout","time":"2026-06-17T07:14:07.120412345Z"}
{"log":"{\\"level\\":\\"error\\",\\"msg\\":\\"could not index DOC-1\\",\\"trace_id\\":\\"5b8efff798038103d269b633813fc60c\\"}\\n","stream":"stderr","time":"2026-06-17T07:14:07.391000000Z"}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "body": "picked document DOC-1",
}

FORMAT = JsonLines(kind="log", roles={"log": "body", "time": "time"})


def sure(head: Head) -> Sure:
    """Objects with log, stream and time."""
    return Sure(head.having("log", "stream", "time") * 0.97, "log, stream and time on each line")
