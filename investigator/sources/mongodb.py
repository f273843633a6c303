"""Log of MongoDB 4.4 and newer: JSON lines with t, s, c and msg."""

from __future__ import annotations

from investigator.sources._format import Head, JsonLines, Sure

EXAMPLE = """\
{"t":{"$date":"2026-06-17T07:14:07.120+00:00"},"s":"I","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"10.0.0.7:50412"}}
{"t":{"$date":"2026-06-17T07:14:07.391+00:00"},"s":"W","c":"COMMAND","id":51803,"ctx":"conn4711","msg":"Slow query","attr":{"durationMillis":1200,"ns":"portal.documents"}}
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "mongodb",
    "body": "Connection accepted",
}

FORMAT = JsonLines(
    kind="log",
    roles={"t.$date": "time", "s": "severity_text", "msg": "body"},
    levels={f"d{number}": 5 for number in range(1, 6)},
    service="mongodb",
)


def sure(head: Head) -> Sure:
    """Objects with t.$date, s, c and msg."""
    return Sure(head.having("t.$date", "s", "c", "msg") * 0.97, "MongoDB's own keys")
