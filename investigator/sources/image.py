"""An image (png, jpg, gif, webp), such as a screenshot: kept, named at the time it was taken or saved, and shown."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0"

_EXIF = re.compile(rb"^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$")
_TAKEN, _CHANGED, _MORE, _ZONE = 0x9003, 0x0132, 0x8769, 0x9011


def kind_of(data: bytes) -> str:
    """png, jpeg, gif or webp by how the bytes begin; empty for none. Never SVG: that is a program."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def sure(head: Head) -> Sure:
    """The file begins as one of the four does."""
    found = kind_of(head.data)
    return Sure(1.0 if found else 0.0, f"a {found} image")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record: what the image is called, how large it is, and when it was taken, else when it was saved."""
    data = content.head().data
    kind, taken = kind_of(data), _taken(data)
    width, height = _size(data)
    size = f", {width} x {height}" if width and height else ""
    time = taken or content.modified
    if not taken:
        content.doubt.append(
            "its time is when the file was saved: it was taken then or before"
            if time
            else "nothing says when it was taken"
        )
    name = content.name.rpartition("/")[2]
    fields = {
        "time": time or None,
        "body": f"image {name} ({kind}{size})",
        "image": kind,
        "time_from": "EXIF, when it was taken" if taken else "when the file was saved",
    }
    yield Record(fields, 1, byte=0, length=1 << 62)


def _taken(data: bytes) -> str:
    """When a jpeg, png or webp says that it was taken, as ISO; without a zone where it names none."""
    at = data.find(b"Exif\0\0")
    begins = at + 6 if at >= 0 else data.find(b"eXIf") + 4 if b"eXIf" in data else -1
    if begins < 0:
        at = data.find(b"EXIF") if data[8:12] == b"WEBP" else -1
        begins = at + 8 if at >= 0 else -1
    block = data[begins : begins + 65_536] if begins >= 0 else b""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if not order or len(block) < 8:
        return ""
    found: dict[int, bytes] = {}
    (first,) = struct.unpack_from(f"{order}L", block, 4)
    more = _directory(block, first, order, found)
    if more:
        _directory(block, more, order, found)
    match = _EXIF.match(found.get(_TAKEN) or found.get(_CHANGED) or b"")
    try:
        datetime(*map(int, match.groups() if match else ()))  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return ""
    assert match is not None
    year, month, day, hour, minute, second = (part.decode() for part in match.groups())
    zone = found.get(_ZONE, b"").decode("ascii", errors="ignore")
    zone = zone if re.fullmatch(r"[+-]\d\d:\d\d", zone) else ""
    return f"{year}-{month}-{day} {hour}:{minute}:{second}{zone}"


def _directory(block: bytes, at: int, order: str, found: dict[int, bytes]) -> int:
    """Take the texts of one directory of tags; gives where the next lies. Every place is checked: it may lie."""
    if at + 2 > len(block):
        return 0
    (count,) = struct.unpack_from(f"{order}H", block, at)
    more = 0
    for index in range(min(count, 200)):
        place = at + 2 + 12 * index
        if place + 12 > len(block):
            break
        tag, form, length, value = struct.unpack_from(f"{order}HHLL", block, place)
        if tag == _MORE:
            more = value
        elif form == 2 and tag in (_TAKEN, _CHANGED, _ZONE) and length <= 64:
            begins = value if length > 4 else place + 8
            found[tag] = block[begins : begins + length].rstrip(b"\0 ")
    return more if more != at else 0


def _size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 where the head does not tell."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack_from(">LL", data, 16)
        return width, height
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack_from("<HH", data, 6)
        return width, height
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0


FORMAT = Records(read, kind="note", text=False, listing=True, roles={"time": "time", "body": "body"})
