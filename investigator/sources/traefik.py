"""Access log of Traefik: the common log format, then a count, the router, the server and the time it took."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
10.0.0.7 - - [17/Jun/2026:07:14:07 +0000] "GET /documents/DOC-1 HTTP/1.1" 200 5120 "-" "curl/8.1" 4711 "portal@docker" "http://10.0.0.9:8080" 12ms
10.0.0.8 - - [17/Jun/2026:07:14:08 +0000] "POST /search HTTP/2.0" 502 11 "-" "Mozilla/5.0" 4712 "search@docker" "http://10.0.0.8:8080" 3001ms
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T07:14:07",
    "severity": 9,
    "service": "traefik",
    "body": "GET /documents/DOC-1 HTTP/1.1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "
        r"\"(?P<body>(?:[^\"\\]|\\.)*)\" (?P<status>\d{3}|-) (?P<bytes>\d+|-) (?:\"(?P<referrer>[^\"]*)\"|-) "
        r"(?:\"(?P<agent>[^\"]*)\"|-) (?P<count>\d+) (?:\"(?P<router>[^\"]*)\"|-) (?:\"(?P<upstream>[^\"]*)\"|-) "
        r"(?P<duration_ms>\d+)ms"
    ),
    kind="access",
    time=("%d/%b/%Y:%H:%M:%S %z",),
    joins=False,
    service="traefik",
)
