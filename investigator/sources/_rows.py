"""Tables of text: rows of cells with a delimiter between them, each with the bytes it was made of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from investigator.sources._format import Readable, Record

DELIMITERS = (",", "\t", ";", "|")
_VALUE = re.compile(
    r"^\s*(?:[-+]?\d[\d.,:eE/ +-]*|\d{4}-\d{2}-\d{2}[T ].*|true|false|null|\\N)?\s*$", re.IGNORECASE
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
        counts: dict[int, int] = {}
        for row in rows:
            counts[len(row)] = counts.get(len(row), 0) + 1
        width = len(rows[0])
        usual = max(counts, key=lambda size: counts[size])
        if counts[width] < 2 and counts[usual] >= 3:
            width = usual  # above the table stands a title, or its header lacks a name
        if width < 2:
            continue
        share = counts[width] / len(rows)
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
        # Jira gives each of its columns of comments and labels the same name.
        and (len(set(cells)) == len(cells) or (len(cells) > 5 and len(set(cells)) >= 0.6 * len(cells)))
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


def preamble(lines: list[str], delimiter: str) -> int:
    """How many of the lines that are not blank stand above the header: `sep=;`, a title, who exported it when."""
    cells = [cells_of(line, delimiter) for line in lines]
    if cells and re.match(r"^\ufeff?sep=.$", lines[0].strip(), re.IGNORECASE):
        return 1
    widths = [len(row) for row in cells if row]
    if len(widths) < 3:
        return 0
    usual = max(set(widths), key=widths.count)
    if widths.count(usual) < 2 or usual < 2:
        return 0
    for place, row in enumerate(cells[:12]):
        if len(row) == usual or (len(row) == usual - 1 and usual > 2):
            return place if place and has_header(row) else 0
    return 0


def _parsed(lines: list[str], delimiter: str) -> list[list[str]]:
    """The rows of these lines, quoted line breaks included."""
    try:
        return [row for row in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter) if row]
    except csv.Error:
        return [cells_of(line.rstrip("\r\n"), delimiter) for line in lines]


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of which no two are alike: the second Comment is Comment 2."""
    out: list[str] = []
    taken = set(names)
    for name in names:
        number, unique = 2, name
        while unique in out:
            unique = f"{name} {number}"
            number += 1
            if unique in taken:
                unique = name
        out.append(unique)
    return out


def _unnamed(names: Sequence[str], rows: list[list[str]]) -> list[str]:
    """Names for the columns at the end that the header leaves out, where nearly all rows have them."""
    widths = [len(row) for row in rows if row]
    if len(widths) < 2 or widths.count(len(names)) > 0.2 * len(widths):
        return []
    usual = max(set(widths), key=widths.count)
    more = usual > len(names) and widths.count(usual) >= 0.8 * len(widths)
    if more and usual == len(names) + 1 and not {"message", "msg", "body"} & {name.lower() for name in names}:
        texts = [row[-1] for row in rows if len(row) == usual]
        if sum(" " in text.strip() for text in texts) > 0.5 * len(texts):
            return ["message"]  # Windows' Event Viewer names all columns but that of the text
    return [f"column_{i}" for i in range(len(names) + 1, usual + 1)] if more else []


def read_rows(
    content: Readable,
    *,
    delimiter: str = "",
    names: Sequence[str] = (),
    columns: Callable[[list[list[str]]], list[str]] | None = None,
) -> Iterator[Record]:
    """One record a row, quoted line breaks included; rows of another width are rejected, with their text.

    With `names` the table has no header. The tail of one that has takes it from `content.header`. `columns` names the
    columns of one without a header, by its rows, where it can.
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
    above = 0  # lines before the header: a title, or what separates cells
    if not names and not content.header:
        filled = [line.rstrip("\r\n") for _, _, line in head if line.strip()]
        above = preamble(filled, delimiter)
        first = filled[above] if filled else first
    if not names:
        cells = cells_of(first.rstrip("\r\n").lstrip("\ufeff"), delimiter)
        named = has_header(cells)
        header_seen = header_seen or not named
        names = [
            (cell.strip() or "index") if named else f"column_{i}" for i, cell in enumerate(cells, start=1)
        ]
        names = _distinct(names)
        rows = _parsed([line for _, _, line in head if line.strip()][above:], delimiter)
        if named and not content.header:
            names = [*names, *_unnamed(names, rows[1:])]
        elif not named:
            names = columns(rows) if columns and columns(rows) else names
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
        elif not header_seen and above:
            above -= 1
            yield Record({}, unit, 1, byte, length, structural="title")
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


def _lines(content: Readable) -> Iterator[_Line]:
    """Each line with its first byte and length; NULs, which csv refuses, are shown as \\x00."""
    for byte, raw in content.lines():
        shown = raw.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
        yield byte, len(raw), shown
