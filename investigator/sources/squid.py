"""Access log of Squid in its own format: an epoch, the time it took, the client, its answer, method and address."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
1781680447.120     44 10.0.0.7 TCP_MISS/502 4249 GET http://portal.example/documents/DOC-1 - HIER_DIRECT/10.0.0.9 text/html
1781680448.002      3 10.0.0.8 TCP_HIT/200 130 GET http://portal.example/ ana HIER_NONE/- text/html
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "squid",
    "body": "GET http://portal.example/documents/DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{9,10}\.\d{3}) +(?P<duration_ms>-?\d+) (?P<client>\S+) (?P<cache>[A-Z_]+)/(?P<status>\d{3}) (?P<bytes>\d+) "
        r"(?P<body>[A-Z]+ \S+) (?P<user>\S+) (?P<hierarchy>[A-Z_]+/\S+) (?P<type>\S+)(?P<rest>.*)"
    ),
    kind="access",
    joins=False,
    service="squid",
)
