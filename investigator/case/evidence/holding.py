"""Which files of a case still hold a text: as it stands, as pages and JSON escape it, packed, or in a notebook's cell."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: What the record, the vault and the store keep is erased by them.
OWN = ("case.db", "case.db-wal", "case.db-shm")
ROOMS = ("evidence", "events")
#: What a page packs: gzip as base64.
_PACKED = re.compile(rb"H4sI[A-Za-z0-9+/=]{40,}")
UNPACKED_AT_MOST = 64 << 20
#: How deep something is packed in something packed.
PACKED_AT_MOST = 3


def forms(text: str) -> set[str]:
    """A text as it may be written: plain, escaped for a page, for JSON, for an address; in small letters."""
    plain = {text, " ".join(text.split())}
    out = set(plain)
    for one in plain:
        out |= {html.escape(one), html.escape(one, quote=False), quote(one), quote(one, safe="")}
        out |= {
            json.dumps(one)[1:-1],
            json.dumps(one, ensure_ascii=False)[1:-1],
            json.dumps(html.escape(one))[1:-1],
        }
    return {one.casefold() for one in out if one}


def holds(data: bytes, wanted: Iterable[str]) -> bool:
    """Whether bytes hold any of these forms, also in what they have packed."""
    wanted = list(wanted)
    return any(_in(text, wanted) for text in _texts(data))


def _in(text: str, wanted: list[str]) -> bool:
    low = text.casefold()
    joined = " ".join(low.split())
    return any(one in low or one in joined for one in wanted)


def _texts(data: bytes, depth: int = 0) -> Iterator[str]:
    """What bytes may say: in UTF-8, else in that of western offices, in UTF-16; and what they have packed."""
    try:
        yield data.decode("utf-8")
    except UnicodeDecodeError:
        yield from (data.decode("utf-8", "replace"), data.decode("cp1252", "replace"))
    if b"\0" in data:
        yield from (data.decode("utf-16-le", "replace"), data.decode("utf-16-be", "replace"))
    for part in _parts(data) if depth < PACKED_AT_MOST else ():
        yield from _texts(part, depth + 1)


def _parts(data: bytes) -> Iterator[bytes]:
    """What bytes have packed, a part at a time: an archive or an office's document, gzip, or gzip in a page's base64."""
    yield from _members(data)
    if data.startswith(b"\x1f\x8b"):
        yield _unpacked(data)
    for found in _PACKED.finditer(data):
        try:
            yield _unpacked(base64.b64decode(found[0] + b"==="))
        except (binascii.Error, ValueError):
            continue


def _members(data: bytes) -> Iterator[bytes]:
    """The names and the bytes of an archive's members, whatever stands before it; of a damaged one what can be had."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                with packed.open(name) as stream:
                    yield stream.read(UNPACKED_AT_MOST)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.open(BytesIO(data)) as stream:
            return stream.read(UNPACKED_AT_MOST)
    except (OSError, EOFError, zlib.error):
        return b""


def files(folder: Path) -> list[Path]:
    """Every file of a case but the record's own, the vault's and the store's."""
    out = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and parts[0] not in ROOMS and parts[0] not in OWN:
            out.append(path)
    return out


def without(path: Path, wanted: Iterable[str]) -> bytes | None:
    """A notebook less its cells' texts and outputs that hold any of these; None where it is no notebook."""
    wanted = list(wanted)
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        cells = book["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    for cell in cells:
        if holds(json.dumps(cell.get("source", ""), ensure_ascii=False).encode(), wanted) or _source(
            cell, wanted
        ):
            cell["source"] = "# erased" if cell.get("cell_type") == "code" else "(erased)"
        if cell.get("outputs"):
            cell["outputs"] = [
                one
                for one in cell["outputs"]
                if not holds(json.dumps(one, ensure_ascii=False).encode(), wanted)
            ]
        cell.pop("attachments", None)
    made = json.dumps(book, ensure_ascii=False, indent=1).encode()
    return None if holds(made, wanted) else made


def _source(cell: dict[str, Any], wanted: list[str]) -> bool:
    source = cell.get("source", "")
    return _in("".join(source) if isinstance(source, list) else str(source), wanted)
