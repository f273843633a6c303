"""A table with comma, tab, semicolon or bar between its cells, with or without a header."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from investigator.sources._cells import FIRST, habits, named, timed
from investigator.sources._dates import found_in
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._kubernetes import below_command, commanded, prompted
from investigator.sources._ragged import Below, Ragged
from investigator.sources._rows import cells_of, first_line, has_header, preamble, read_rows, shape

EXAMPLE = """\
ts,user,action,table,row_id,customer,detail
2026-06-17 07:43:19.019+00,svc_upload,INSERT,documents,DOC-1,CUST-0042,"new row, schema 3"
2026-06-17 07:43:20.412+00,svc_upload,UPDATE,documents,DOC-1,CUST-0042,status stored
"""
EXPECT = {
    "events": 2,
    "kind": "audit",
    "time": "2026-06-17T07:43:19.019",
    "body": "user=svc_upload action=INSERT table=documents row_id=DOC-1 customer=CUST-0042 detail=new row, schema 3",
}


#: A cell that says its own name: deed=11/2001.
_KEYED = re.compile(r"\s*[A-Za-z_][\w.-]{0,40}=")


def sure(head: Head) -> Sure:
    """Rows of the same width, and a header or enough rows to tell."""
    lines = below_command(head.lines)
    printed = lines is not head.lines  # below the command that printed it
    while printed and lines and (commanded(lines[-1]) or prompted(lines[-1])):
        lines = lines[:-1]
    if len(lines) < 2 or lines[0].lstrip()[:1] in "{[<":
        return Sure(0.0)
    delimiter, width, share = shape(lines)
    if not delimiter:
        return Sure(0.0)
    above = preamble(lines, delimiter)
    names = cells_of(lines[above], delimiter)
    header = has_header(names)
    if header and (above or len(names) != width):
        # What stands above the header, or a name that it leaves out, makes no row wrong.
        _, _, share = shape(lines[above + 1 :])
    if header and share < 0.8:
        # What has a comma within words, or was cut short, is a row where the others tell so.
        rows = [cells_of(line, delimiter) for line in lines[above + 1 :]]
        ragged = Ragged(rows, names, delimiter)
        fit = sum(len(row) == len(names) or ragged.mended(row) is not None for row in rows)
        share = fit / len(rows) if rows and ragged.dated else share
    if share < 0.8 or (not header and (width < 3 or len(lines) < 5)):
        return Sure(0.0)
    word = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}[delimiter]
    why = f"{width} columns, {word} between them, {'a' if header else 'no'} header"
    if header and printed and width > 2:
        return Sure(0.964 * share, why)
    if header:
        return Sure((0.953 if timed(names) and width > 2 else 0.85) * share, why)
    rows = [cells_of(line, delimiter) for line in lines[:50]]
    logged = delimiter in ",;" and "level" in named(rows)
    if not logged and _a_log(lines, rows, delimiter):
        return Sure(0.2 * share, f"{why}, as a log writes them")
    return Sure((0.953 if logged and share > 0.95 else 0.45) * share, why)


def _a_log(lines: list[str], rows: list[list[str]], delimiter: str) -> bool:
    """Whether lines that name no columns are a log's: each begins with its time, and says its keys or sets its marks apart."""
    if sum(bool((at := found_in(line)) and at.start <= 1) for line in lines[:50]) < 0.9 * len(rows):
        return False
    apart = sum(f" {delimiter} " in line for line in lines[:50])
    keyed = sum(any(map(_KEYED.match, row)) for row in rows)
    return max(apart, keyed) > 0.5 * len(rows)


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, quoted line breaks included; rows of another width are rejected, with their text.

    What tools do to cells (quotes twice, objects in a cell, day and clock apart) is told from the first rows.
    """
    records = read_rows(content, columns=named)
    first = list(itertools.islice(records, FIRST))
    told = habits([record.fields for record in first if record.fields])
    below = Below([record.fields for record in first if record.fields])
    for record in itertools.chain(first, records):
        if record.fields and (why := below.why(record.fields)):
            text = " ".join(cell for cell in record.fields.values() if cell)
            yield replace(record, fields={}, reject=why, text=text[:2000])
        else:
            yield replace(record, fields=told.applied(record.fields)) if record.fields else record


def _header(text: str) -> str:
    """The header, below what stands above it."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()][:50]
    delimiter, _, _ = shape(lines)
    above = preamble(lines, delimiter or ",")
    return first_line("\n".join(lines[above:]))


FORMAT = Records(read, line_based=True, header=_header, quoted=True)
