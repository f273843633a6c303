"""A file's content: uncompressed, as UTF-8, block by block, hashed in the same pass.

What is compressed is read through `codecs`; one that was cut gives what is there, and says where. UTF-16 and a BOM are turned into plain UTF-8. Bytes
that are no UTF-8, and NULs, are shown as \\xNN where a line is handed on; the evidence keeps them as they are.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from investigator.errors import DataError
from investigator.sources import _codecs as packed
from investigator.sources import _pages
from investigator.sources._format import ANSI, Head
from investigator.sources._text import begun, line_end, mended, said

BLOCK = 8 << 20
FIRST_BLOCK = 1 << 19  # so that the first lines are worked on soon
HEAD = 64 << 10
_LAST = 64  # of the end of a content: UTF-16 has a NUL there, whatever was written
WHOLE_AT_MOST = 512 << 20


class Content:
    """The content of one file, from `start` on. Read it once; then hashes and doubts are known."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        start: int = 0,
        progress: Callable[[int], None] | None = None,
        budget: packed.Budget | None = None,
        counted: bool = False,
        modified: str = "",
    ) -> None:
        self.path, self.name, self.start = path, name or path.name, start
        self.budget, self.counted = budget, counted  # of the archive that it lies in, or is itself
        self.modified = modified  # when the file was written, as ISO; for what says no time itself
        self.order = ""  # of day and month, where somebody said it: dmy, mdy or ymd
        self.header = ""  # of a table whose tail this is
        self.beside: Callable[[str], Content | None] | None = None  # the file with that stem that lies by it
        self.doubt: list[str] = []
        self.raw_bytes = 0
        self.plain_bytes = 0  # of the content, uncompressed, before any decoding
        self.size = 0  # of the content, uncompressed, from its very beginning
        self.content_sha256 = ""  # of what is compressed: of what is in it, from its very beginning
        self.ends_with_newline = True
        self.mended: list[tuple[int, int]] | None = None  # where lines are longer than their bytes, if asked
        self._progress = progress
        with self._open() as stream:
            self.first = stream.read(packed.FIRST)
        self.codec = packed.told(self.first)

    def again(self) -> Content:
        """The same content, to be read beside this."""
        return Content(self.path, name=self.name)

    def _open(self) -> BinaryIO:
        try:
            return open(self.path, "rb")
        except OSError as error:
            raise DataError(
                f"{self.path} can't be opened: {error.strerror}.", "", "Check the path and its permissions."
            ) from None

    def head(self) -> Head:
        """The first 64 KB."""
        data = b""
        for block in self._plain(lambda: self._blocks(small=True), None):
            data += block
            if len(data) >= HEAD:
                break
        if not data and self.doubt:
            raise DataError(
                f"{self.name} can't be unpacked: {self.doubt[0].partition(':')[0]}.",
                "Nothing of what was in it could be read.",
                "Fetch it again from where it came.",
            )
        self.doubt.clear()
        self.plain_bytes = 0
        whole = len(data) < HEAD
        if not whole:
            data = data[:HEAD]
        text = _text(data)
        if "\x1b[" in text:
            text = re.sub(ANSI, "", text)
        return Head(data, text.removeprefix("\ufeff"), self.name, whole)

    def _blocks(self, *, small: bool = False) -> Iterator[bytes]:
        """The file's bytes as they are, up to where it ended when reading began: it may go on growing."""
        with self._open() as stream:
            left = os.fstat(stream.fileno()).st_size
            size = HEAD if small else FIRST_BLOCK
            while left > 0 and (block := stream.read(min(size, left))):
                left -= len(block)
                yield block
                size = HEAD if small else BLOCK

    def blocks(self) -> Iterator[bytes]:
        """The content as UTF-8, in blocks, from `start` on; hashes are complete when it ends."""
        content_hash = hashlib.sha256()
        position = self.plain_bytes = end = 0
        last = b"\n"

        def hashed() -> Iterator[bytes]:
            self.raw_bytes = 0
            for block in self._blocks():
                self.raw_bytes += len(block)
                if self._progress:
                    self._progress(self.raw_bytes)
                yield block

        for block in self._plain(hashed, content_hash if self.codec else None):
            end = end or line_end(block)
            if end != 13:
                block = begun(block)
            last = block[-1:]
            here = position
            position += len(block)
            if position <= self.start:
                continue
            yield block[self.start - here :] if here < self.start else block
        self.size = position
        self.ends_with_newline = last == b"\n"
        self.content_sha256 = content_hash.hexdigest() if self.codec else ""

    def unpacked(self, blocks: packed.Pieces | None = None) -> Iterator[bytes]:
        """The bytes of the content as they are, uncompressed and no more."""
        if not self.codec:
            return (blocks or self._blocks)()
        budget, counted = (self.budget, self.counted) if self.budget else (packed.Budget(self.name), True)
        return packed.plain(self.codec, blocks or self._blocks, self.doubt, budget, counted=counted)

    def sound(self) -> None:
        """Raise DataError where it is a bomb from its beginning on: seen before anything of it is loaded."""
        if self.codec:
            packed.weighed(self.codec, self._blocks, packed.Budget(self.name))

    def _plain(self, blocks: packed.Pieces, content_hash: object) -> Iterator[bytes]:
        plain = self.unpacked(blocks)
        decoder: codecs.IncrementalDecoder | _pages.Decoder | _pages.Again | None = None
        first = True
        for block in plain:
            self.plain_bytes += len(block)
            if content_hash is not None:
                content_hash.update(block)  # type: ignore[attr-defined]
            if first:
                first = False
                if block[:2] in (b"\xff\xfe", b"\xfe\xff") and not self._turns():
                    name = "utf-16"
                    decoder = codecs.getincrementaldecoder(name)(errors="backslashreplace")
                    self.doubt.append("it is UTF-16: byte offsets are those of its text as UTF-8")
                elif _looks_utf16(block):
                    name = "utf-16-le" if b"\0" in block[1:400:2] else "utf-16-be"
                    decoder = codecs.getincrementaldecoder(name)(errors="backslashreplace")
                    self.doubt.append(
                        "it is UTF-16 without a mark: byte offsets are those of its text as UTF-8"
                    )
                elif page := _pages.told(_whole_lines(block)):
                    decoder = _pages.Decoder(page[0])
                    self.doubt.append(_pages.doubt(*page))
                elif _pages.twice(_whole_lines(block)[:HEAD].decode("utf-8", errors="replace")):
                    decoder = _pages.Again()
                    self.doubt.append(f"{_pages.TWICE}. Its {_pages.OFFSETS}")
            if decoder is not None:
                text = decoder.decode(block).encode("utf-8", errors="backslashreplace")
                if text:
                    yield text
            elif block:
                yield block
        if decoder is not None and (left := decoder.decode(b"", True)):
            yield left.encode("utf-8", errors="backslashreplace")

    def length_of(self, byte: int, length: int) -> int:
        """How many bytes of the evidence so many bytes of lines from there on were."""
        more = 0
        for at, longer in self.mended or ():
            if at >= byte and at - byte + more < length:
                more += longer
        return length - more

    def _turns(self) -> bool:
        """Whether what begins as UTF-16 ends as something else: then each line is read as what it is."""
        last = self.end(_LAST)
        return bool(last) and b"\0" not in last

    def end(self, size: int) -> bytes:
        """Its last bytes, at most so many; none where it is compressed."""
        if self.codec:
            return b""
        with self._open() as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            return stream.read()

    def all(self) -> bytes:
        """The whole content at once, for formats that are one value; refused above 512 MB."""
        kept, total = [], 0
        for block in self.blocks():
            total += len(block)
            if total > WHOLE_AT_MOST:
                raise DataError(
                    f"{self.name} is one JSON value of more than {WHOLE_AT_MOST >> 20} MB.",
                    "Values of that size can't be read in parts.",
                    "Export it as JSON lines: one object a line (jq -c '.[]' file.json > file.jsonl).",
                )
            kept.append(block)
        data = b"".join(kept)
        counts: dict[str, int] = {}
        text = _text(data, counts)
        self.doubt += said(counts)
        return data if not counts else text.encode("utf-8", errors="surrogatepass")

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its first byte, its line end kept, as UTF-8; a mark before it is left out."""
        counts: dict[str, int] = {}
        for at, line in self._lines():
            if line.isascii() and b"\0" not in line:
                yield at, line
                continue
            text, why = mended(line)
            if why:
                counts[why] = counts.get(why, 0) + 1
            shown = text.removeprefix("\ufeff").encode("utf-8", errors="backslashreplace")
            if self.mended is not None and len(shown) != len(line):
                self.mended.append((at, len(shown) - len(line)))
            yield at, shown
        self.doubt += said(counts)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        rest, at, end = b"", self.start, b""
        for block in self.blocks():
            end = end or bytes([line_end(block)])
            data = rest + block
            pieces = data.split(end)
            rest = pieces.pop()
            for piece in pieces:
                yield at, piece + end
                at += len(piece) + 1
        if rest:
            yield at, rest


def _text(data: bytes, counts: dict[str, int] | None = None) -> str:
    """Bytes as text: as UTF-8, else line by line as what each is."""
    if b"\0" not in data:
        try:
            return data.decode("utf-8").replace("\n\ufeff", "\n")
        except UnicodeDecodeError:
            pass
    out: list[str] = []
    for line in data.split(b"\n"):
        text, why = mended(line)
        if why and counts is not None:
            counts[why] = counts.get(why, 0) + 1
        out.append(text.removeprefix("\ufeff") if out else text)
    return "\n".join(out)


def _whole_lines(block: bytes) -> bytes:
    """The lines that a content begins with."""
    return block if len(block) < HEAD else block[: block.rfind(b"\n", 0, HEAD) + 1]


def _looks_utf16(block: bytes) -> bool:
    """Whether bytes are UTF-16 without a mark: nearly every second is NUL, or some are, and all is text of some alphabet."""
    sample = block[:400]
    if len(sample) < 8 or (len(sample) % 2 and len(block) < 400):
        return False
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if not (even or odd) or (even and odd):
        return False
    return max(even, odd) > len(sample) * 0.45 or _written_wide(sample, "le" if odd else "be")


def _written_wide(sample: bytes, order: str) -> bool:
    """Whether bytes are characters that somebody writes, in lines, as UTF-16, and no text with NULs in it."""
    try:
        plain, _ = codecs.utf_8_decode(sample.replace(b"\0", b""), "strict", False)
        if "".join(plain.split()).isprintable():
            return False
    except UnicodeDecodeError:
        pass
    try:
        text = sample.decode(f"utf-16-{order}")
    except UnicodeDecodeError:
        return False
    written = sum(c.isalnum() or c in " \t\r\n" for c in text)
    return (
        "\n" in text
        and text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
        and written >= 0.7 * len(text)
    )
