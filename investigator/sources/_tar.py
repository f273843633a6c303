"""Members of a tar, one after the other, from a stream that may be compressed.

Python's tarfile reads a header's own lengths into memory and follows sparse maps. This reads headers of 512 bytes,
takes names of up to a megabyte, and leaves links, devices, pipes and sparse files where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Protocol

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

BLOCK = 512
LONG_AT_MOST = 1 << 20
_PIECE = 1 << 20


class Source(Protocol):
    """Bytes that go forward only."""

    def read(self, size: int) -> bytes: ...

    def skip(self, size: int) -> int: ...


class Packed:
    """Bytes that come in blocks, as a stream."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, memoryview(b"")

    def read(self, size: int) -> bytes:
        out = []
        while size:
            if not self._rest:
                self._rest = memoryview(next(self._blocks, b""))
                if not self._rest:
                    break
            out.append(self._rest[:size])
            size -= len(out[-1])
            self._rest = self._rest[len(out[-1]) :]
        return b"".join(out)

    def skip(self, size: int) -> int:
        left = size
        while left and (got := len(self.read(min(left, _PIECE)))):
            left -= got
        return size - left


class Plain:
    """A file that lies there as it is: what is skipped is not read."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data

    def skip(self, size: int) -> int:
        size = min(size, self._left)
        self._stream.seek(size, 1)
        self._left -= size
        return size


def is_tar(block: bytes) -> bool:
    """Whether a first block is a tar's: its sum is right."""
    return len(block) >= BLOCK and _sum_is_right(block[:BLOCK])


def walk(source: Source) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Each member with its bytes; what is not read of them is skipped when the next is asked for.

    A tar that ends too early gives its last member with a doubt. Raises NoArchive for too many.
    """
    names, unit, long_name, zeros = Names(), 0, b"", 0
    pax: dict[str, bytes] = {}
    while header := source.read(BLOCK):
        if not header.strip(b"\0"):
            zeros += 1
            if zeros == 2:
                return
            continue
        zeros = 0
        if len(header) < BLOCK or not _sum_is_right(header):
            unit += 1
            reason = (
                "the tar was cut here"
                if len(header) < BLOCK
                else "the tar is damaged from here on: no header"
            )
            yield Member(unit, f"(after member {unit - 1})", reason=reason), iter(())
            return
        kind = header[156:157]
        size = _number(header[124:136])
        if kind in (b"x", b"g", b"L", b"K"):
            if size > LONG_AT_MOST:
                raise NoArchive(f"one of its headers says to have {size:,} bytes")
            data = source.read(size)
            source.skip(-size % BLOCK)
            if kind == b"x":
                pax = _pax(data)
            elif kind == b"L":
                long_name = data.rstrip(b"\0")
            continue
        unit += 1
        if unit > MEMBERS_AT_MOST:
            raise NoArchive(f"it holds more than {MEMBERS_AT_MOST:,} members, the most that are taken")
        raw = pax.get("path") or long_name or _name(header)
        sparse = kind == b"S" or any(key.startswith("GNU.sparse") for key in pax)
        size = int(pax["size"]) if pax.get("size", b"").isdigit() else size
        long_name, pax = b"", {}
        if kind in b"123456" and kind != b"":
            size = 0
        member = _member(raw, kind, size, sparse, unit, names, _number(header[136:148]))
        body = _Body(source, size, member)
        yield member, iter(body)
        body.finish()
        if body.cut:
            return
        source.skip(-size % BLOCK)


class _Body:
    """The bytes of one member, read at most once."""

    def __init__(self, source: Source, size: int, member: Member) -> None:
        self._source, self._left, self._member, self.cut = source, size, member, False

    def __iter__(self) -> Iterator[bytes]:
        whole = self._left
        while self._left:
            data = self._source.read(min(self._left, _PIECE))
            if not data:
                self.cut = True
                got = whole - self._left
                self._member.doubt += (
                    f"the tar was cut after {got:,} of its {whole:,} bytes: those are here",
                )
                return
            self._left -= len(data)
            yield data

    def finish(self) -> None:
        if self._left and not self.cut:
            self.cut = self._source.skip(self._left) < self._left
            self._left = 0


def _member(
    raw: bytes, kind: bytes, size: int, sparse: bool, unit: int, names: Names, written: int
) -> Member:
    shown, reason = named(raw)
    if kind == b"5" and (not reason or not raw.strip(b"./")):
        return Member(unit, shown, FOLDER)
    own, again = names.own(shown)
    if not reason:
        reason = {b"1": "it is a link", b"2": "it is a link", b"3": "it is a device", b"4": "it is a device",
                  b"6": "it is a pipe"}.get(kind, "")  # fmt: skip
    if not reason and sparse:
        reason = "it is a file with holes (sparse), which I don't unpack"
    if not reason and kind not in (b"0", b"\0", b"7"):
        reason = f"it is of a kind {kind!r} that I don't know"
    doubt = ("another member has the same name: both are here",) if again else ()
    member = Member(unit, own, reason=reason, size=size, packed=size, modified=_iso(written), doubt=doubt)
    if hidden(own) and not reason:
        member.kind = HIDDEN
    return member


def _name(header: bytes) -> bytes:
    name = header[:100].split(b"\0", 1)[0]
    prefix = (
        header[345:500].split(b"\0", 1)[0] if header[257:262] == b"ustar" and header[262:263] != b" " else b""
    )
    return prefix + b"/" + name if prefix else name


def _number(field: bytes) -> int:
    """An octal number, or a binary one where its first bit is set; never below zero."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.split(b"\0", 1)[0].strip()
    try:
        return max(int(text, 8), 0) if text else 0
    except ValueError:
        return 0


def _sum_is_right(header: bytes) -> bool:
    said = header[148:156].split(b"\0", 1)[0].strip()
    try:
        wanted = int(said, 8)
    except ValueError:
        return False
    return wanted == sum(header[:148]) + 8 * 32 + sum(header[156:])


def _pax(data: bytes) -> dict[str, bytes]:
    """The records of an extended header: length, key=value, line end."""
    out: dict[str, bytes] = {}
    while data:
        length, space, _ = data.partition(b" ")
        if not space or not length.isdigit() or not 0 < int(length) <= len(data):
            break
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        out[key.decode("utf-8", errors="replace")] = value
    return out


def _iso(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}" if seconds else ""
    except (OverflowError, OSError, ValueError):
        return ""
