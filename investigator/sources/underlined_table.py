"""A table whose columns are underlined, one run of dashes each: sqlplus, sqlite, sqlcmd, PowerShell, Azure and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from investigator.sources._cells import continued, halves_joined
from investigator.sources._format import ANSI, Head, Readable, Record, Records, Row, Sure, rows
from investigator.sources._prompt import ABOVE_AT_MOST, asked

EXAMPLE = """\
id     status  stored_at
-----  ------  -------------------
DOC-1  stored  2026-06-17 09:14:07
DOC-2          2026-06-17 09:14:08
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T09:14:07", "body": "id=DOC-1 status=stored"}

_RULE = re.compile(r"^\s*(?:-{2,}|={2,})(?: +(?:-+|=+))+\s*$")
_CLOCK = re.compile(r"\d\d:\d\d")
_FOOT = re.compile(r"^\s*\(?(?:\d+|no) (?:rows?|record(?:\(s\)|s)?)\b.*$", re.IGNORECASE)

_COUNTED = re.compile(r"^\s*\d+\s+[^\W\d_]{2,20}\W*$")


@dataclass(frozen=True)
class Columns:
    """The names of a table's columns, and where each begins and its line ends."""

    names: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, names: str, rule: str) -> Columns | None:
        """The columns that a rule underlines; None where a name stands over none, or a column has no name."""
        spans = tuple(match.span() for match in re.finditer(r"-+|=+", rule))
        found = cls(("",) * len(spans), spans).cells(names)
        if not all(found) or len(set(found)) < len(found):
            return None
        return cls(tuple(found), spans)

    def cells(self, line: str) -> list[str]:
        """The cells of a line: each ends where the next column begins, or before what stands out of that to its left."""
        cuts = [0]
        for (_, end), (begin, _) in zip(self.spans, self.spans[1:], strict=False):
            cut = begin
            if line[begin - 1 : begin].strip():
                cut = next((at for at in range(begin, end, -1) if not line[at - 1 : at].strip()), begin)
            cuts.append(cut)
        return [line[low:high].strip() for low, high in zip(cuts, [*cuts[1:], len(line)], strict=True)]

    def fits(self, line: str) -> bool:
        """Whether a line's words stand in these columns: none lies across the place where one begins."""
        return all(
            not line[end:begin] or " " in line[end : begin + 1] or begin - end == 0
            for (_, end), (begin, _) in zip(self.spans, self.spans[1:], strict=False)
        )


def _table(lines: Sequence[str]) -> int:
    """The place of the first rule that underlines names and stands over a row; -1 where there is none."""
    for place in range(1, min(len(lines) - 1, ABOVE_AT_MOST)):
        if _RULE.match(lines[place]) and (columns := Columns.of(lines[place - 1], lines[place])):
            below = [
                line for line in lines[place + 1 : place + 20] if not asked(line) and not _FOOT.match(line)
            ]
            if below and columns.fits(below[0]) and sum(map(columns.fits, below)) >= 0.8 * len(below):
                return place
    return -1


def sure(head: Head) -> Sure:
    """Names, runs of dashes below them, and rows in their columns; above it at most a prompt and its query."""
    lines = [re.sub(ANSI, "", line) for line in head.lines]
    place = _table(lines)
    if place < 0 or (place > 2 and not any(map(asked, lines[: place - 1]))):
        return Sure(0.0)
    return Sure(0.965, f"{len(Columns.of(lines[place - 1], lines[place]).names)} names, each underlined")  # type: ignore[union-attr]


@halves_joined
def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row; names that come again on the next page are a header again, prompts and counts no rows."""
    columns: Columns | None = None
    held: Record | None = None
    inside = closed = False  # the line above is of a table's body; a rule has ended it
    lines = iter(rows(content))
    row = next(lines, None)
    while row is not None:
        below = next(lines, None)
        line = re.sub(ANSI, "", row.text)
        named = Columns.of(line, below.text) if below is not None and _RULE.match(below.text) else None
        if named and columns and inside and named.names != columns.names:
            named = None  # the last row, over the rule that closes the table
        columns = named or (None if asked(line) else columns)
        more = _more(held, columns, line, row) if columns and not named else None
        if more is not None:
            held = more
        else:
            if held is not None:
                yield held
            held = None
            foot = closed and columns is not None and bool(_COUNTED.match(line))
            found = row.structural("count") if foot else _read(row, line, columns, named is not None)
            if found.fields:
                held = found
            else:
                yield found
        rule = bool(_RULE.match(line))
        closed = rule and inside
        inside = columns is not None and named is None and bool(line.strip()) and (not rule or not inside)
        row = below
    if held is not None:
        yield held


def _read(row: Row, line: str, columns: Columns | None, names: bool) -> Record:
    if not line.strip():
        return row.structural("blank")
    if _RULE.match(line):
        return row.structural("rule")
    if columns is None and _CLOCK.search(line) and not asked(line):
        return row.reject("it stands in no table")
    if names or columns is None:
        return row.structural("header" if names else "title")
    if _FOOT.match(line):
        return row.structural("count")
    if not columns.fits(line):
        return row.reject("its words stand in no columns of the table above it")
    cells = columns.cells(line)
    return row.event(
        {
            name: None if cell == "NULL" else cell or None
            for name, cell in zip(columns.names, cells, strict=True)
        }
    )


def _more(held: Record | None, columns: Columns, line: str, row: Row) -> Record | None:
    """The row above with what of its cells goes on in this line; None where this is a row of its own."""
    if held is None or row.unit != held.unit + held.units or not columns.fits(line) or _RULE.match(line):
        return None
    return continued(held, dict(zip(columns.names, columns.cells(line), strict=True)), row.length)


FORMAT = Records(read, listing=True)
