"""Lines out of blocks, without a copy a line: numpy finds the ends, Arrow strings are slices of the block.

DuckDB parses and never splits: its one-column reader aborts on bare CR, 0x1f, bad UTF-8 and long lines, and with
`ignore_errors` drops blank and bad lines without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.sources._text import MARK, line_end, mended, said

if TYPE_CHECKING:
    import pyarrow as pa

LINE_AT_MOST = 16 << 20
CHUNK_LINES = 40_000
CHUNK_BYTES = 3 << 20
FIRST_BYTES = 1 << 19  # the first chunk is small: what it shows is needed for the others
PIECE = 1 << 18  # of a block, so that it stays in the processor's cache
BLANK = b" \t\r\n\x0b\x0c"
_BLANK = np.isin(np.arange(256), np.frombuffer(BLANK, dtype=np.uint8))


@dataclass
class Chunk:
    """Some whole lines: unit numbers, first bytes, lengths and texts, with line ends kept in the texts."""

    unit: Any  # int64 array
    byte: Any  # int64 array
    length: Any  # int64 array
    text: pa.LargeStringArray
    blank: Any  # bool array
    long: list[tuple[int, int, int, bytes]]  # unit, byte, length, first bytes of lines over 16 MB
    joined: int = 0  # further lines that are part of these

    def __len__(self) -> int:
        return len(self.unit)


def chunks(
    blocks: Iterator[bytes], *, start: int = 0, doubt: list[str] | None = None, lines: int = CHUNK_LINES
) -> Iterator[Chunk]:
    """Chunks of at most so many lines or 16 MB, in order. `start` is the byte of the first block in the content."""
    doubt = doubt if doubt is not None else []
    separator: int | None = None
    rest, at, unit = b"", start, 0
    pending: list[
        tuple[bytes | memoryview, int, Any]
    ] = []  # whole lines, their first byte in the content, and their ends
    pending_size = pending_lines = 0
    state: dict[str, int] = {"nul": 0}
    long: list[tuple[int, int, int, bytes]] = []
    skipping: list[Any] | None = None  # [byte, length, first bytes] of a line over the limit

    def flush() -> Chunk:
        nonlocal pending, pending_size, pending_lines, unit, long
        data = pending[0][0] if len(pending) == 1 else b"".join(piece for piece, _, _ in pending)
        first = pending[0][1] if pending else at
        before = np.cumsum([0, *(len(piece) for piece, _, _ in pending)])
        ends = [ends + low for (_, _, ends), low in zip(pending, before[:-1], strict=True)]
        joined = np.concatenate(ends) if ends else np.zeros(0, dtype=np.int64)
        chunk = _chunk(data, first, unit, joined, state, long)
        unit += len(chunk) + len(chunk.long)
        pending, pending_size, pending_lines, long = [], 0, 0, []
        return chunk

    for block in blocks:
        if separator is None:
            if not rest and block.startswith(b"\xef\xbb\xbf"):
                block, at = block[3:], at + 3
            separator = line_end(block)
            if separator == 13:
                doubt.append("its lines end with CR alone")
        mark = bytes([separator])
        if skipping is not None:
            end = block.find(mark)
            if end < 0:
                skipping[1] += len(block)
                at += len(block)
                continue
            skipping[1] += end + 1
            yield from _with_long(flush, pending, skipping, unit, state, long)
            unit += 1
            at += end + 1
            block, skipping = block[end + 1 :], None
        data = rest + block
        cut = data.rfind(mark) + 1
        whole, rest = memoryview(data)[:cut], data[cut:]
        if whole:
            ends = _ends(whole, separator)
            pending.append((whole, at, ends))
            pending_size += len(whole)
            pending_lines += len(ends)
            at += len(whole)
        if len(rest) > LINE_AT_MOST:
            skipping = [at, len(rest), rest[:4000]]
            at += len(rest)
            rest = b""
        if pending_lines >= lines or pending_size >= (CHUNK_BYTES if unit else FIRST_BYTES):
            yield flush()
    if skipping is not None:
        yield from _with_long(flush, pending, skipping, unit, state, long)
        unit += 1
    elif rest:
        pending.append((rest, at, np.array([len(rest)], dtype=np.int64)))
    if pending:
        yield flush()
    nuls = state.pop("nul")
    doubt += said(state)
    if nuls:
        doubt.append(f"{nuls:,} {'line holds' if nuls == 1 else 'lines hold'} NUL bytes, shown as \\x00")


def _with_long(
    flush: Any, pending: list, skipping: list[Any], unit: int, state: dict[str, int], long: list
) -> Iterator[Chunk]:
    """The lines before a line over the limit, then a chunk that holds only it."""
    import pyarrow as pa

    if pending:
        before = flush()
        yield before
        unit += len(before)
    empty = np.zeros(0, dtype=np.int64)
    texts = pa.array([], type=pa.large_string())
    place = (unit + 1, int(skipping[0]), int(skipping[1]), bytes(skipping[2]))
    yield Chunk(empty, empty, empty, texts, np.zeros(0, dtype=bool), [place])


def _ends(data: bytes | memoryview, separator: int) -> Any:
    """Where each line ends, its end included; found in pieces that stay in the processor's cache."""
    array = np.frombuffer(data, dtype=np.uint8)
    pieces = [
        np.flatnonzero(array[low : low + PIECE] == separator) + (low + 1)
        for low in range(0, len(array), PIECE)
    ]
    return np.concatenate(pieces).astype(np.int64, copy=False)


