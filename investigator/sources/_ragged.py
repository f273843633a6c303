"""Rows of a table that are wider or narrower than its header: what belongs together, told by what the other rows hold.

A delimiter within words makes a row wider. It is told by the space after it, or by the one column that is not of one
shape in all rows. Where neither tells, the row stays as it is, to be said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_FIRM = 0.6  # of the rows have the shape that a column usually has
ROWS_AT_LEAST = 3


def shape_of(cell: str) -> str:
    """A cell with each run of digits as 0 and each of letters as a; what is hexadecimal and long as 0."""
    text = re.sub(r"\b(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b", "0", cell.strip().strip('"').lower())
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


class Ragged:
    """The columns of one table, as its first rows have them. `joined` and `short` count what was mended."""

    def __init__(self, rows: Sequence[Sequence[str]], names: Sequence[str], delimiter: str) -> None:
        rows = [row for row in rows if len(row) > 1 and list(row[: len(names)]) != list(names)]
        self._width, self._delimiter = len(names), delimiter
        few = len(rows) < ROWS_AT_LEAST
        self._left = [] if few else self._firm(rows, range(self._width))
        self._right = [] if few else self._firm(rows, range(-1, -self._width - 1, -1))
        cells = [cell for row in rows for cell in row[1:] if cell]
        self._spaced = sum(cell.startswith(" ") for cell in cells) > 0.2 * len(cells)
        self.joined = self.short = 0

    @property
    def dated(self) -> bool:
        """Whether a column at the beginning has numbers of one shape in nearly all rows: those of a table have."""
        return any("0" in shape for shapes in self._left[:3] for shape in shapes)

    @staticmethod
    def _firm(rows: Sequence[Sequence[str]], places: Sequence[int]) -> list[set[str]]:
        """The shapes of the columns from one end on, as long as each has one that most rows share."""
        out: list[set[str]] = []
        for place in places:
            shapes = [shape_of(row[place]) for row in rows if -len(row) <= place < len(row)]
            most = max(set(shapes), key=shapes.count) if shapes else ""
            worded = "0" not in most  # words alone are of one shape only where all are
            least = len(shapes) if worded else _FIRM * len(rows)
            if not most or (" " in most and "a" in most) or shapes.count(most) < least:
                break
            out.append({most, *(shape for shape in shapes if shapes.count(shape) > 1)})
        return out

    def mended(self, row: list[str]) -> list[str] | None:
        """The cells of a row as many as there are names; None where nothing tells which belong together."""
        width = self._width
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return row[:width] if self._fits(row[:width], whole=False) else None
        if len(row) > width:
            found = next((one for one in (self._by_space(row), self._by_column(row)) if one), None)
            if found is not None:
                self.joined += 1
            return found
        if 1 < len(row) < width and self.dated and self._fits(row, whole=False):
            self.short += 1
            return [*row, *[""] * (width - len(row))]
        return None

    def _by_space(self, row: list[str]) -> list[str] | None:
        """The row with what follows a space put behind what it follows, where no other row has spaces there."""
        if self._spaced:
            return None
        out = row[:1]
        for cell in row[1:]:
            if cell.startswith(" ") and cell.strip():
                out[-1] += self._delimiter + cell
            else:
                out.append(cell)
        return out if len(out) == self._width and self._fits(out, whole=True) else None

    def _by_column(self, row: list[str]) -> list[str] | None:
        """The row with what is too much in the one column that has no shape."""
        left, right = len(self._left), len(self._right)
        if left + right != self._width - 1 or not (self._left or self._right):
            return None
        end = len(row) - right
        out = [*row[:left], self._delimiter.join(row[left:end]), *row[end:]]
        return out if self._fits(out, whole=True) else None

    def _fits(self, row: list[str], *, whole: bool) -> bool:
        """Whether the columns that have a shape have theirs."""
        pairs = list(zip(row, self._left, strict=False))
        if whole:
            pairs += zip(reversed(row), self._right, strict=False)
        return all(not cell.strip() or shape_of(cell) in shapes for cell, shapes in pairs)

    def doubts(self) -> list[str]:
        """What was mended, in words."""
        out = []
        name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(self._delimiter, "delimiter")
        if self.joined:
            out.append(f"{_rows(self.joined)} a {name} within words: read as part of them")
        if self.short:
            out.append(f"{_rows(self.short)} fewer cells than the header: the last are empty")
        return out


#: How a line that sums up others begins, in languages of offices.
_TOTAL = re.compile(
    r"^\W*(?:(?:sub|grand|running)?[ -]?totals?|sum|(?:zwischen|end|gesamt)?summe|gesamt|insgesamt|sous-total|total général|somme|subtotale|"
    r"totale|somma|suma|subtotal|razem|totaal|subtotaal|celkem|összesen|toplam|итого|всего|合計|小計|总计|合计|average|durchschnitt)\b",
    re.IGNORECASE,
)


class Below:
    """What stands among or below the rows of a table and is none: a sum, or a line about the table."""

    def __init__(self, rows: Sequence[Mapping[str, str | None]]) -> None:
        counts = [sum(value is not None for value in row.values()) for row in rows]
        self._usual = max(set(counts), key=counts.count) if counts else 0
        self._full = {name for row in rows if len(row) > 2 for name in row}
        full = [row for row, count in zip(rows, counts, strict=True) if count == self._usual]
        self._full = {name for name in self._full if all(row.get(name) is not None for row in full)}
        first = [next(iter(row.values()), None) or "" for row in full]
        self._shapes = {shape_of(cell) for cell in first}
        self._worded = any(" " in cell.strip() and not any(c.isdigit() for c in cell) for cell in first)

    def why(self, row: Mapping[str, str | None]) -> str:
        """Why it is no row; empty where it is one."""
        filled = [name for name, value in row.items() if value is not None]
        if len(filled) >= self._usual or len(row) < 3 or not filled:
            return ""
        missing = sum(name not in filled for name in self._full)
        lead = row[filled[0]] or ""
        if 2 * missing >= len(self._full) > 1 and shape_of(lead) not in self._shapes:
            if _TOTAL.match(lead):
                return "a sum of rows, and no row"
            if len(filled) == 1 and filled[0] == next(iter(row)) and " " in lead.strip() and not self._worded:
                return "a line about the table, and no row"
        return ""


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"
