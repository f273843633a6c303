"""Compressed bytes, uncompressed in a stream: gz, bz2, xz, lzma, zst; several members or frames one after the other.

Of a cut or damaged stream everything comes that can be read, to the last byte, and a doubt says where it ended. What
unpacks to more than 250 times its size is refused: real logs reach fifty. Memory stays flat whatever is in it.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from investigator.errors import DataError

BLOCK = 4 << 20
PIECE = 256 << 10  # of the packed bytes, handed over at once
WEIGHED = 4 << 10  # the same, where out and in are compared
CAREFUL = 64  # the same, where a fault is near
RATIO_AT_MOST = 250
FREE = 64 << 20  # unpacked bytes that are never too many
XZ_MEMORY = 256 << 20  # of an xz's dictionary: xz -9 takes 65 MB

_MAGIC: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("gz", (b"\x1f\x8b",)),
    ("bz2", tuple(b"BZh%d%s" % (n, begins) for n in range(1, 10) for begins in (b"1AY&SY", b"\x17rE8P\x90"))),
    ("xz", (b"\xfd7zXZ\0",)),
    ("zst", (b"\x28\xb5\x2f\xfd",)),
)
FIRST = 16  # bytes that tell

Pieces = Callable[[], Iterator[bytes]]


class Bomb(DataError):
    """More comes out than any real file holds."""


class Budget:
    """What came out of how much: shared by all that lies inside one archive."""

    def __init__(self, name: str) -> None:
        self.name, self.seen, self.out = name, 0, 0

    def take(self, count: int) -> None:
        """Count unpacked bytes; raises Bomb where they are out of all proportion."""
        self.out += count
        if self.out > FREE and self.out > RATIO_AT_MOST * self.seen:
            raise Bomb(
                f"{self.name} unpacks to more than {RATIO_AT_MOST} times its size.",
                f"After {self.seen:,} bytes of it there were {self.out:,}: no log does that, a bomb does.",
                "If it is sound, unpack it yourself and add what was in it.",
            )


def told(first: bytes) -> str:
    """Which compression bytes have that begin so; empty for none."""
    for name, starts in _MAGIC:
        if first.startswith(starts):
            return name
    # lzma alone has no magic: its usual properties, a dictionary of a whole power of two, a size or none.
    if len(first) >= 13 and first[0] == 0x5D:
        dictionary, size = int.from_bytes(first[1:5], "little"), int.from_bytes(first[5:13], "little")
        if (
            dictionary >= 4096
            and not dictionary & (dictionary - 1)
            and (size == (1 << 64) - 1 or size < 1 << 40)
        ):
            return "lzma"
    return ""


def plain(
    codec: str, pieces: Pieces, doubt: list[str], budget: Budget, *, counted: bool = True
) -> Iterator[bytes]:
    """The bytes that are packed in `pieces`, which may be asked for again. What was not whole is said in `doubt`.

    `counted` says that the packed bytes count as seen of the budget.
    """
    done, size = 0, BLOCK
    reader = _reader(codec, pieces)
    seen = 0
    while True:
        try:
            out = reader.read(size)
        except _Broken as broken:
            if size > 1:
                # What came before the fault in this very step is lost with it: again from the start, in small steps.
                size = 4096 if size > 4096 else 1
                reader = _reader(codec, pieces, careful=True)
                left = done
                while left:
                    left -= len(reader.read(min(left, BLOCK)))
                continue
            doubt.append(_said(codec, broken, done))
            return
        if counted and reader.taken > seen:
            budget.seen += reader.taken - seen
            seen = reader.taken
        if not out:
            if reader.ended:
                doubt.append(_said(codec, reader.ended, done))
            return
        done += len(out)
        budget.take(len(out))
        yield out


def weighed(codec: str, pieces: Pieces, budget: Budget) -> None:
    """Unpack so much that a bomb shows, and keep nothing; raises Bomb. An honest file is told from its first part."""
    # In small steps: what is handed over counts as seen, though more may come out of it than is asked for at once.
    for _ in plain(codec, lambda: _small(pieces(), WEIGHED), [], budget):
        if budget.out > 4 * FREE or (budget.seen >= PIECE and budget.out < RATIO_AT_MOST / 3 * budget.seen):
            return


class _Broken(Exception):
    """The stream can't be read on: `cut`, `after` its end, or what is wrong with it."""


