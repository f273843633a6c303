"""Tables of text: rows of cells with a delimiter between them, each with the bytes it was made of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from investigator.sources._format import Record

DELIMITERS = (",", "\t", ";", "|")
_VALUE = re.compile(
    r"^\s*(?:[-+]?\d[\d.,:eE/ +-]*|\d{4}-\d{2}-\d{2}[T ].*|true|false|null)?\s*$", re.IGNORECASE
)

#: What begins with a date or an epoch is a value, whatever follows.
_DATED = re.compile(r"^\s*\"?(?:\d{4}-\d{2}|\d{4}/\d{2}/|\d{2}[./]\d{2}[./]\d{4}|\d{9,}|\d{4}-\d{3}T)")


def shape(lines: list[str]) -> tuple[str, int, float]:
    """The delimiter, the number of cells and the share of rows that have that many; ("", 0, 0) for no table."""
    best = ("", 0, 0.0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not rows:
            continue
        width = len(rows[0])
        if width < 2:
            continue
        share = sum(len(row) == width for row in rows) / len(rows)
        if share * min(width, 6) > best[2] * min(best[1], 6):
            best = (delimiter, width, share)
    return best


def has_header(first: list[str]) -> bool:
    """Whether a first row names columns: all cells distinct words, none a number or a time, none too long.

    The first alone may be empty: so does pandas write its index.
    """
    cells = [cell.strip().lstrip("\ufeff") for cell in first]
    return bool(
        len(cells) > 1
        and all(cells[1:])
        and len(set(cells)) == len(cells)
        and not any(_VALUE.match(cell) or _DATED.match(cell) or len(cell) > 80 for cell in cells if cell)
    )


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line; where the csv module refuses it, what stands between the delimiters."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def first_line(text: str) -> str:
    """The header of a table: what the tail of one that has grown is read with."""
    return text.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")


def read_rows(content: Any, *, delimiter: str = "", names: Sequence[str] = ()) -> Iterator[Record]:
    """One record a row, quoted line breaks included; rows of another width are rejected, with their text.

    With `names` the table has no header. The tail of one that has takes it from `content.header`.
    """
    csv.field_size_limit(16 << 20)
    lines = _lines(content)
    head: list[_Line] = []
    for item in lines:
        head.append(item)
        if len(head) >= 50:
            break
    if not head:
        return
    first = content.header or next((line for _, _, line in head if line.strip()), "")
    if not delimiter:
        delimiter, _, _ = shape(
            [line.rstrip("\r\n") for _, _, line in head if line.strip()] if not content.header else [first]
        )
        delimiter = delimiter or ","
    header_seen = bool(names) or bool(content.header)
    if not names:
        cells = cells_of(first.rstrip("\r\n").lstrip("\ufeff"), delimiter)
        named = has_header(cells)
        header_seen = header_seen or not named
        names = [
            (cell.strip() or "index") if named else f"column_{i}" for i, cell in enumerate(cells, start=1)
        ]
    feed = _Feed(head, lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=False)
    unit = 0
    while True:
        feed.start()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unit += 1
            byte, length, text = feed.piece()
            yield Record({}, unit, 1, byte, length, reject=f"no row: {error}", text=text[:2000])
            reader = csv.reader(feed, delimiter=delimiter, strict=False)
            continue
        unit += 1
        byte, length, text = feed.piece()
        if not row or (not any(cell.strip() for cell in row) and len(row) <= 1):
            yield Record({}, unit, 1, byte, length, structural="blank")
        elif not header_seen:
            header_seen = True
            yield Record({}, unit, 1, byte, length, structural="header")
        elif len(row) != len(names):
            reason = f"{len(row)} cells where the header has {len(names)}"
            yield Record({}, unit, 1, byte, length, reject=reason, text=text[:2000])
        else:
            fields = {name: cell if cell != "" else None for name, cell in zip(names, row, strict=True)}
            yield Record(fields, unit, 1, byte, length)


#: A line's first byte, its length in bytes, and its text.
_Line = tuple[int, int, str]


class _Feed:
    """Lines for the csv reader that remember which of them made the row just read."""

    def __init__(self, head: list[_Line], rest: Iterator[_Line]) -> None:
        self._head, self._rest, self._taken = iter(head), rest, list[_Line]()

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        item = next(self._head, None) or next(self._rest, None)
        if item is None:
            raise StopIteration
        self._taken.append(item)
        return item[2]

    def start(self) -> None:
        self._taken = []

    def piece(self) -> _Line:
        taken = self._taken
        return (
            taken[0][0] if taken else 0,
            sum(length for _, length, _ in taken),
            "".join(line for _, _, line in taken),
        )


def _lines(content: Any) -> Iterator[_Line]:
    """Each line with its first byte and length; NULs, which csv refuses, are shown as \\x00."""
    for byte, raw in content.lines():
        shown = raw.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
        yield byte, len(raw), shown
