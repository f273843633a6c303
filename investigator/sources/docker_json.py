"""Container log as Docker keeps it: one JSON object a line with log, stream and time."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Parts, Sure

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

_STREAM = r'"stream"\s*:\s*"(?P<stream>\w+)"'
_LOG = r'"log"\s*:\s*"(?P<body>(?:[^"\\]|\\.)*)"'
#: In whatever order the keys stand.
_SHAPE = rf"^\{{.*{_LOG}.*{_STREAM}"

FORMAT = JsonLines(
    kind="log",
    roles={"log": "body", "time": "time"},
    cut=(
        # What collectors make of it says which line is a part; Docker's own ends a whole line as the program did.
        Parts(shape=_SHAPE, ends=r'"logtag"\s*:\s*"F'),
        Parts(shape=_SHAPE, ends=r'"log"\s*:\s*"(?:[^"\\]|\\.)*\\n"'),
    ),
)


def sure(head: Head) -> Sure:
    """Objects with log, stream and time."""
    return Sure(head.having("log", "stream", "time") * 0.97, "log, stream and time on each line")
