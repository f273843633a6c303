"""Access log that begins with the time: ISO, client, user, method, path, status, size, as CherryPy's kin write it."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
2026-06-17T09:14:07 10.0.0.7 - GET "/documents/DOC-1" -1 502 5778 "-" "Mozilla/5.0"
2026-06-17T09:14:08 10.0.0.8 ana POST /search -1 200 130 "-" "curl/8.1"
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "body": 'GET "/documents/DOC-1"',
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?) (?P<client>[0-9a-fA-F.:]+) (?P<user>\S+) "
        r"(?P<body>(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT|TRACE) (?:\"[^\"]*\"|\S+)) (?P<elapsed>-?\d+) (?P<status>\d{3}) (?P<bytes>\d+|-)"
        r"(?: \"(?P<referrer>[^\"]*)\" \"(?P<agent>[^\"]*)\")?(?P<rest>.*)"
    ),
    kind="access",
    joins=False,
)
