"""Log of Cisco's IOS, NX-OS and ASA, with or without a syslog header: %FACILITY-LEVEL-MNEMONIC and a message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
Jun 17 09:14:07 sw-1 123: Jun 17 09:14:07.120: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down
Jun 17 09:14:08 sw-1 124: *Jun 17 09:14:08.120: %SYS-5-CONFIG_I: Configured from console by dana
<166>Jun 17 09:14:09 fw-1 : %ASA-6-302013: Built outbound TCP connection 4711 for outside:10.0.0.9/443
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "cisco",
    "body": "Interface Gi0/1, changed state to down",
}

FORMAT = Lines(
    pattern=(
        r"^(?:<\d{1,3}>)?(?P<time>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})(?:\.\d{1,6})?:? (?:(?P<host>[\w.:-]+) )?(?:\d+: )?"
        r"(?:[\w.-]+: )?(?::? ?[*.]?(?:[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{2,5})?|\d+[wdhy:]\S*): )?:? ?"
        r"%(?P<facility>[A-Z][A-Z0-9_]*(?:-[A-Z][A-Z0-9_]*)?)-(?P<level>[0-7])-(?P<mnemonic>[A-Z0-9_]+): (?P<body>.*)"
    ),
    time=("%Y %b %d %H:%M:%S",),
    joins=False,
    year_missing=True,
    levels={"0": 24, "1": 22, "2": 21, "3": 17, "4": 13, "5": 10, "6": 9, "7": 5},
    service="cisco",
)
