"""Log of Redis: process and role, a day with its month as a word, a sign for the level."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
1:C 17 Jun 2026 09:14:06.984 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:M 17 Jun 2026 09:14:07.120 * Background saving started by pid 4711
1:M 17 Jun 2026 09:14:07.391 # MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:06.984",
    "severity": 13,
    "service": "redis",
    "body": "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<pid>\d+):(?P<role>[XCSM]) (?P<time>\d{2} [A-Z][a-z]{2} (?:\d{4} )?\d{2}:\d{2}:\d{2}\.\d{3}) (?P<level>[.*#-]) (?P<body>.*)"
    ),
    time=("%d %b %Y %H:%M:%S.%f",),
    levels={".": 1, "-": 5, "*": 10, "#": 13},
    service="redis",
)
