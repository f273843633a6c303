"""Error log of Apache httpd, 2.2 and 2.4: time, module and level, process, client, message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
[Wed Jun 17 09:14:07.391806 2026] [proxy:error] [pid 17725:tid 140109] (111)Connection refused: [client 10.0.0.7:50412] AH00957: HTTP: attempt to connect to 10.0.0.9:8080 (portal) failed
[Wed Jun 17 09:14:08.000112 2026] [mpm_event:notice] [pid 17725:tid 140109] AH00489: Apache/2.4.58 (Unix) configured -- resuming normal operations
[Wed Jun 17 09:14:09 2026] [error] [client 10.0.0.8] File does not exist: /var/www/favicon.ico
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.391806",
    "severity": 17,
    "service": "apache",
    "body": "(111)Connection refused: [client 10.0.0.7:50412] AH00957: HTTP: attempt to connect to 10.0.0.9:8080 (portal) failed",
}

FORMAT = Lines(
    pattern=(
        r"^\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d{2}:\d{2}:\d{2}(?:\.\d{1,6})? \d{4})\] "
        r"\[(?:(?P<module>[\w.-]*):)?(?P<level>[a-z]+\d?)\] (?:\[pid (?P<pid>\d+)(?::tid (?P<thread>\d+))?\] )?"
        r"(?P<body>.*)"
    ),
    time=("%a %b %d %H:%M:%S.%f %Y", "%a %b %d %H:%M:%S %Y"),
    levels={f"trace{number}": 1 for number in range(1, 9)},
    service="apache",
)
