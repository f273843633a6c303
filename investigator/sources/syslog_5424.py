"""Syslog by RFC 5424: priority, version, ISO time, host, program, ids, structured data."""

from __future__ import annotations

from investigator.sources._format import Head, Lines, Sure

EXAMPLE = """\
<165>1 2026-06-17T07:14:07.003Z node-3 indexer 4711 ID47 [origin ip="10.0.0.7"] indexed document DOC-1
<34>1 2026-06-17T07:14:09.512Z node-3 su - ID48 - 'su root' failed for lonvick on /dev/pts/8
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.003",
    "severity": 10,
    "service": "indexer",
    "body": "indexed document DOC-1",
}

FORMAT = Lines(
    pattern=(
        r"^<(?P<priority>\d{1,3})>\d{1,2} (?P<time>-|\d{4}-\d\d-\d\dT\S+) (?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) (?P<message_id>\S+) "
        r"(?P<structured>-|(?:\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\])+) ?(?P<body>.*)"
    ),
    joins=True,
)


def sure(head: Head) -> Sure:
    """Most lines have a priority and a version."""
    found = FORMAT.share(head)
    return Sure(found.share * 0.98, found.why)
