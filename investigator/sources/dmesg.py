"""The kernel's ring buffer as dmesg prints it: seconds since it started, which say no day."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
[    0.000000] Linux version 6.1.0-18-amd64
[12345.678901] Out of memory: Killed process 4711 (indexer) total-vm:4012340kB
[12346.678901] eth0: link up
"""
EXPECT = {
    "events": 3,
    "kind": "record",
    "service": "kernel",
    "body": "Linux version 6.1.0-18-amd64",
}

FORMAT = Lines(
    pattern=r"^(?:(?P<facility>kern|user|daemon) *:(?P<level>[a-z]+) *: )?\[ *(?P<uptime>\d+\.\d{6})\] (?P<body>.*)",
    joins=True,
    service="kernel",
)


def sure(head: Head) -> Sure:
    """Lines that begin with seconds in brackets."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.95, found.why)
