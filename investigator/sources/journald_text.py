"""What journalctl prints with -o verbose, short-full, short-precise, short-unix, short-monotonic or with-unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import WITHOUT_YEAR, find
from investigator.sources._format import Head, Readable, Record, Records, Sure, own

EXAMPLE = """\
Wed 2026-06-17 09:14:07.120373 CEST [s=e991dd;i=372a;b=0dc8;m=24ea327;t=573f28;x=9ceeb7]
    PRIORITY=3
    SYSLOG_IDENTIFIER=indexer
    _HOSTNAME=node-3
    MESSAGE=could not index DOC-1
    _PID=4711
Wed 2026-06-17 09:14:08.002000 CEST [s=e991dd;i=372b;b=0dc8;m=24ea328;t=573f29;x=9ceeb8]
    PRIORITY=6
    _SYSTEMD_UNIT=search.service
    _HOSTNAME=node-3
    MESSAGE=14 waiting
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07.120373",
    "severity": 17,
    "service": "indexer",
    "body": "could not index DOC-1",
}

_MARK = re.compile(r"^-- (?:Logs begin|Journal begins|Boot|Reboot|No entries)\b.*$")
_WHEN = (
    r"(?:(?P<full>[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[A-Z]{2,5}|[+-]\d\d:?\d{0,2}))"
    r"|(?P<precise>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{6})|(?P<unix>\d{10}\.\d{6})|\[ *(?P<uptime>\d+\.\d{6})\])"
)
_SHORT = re.compile(
    rf"^{_WHEN} (?P<host>[\w.-]+) (?P<program>[^\s\[\]:][^\[\]:]{{0,80}}?)(?:\[(?P<pid>\d+)\])?: (?P<body>.*)$"
)
_VERBOSE = re.compile(rf"^{_WHEN} \[s=[0-9a-f]+;i=[0-9a-f]+;.*\]$")
_FIELD = re.compile(r"^ {4}(?P<key>[A-Z_][A-Z0-9_]*)=(?P<value>.*)$")


def sure(head: Head) -> Sure:
    """Lines in one of journalctl's own ways of writing the time, with a host and a program, or a cursor."""
    lines = [line for line in head.lines if not _MARK.match(line)]
    hits = sum(bool(_SHORT.match(line) or _VERBOSE.match(line)) for line in lines)
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    if not hits or not lines or not (_SHORT.match(lines[0]) or _VERBOSE.match(lines[0])):
        return Sure(0.0)
    return Sure(
        0.965 * max(min((hits + fields) / len(lines), 1.0), 0.6), f"{hits} entries as journalctl prints them"
    )


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record an entry, over its lines."""
    held: list[tuple[int, int, str]] = []
    begun = 0
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if _SHORT.match(line) or _VERBOSE.match(line):
            if held:
                yield _entry(begun, held)
            held, begun = [(byte, len(raw), line)], unit
        elif _MARK.match(line) or not line.strip():
            if held:
                yield _entry(begun, held)
            held = []
            yield Record({}, unit, 1, byte, len(raw), structural="boot" if line.strip() else "blank")
        elif held:
            held.append((byte, len(raw), line))
        else:
            yield Record({}, unit, 1, byte, len(raw), reject="no entry above it", text=line[:2000])
    if held:
        yield _entry(begun, held)


def _entry(unit: int, lines: list[tuple[int, int, str]]) -> Record:
    first = lines[0][2]
    short = _SHORT.match(first)
    match = short or _VERBOSE.match(first)
    assert match is not None
    said = match.groupdict()
    written = said["full"] or said["precise"] or said["unix"]
    found = find(written) if written else None
    fields: dict[str, str | None] = {"time": found.time if found else None, "uptime": said["uptime"]}
    if short:
        rest = "\n".join(line for _, _, line in lines[1:])
        fields.update({key: said[key] for key in ("host", "program", "pid")})
        fields["body"] = f"{said['body']}\n{rest}" if rest else said["body"]
    else:
        last = ""
        for _, _, line in lines[1:]:
            named = _FIELD.match(line)
            if named:
                last = named["key"]
                fields[last] = named["value"]
            elif last:
                fields[last] = f"{fields[last]}\n{line.strip()}"
        fields["host"] = fields.pop("_HOSTNAME", None)
        fields["program"] = (
            fields.pop("SYSLOG_IDENTIFIER", None) or fields.get("_COMM") or fields.get("_SYSTEMD_UNIT")
        )
        fields["body"] = fields.pop("MESSAGE", None) or ""
        fields["priority"] = fields.pop("PRIORITY", None)
    return Record(fields, unit, len(lines), lines[0][0], sum(length for _, length, _ in lines))


FORMAT = Records(
    read,
    kind="log",
    line_based=True,
    goes_on=True,
    time=WITHOUT_YEAR,
    roles={**own("time", "body", "host"), "program": "service", "priority": "severity_text"},
)
