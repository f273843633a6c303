"""Error log of MySQL and MariaDB: time, thread, level, code, subsystem, message."""

from __future__ import annotations

from investigator.sources._format import Lines

EXAMPLE = """\
2026-06-17T07:14:07.120618Z 0 [Note] [MY-012487] [InnoDB] DDL log recovery : begin
2026-06-17T07:14:07.391146Z 8 [ERROR] [MY-010584] [Repl] Slave SQL: Error 'Duplicate entry DOC-1 for key documents.PRIMARY' on query
2026-06-17T07:14:08.002127Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting as process 1
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120618",
    "severity": 9,
    "service": "mysql",
    "body": "DDL log recovery : begin",
}

FORMAT = Lines(
    pattern=(
        r"^(?P<time>\d{4}-\d{2}-\d{2}[T ] ?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?|\d{6} {1,2}\d{1,2}:\d{2}:\d{2})"
        r"(?: (?P<thread>\d+))? \[(?P<level>Note|Warning|ERROR|Error|System|Information)\] "
        r"(?:\[(?P<code>MY-\d+)\] )?(?:\[(?P<subsystem>\w+)\] )?(?P<body>.*)"
    ),
    time=("%Y-%m-%d %H:%M:%S", "%y%m%d %H:%M:%S"),
    levels={"note": 9, "system": 9},
    service="mysql",
)
