"""LEEF, as security devices write it for QRadar, bare or behind a syslog header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import WITHOUT_YEAR, find
from investigator.sources._format import Head, Readable, Record, Records, Sure, instant, own, rows

EXAMPLE = """\
LEEF:2.0|Example|Firewall|1.0|deny|^|src=10.0.0.7^dst=10.0.1.9^sev=8^devTime=Jun 17 2026 09:14:07^msg=upload of DOC-1 blocked
Jun 17 09:14:08 fw-1 LEEF:1.0|Example|Firewall|1.0|accept|src=10.0.0.8	dst=10.0.1.9	sev=2	devTime=1781680448120
"""
EXPECT = {
    "events": 2,
    "kind": "alert",
    "time": "2026-06-17T09:14:07",
    "severity": 17,
    "service": "Firewall",
    "body": "deny: upload of DOC-1 blocked",
}

_LEEF = re.compile(r"LEEF:\s?(?P<version>\d\.\d)\|")


def sure(head: Head) -> Sure:
    """Most lines hold LEEF and its bars."""
    lines = head.lines
    hits = sum(bool(_LEEF.search(line)) and line.count("|") >= 5 for line in lines)
    return Sure(0.99 * hits / len(lines) if lines else 0.0, f"{hits} of {len(lines)} lines are LEEF")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a line."""
    for row in rows(content, bare=True):
        line = row.text
        if not line:
            yield row.structural("blank")
            continue
        begins = _LEEF.search(line)
        parts = line[begins.end() :].split("|", 4) if begins else []
        if not begins or len(parts) < 5:
            yield row.reject("no LEEF in it")
            continue
        yield row.event(_fields(line[: begins.start()], begins["version"], parts))


def _fields(before: str, version: str, parts: list[str]) -> dict[str, str | None]:
    said, between = parts[4], "\t"
    if version.startswith("2") and "|" in said[:6]:
        mark, _, said = said.partition("|")
        between = (
            chr(int(mark.lstrip("0x"), 16)) if re.fullmatch(r"0?x[0-9a-fA-F]{1,4}", mark) else mark or "\t"
        )
    fields: dict[str, str | None] = {}
    for pair in said.split(between):
        key, equals, value = pair.partition("=")
        if equals:
            fields[key.strip()] = value.strip() or None
    fields.update(dict(zip(("vendor", "product", "device_version", "event_id"), parts, strict=False)))
    header = find(before)
    host = re.search(r"(\S+)\s*$", before[header.end :] if header else "")
    when = fields.get("devTime")
    written = find(when) if when and not when.isdigit() else None
    fields["time"] = (written.time if written else instant(when)) or (header.time if header else None)
    fields["host"] = host[1] if host else fields.get("identHostName")
    fields["body"] = f"{fields['event_id']}: {fields['msg']}" if fields.get("msg") else fields["event_id"]
    level = fields.get("sev") or ""
    if level.isdigit():
        number = int(level)
        fields["level"] = (
            "info" if number <= 3 else "warning" if number <= 6 else "error" if number <= 8 else "fatal"
        )
    return fields


FORMAT = Records(
    read,
    kind="alert",
    line_based=True,
    time=WITHOUT_YEAR,
    roles={**own("time", "host", "body"), "product": "service", "level": "severity_text", "msg": ""},
)
