"""Output of `kubectl get events`: a table with ages, such as 3m12s, in place of times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import find
from investigator.sources._format import Head, Readable, Record, Records, Sure, rows
from investigator.sources._kubernetes import below_command, commanded, workload

EXAMPLE = """\
LAST SEEN   TYPE      REASON              OBJECT                        MESSAGE
3m12s       Warning   BackOff             pod/indexer-6c8f7d9b5-x2x7p   Back-off restarting failed container indexer
14m         Normal    ScalingReplicaSet   deployment/search             Scaled up replica set search-5f5d8c7c4 to 3
"""
EXPECT = {
    "events": 2,
    "kind": "record",
    "severity": 13,
    "service": "indexer",
    "body": "BackOff: Back-off restarting failed container indexer",
}

_HEADER = re.compile(r"^(?:NAMESPACE\s+)?LAST SEEN\s+(?:FIRST SEEN\s+|COUNT\s+)*TYPE\s+REASON\s+OBJECT\s+")
_COLUMN = re.compile(r"\S+(?: \S+)*")


def sure(head: Head) -> Sure:
    """The header that kubectl gives its events."""
    lines = below_command(head.lines)
    found = bool(lines) and bool(_HEADER.match(lines[0]))
    return Sure(0.98 if found else 0.0, "the header of kubectl's events")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row. An age is no time: when it was asked is not in the table, so its rows have none."""
    columns: list[tuple[str, int]] = []
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
            continue
        if _HEADER.match(line):
            columns = [
                (match[0].lower().replace(" ", "_"), match.start()) for match in _COLUMN.finditer(line)
            ]
            yield row.structural("header")
            continue
        if commanded(line):
            yield row.structural("prompt")
            continue
        if not columns:
            yield row.reject("no header above it")
            continue
        ends = [start for _, start in columns[1:]] + [len(line) + 1]
        fields: dict[str, str | None] = {
            name: line[start:end].strip() or None for (name, start), end in zip(columns, ends, strict=True)
        }
        if not fields.get("reason"):
            yield row.reject("not as the header says")
            continue
        name = (fields.get("object") or "").partition("/")[2]
        fields["service"] = workload(name) or None
        fields["body"] = f"{fields['reason']}: {fields.pop('message', None) or ''}"
        written = find(fields.get("last_seen") or "")  # some versions and columns print the time itself
        fields["time"] = written.time if written else None
        yield row.event(fields)


FORMAT = Records(
    read,
    kind="log",
    listing=True,
    roles={
        "time": "time",
        "type": "severity_text",
        "service": "service",
        "body": "body",
        "last_seen": "",
        "first_seen": "",
    },
)
