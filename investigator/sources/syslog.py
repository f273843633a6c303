"""Syslog, with and without a priority: RFC 3164 (no year, no zone) and RFC 5424."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
Jun 17 09:14:07 node-3 sshd[4711]: Accepted publickey for deploy from 10.0.0.7 port 50412
Jun 17 09:14:09 node-3 kernel: [12345.678] eth0: link up
<34>Jun 17 09:14:11 node-3 cron[81]: (root) CMD (run-parts /etc/cron.hourly)
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "service": "sshd",
    "body": "Accepted publickey for deploy from 10.0.0.7 port 50412",
}

FORMAT = Lines(
    pattern=(
        r"^(?:<(?P<priority>\d{1,3})>)?(?P<time>(?:[A-Z][a-z]{2} [ 0-9]?\d \d{2}:\d{2}:\d{2})"
        r"|(?:\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})))\s+"
        r"(?P<host>[A-Za-z0-9_.:-]+)\s+(?:(?P<facility>kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d)\."
        r"(?P<level>emerg|alert|crit|err|error|warn|warning|notice|info|debug)\s+)?"
        r"(?:(?P<program>[A-Za-z0-9_.@/() -]{1,64}?)(?:\[(?P<pid>\d+)\])?(?: \([^()]{1,120}\))?:\s|(?P<tag>\[[^\]]{1,64}\])\s)(?P<body>.*)"
    ),
    time=("%Y %b %d %H:%M:%S",),
    headers=r"^-- (?:Logs begin|Journal begins|Boot|Reboot|No entries)\b",  # of journalctl
    joins=True,
    year_missing=True,
)


def sure(head: Head) -> Sure:
    """Most lines have the stamp, a host and a program."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.95, found.why)
