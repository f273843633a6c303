"""Log of the Target Communication Framework: minutes and seconds without an hour, a channel, a message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
TCF 30:04.735: channel server connecting
TCF 30:11.474: 0: ---> C 2 RunControl getChildren null <eom>
TCF 30:11.475: 0: <--- R 2  ["P1"] <eom>
"""
EXPECT = {
    "events": 3,
    "kind": "record",
    "service": "tcf",
    "body": "channel server connecting",
}

FORMAT = Lines(
    pattern=r"^TCF (?P<clock>\d{2}:\d{2}\.\d{3,6}): (?:(?P<channel>\d+): )?(?P<body>.*)",
    service="tcf",
)
