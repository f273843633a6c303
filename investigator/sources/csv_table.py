"""A table with comma, tab, semicolon or bar between its cells, with or without a header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Record, Records, Sure
from investigator.sources._rows import cells_of, first_line, has_header, read_rows, shape

EXAMPLE = """\
ts,user,action,table,row_id,customer,detail
2026-06-17 07:43:19.019+00,svc_upload,INSERT,documents,DOC-1,CUST-0042,"new row, schema 3"
2026-06-17 07:43:20.412+00,svc_upload,UPDATE,documents,DOC-1,CUST-0042,status stored
"""


def sure(head: Head) -> Sure:
    """Rows of the same width, and a header or enough rows to tell."""
    lines = head.lines
    if len(lines) < 2 or lines[0].lstrip()[:1] in "{[<":
        return Sure(0.0)
    delimiter, width, share = shape(lines)
    if not delimiter or share < 0.8:
        return Sure(0.0)
    header = has_header(cells_of(lines[0], delimiter))
    if not header and (width < 3 or len(lines) < 5):
        return Sure(0.0)
    name = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}[delimiter]
    return Sure(
        (0.85 if header else 0.45) * share,
        f"{width} columns, {name} between them, {'a' if header else 'no'} header",
    )


def read(path: Path, content: Any) -> Iterator[Record]:
    """One record a row, quoted line breaks included; rows of another width are rejected, with their text."""
    yield from read_rows(content)


FORMAT = Records(read, line_based=True, header=first_line, quoted=True)
