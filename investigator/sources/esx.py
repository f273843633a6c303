"""Syslog of VMware ESXi: a time, two letters for the level with a number, the program and its process."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
2026-06-17T07:14:07.120Z In(14) ConfigStore[1001430703]: Log for ConfigStore version=1.0 option=BETA
2026-06-17T07:14:07.391Z Er(163) Hostd[1001392583]: [Originator@6876 sub=Vimsvc opID=5b8e] could not power on vm DOC-1
2026-06-17T07:14:08.002Z Wa(180)[+] vmkwarning: 14 waiting
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 9,
    "service": "ConfigStore",
    "body": "Log for ConfigStore version=1.0 option=BETA",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z) (?P<level>Em|Al|Cr|Er|Wa|No|In|Db)\((?P<number>\d+)\)(?:\[\+\])? "
        r"(?P<program>[\w.-]+)(?:\[(?P<pid>\d+)\])?: ?(?P<body>.*)"
    ),
    levels={"em": 24, "al": 22, "cr": 21, "er": 17, "wa": 13, "no": 10, "in": 9, "db": 5},
)
