"""Container log as Kubernetes keeps it (CRI): time, stream, a tag for parts of long lines, and the line."""

from __future__ import annotations

from investigator.sources._format import Lines, Parts

EXAMPLE = """\
2026-06-17T07:14:07.120412345Z stdout F picked document DOC-1
2026-06-17T07:14:07.391000000Z stderr F {"level":"error","msg":"could not index DOC-1","service":"indexer"}
2026-06-17T09:14:08.002000000+02:00 stdout P the first part of a long line
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})) "
        r"(?P<stream>stdout|stderr) (?P<tag>[FP](?::\S+)?) ?(?P<body>.*)"
    ),
    joins=False,
    cut=(
        Parts(
            shape=r"^\S+ (?P<stream>stdout|stderr) [FP](?::\S+)? (?P<body>[^\r\n]*)",
            ends=r"^\S+ std(?:out|err) F",
        ),
    ),
)
