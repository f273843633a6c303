"""The systemd journal as it is exported: `journalctl -o export`, fields a line, entries apart by a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources.journald_json import FORMAT as AS_JSON

EXAMPLE = """\
__CURSOR=s=e991;i=372a
__REALTIME_TIMESTAMP=1781680447120373
PRIORITY=3
_HOSTNAME=node-3
SYSLOG_IDENTIFIER=indexer
MESSAGE=could not index DOC-1

__CURSOR=s=e991;i=372b
__REALTIME_TIMESTAMP=1781680448120373
PRIORITY=6
_HOSTNAME=node-3
SYSLOG_IDENTIFIER=systemd
MESSAGE=Started indexer.

"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120373",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

_FIELD = re.compile(rb"^([A-Z_][A-Z0-9_]{0,63})=(.*)$", re.DOTALL)


def sure(head: Head) -> Sure:
    """Lines of FIELD=value, the journal's time among them."""
    lines = head.lines
    hits = sum(bool(re.match(r"[A-Z_][A-Z0-9_]*(=|$)", line)) for line in lines)
    found = "__REALTIME_TIMESTAMP=" in head.text and hits >= len(lines) * 0.5
    return Sure(0.97 if found else 0.0, "the journal's fields, one a line")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry, over all its lines. Binary fields (a length, then so many bytes) are read as text."""
    fields: dict[str, str | None] = {}
    begun = start = size = units = 0
    broken = ""
    number = 0
    name, wanted, value = b"", -1, b""  # of a binary field that is being read: its length comes first
    for byte, raw in content.lines():
        number += 1
        if not units and not raw.strip(b"\r\n"):
            yield Record({}, number, 1, byte, len(raw), structural="blank")
            continue
        if not units:
            begun, start, size, broken, fields = number, byte, 0, "", {}
        if not name and not raw.strip(b"\r\n"):
            yield from _entry(fields, begun, units, start, size, broken)
            units = 0
            yield Record({}, number, 1, byte, len(raw), structural="blank")
            continue
        units, size = units + 1, size + len(raw)
        if name:
            value += raw
            if wanted < 0 and len(value) >= 8:
                wanted, value = int.from_bytes(value[:8], "little"), value[8:]
            if 0 <= wanted < len(value):
                fields[name.decode()] = value[:wanted].decode("utf-8", errors="backslashreplace")
                name, wanted, value = b"", -1, b""
            continue
        line = raw.rstrip(b"\r\n")
        match = _FIELD.match(line)
        if match:
            fields[match[1].decode()] = match[2].decode("utf-8", errors="backslashreplace")
        elif re.fullmatch(rb"[A-Z_][A-Z0-9_]{0,63}", line):
            name = line
        else:
            broken = line[:200].decode("utf-8", errors="backslashreplace")
    if units:
        yield from _entry(fields, begun, units, start, size, broken)


def _entry(
    fields: dict[str, str | None], unit: int, units: int, byte: int, length: int, broken: str
) -> Iterator[Record]:
    if "__REALTIME_TIMESTAMP" not in fields and "MESSAGE" not in fields:
        yield Record({}, unit, units, byte, length, reject="no entry of the journal", text=broken)
    else:
        yield Record(fields, unit, units, byte, length)


FORMAT = Records(read, kind="log", line_based=True, goes_on=True, roles=AS_JSON.roles)
