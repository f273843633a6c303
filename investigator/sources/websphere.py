"""SystemOut.log of IBM WebSphere: a bracketed time, a thread, a component, a letter for the level; traces joined."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
[6/17/26 9:14:07:120 CEST] 0000004c SystemErr     E could not index DOC-1
[6/17/26 9:14:07:121 CEST] 0000004c IndexWorker   W 14 waiting
    at com.platform.indexer.Worker.index(Worker.java:88)
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "websphere",
    "body": "could not index DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^\[(?P<time>\d{1,2}/\d{1,2}/\d{2} \d{1,2}:\d{2}:\d{2}):\d{3} (?P<zone>[A-Z]{2,5})\] (?P<thread>[0-9a-f]{8}) (?P<logger>\S+) +"
        r"(?P<level>[FEWAIOCDZRU123<>])\s+(?P<body>.*)"
    ),
    time=("%m/%d/%y %H:%M:%S",),
    levels={"a": 10, "o": 9, "r": 17, "c": 8, "d": 5, "1": 5, "2": 5, "3": 1, ">": 1, "<": 1, "z": 9, "u": 9},
    service="websphere",
)
