"""A table as `kubectl get` and `docker ps` print it: names in capitals, columns apart by two or more spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure, rows
from investigator.sources._kubernetes import below_command, commanded, prompted

EXAMPLE = """\
NAMESPACE   NAME                       READY   STATUS             RESTARTS      AGE
prod        indexer-6c8f7d9b5-x2x7p    0/1     CrashLoopBackOff   12 (3m ago)   40m
prod        search-7d9b56c8f5-abcde    1/1     Running            0             41d
"""
EXPECT = {
    "events": 2,
    "kind": "record",
    "severity": 17,
    "service": "indexer",
    "body": "namespace=prod name=indexer-6c8f7d9b5-x2x7p ready=0/1 status=CrashLoopBackOff restarts=12 (3m ago) age=40m pod=indexer-6c8f7d9b5-x2x7p level=error",
}

_NAMES = re.compile(
    r"^[A-Z][A-Z0-9()/%-]*(?: [A-Z0-9()/%-]+)*(?: {2,}[A-Z][A-Z0-9()/%-]*(?: [A-Z0-9()/%-]+)*)+\s*$"
)
_KNOWN = re.compile(r"\b(?:NAME|NAMES|CONTAINER ID|NAMESPACE|READY|STATUS|AGE)\b")
_BAD = re.compile(
    r"BackOff|Error|Failed|Evicted|OOMKilled|NotReady|Exited \([1-9]|unhealthy|ImagePull|Unknown|Lost"
)
_WAITS = re.compile(r"Pending|Terminating|ContainerCreating|Init:|Restarting|SchedulingDisabled|Created")


def sure(head: Head) -> Sure:
    """A first line of names in capitals, two of which kubectl or docker have, or rows all of which stand below them."""
    lines = below_command(head.lines)
    if len(lines) < 2 or not _NAMES.match(lines[0]) or "LAST SEEN" in lines[0]:
        return Sure(0.0)
    starts = _starts(lines[0])
    rows = [line for line in lines[1:] if not prompted(line)]
    if any(map(commanded, rows)) or not rows:
        return Sure(0.0)
    fits = sum(_fits(line, starts) for line in rows)
    known = len(_KNOWN.findall(lines[0])) > 1
    if not known and (len(starts) < 3 or len(rows) < 2 or fits < len(rows)):
        return Sure(0.0)
    # Below the command that printed it, it is no talk with a terminal any more; where all fits, it is no talk of people.
    alone = known and fits == len(rows) and not re.fullmatch(r"[-=+ ]+", rows[0])
    least = 0.966 if alone else 0.95 if lines is head.lines else 0.964
    return Sure(least * fits / len(rows), f"{len(starts)} columns under names in capitals")


def _starts(names: str) -> list[int]:
    return [match.start() for match in re.finditer(r"(?:^|(?<= {2}))\S", names)]


def _fits(line: str, starts: list[int]) -> bool:
    return all(start == 0 or start > len(line) or line[start - 1 : start] in (" ", "") for start in starts)


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; a new line of names begins another table."""
    names: list[str] = []
    starts: list[int] = []
    for row in rows(content):
        line = row.text
        if not line.strip():
            yield row.structural("blank")
        elif _NAMES.match(line) and (_KNOWN.search(line) or not names):
            starts = _starts(line)
            names = [cell.strip().lower().replace(" ", "_") for cell in _cells(line, starts)]
            yield row.structural("header")
        elif commanded(line) or prompted(line):
            yield row.structural("prompt")
        elif not names or not _fits(line, starts):
            yield row.reject("not as wide as the names above")
        else:
            cells = [cell.strip() for cell in _cells(line, starts)]
            fields: dict[str, str | None] = {
                name: cell if cell not in ("", "<none>") else None
                for name, cell in zip(names, cells, strict=True)
            }
            status = fields.get("status")
            fields["pod"] = fields.get("name") or fields.get("names")
            if status is not None:
                bad, waits = _BAD.search(status), _WAITS.search(status)
                fields["level"] = "error" if bad else "warning" if waits else "info"
            yield row.event(fields)


def _cells(line: str, starts: list[int]) -> list[str]:
    return [line[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]


FORMAT = Records(
    read,
    kind="record",
    listing=True,
    roles={"pod": "service", "level": "severity_text", "status": "", "image": ""},
)
