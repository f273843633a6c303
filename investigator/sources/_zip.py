"""Members of a zip, by its directory; where that is gone because the end was cut, by the members' own headers.

Python's zipfile holds every entry and unpacks some methods without a limit, and stops at one bad name. This reads the
directory and nothing else, refuses what lies about itself, and gives the packed bytes of each member.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from investigator.sources._codecs import FREE, RATIO_AT_MOST
from investigator.sources._container import (
    FOLDER,
    HIDDEN,
    MEMBERS_AT_MOST,
    Member,
    Names,
    NoArchive,
    hidden,
    named,
)

DIRECTORY_AT_MOST = 64 << 20
_BLOCK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_PLACE64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_METHODS = {0: "", 8: "deflate", 12: "bz2", 93: "zst", 95: "xz"}
_NAMES = {1: "shrink", 6: "implode", 9: "deflate64", 14: "lzma", 97: "wavpack", 98: "ppmd", 99: "AES"}


def members(path: Path) -> tuple[list[Member], str]:
    """Every member, in the directory's order, and a doubt; raises NoArchive for what is no honest zip."""
    size = path.stat().st_size
    with open(path, "rb") as stream:
        found = _end(stream, size)
        if found is None:
            found_by_headers = list(_by_headers(path, size))
            return found_by_headers, (
                "the zip was cut: its directory is gone, and its members are those whose own headers are here"
            )
        count, directory, begins, shift = found
        if count > MEMBERS_AT_MOST or directory > DIRECTORY_AT_MOST:
            raise NoArchive(
                f"it says to hold {count:,} members; {MEMBERS_AT_MOST:,} are the most that are taken"
            )
        if directory > size or begins + shift < 0:
            raise NoArchive("its directory says to be larger than the whole file")
        stream.seek(begins + shift)
        data = stream.read(directory)
    entries = list(_entries(data, shift))
    _honest(entries, begins + shift, size)
    names = Names()
    return [_member(path, entry, unit, names) for unit, entry in enumerate(entries, 1)], ""


class _Entry:
    """One line of the directory."""

    def __init__(self, data: bytes, at: int, shift: int) -> None:
        (_, _, self.system, _, _, self.flags, self.method, time, date, self.crc, packed, size, name, extra, comment,
         disk, _, outside, offset) = _ENTRY.unpack_from(data, at)  # fmt: skip
        at += _ENTRY.size
        self.raw = data[at : at + name]
        more = data[at + name : at + name + extra]
        self.length = _ENTRY.size + name + extra + comment
        self.mode = outside >> 16 if self.system == 3 else 0
        self.utf8 = bool(self.flags & 0x800)
        large = _large(more)
        if size == 0xFFFFFFFF and large:
            size = large.pop(0)
        if packed == 0xFFFFFFFF and large:
            packed = large.pop(0)
        if offset == 0xFFFFFFFF and large:
            offset = large.pop(0)
        self.size, self.packed, self.offset = size, packed, offset + shift
        self.modified = _dos(date, time)
        self.disk = disk


def _entries(data: bytes, shift: int) -> Iterator[_Entry]:
    at = 0
    count = 0
    while at + _ENTRY.size <= len(data) and data[at : at + 4] == b"PK\x01\x02":
        entry = _Entry(data, at, shift)
        at += entry.length
        count += 1
        if count > MEMBERS_AT_MOST:
            raise NoArchive(f"it holds more than {MEMBERS_AT_MOST:,} members, the most that are taken")
        yield entry


def _honest(entries: list[_Entry], directory: int, size: int) -> None:
    """Refuse members that lie over each other, or that say to unpack out of all proportion."""
    if not entries and size > 22:
        raise NoArchive("its directory can't be read")
    ends = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < ends:
            raise NoArchive("its members lie over each other, as in a bomb")
        ends = entry.offset + _LOCAL.size + len(entry.raw) + entry.packed
        if ends > directory:
            raise NoArchive("its members say to lie where its directory is")
    total = sum(entry.size for entry in entries)
    if total > FREE and total > RATIO_AT_MOST * size:
        raise NoArchive(
            f"it says to unpack to {total:,} bytes, more than {RATIO_AT_MOST} times its {size:,}: a bomb"
        )


def _member(path: Path, entry: _Entry, unit: int, names: Names) -> Member:
    shown, reason = named(entry.raw, utf8=entry.utf8)
    folder = entry.raw.endswith((b"/", b"\\")) and not entry.size
    if folder and not reason:
        return Member(unit, shown, FOLDER)
    own, again = names.own(shown)
    kind = stat.S_IFMT(entry.mode)
    if not reason and kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        reason = "it is a link" if kind == stat.S_IFLNK else "it is a device or a pipe"
    if not reason and entry.flags & 0x1:
        reason = "it is encrypted: unpack it with its password and add what was in it"
    if not reason and entry.method not in _METHODS:
        reason = f"it is packed by {_NAMES.get(entry.method, f'method {entry.method}')}, which I don't unpack"
    if not reason and entry.disk not in (0, 0xFFFF):
        reason = "it lies in another part of a zip in several parts"
    member = Member(
        unit,
        own,
        reason=reason,
        size=entry.size,
        packed=entry.packed,
        modified=entry.modified,
        codec=_METHODS.get(entry.method, ""),
        crc=entry.crc,
        doubt=("another member has the same name",) if again else (),
    )
    if hidden(own) and not reason:
        member.kind = HIDDEN
    if not reason:
        member.open = _opener(path, entry)
    return member


