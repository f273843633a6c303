"""Dump of a database as SQL, by mysqldump, pg_dump, sqlite3 and the like: a row is an event of its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Row, Sure, rows

EXAMPLE = """\
-- Dump of the yard's database
CREATE TABLE `gates` (
  `id` bigint NOT NULL,
  `passed_at` datetime DEFAULT NULL,
  `truck` varchar(20),
  PRIMARY KEY (`id`)
);
INSERT INTO `gates` VALUES (1,'2026-06-17 09:14:07','TRUCK-4711'),(2,'2026-06-17 09:15:07','it''s TRUCK-4712');
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T09:14:07",
    "body": "gates: id=1 truck=TRUCK-4711",
}

_NAME = r"[`\"\[]?([\w$]+)[`\"\]]?"
_TABLE = rf"(?:{_NAME}\.)?{_NAME}"
_INSERT = re.compile(
    rf"^\s*(?:INSERT|REPLACE)(?: IGNORE)? INTO {_TABLE}\s*(?:\(([^()]*)\))?\s*VALUES\s*", re.I
)
_COPY = re.compile(rf"^COPY {_TABLE} \(([^()]*)\) FROM stdin;$", re.I)
_CREATE = re.compile(rf"^\s*CREATE TABLE(?: IF NOT EXISTS)? {_TABLE}\s*\(", re.I)
_COLUMN = re.compile(rf"(?:^|[(,])\s*{_NAME}\s+[A-Za-z]")
_NO_COLUMN = frozenset("primary key unique constraint index foreign check fulltext spatial".split())
_TEXT = r"'(?:[^'\\]|\\.|'')*+'"
_CALL = rf"\((?:[^()']|{_TEXT}|\((?:[^()']|{_TEXT})*+\))*+\)"
_VALUE = re.compile(rf"((?:[^,()']|{_TEXT}|{_CALL})*+)([,)])", re.S)
#: A text with its type or its code page before it, or in what makes a moment of it: DATE '…', N'…', TO_DATE('…', '…').
_TYPED = re.compile(
    rf"(?i)(?:[a-z_][\w ]*|\w*(?:date|time)\w*\s*\(\s*|cast\s*\(\s*)?({_TEXT})(?:\s*(?:::|as\b|,|\)).*)?",
    re.S,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\\0", "Z": "\x1a"}
LINES_AT_MOST = 20_000  # of one statement


def sure(head: Head) -> Sure:
    """It begins as SQL does, and has a statement that holds rows."""
    lines = head.lines
    begins = bool(lines) and re.match(
        r"\s*(?:--|/\*|\#|INSERT|CREATE|DROP|SET|USE|BEGIN|START|LOCK|COPY|PRAGMA)\b|--|/\*", lines[0], re.I
    )
    if not begins or not any(_INSERT.match(line) or _COPY.match(line) for line in lines):
        return Sure(0.0)
    return Sure(0.97, "SQL statements that hold rows")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row that is inserted or copied; what else is stated is structure, of the table that it stands at."""
    table = next((made[2] for line in content.head().lines if (made := _begins(line))), "")
    for record in _read(content):
        table = record.member or table
        yield replace(record, member=table)


def _begins(line: str) -> re.Match[str] | None:
    return _INSERT.match(line) or _COPY.match(line) or _CREATE.match(line)


def _read(content: Readable) -> Iterator[Record]:
    columns: dict[str, list[str]] = {}
    lines = rows(content)
    for row in lines:
        if not row.text.strip():
            yield row.structural("blank")
        elif copied := _COPY.match(row.text):
            yield row.structural("statement")
            yield from _copied(copied[2], _names(copied[3]), lines)
        elif inserted := _INSERT.match(row.text):
            yield from _inserted(inserted, [row], lines, columns)
        else:
            if made := _CREATE.match(row.text):
                text = row.text
                yield row.structural("statement")
                while not re.search(r"\)[^()]*;\s*$", text) and (more := next(lines, None)):
                    text += f"\n{more.text}"
                    yield more.structural("statement")
                found = list(_COLUMN.findall(text[made.end() - 1 :]))
                columns[made[2]] = [name for name in found if name.lower() not in _NO_COLUMN]
                continue
            yield row.structural("comment" if re.match(r"\s*(?:--|/\*|#)", row.text) else "statement")


def _names(listed: str) -> list[str]:
    return [name.strip(' `"[]') for name in listed.split(",")]


def _copied(table: str, names: list[str], lines: Iterator[Row]) -> Iterator[Record]:
    """Rows as PostgreSQL copies them: cells between tabs, to a line with a backslash and a point."""
    for row in lines:
        if row.text == "\\.":
            yield row.structural("statement")
            return
        cells = [None if cell == "\\N" else _plain(cell) for cell in row.text.split("\t")]
        if len(cells) != len(names):
            yield row.reject(f"{len(cells)} cells where {table} has {len(names)}")
        else:
            yield _record(row, 1, table, names, cells)


def _inserted(
    begun: re.Match[str], held: list[Row], lines: Iterator[Row], columns: dict[str, list[str]]
) -> Iterator[Record]:
    """The rows of one statement: of the line that each stands in where none goes on in the next, else of all of it."""
    while True:
        text = "\n".join(row.text for row in held)
        found, whole = _tuples(text, begun.end())
        if whole or len(held) >= LINES_AT_MOST:
            break
        # A statement ends with its line; what only looks like an end stands in a text.
        for more in lines:
            held.append(more)
            if more.text.rstrip().endswith(";"):
                break
        else:
            break
    if not found:
        for row in held:
            yield row.reject("a statement whose rows can't be told")
        return
    starts = [0]
    for row in held:
        starts.append(starts[-1] + len(row.text) + 1)

    def line_of(place: int) -> int:
        return next(i for i in range(len(held) - 1, -1, -1) if starts[i] <= place)

    places = [(line_of(low), line_of(high)) for low, high, _ in found]
    single = all(low == high for low, high in places)
    named = begun[3]
    records = []
    for (low, _), (_, _, cells) in zip(places, found, strict=True):
        names = _names(named) if named else columns.get(begun[2], [])
        if len(names) != len(cells):
            names = [f"column_{i}" for i in range(1, len(cells) + 1)]
        records.append((low if single else 0, names, cells))
    filled = {low for low, _, _ in records}
    for number, row in enumerate(held if single else held[:1]):
        if number not in filled:
            yield row.structural("statement")
        for low, names, cells in records:
            if low == number:
                yield _record(row, 1 if single else len(held), begun[2], names, cells)


def _tuples(text: str, at: int) -> tuple[list[tuple[int, int, list[str | None]]], bool]:
    """Each row's place and its cells, and whether the statement ends behind them."""
    out: list[tuple[int, int, list[str | None]]] = []
    while at < len(text):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if text[at : at + 1] != "(":
            return out, bool(re.match(r"\s*(?:;|ON\b|RETURNING\b|AS\b)", text[at:], re.I))
        low, cells = at, list[str | None]()
        at += 1
        while True:
            found = _VALUE.match(text, at)
            if found is None:
                return out, False
            cells.append(_cell(found[1].strip()))
            at = found.end()
            if found[2] == ")":
                break
        out.append((low, at - 1, cells))
    return out, False


def _cell(text: str) -> str | None:
    if text.upper().partition("::")[0].strip() == "NULL":
        return None
    found = _TYPED.fullmatch(text)
    return _plain(found[1][1:-1].replace("''", "'")) if found else text


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), text, flags=re.S) if "\\" in text else text


def _record(row: Row, units: int, table: str, names: list[str], cells: list[str | None]) -> Record:
    fields = dict(zip(names, cells, strict=True))
    return Record(fields, row.unit, units, row.byte, row.length, member=table)


FORMAT = Records(read, listing=True)
