"""Error log of CUPS: a letter, a bracketed time, a message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
E [17/Jun/2026:09:14:07 +0200] Unknown directive BrowseOrder on line 22 of /etc/cups/cupsd.conf.
I [17/Jun/2026:09:14:08 +0200] Allowing up to 100 client connections per host.
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "severity": 17,
    "service": "cups",
    "body": "Unknown directive BrowseOrder on line 22 of /etc/cups/cupsd.conf.",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<level>[XACEWNIDd]) \[(?P<time>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] (?P<body>.*)"
    ),
    time=("%d/%b/%Y:%H:%M:%S %z",),
    levels={"x": 24, "a": 22, "c": 21, "n": 10, "d": 5},
    service="cups",
)
