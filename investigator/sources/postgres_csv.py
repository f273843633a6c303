"""Log of PostgreSQL as csvlog: 23 to 26 columns without a header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._rows import read_rows

EXAMPLE = '''\
2026-06-17 09:14:07.120 CEST,"portal","documents",4711,"10.0.0.7:50412",667a0b1c.1267,1,"INSERT",2026-06-17 09:10:00 CEST,4/123,0,ERROR,23505,"duplicate key value violates unique constraint ""documents_pkey""","Key (id)=(DOC-1) already exists.",,,,,"INSERT INTO documents
VALUES ('DOC-1')",,,"indexer","client backend",,0
2026-06-17 09:14:08.002 CEST,,,1,,667a0b1c.1,7,,2026-06-17 09:00:00 CEST,,0,LOG,00000,"checkpoint complete",,,,,,,,,"","checkpointer",,0
'''
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.12",
    "severity": 17,
    "service": "postgresql",
    "body": 'duplicate key value violates unique constraint "documents_pkey"\nDETAIL: Key (id)=(DOC-1) already exists.',
}

#: https://www.postgresql.org/docs/current/runtime-config-logging.html
COLUMNS = (
    "log_time user_name database_name process_id connection_from session_id session_line_num command_tag "
    "session_start_time virtual_transaction_id transaction_id error_severity sql_state_code message detail hint "
    "internal_query internal_query_pos context query query_pos location application_name backend_type leader_pid query_id"
).split()
_FIRST = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+,(?:\"[^\"]*\")?,(?:\"[^\"]*\")?,\d*,.*,"
    r"(?:DEBUG\d?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC),[0-9A-Z]{5},"
)


def sure(head: Head) -> Sure:
    """The first row is a time, a user, a database, a process, and later a level and a state of five characters."""
    return Sure(0.98 if head.lines and _FIRST.match(head.lines[0]) else 0.0, "the columns of csvlog")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; how many columns there are depends on the version."""
    rows = csv.reader(io.StringIO(content.head().text.replace("\0", "").replace("\r", "")))
    try:
        width = len(next(rows, []))
    except csv.Error:
        width = len(COLUMNS)
    names = COLUMNS[:width] + [f"column_{i}" for i in range(len(COLUMNS) + 1, width + 1)]
    for record in read_rows(content, delimiter=",", names=names):
        if record.fields:
            fields = dict(record.fields)
            more = [
                f"{word}: {fields[key]}"
                for word, key in (("DETAIL", "detail"), ("HINT", "hint"))
                if fields.get(key)
            ]
            fields["body"] = "\n".join([fields.get("message") or "", *more])
            fields.pop("message", None)
            record = Record(fields, record.unit, record.units, record.byte, record.length)
        yield record


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    quoted=True,
    roles={
        "log_time": "time",
        "error_severity": "severity_text",
        "body": "body",
        "application_name": "",
        "session_id": "",
    },
    levels={"log": 9, **{f"debug{number}": 5 for number in range(1, 6)}},
    service="postgresql",
)
