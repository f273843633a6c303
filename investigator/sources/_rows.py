"""Tables of text: rows of cells with a delimiter between them, each with the bytes it was made of."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from investigator.sources._dates import found_in
from investigator.sources._format import Readable, Record
from investigator.sources._kubernetes import commanded, prompted
from investigator.sources._ragged import Ragged, shape_of

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
            rows = []
        if len(rows) < MOST_ROWS * len(lines):
            # A quote that is never closed takes the rows below it: each line as a row may say more.
            alone = [cells_of(line, delimiter) for line in lines]
            if _even(alone) > max(_even(rows), 0.8):
                rows = alone
        if not rows:
            continue
        counts: dict[int, int] = {}
        for row in rows:
            counts[len(row)] = counts.get(len(row), 0) + 1
        width = len(rows[0])
        usual = max(counts, key=lambda size: counts[size])
        if counts[usual] >= 3 and (counts[width] < 2 or (width == 1 and counts[usual] > 2 * counts[1])):
            width = usual  # above the table stands a title, or its header lacks a name
        if width < 2:
            continue
        share = counts[width] / len(rows)
        if share * min(width, 6) > best[2] * min(best[1], 6):
            best = (delimiter, width, share)
    return best


#: Of the lines of a table, most are rows of their own.
MOST_ROWS = 0.9


def _even(rows: list[list[str]]) -> float:
    """The share of rows that are as wide as most, of at least two cells."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count) if widths else 0
    return widths.count(usual) / len(widths) if usual > 1 else 0.0