def _chunk(
    data: bytes | memoryview,
    first: int,
    unit: int,
    ends: Any,
    state: dict[str, int],
    long: list[tuple[int, int, int, bytes]],
) -> Chunk:
    import pyarrow as pa

    array = np.frombuffer(data, dtype=np.uint8)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]]) if len(ends) else ends
    lengths = ends - starts
    offsets = np.concatenate([starts[:1], ends]) if len(ends) else np.zeros(1, dtype=np.int64)
    text = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    text, emptied = _valid(text, data, starts, ends, state)
    units = np.arange(unit + 1, unit + 1 + len(ends), dtype=np.int64)
    blank = np.zeros(len(ends), dtype=bool)
    for index in _maybe_blank(array, starts, ends, np.flatnonzero(_BLANK[array[starts]] & (lengths <= 4096))):
        blank[index] = not bytes(data[starts[index] : ends[index]]).strip(BLANK)
    blank[emptied] = True
    return Chunk(units, starts + first, lengths, text, blank, long)


def _maybe_blank(array: Any, starts: Any, ends: Any, lines: Any) -> Any:
    """Those of some lines whose last bytes are blank: indented ones that say something are told without reading them."""
    for back in (1, 2, 3):
        lines = lines[_BLANK[array[np.maximum(ends[lines] - back, starts[lines])]]]
    return lines


def _valid(
    text: pa.LargeStringArray, data: bytes | memoryview, starts: Any, ends: Any, state: dict[str, int]
) -> tuple[pa.LargeStringArray, list[int]]:
    """The texts with bytes that are no UTF-8 as what they are, and NULs written as \\x00; as they are where all is well.

    And which lines hold nothing but NULs. A mark before a line, as where files were put one behind the other, is left out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    array = np.frombuffer(data, dtype=np.uint8)
    if not len(array) or array.min():
        if not len(array) or array.max() < 128:
            return text, []
        try:
            text.validate(full=True)
            if b"\n" + MARK in bytes(data):
                text = pc.replace_substring_regex(text, "^\ufeff", "")
            return text, []
        except pa.ArrowInvalid:
            pass
    out: list[str] = []
    emptied: list[int] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        shown, why = mended(bytes(data[start:end]))
        if why and shown.strip():
            state[why] = state.get(why, 0) + 1
        if not shown.strip():
            emptied.append(len(out))
        if "\0" in shown:
            state["nul"] += 1
            shown = shown.replace("\0", "\\x00")
        out.append(shown.removeprefix("\ufeff"))
    return pa.array(out, type=pa.large_string()), emptied
