"""General query log of MySQL: time, connection, command, statement."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
/usr/sbin/mysqld, Version: 8.0.43 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
Time                 Id Command    Argument
2026-06-17T07:14:07.120691Z\t   10 Query\tselect id from documents where id = 'DOC-1'
2026-06-17T07:14:07.391691Z\t   10 Quit\t
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120691",
    "service": "mysql",
    "body": "select id from documents where id = 'DOC-1'",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,6}(?:Z|[+-]\d{2}:\d{2}))\t\s*(?P<connection>\d+) "
        r"(?P<command>[A-Z][A-Za-z]+(?: [A-Za-z]+){0,2})(?:\t(?P<body>.*))?"
    ),
    headers=r"^(?:\S+, Version: .* started with:|Tcp port: |Time +Id Command +Argument)",
    service="mysql",
)