def has_header(first: list[str]) -> bool:
    """Whether a first row names columns: all cells distinct words, none a number or a time, none too long.

    The first may be empty: so does pandas write its index. So may few others be, and a name may stand twice, as a join
    or Jira's columns of comments have it.
    """
    cells = [cell.strip().lstrip("\ufeff") for cell in first]
    named = [cell for cell in cells if cell]
    if (led := found_in(", ".join(cells[:3]).lstrip("[("))) and led.start == 0:
        return False  # a line of a log, whose time has a comma in it, or before its message
    return bool(
        len(cells) > 1
        and named
        and len(cells) - len(named) <= max(not cells[0], 0.25 * len(cells))
        and (len(set(named)) == len(named) or (len(named) > 3 and len(set(named)) >= 0.6 * len(named)))
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
    cells = [_unpadded(row) for row in cells]
    widths = [len(row) for row in cells if row]
    if len(widths) < 3:
        return 0
    usual = max(set(widths), key=widths.count)
    if widths.count(usual) < 2 or usual < 2:
        return 0
    for place, row in enumerate(cells[:12]):
        if len(row) == usual or (len(row) == usual - 1 and usual > 2):
            upper = place + 1 < len(cells) and _upper(row) and len(cells[place + 1]) == usual
            if upper and has_header(cells[place + 1]) and not has_header(row):
                continue  # the upper of two lines of names, which stands over groups of columns
            return place if place and has_header(row) else 0
    return 0


def _upper(row: list[str]) -> bool:
    """Whether all that a row says are words, and much of it is empty."""
    said = [cell for cell in row if cell.strip()]
    return 2 * len(said) <= len(row) and not any(_VALUE.match(cell) or _DATED.match(cell) for cell in said)


def _unpadded(row: list[str]) -> list[str]:
    """A row without the empty cells at its end, where nothing but a title stands in it: spreadsheets fill it up."""
    filled = [cell for cell in row if cell.strip()]
    return filled if len(filled) < 2 or (len(filled) == 2 and len(row) > 4) else row


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


def _named(cells: Sequence[str]) -> list[str]:
    """The names that the cells of a header give, each once."""
    bare = [cell.strip().lstrip("\ufeff") for cell in cells]
    return _distinct([name or ("index" if i == 1 else f"column_{i}") for i, name in enumerate(bare, start=1)])


def _again(row: list[str], names: Sequence[str]) -> bool:
    """Whether a row below the header is one again, as where exports were put one behind the other."""
    if not has_header(row):
        return False
    known = {re.sub(r" \d+$", "", name).lower() for name in names}
    return sum(cell.strip().lstrip("\ufeff").lower() in known for cell in row) >= max(2, 0.6 * len(row))


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
            [
                line.rstrip("\r\n")
                for _, _, line in head
                if line.strip() and not commanded(line) and not prompted(line)
            ]
            if not content.header
            else [first]
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
        names = _named(cells) if named else [f"column_{i}" for i in range(1, len(cells) + 1)]
        rows = _parsed([line for _, _, line in head if line.strip()][above:], delimiter)
        if named and not content.header:
            names = [*names, *_unnamed(names, rows[1:])]
        elif not named:
            names = columns(rows) if columns and columns(rows) else names
    feed = _Feed(head, lines)
    first_rows = [cells_of(line.rstrip("\r\n"), delimiter) for _, _, line in head if line.strip()]
    usual = _Usual(first_rows, len(names))
    ragged = Ragged(first_rows[above:], names, delimiter)
    reader = csv.reader(feed, delimiter=delimiter, strict=False)
    unit = opened = 0
    while True:
        feed.start()
        error = ""
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as wrong:
            error, row = f"no row: {wrong}", []
        alone = feed.ended and len(feed.taken) == 1
        if alone or (len(feed.taken) > 1 and usual.swallowed(feed.taken, delimiter, feed.ended)):
            # A quote that opens and isn't closed in its row: the line is a row as it stands, and so are those below.
            opened += 1
            feed.back_to(1)
            row, error = _bare_cells(feed.taken[0][2].rstrip("\r\n"), delimiter), ""
        if error or len(feed.taken) > 1:
            reader = csv.reader(feed, delimiter=delimiter, strict=False)
        unit += 1
        byte, length, text = feed.piece()
        if error:
            yield Record({}, unit, 1, byte, length, reject=error, text=text[:2000])
            continue
        if len(feed.taken) > SPANS_SAID:
            content.doubt.append(
                f"row {unit:,} is {len(feed.taken):,} lines long: a quote in it may never be closed"
            )
        if not header_seen and above and text.strip():
            above -= 1
            yield Record({}, unit, 1, byte, length, structural="title")
        elif not any(cell.strip() for cell in row) and (header_seen or len(row) <= 1):
            yield Record({}, unit, 1, byte, length, structural="blank")
        elif not header_seen:
            header_seen = True
            yield Record({}, unit, 1, byte, length, structural="header")
        elif _again(row, names):
            names = _named(row)
            yield Record({}, unit, 1, byte, length, structural="header")
        elif len(row) != len(names) and (commanded(text) or prompted(text)):
            yield Record({}, unit, 1, byte, length, structural="prompt")
        elif len(row) != len(names) and not (mended := ragged.mended(row)):
            reason = f"{len(row)} cells where the header has {len(names)}"
            yield Record({}, unit, 1, byte, length, reject=reason, text=text[:2000])
        else:
            cells = row if len(row) == len(names) else mended or row
            fields = {name: cell if cell != "" else None for name, cell in zip(names, cells, strict=True)}
            yield Record(fields, unit, 1, byte, length)
    content.doubt += ragged.doubts()
    if opened:
        told = (
            "a row opens a quote and never closes it: it is"
            if opened == 1
            else f"{opened:,} rows open a quote and never close it: each is"
        )
        content.doubt.append(f"{told} read line by line")


#: A row of more lines is said.
SPANS_SAID = 100


def _bare_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes don't pair: those that are quoted whole without, the others without the lone one."""
    out = []
    for cell in line.split(delimiter):
        whole = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
        out.append(cell[1:-1].replace('""', '"') if whole else cell.removeprefix('"'))
    return out


class _Usual:
    """What the rows of a table usually look like: their width, and the shape of the first cell that has digits."""

    def __init__(self, rows: list[list[str]], width: int) -> None:
        self._width, self._place, self._shapes = width, -1, set[str]()
        rows = [row for row in rows if len(row) == width]
        for place in range(width):
            shapes = [shape_of(row[place]) for row in rows]
            with_digits = [shape for shape in shapes if "0" in shape]
            most = max(set(with_digits), key=with_digits.count) if with_digits else ""
            if most and with_digits.count(most) >= 2 and with_digits.count(most) >= 0.5 * len(rows):
                self._place, self._shapes = place, set(with_digits)
                return

    def swallowed(self, lines: Sequence[_Line], delimiter: str, ended: bool) -> bool:
        """Whether lines that quotes made one row are rows of their own: the quotes don't pair, and those after the
        first look like rows."""
        if not ended and _pairs([line for _, _, line in lines], delimiter):
            return False
        below = [line.rstrip("\r\n") for _, _, line in lines[1:401] if line.strip()]
        hits = sum(self._is_row(line, delimiter) for line in below)
        return hits >= max(1, (0.3 if ended else 0.5) * len(below))

    def _is_row(self, line: str, delimiter: str) -> bool:
        for cells in (cells_of(line, delimiter), _bare_cells(line, delimiter)):
            if len(cells) == self._width:
                if self._place < 0:
                    return self._width > 3
                return shape_of(cells[self._place]) in self._shapes
        return False


def _pairs(lines: list[str], delimiter: str) -> bool:
    """Whether each quote of a row opens or closes a cell."""
    try:
        next(csv.reader(iter(lines), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


#: A line's first byte, its length in bytes, and its text.
_Line = tuple[int, int, str]


class _Feed:
    """Lines for the csv reader that remember which of them made the row just read."""

    def __init__(self, head: list[_Line], rest: Iterator[_Line]) -> None:
        self._waiting, self._rest = deque(head), rest
        self.taken: list[_Line] = []
        self.ended = False  # whether the row just read wanted more lines than there are

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        item = self._waiting.popleft() if self._waiting else next(self._rest, None)
        if item is None:
            self.ended = True
            raise StopIteration
        self.taken.append(item)
        return item[2]

    def start(self) -> None:
        self.taken = []

    def back_to(self, number: int) -> None:
        """Give back all lines of the row just read but the first so many."""
        self._waiting.extendleft(reversed(self.taken[number:]))
        self.taken = self.taken[:number]
        self.ended = False

    def piece(self) -> _Line:
        taken = self.taken
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
