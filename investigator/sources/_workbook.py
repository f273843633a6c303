"""What the readers of workbooks share: rows of cells into records."""

from __future__ import annotations

from collections.abc import Iterator

from investigator.sources._cells import halves_joined
from investigator.sources._format import Record
from investigator.sources._rows import has_header


@halves_joined
def sheet_records(rows: Iterator[tuple[int, dict[int, str]]], member: str) -> Iterator[Record]:
    """A record for each row (its number, its cells by their column from 0); what stands above the row that names the
    columns is a title."""
    names: dict[int, str] = {}
    for unit, cells in rows:
        if not cells:
            yield Record({}, unit, structural="blank", member=member)
        elif (
            not names
            and len(cells) > 1
            and has_header([cells.get(i, "") for i in range(min(cells), max(cells) + 1)])
        ):
            names = {column: value.strip() for column, value in cells.items()}
            yield Record({}, unit, structural="header", member=member)
        elif not names and len(cells) == 1 and unit < 20:
            yield Record({}, unit, structural="title", member=member)
        else:
            fields: dict[str, str | None] = {name: cells.get(column) for column, name in names.items()}
            fields.update({_letters(c): value for c, value in cells.items() if c not in names})
            yield Record(fields, unit, member=member)


def _letters(column: int) -> str:
    """column A, column B, ... as Excel calls them."""
    out = ""
    while column >= 0:
        out = chr(65 + column % 26) + out
        column = column // 26 - 1
    return f"column {out}"
