"""An Excel workbook (.xlsx): every sheet, row by row, dates as they are shown.

Rows are read one after the other, as they are written, so a sheet that is cut gives the rows before the cut, a number
keeps all of its digits, and one cell far away takes no more room than any other. (Tried instead: python-calamine 0.9. It
holds a sheet as one rectangle, so a file of 1 KB with a cell in XFD1048576 ends the process; 12345678901234567 becomes
1.2345678901234568e+16, `#N/A` becomes nothing, and of a cut sheet no row is read.)
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._workbook import sheet_records

EXAMPLE = b"PK\x03\x04 [Content_Types].xml xl/workbook.xml"  # its own tests make a whole one

PART_AT_MOST = 512 << 20  # of one part of a workbook, unpacked
RATIO_AT_MOST = 200  # of a part of more than SMALL bytes, unpacked to packed: more is a bomb
SMALL = 10 << 20
COLUMNS_AT_MOST = 2000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
#: Numbers of formats that are dates or times wherever Excel runs.
_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')
_WRONG = (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, LookupError)


def sure(head: Head) -> Sure:
    """A zip that holds the parts of a workbook."""
    found = head.data.startswith(b"PK\x03\x04") and (b"xl/" in head.data or _listed(head))
    return Sure(0.98 if found else 0.0, "a workbook's parts in a zip")


def _listed(head: Head) -> bool:
    """Whether a small zip, all of which is here, lists a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(head.data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except _WRONG:
        return False


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, sheet by sheet; what stands above the row that names the columns is a title."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book(archive)
            for name, part in book.sheets:
                member = name if len(book.sheets) > 1 else ""
                try:
                    yield from sheet_records(book.rows(part), member)
                except (*_WRONG, ElementTree.ParseError) as error:
                    yield Record(
                        {}, 1 << 30, reject=f"the sheet can't be read on: {error}", text=name, member=member
                    )
            if book.far:
                content.doubt.append(
                    f"{book.far:,} of its cells lie right of column {COLUMNS_AT_MOST:,}: they are only in the evidence"
                )
    except (*_WRONG, ElementTree.ParseError) as error:
        yield Record({}, 1, reject=f"the workbook can't be read: {error}", text=content.name)


class _Book:
    """The parts of a workbook that its rows need: sheets, shared strings, and which styles are dates."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        book = self._tree("xl/workbook.xml")
        links = self._tree("xl/_rels/workbook.xml.rels")
        targets = {item.get("Id", ""): item.get("Target", "") for item in links}
        self.sheets: list[tuple[str, str]] = []
        for item in _all(book, "sheet"):
            target = targets.get(item.get(_LINK) or item.get(_STRICT_LINK) or "", "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if "worksheets/" in part:
                self.sheets.append((item.get("name", part), part))
        properties = next(iter(_all(book, "workbookPr")), None)
        late = properties is not None and properties.get("date1904") in ("1", "true")
        self._origin = datetime(1904, 1, 1) if late else datetime(1899, 12, 30)
        self.far = 0  # cells that lie too far to the right
        self._strings = self._shared()
        self._dates = self._date_styles()

    def _stream(self, name: str) -> Any:
        entry = self._archive.getinfo(name)
        packed = RATIO_AT_MOST * max(entry.compress_size, 1)
        if entry.file_size > PART_AT_MOST or (entry.file_size > SMALL and entry.file_size > packed):
            raise ValueError(f"{name} says to be {entry.file_size:,} bytes large")
        with self._archive.open(name) as stream:
            start = stream.read(4096)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise ValueError(f"{name} declares entities, which no workbook does")
        return _Limited(self._archive.open(name))

    def _tree(self, name: str) -> ElementTree.Element:
        with self._stream(name) as stream:
            return ElementTree.parse(stream).getroot()

    def _shared(self) -> list[str]:
        found: list[str] = []
        if "xl/sharedStrings.xml" in self._archive.namelist():
            with self._stream("xl/sharedStrings.xml") as stream:
                for _, item in ElementTree.iterparse(stream):
                    if _plain(item.tag) == "si":
                        found.append(_said(item))
                        item.clear()
        return found

    def _date_styles(self) -> set[int]:
        if "xl/styles.xml" not in self._archive.namelist():
            return set()
        styles = self._tree("xl/styles.xml")
        own = {
            int(item.get("numFmtId", "0"))
            for item in _all(styles, "numFmt")
            if re.search(r"[ymdhs]", _CODE.sub("", item.get("formatCode", "")), re.I)
        }
        found = set()
        for group in _all(styles, "cellXfs"):
            for index, item in enumerate(group):
                if int(item.get("numFmtId", "0")) in _DATES | own:
                    found.add(index)
        return found

    def rows(self, part: str) -> Iterator[tuple[int, dict[int, str]]]:
        """Each row's number and its cells that hold something, by their column from 0."""
        number = 0
        with self._stream(part) as stream:
            for _, item in ElementTree.iterparse(stream):
                if _plain(item.tag) != "row":
                    continue
                number = int(item.get("r") or number + 1)
                cells: dict[int, str] = {}
                for place, cell in enumerate(item):
                    column = _column(cell.get("r") or "", place)
                    value = self._value(cell)
                    if value.strip() and column < COLUMNS_AT_MOST:
                        cells[column] = value
                    elif value.strip():
                        self.far += 1
                item.clear()
                yield number, cells

    def _value(self, cell: ElementTree.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _said(cell)
        value = next((item.text or "" for item in cell if _plain(item.tag) == "v"), "")
        if kind == "s":
            return self._strings[int(value)] if value else ""
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind == "n" and value and int(cell.get("s") or 0) in self._dates:
            with contextlib.suppress(ValueError, OverflowError):  # no day that a calendar has
                return self._date(float(value))
        return value

    def _date(self, days: float) -> str:
        """A day number as it is shown: a date, a date and a time, or a time alone."""
        moment = self._origin + timedelta(milliseconds=round(days * 86_400_000))
        if 0 <= days < 1:
            return moment.strftime("%H:%M:%S")
        if moment.microsecond:
            return moment.isoformat(sep=" ", timespec="milliseconds")
        return moment.strftime("%Y-%m-%d" if float(days).is_integer() else "%Y-%m-%d %H:%M:%S")


class _Limited:
    """A stream that gives no more than a part may have, whatever the zip said."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._left = stream, PART_AT_MOST

    def read(self, size: int = -1) -> bytes:
        data = bytes(self._stream.read(size if size >= 0 else self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"a part is larger than {PART_AT_MOST >> 20} MB")
        return data

    def __enter__(self) -> _Limited:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _all(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [*root.iter(_MAIN + name), *root.iter(_STRICT + name)]


def _said(item: ElementTree.Element) -> str:
    """The text of a string, its runs joined, without what is said beside (phonetic)."""
    out = []
    for inner in item:
        if _plain(inner.tag) == "t":
            out.append(inner.text or "")
        elif _plain(inner.tag) in ("r", "is"):
            out.append(_said(inner))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), "".join(out))


def _column(place: str, otherwise: int) -> int:
    """B7 is column 1."""
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1 if column else otherwise


FORMAT = Records(read, text=False, listing=True, zipped=True)
