"""Output of kubectl logs with --prefix or --timestamps, also of stern: pod and container, a time, the line."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
[pod/indexer-6c8f7d9b5-x2x7p/indexer] 2026-06-17T07:14:07.120412345Z picked document DOC-1
[pod/indexer-6c8f7d9b5-x2x7p/indexer] 2026-06-17T07:14:07.391000000Z ERROR could not index DOC-1
[pod/search-5f5d8c7c4-9ggbv/search] 2026-06-17T07:14:08.002000000Z {"level":"warn","msg":"slow query","trace_id":"5b8efff798038103d269b633813fc60c"}
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120412",
    "service": "indexer",
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^\[pod/(?P<pod>[a-z0-9.-]+)/(?P<service>[a-z0-9.-]+)\] "
        r"(?:(?P<time>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?) ?)?(?P<body>.*)"
    ),
    joins=False,
)
