"""A workbook as Excel wrote it before 2007 (.xls), as a binary one (.xlsb), or as LibreOffice does (.ods): every sheet."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from investigator.sources import _calamine
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._workbook import sheet_records

EXAMPLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode(
    "utf-16-le"
)  # its own tests make whole ones
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What the stream of such a workbook is called, and how it begins.
_BOOKS = ("Workbook\0".encode("utf-16-le"), "Book\0".encode("utf-16-le"), b"\x09\x08\x10\0\0\x06\x05\0")
_ZIPS = (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", b"xl/workbook.bin")
AT_MOST = 100 << 20  # bytes of a file
STOPPED = "its reader was stopped: it needs too much memory or time"


def sure(head: Head) -> Sure:
    """What an old workbook, a binary one or an OpenDocument sheet says of itself."""
    old = head.data.startswith(_OLE) and any(one in head.data for one in _BOOKS)
    zipped = head.data.startswith(b"PK\x03\x04") and any(one in head.data for one in _ZIPS)
    return Sure(0.99 if old or zipped else 0.0, "a workbook's parts")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, sheet by sheet, read apart: a bomb or a broken file costs that process alone."""
    if path.stat().st_size > AT_MOST:
        why = f"it is larger than {AT_MOST >> 20} MB: save it as .xlsx or .csv"
        yield Record({}, 1, reject=why, text=content.name)
        return
    command = [sys.executable, "-I", _calamine.__file__, str(path.resolve())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
        assert worker.stdout
        try:
            said = (json.loads(line) for line in worker.stdout if line.endswith(b"\n"))
            for name, lines in groupby(said, key=lambda line: str(line[0])):
                yield from _sheet(lines, name)
        except GeneratorExit:
            worker.kill()
            raise
    if worker.returncode:
        yield Record({}, 1 << 30, reject=f"the workbook can't be read on: {STOPPED}", text=content.name)


def _sheet(lines: Iterable[list[Any]], name: str) -> Iterator[Record]:
    why: list[str] = []

    def rows() -> Iterator[tuple[int, dict[int, str]]]:
        for _, row, said in lines:
            if row:
                yield row, {int(column): text for column, text in said.items()}
            else:
                why.append(said)

    yield from sheet_records(rows(), name)
    for one in why:
        yield Record({}, 1 << 30, reject=f"it can't be read on: {one}", text=name, member=name)


FORMAT = Records(read, text=False, listing=True, zipped=True)
