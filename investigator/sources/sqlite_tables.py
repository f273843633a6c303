"""A SQLite database: every table, row by row, opened read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
            quoted = '"' + name.replace('"', '""') + '"'
            try:
                cursor = connection.execute(f"SELECT * FROM {quoted}")
                columns = [column[0] for column in cursor.description]
                for unit, row in enumerate(cursor, start=1):
                    fields = {key: _text(value) for key, value in zip(columns, row, strict=True)}
                    yield Record(fields, unit, member=name)
            except sqlite3.DatabaseError as error:
                yield Record({}, 1, reject=f"the table can't be read: {error}", text=name, member=name)
    finally:
        connection.close()


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
