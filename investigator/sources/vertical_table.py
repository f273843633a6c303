"""Rows as psql's \\x, mysql's \\G and PowerShell's Format-List print them: one column a line, signs or a blank before each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Row, Sure, rows
from investigator.sources._prompt import asked

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


#: A name, its colon in the same column in every line, and its value.
_PAIR = re.compile(r"^(\S[^:]{0,60}?) *(?<= ): ?(.*)$")


def sure(head: Head) -> Sure:
    """Lines such as -[ RECORD 1 ]- or *** 1. row ***, the first of them near the beginning, or names with their colons in
    one column, the same ones twice."""
    if (at := _column(head.lines)) > 0:
        return Sure(0.965, f"names before a colon in column {at + 1}, again and again")
    places = [i for i, line in enumerate(head.lines) if _PSQL.match(line) or _MYSQL.match(line)]
    return Sure(0.97 if places and places[0] <= 3 else 0.0, f"{len(places)} rows, one column a line")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, over its lines."""
    if (at := _column(content.head().lines)) > 0:
        yield from _listed(content, at)
        return
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


def _column(lines: Sequence[str]) -> int:
    """The column of the colons behind the names of rows; 0 where there are no such rows."""
    found = [match for line in lines if not asked(line) and (match := _PAIR.match(line))]
    places = Counter(match[0].index(" : " if " : " in match[0] else " :") for match in found)
    at, hits = places.most_common(1)[0] if places else (0, 0)
    names = Counter(line[:at].strip() for line in lines if line[at : at + 2] == " :")
    rest = [line for line in lines if not asked(line)]
    fit = sum(line[at : at + 2] == " :" or not line[: at + 1].strip() for line in rest)
    again = sum(count for count in names.values() if count > 1)
    return at if hits >= 4 and len(names) > 1 and again >= 0.5 * hits and fit >= 0.9 * len(rest) else 0


def _listed(content: Readable, at: int) -> Iterator[Record]:
    """One record for the lines between two blanks, or until a name comes again."""
    held: dict[str, str | None] = {}
    begin: Row | None = None
    count = size = 0
    name = ""
    for row in rows(content):
        line = row.text
        told = line[at : at + 2] == " :" and bool(line[:at].strip())
        again = told and line[:at].strip() in held
        if begin is not None and (again or not line.strip() or asked(line)):
            yield Record(held, begin.unit, count, begin.byte, size)
            held, begin, count, size = {}, None, 0, 0
        if told:
            name = line[:at].strip()
            held[name] = line[at + 2 :].strip() or None
            begin = begin or row
        elif begin is not None:
            held[name] = f"{held[name] or ''} {line.strip()}".strip()
        elif line.strip():
            yield row.structural("title") if asked(line) else row.reject("it stands in no row")
            continue
        else:
            yield row.structural("blank")
            continue
        count, size = count + 1, size + row.length
    if begin is not None:
        yield Record(held, begin.unit, count, begin.byte, size)


FORMAT = Records(read, listing=True)
