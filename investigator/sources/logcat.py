"""Android's logcat: month and day, no year, process and thread, a letter for the level, a tag."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
--------- beginning of main
06-17 09:14:07.120  1702  2395 I UploadService: picked document DOC-1
06-17 09:14:07.391  1702  8671 E UploadService: could not upload DOC-1
06-17 09:14:08.002  1000  1702  2395 W ActivityManager: 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07.12",
    "severity": 9,
    "service": "UploadService",
    "body": "picked document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3,6})\s+(?:(?:(?P<uid>[\w.]+)\s+)??(?P<pid>\d+)\s+(?P<thread>\d+)\s+)?"
        r"(?P<level>[VDIWEFA])[\s/]+(?:(?P<program>[^:\[]{0,80}?)(?:\(\s*(?P<process>\d+)\))?\s*: ?)?(?P<body>.*)"
    ),
    time=("%Y %m-%d %H:%M:%S.%f",),
    headers=r"^--------- (?:beginning of|switch to) ",
    year_missing=True,
    levels={"a": 21},
)
