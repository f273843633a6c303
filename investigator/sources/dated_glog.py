"""Log of glog with its year, as newer versions write it: a letter, eight digits for the day, a clock."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
I20260617 09:14:07.120412 400441 worker.cc:27] picked document DOC-1
E20260617 09:14:07.391001 400441 worker.cc:88] could not index DOC-1
*** Check failure stack trace: ***
W20260617 09:14:08.002000 400442 queue.cc:14] 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.120412",
    "severity": 9,
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<level>[IWEFD])(?P<time>\d{8} \d{2}:\d{2}:\d{2}\.\d{6})\s+(?P<thread>\d+) "
        r"(?P<file>[^:\]\s]+):(?P<line>\d+)\] ?(?P<body>.*)"
    ),
    time=("%Y%m%d %H:%M:%S.%f",),
)
