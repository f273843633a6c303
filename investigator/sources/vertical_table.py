"""Rows as psql's \\x and mysql's \\G print them: one column a line, a line of signs before each row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
-[ RECORD 1 ]-----------------
id        | DOC-1
status    | stored
stored_at | 2026-06-17 09:14:07+02
-[ RECORD 2 ]-----------------
id        | DOC-2
status    |
stored_at | 2026-06-17 09:14:08+02
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:14:07",
    "body": "id=DOC-1 status=stored",
}

_PSQL = re.compile(r"^[-─]\[ RECORD \d+ \][-+─┼]*\s*$")
_MYSQL = re.compile(r"^\*{10,} \d+\. row \*{10,}\s*$")
_FOOT = re.compile(r"^\(?\d+ rows?(?: in set)?.*$")


def sure(head: Head) -> Sure:
    """Lines such as -[ RECORD 1 ]- or *** 1. row ***, the first of them near the beginning."""
    places = [i for i, line in enumerate(head.lines) if _PSQL.match(line) or _MYSQL.match(line)]
    return Sure(0.97 if places and places[0] <= 3 else 0.0, f"{len(places)} rows, one column a line")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, over its lines."""
    held: list[tuple[int, int, str]] = []
    begun = 0
    bar = "|"
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n")
        starts = _PSQL.match(line) or _MYSQL.match(line)
        ends = not line.strip() or _FOOT.match(line)
        if starts or (ends and bar == ":"):
            if held:
                yield _row(begun, held, bar)
            held = []
        if starts:
            bar = ":" if line.startswith("*") else "│" if line.startswith("─") else "|"
            held, begun = [(byte, len(raw), line)], unit
        elif held and not (ends and "|" not in line):
            held.append((byte, len(raw), line))
        elif ends:
            if held:
                yield _row(begun, held, bar)
            held = []
            yield Record({}, unit, 1, byte, len(raw), structural="count" if line.strip() else "blank")
        else:
            yield Record({}, unit, 1, byte, len(raw), structural="title")
    if held:
        yield _row(begun, held, bar)


def _row(unit: int, lines: list[tuple[int, int, str]], bar: str) -> Record:
    fields: dict[str, str | None] = {}
    last = ""
    for _, _, line in lines[1:]:
        name, found, value = line.partition(bar)
        if found and (name.strip() or bar == "|"):
            last = name.strip() or last
            value = value.strip().removesuffix("+").rstrip()
            before = fields.get(last)
            fields[last] = f"{before}\n{value}" if before else (None if value in ("", "NULL") else value)
        elif last:
            fields[last] = f"{fields[last] or ''}\n{line}".strip()
    size = sum(length for _, length, _ in lines)
    if not fields:
        text = "\n".join(line for _, _, line in lines)
        return Record(
            {}, unit, len(lines), lines[0][0], size, reject="a row without columns", text=text[:2000]
        )
    return Record(fields, unit, len(lines), lines[0][0], size)


FORMAT = Records(read, listing=True)
