"""Slow query log of MySQL and MariaDB: one event a statement, with its times and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, instant

EXAMPLE = """\
/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
Time                 Id Command    Argument
# Time: 2026-06-17T07:14:07.678222Z
# User@Host: portal[portal] @ web-2 [10.0.0.7]  Id:  4711
# Query_time: 12.011853  Lock_time: 0.011542 Rows_sent: 1  Rows_examined: 2680000
use documents;
SET timestamp=1781680447;
SELECT * FROM documents
WHERE customer = 'CUST-0042';
# User@Host: portal[portal] @ web-2 [10.0.0.7]  Id:  4712
# Query_time: 3.5  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 9
SET timestamp=1781680450;
UPDATE documents SET status = 'stored' WHERE id = 'DOC-1';
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.678222",
    "service": "mysql",
    "body": "SELECT * FROM documents\nWHERE customer = 'CUST-0042';",
}

_HEADER = re.compile(r"^(?:\S+, Version: .* started with:|Tcp port: |Time +Id Command +Argument)")
_PAIR = re.compile(r"([A-Z]\w+): +(\S+)")
_USER = re.compile(r"^# User@Host: (?P<user>\S*?)(?:\[.*?\])? @ +(?P<host>\S*) ?\[(?P<address>[^\]]*)\]")
_STAMP = re.compile(r"^SET timestamp=(\d+)", re.I)
_OLD = re.compile(r"^(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d:\d\d)")


def sure(head: Head) -> Sure:
    """It has comments with Query_time and User@Host."""
    found = "# Query_time:" in head.text and "# User@Host:" in head.text
    found = found or bool(head.lines and re.match(r"# Time: (?:\d{6} |\d{4}-\d\d-\d\dT)", head.lines[0]))
    return Sure(0.98 if found else 0.0, "comments with Query_time and User@Host")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a statement, over all its lines."""
    held: list[tuple[int, int, str]] = []
    begun = 0
    in_comments = False
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        comment = line.startswith("# ")
        begins = comment and (not held or not in_comments)
        if begins and held:
            yield _statement(held, begun)
            held = []
        if not held:
            if not line.strip() or _HEADER.match(line):
                kind = "header" if line.strip() else "blank"
                yield Record({}, unit, 1, byte, len(raw), structural=kind)
                continue
            begun = unit
        held.append((byte, len(raw), line))
        in_comments = comment
    if held:
        yield _statement(held, begun)


def _statement(lines: list[tuple[int, int, str]], unit: int) -> Record:
    fields: dict[str, str | None] = {"time": None}
    said: list[str] = []
    for _, _, line in lines:
        if line.startswith("# Time:"):
            fields["time"] = _time(line[7:].strip())
        elif line.startswith("# "):
            user = _USER.match(line)
            if user:
                fields.update({"user": user["user"], "client": user["host"] or user["address"]})
                line = line.partition("]  ")[2]
            fields.update({key.lower(): value for key, value in _PAIR.findall(line) if key != "Time"})
        elif _HEADER.match(line):
            continue
        elif stamp := _STAMP.match(line):
            fields["time"] = fields["time"] or instant(stamp[1])
        elif line.lower().startswith("use ") and not said:
            fields["database"] = line[4:].strip(" ;`")
        else:
            said.append(line)
    fields["body"] = "\n".join(said).strip()
    with_time = fields.get("query_time")
    if with_time and re.fullmatch(r"\d+(\.\d+)?", with_time):
        fields["duration_ms"] = f"{float(with_time) * 1000:.15g}"
    byte, length = lines[0][0], sum(size for _, size, _ in lines)
    if "query_time" not in fields and not fields["time"]:
        return Record(
            {}, unit, len(lines), byte, length, reject="no Query_time above it", text=lines[0][2][:2000]
        )
    return Record(fields, unit, len(lines), byte, length)


def _time(text: str) -> str | None:
    """ISO, or 170213 16:00:33 as it was before 5.7."""
    old = _OLD.match(text)
    if not old:
        return text
    year, month, day, hour, rest = old.groups()
    return f"20{year}-{month}-{day}T{int(hour):02d}:{rest}"


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    goes_on=True,
    roles={"time": "time", "body": "body", "id": "", "schema": ""},
    service="mysql",
)
