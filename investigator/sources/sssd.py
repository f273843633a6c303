"""Debug log of SSSD: a time in brackets, the part, the function, a bit for the level."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
(2026-06-17  9:14:07): [be[platform.example]] [sysdb_add_user] (0x0040): [RID#3] Group named ana already exists
(2026-06-17  9:14:08): [be[platform.example]] [sysdb_search_by_name] (0x0400): [RID#3] No such entry
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "be[platform.example]",
    "body": "[RID#3] Group named ana already exists",
}

FORMAT = Lines(
    pattern=(
        r"^\((?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?::\d{1,6})? \d{4}|\d{4}-\d{2}-\d{2} +\d{1,2}:\d{2}:\d{2}(?::\d{1,6})?)\):? "
        r"\[(?P<service>.+?)\] \[(?P<function>[\w.]+)\] \((?P<level>0x[0-9a-f]{4,5}|\d)\): (?P<body>.*)"
    ),
    time=("%a %b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S:%f", "%a %b %d %H:%M:%S:%f %Y"),
    levels={
        "0x0010": 21,
        "0x0020": 21,
        "0x0040": 17,
        "0x0080": 13,
        "0x0100": 9,
        "0x0200": 9,
        "0x0400": 5,
        "0x1000": 1,
        "0x2000": 1,
        "0x4000": 1,
    },
)