def _said(codec: str, broken: _Broken | str, done: int) -> str:
    why = str(broken)
    if why == "cut":
        return f"the {codec} was cut after {done:,} bytes of text: all that can be read is here"
    if why == "after":
        return f"after the end of the {codec} there are bytes that belong to nothing"
    return f"the {codec} is damaged after {done:,} bytes of text ({why}): what is before is here"


class _Reader(Protocol):
    ended: str

    @property
    def taken(self) -> int: ...

    def read(self, size: int) -> bytes: ...


def _reader(codec: str, pieces: Pieces, *, careful: bool = False) -> _Reader:
    # Arrow keeps nothing of what it had unpacked of the bytes that it was given when it meets a fault: give it few.
    given = _small(pieces(), CAREFUL if careful else PIECE)
    return _Frames(given) if codec == "zst" else _Members(codec, given)


def _small(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        for low in range(0, len(piece), size):
            yield piece[low : low + size]


class _Members:
    """gz, bz2, xz, lzma and bare deflate: members one after the other, each with a machine of its own."""

    def __init__(self, codec: str, pieces: Iterator[bytes]) -> None:
        self._codec, self._pieces = codec, pieces
        self._machine: Any = None
        self._held = b""  # packed bytes not yet handed to a machine
        self._over = False
        self._taken = 0
        self.ended = ""

    @property
    def taken(self) -> int:
        return self._taken

    def read(self, size: int) -> bytes:
        while not self._over:
            if self._machine is None and not self._begin():
                break
            if not self._held and self._hungry():
                self._held = self._next()
                if not self._held:
                    self.ended, self._over = "cut", True
                    break
            try:
                out = self._machine.decompress(self._held, size)
            except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError) as error:
                raise _Broken(str(error) or type(error).__name__) from None
            except MemoryError:
                raise _Broken("it asks for more memory than any log needs") from None
            self._held = self._machine.unconsumed_tail if self._is_zlib else b""
            if self._machine.eof:
                self._held, self._machine = self._machine.unused_data, None
                if self._codec in ("deflate", "lzma") and not out:
                    self._over = True
            if out:
                return out
        return b""

    @property
    def _is_zlib(self) -> bool:
        return self._codec in ("gz", "deflate")

    def _hungry(self) -> bool:
        # zlib hands back what it did not take, and may hold output for input that it has: ask it once more, empty.
        return self._is_zlib or bool(self._machine.needs_input)

    def _next(self) -> bytes:
        piece = next(self._pieces, b"")
        self._taken += len(piece)
        return piece

    def _begin(self) -> bool:
        """Whether another member begins."""
        first = self._taken == 0
        while True:
            if not first:
                self._held = self._held.lstrip(b"\0")  # tapes and xz pad with zeros
            if len(self._held) < FIRST:
                more = self._next()
                if more:
                    self._held += more
                    continue
            break
        if not self._held:
            self._over = True
            return False
        if not first and not self._again():
            self.ended, self._over = "after", True
            return False
        self._machine = self._made()
        return True

    def _again(self) -> bool:
        if self._codec in ("deflate", "lzma"):
            return False
        starts = next(starts for name, starts in _MAGIC if name == self._codec)
        return any(self._held.startswith(start[: len(self._held)]) for start in starts)

    def _made(self) -> Any:
        if self._codec == "gz":
            return zlib.decompressobj(31)
        if self._codec == "deflate":
            return zlib.decompressobj(-15)
        if self._codec == "bz2":
            return bz2.BZ2Decompressor()
        kind = lzma.FORMAT_ALONE if self._codec == "lzma" else lzma.FORMAT_XZ
        return lzma.LZMADecompressor(format=kind, memlimit=XZ_MEMORY)


class _Given(io.RawIOBase):
    """Blocks as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest, self.taken = pieces, b"", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        out, self._rest = self._rest[:size], self._rest[size:]
        self.taken += len(out)
        return out


class _Frames:
    """zst, by Arrow's own reader: frames one after the other, also those that hold nothing."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        import pyarrow as pa

        self._given = _Given(pieces)
        self._stream = pa.CompressedInputStream(pa.PythonFile(self._given, mode="r"), "zstd")
        self.ended = ""

    @property
    def taken(self) -> int:
        return self._given.taken

    def read(self, size: int) -> bytes:
        import pyarrow as pa

        try:
            return self._stream.read(size)
        except (OSError, ValueError, pa.ArrowException) as error:
            said = str(error)
            if "Truncated" in said:
                raise _Broken("cut") from None
            if "Unknown frame" in said:
                raise _Broken("after") from None
            raise _Broken(said.removeprefix("ZSTD decompress failed: ")) from None
