"""A table as psql and mysql print it: columns apart by bars, lines of dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
  id   | status |          stored_at
-------+--------+------------------------------
 DOC-1 | stored | 2026-06-17 09:14:07.12+02
 DOC-2 |        | 2026-06-17 09:14:08.002+02
(2 rows)
"""
EXPECT = {
    "events": 2,
    "kind": "record",
    "body": "id=DOC-1 status=stored stored_at=2026-06-17 09:14:07.12+02",
}

_RULE = re.compile(r"^\+?-{2,}(?:\+-{2,})*\+?-*$")
_FOOT = re.compile(r"^\(?\d+ rows?(?: in set)?.*$")


def sure(head: Head) -> Sure:
    """A line of dashes and plus signs below the names, or around them."""
    lines = head.lines[:4]
    if len(lines) < 3:
        return Sure(0.0)
    psql = bool(_RULE.match(lines[1].strip())) and lines[0].count("|") == lines[1].count("+")
    mysql = lines[0].startswith("+-") and bool(_RULE.match(lines[0])) and lines[1].startswith("|")
    return Sure(0.95 if psql or mysql else 0.0, "a line of dashes between names and rows")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; a cell that psql wraps (its mark is a plus at the end) goes on in the next line."""
    edges: list[int] = []
    names: list[str] = []
    before: tuple[int, int, int, str] | None = None  # unit, byte, length and text of the line above a rule
    boxed = False
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        if _RULE.match(line.strip()) and line.strip():
            boxed = boxed or line.startswith("+")
            if before and not names:
                edges = [i for i, c in enumerate(line) if c == "+"]
                names = [cell.strip() for cell in _cells(before[3], edges, boxed)]
                yield Record({}, before[0], 1, before[1], before[2], structural="header")
                before = None
            yield Record({}, unit, 1, byte, len(raw), structural="rule")
        elif not line.strip():
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        elif _FOOT.match(line.strip()):
            names = []
            yield Record({}, unit, 1, byte, len(raw), structural="count")
        elif not names:
            if before:
                yield Record({}, before[0], 1, before[1], before[2], structural="title")
            before = (unit, byte, len(raw), line)
        else:
            cells = _cells(line, edges, boxed)
            fields = {name: cell.strip() or None for name, cell in zip(names, cells, strict=False)}
            if len(cells) != len(names):
                reason = f"{len(cells)} cells where the table has {len(names)}"
                yield Record({}, unit, 1, byte, len(raw), reject=reason, text=line[:2000])
            else:
                yield Record(
                    {k: None if v == "NULL" else v for k, v in fields.items()}, unit, 1, byte, len(raw)
                )
    if before:
        yield Record({}, before[0], 1, before[1], before[2], structural="title")


def _cells(line: str, edges: list[int], boxed: bool) -> list[str]:
    """Cells between the edges of the rule; where wide characters move them, between the bars."""
    inner = edges[1:-1] if boxed else edges
    if all(edge < len(line) and line[edge] == "|" for edge in inner):
        starts = [(edges[0] if boxed else -1), *inner]
        ends = [*inner, len(line.rstrip()) - 1 if boxed else len(line)]
        return [line[a + 1 : b] for a, b in zip(starts, ends, strict=True)]
    return line.strip().strip("|").split("|") if boxed else line.split("|")


FORMAT = Records(read, listing=True)
