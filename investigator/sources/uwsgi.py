"""Request log of uWSGI: worker, client, time, request, size, duration and status."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
[pid: 4711|app: 0|req: 1/1] 10.0.0.7 () {38 vars in 696 bytes} [Wed Jun 17 09:14:07 2026] GET /documents/DOC-1 => generated 47 bytes in 129 msecs (HTTP/1.1 502) 9 headers in 378 bytes (1 switches on core 3)
[pid: 4711|app: 0|req: 2/2] 10.0.0.8 (ana) {38 vars in 696 bytes} [Wed Jun 17 09:14:08 2026] POST /search => generated 5120 bytes in 68 micros (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 8)
"""
EXPECT = {
    "events": 2,
    "kind": "access",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "uwsgi",
    "body": "GET /documents/DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^\[pid: (?P<pid>\d+)\|app: (?P<app>[\d-]+)\|req: (?P<requests>[\d/]+)\] (?P<client>\S+) \((?P<user>[^)]*)\) \{[^}]*\} "
        r"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})\] (?P<body>[A-Z]+ \S*) => generated "
        r"(?P<bytes>-?\d+) bytes in (?P<duration>\d+ (?:msecs|micros|secs)) \(HTTP/[\d.]+ (?P<status>\d{3})\)(?P<rest>.*)"
    ),
    kind="access",
    time=("%a %b %d %H:%M:%S %Y",),
    joins=False,
    service="uwsgi",
)
