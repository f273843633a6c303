"""A SQLite database: every table, row by row, opened read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.errors import DataError
from investigator.sources import _ocel
from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = b"SQLite format 3\x00"


def sure(head: Head) -> Sure:
    """The file starts as SQLite files do."""
    return Sure(1.0, "a SQLite file") if head.data.startswith(b"SQLite format 3\x00") else Sure(0.0)


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, table by table in order of name; views and virtual tables are left alone."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")  # nothing in a hostile schema runs
    connection.text_factory = lambda data: data.decode("utf-8", errors="backslashreplace")
    try:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            )
        ]
        if found := _ocel.of_tables(set(names), lambda name: _rows(connection, name)):
            yield from _ocel.log(*found, content.doubt)
            return
        for name in names:
            yield from _table(connection, name)
    except sqlite3.DatabaseError as error:
        raise DataError(
            f"{content.name} is damaged: {error}.",
            "Nothing of it can be read: its list of tables is gone.",
            "Copy it again, with its -wal file if there is one, or dump what there is: sqlite3 FILE .recover",
        ) from error
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str) -> Iterator[Record]:
    """The rows of a table; those on damaged pages cost themselves alone."""
    quoted = '"' + name.replace('"', '""') + '"'
    unit, last = 0, None
    while True:
        given: list[int]
        after, given = ("", []) if last is None else (" WHERE rowid >= ?", [last])
        try:
            try:
                cursor = connection.execute(f"SELECT rowid, * FROM {quoted}{after}", given)
            except sqlite3.OperationalError:  # a table without row ids
                cursor = connection.execute(f"SELECT NULL, * FROM {quoted}")
            columns = [column[0] for column in cursor.description][1:]
            for number, *row in cursor:
                unit += 1
                last = None if number is None else int(number) + 1
                yield Record(
                    {key: _text(value) for key, value in zip(columns, row, strict=True)}, unit, member=name
                )
            return
        except sqlite3.DatabaseError as error:
            further = _further(connection, quoted, last)
            unit += 1
            where = "the rest of the table" if further is None else f"rows {last} to {further - 1}"
            yield Record({}, unit, reject=f"{where} can't be read: {error}", text=name, member=name)
            if further is None:
                return
            last = further


def _further(connection: sqlite3.Connection, quoted: str, start: int | None) -> int | None:
    """The first row id behind damaged pages from which a table can be read on; None where there is none."""

    def readable(row: int) -> bool:
        try:
            return (
                connection.execute(f"SELECT * FROM {quoted} WHERE rowid >= ? LIMIT 1", [row]).fetchone()
                is not None
            )
        except sqlite3.DatabaseError:
            return False

    try:
        (end,) = connection.execute(f"SELECT max(rowid) FROM {quoted}").fetchone()
    except sqlite3.DatabaseError:
        return None
    bad, step = start or 0, 1
    while end is not None and bad + step <= end:
        if readable(bad + step):
            low, high = bad + step // 2, bad + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if readable(middle) else (middle, high)
            return high
        step *= 2
    return int(end) if end is not None and end > bad and readable(int(end)) else None


def _rows(connection: sqlite3.Connection, name: str) -> Iterator[dict[str, str | None]]:
    """The rows of a table, as far as it can be read."""
    try:
        cursor = connection.execute('SELECT * FROM "' + name.replace('"', '""') + '"')
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            yield {key: _text(value) for key, value in zip(columns, row, strict=True)}
    except sqlite3.DatabaseError:
        return


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


FORMAT = Records(read, text=False, listing=True)
