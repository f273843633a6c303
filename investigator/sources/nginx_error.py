"""Error log of nginx: time, level, process, connection, message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
2026/06/17 09:14:07 [error] 31#31: *4711 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.7, server: portal.example, request: "GET /documents/DOC-1 HTTP/1.1", upstream: "http://10.0.0.9:8080/documents/DOC-1", host: "portal.example"
2026/06/17 09:14:09 [warn] 31#31: *4712 an upstream response is buffered to a temporary file
2026/06/17 09:14:11 [notice] 1#1: signal 15 (SIGTERM) received, exiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "nginx",
    "body": 'upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.7, server: portal.example, request: "GET /documents/DOC-1 HTTP/1.1", upstream: "http://10.0.0.9:8080/documents/DOC-1", host: "portal.example"',
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}) \[(?P<level>[a-z]+)\] (?P<pid>\d+)#(?P<thread>\d+): "
        r"(?:\*(?P<connection>\d+) )?(?P<body>.*)"
    ),
    service="nginx",
)