def _opener(path: Path, entry: _Entry) -> Callable[[], Iterator[bytes]]:
    def packed() -> Iterator[bytes]:
        with open(path, "rb") as stream:
            stream.seek(entry.offset)
            header = stream.read(_LOCAL.size)
            if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
                raise NoArchive("its header is not where the directory says")
            *_, name, extra = _LOCAL.unpack(header)
            if stream.read(name) != entry.raw:
                raise NoArchive("its own header gives it another name than the directory")
            stream.seek(extra, os.SEEK_CUR)
            left = entry.packed
            while left and (block := stream.read(min(left, _BLOCK))):
                left -= len(block)
                yield block

    return packed


def _end(stream: BinaryIO, size: int) -> tuple[int, int, int, int] | None:
    """How many entries, how large the directory is, where it says to begin, and by how much all is moved."""
    tail = min(size, _END.size + (1 << 16))
    stream.seek(size - tail)
    data = stream.read(tail)
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(data):
        return None
    _, _, _, _, count, length, begins, _ = _END.unpack_from(data, at)
    where = size - tail + at
    if 0xFFFF in (count,) or 0xFFFFFFFF in (length, begins):
        stream.seek(max(where - _PLACE64.size, 0))
        place = stream.read(_PLACE64.size)
        if len(place) == _PLACE64.size and place[:4] == b"PK\x06\x07":
            _, _, offset, _ = _PLACE64.unpack(place)
            for there in (offset, where - _PLACE64.size - _END64.size):
                if not 0 <= there < size:
                    continue
                stream.seek(there)
                large = stream.read(_END64.size)
                if len(large) == _END64.size and large[:4] == b"PK\x06\x06":
                    *_, count, length, begins = _END64.unpack(large)
                    where = there
                    break
    return count, length, begins, where - length - begins


def _large(extra: bytes) -> list[int]:
    """The eight-byte numbers of a zip over 4 GB."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            return [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body) - 7, 8)]
        at += 4 + length
    return []


def _dos(date: int, time: int) -> str:
    """A time as zips have it: local, to two seconds, without a zone; empty where it is none."""
    month, day = date >> 5 & 15, date & 31
    if not 1 <= month <= 12 or not 1 <= day <= 31 or time >> 11 > 23:
        return ""
    return (
        f"{(date >> 9) + 1980:04d}-{month:02d}-{day:02d} "
        f"{time >> 11:02d}:{min(time >> 5 & 63, 59):02d}:{min((time & 31) * 2, 59):02d}"
    )


def _by_headers(path: Path, size: int) -> Iterator[Member]:
    """Members of a zip without its end, one after the other, up to where it was cut."""
    names, at, unit = Names(), 0, 0
    with open(path, "rb") as stream:
        while unit < MEMBERS_AT_MOST:
            stream.seek(at)
            header = stream.read(_LOCAL.size)
            if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
                break
            _, _, _, flags, method, time, date, crc, packed, length, name, extra = _LOCAL.unpack(header)
            raw = stream.read(name)
            large = _large(stream.read(extra))
            if length == 0xFFFFFFFF and large:
                length = large.pop(0)
            if packed == 0xFFFFFFFF and large:
                packed = large.pop(0)
            begins = at + _LOCAL.size + name + extra
            late = bool(flags & 0x8) and not packed  # its size stands after it
            if late:
                packed = _until_end(stream, begins, size) if method == 8 else size - begins
            entry = _Entry.__new__(_Entry)
            entry.raw, entry.utf8, entry.flags, entry.method, entry.crc = (
                raw,
                bool(flags & 0x800),
                flags,
                method,
                crc,
            )
            entry.size, entry.packed, entry.offset, entry.mode, entry.disk = length, packed, at, 0, 0
            entry.modified = _dos(date, time)
            unit += 1
            member = _member(path, entry, unit, names)
            cut = begins + packed >= size
            if late or cut:
                member.crc, member.size = None, 0
            yield member
            at = begins + packed
            if late:
                stream.seek(at)
                mark = stream.read(4)
                at += 16 if mark == b"PK\x07\x08" else 12
    if not unit:
        raise NoArchive("it was cut before its first member, or is damaged")


def _until_end(stream: BinaryIO, begins: int, size: int) -> int:
    """How many bytes a deflated member takes, by unpacking it and keeping nothing."""
    machine, taken, out = zlib.decompressobj(-15), 0, 0
    stream.seek(begins)
    while not machine.eof and (block := stream.read(1 << 16)):
        taken += len(block)
        while block and not machine.eof:
            try:
                out += len(machine.decompress(block, 1 << 20))
            except zlib.error:
                return size - begins
            block = machine.unconsumed_tail
            if out > FREE and out > RATIO_AT_MOST * taken:
                raise NoArchive("it unpacks out of all proportion: a bomb")
    return taken - len(machine.unused_data) if machine.eof else size - begins
