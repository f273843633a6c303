"""Syslog in the columns of RFC 5424 without a priority, as NSX and some collectors write it to files."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
2026-06-17T07:14:07.613Z node-3 indexer 4711 - [meta@6876 comp="worker" level="ERROR"] could not index DOC-1
2026-06-17T10:14:08.694554+03:00 node-3 CRON 20856 - -  (root) CMD (/opt/platform/bin/purge)
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.613",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?P<host>\S+) (?P<program>[^\s:\[\]]+) (?P<pid>\d+|-) (?P<message_id>\S+) "
        r"(?:-|\[(?P<structured>[\w.@-]+(?: [\w.@-]+=\"(?:[^\"\\]|\\.)*\")*?)(?: level=\"(?P<level>[A-Za-z]+)\"(?: [\w.@-]+=\"(?:[^\"\\]|\\.)*\")*)?\]) ?(?P<body>.*)"
    ),
    joins=True,
)


def sure(head: Head) -> Sure:
    """Most lines have a time, a host, a program, its process, an id, and a dash or structured data."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.97, found.why)
