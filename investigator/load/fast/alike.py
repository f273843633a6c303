"""JSON lines that differ only in their values, read by where the quotes are: no line is parsed by itself.

One writer writes the same keys in the same order. What stands between the values of a line that was parsed is looked for
in all others, byte for byte: a line that has it all is that object, and holds nothing else. Only what is surely read as the
engine reads it is taken: text without escapes, whole numbers, short decimals, true, false and null. All other lines are
left to the engine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.fast.buffers import bounds, slices

if TYPE_CHECKING:
    import pyarrow as pa

    from investigator.load.split import Chunk

_MOST = 8  # orders of keys that one file may have
_TRIED = 40  # lines of a block that are looked at for a new order,
_TRIED_AT_MOST = 400  # and of a file
_WORTH = 0.5  # of a block's lines that must be read so: below it the engine reads them all
_LINE_AT_MOST = 1 << 16  # bytes; longer ones are the engine's
_LONGEST_BARE = 24
_LINES = 8192
_PIECE = 1 << 18  # of a block, so that it stays in the processor's cache
_STRING = re.compile(rb'"([^"\\\x00-\x1f]*)"')
_COLON = re.compile(rb"[ \t]*:[ \t]*")
_BARE = re.compile(rb"true|false|null|-?\d[\d.eE+-]*")
_SPACE = re.compile(rb"[ \t]*")
#: Bare values that the engine writes as they are written.
_AS_WRITTEN = r"^(?:true|false|null|-?[1-9][0-9]{0,17}|0|-?(?:[1-9][0-9]{0,7}|0)\.(?:0|[0-9]{0,5}[1-9]))$"
_TINY = r"^-?0\.0(?:00|$)"  # written with an exponent, or as another zero
_TOKEN = np.zeros(256, bool)
_TOKEN[np.frombuffer(b"0123456789+-.eEtrufalsn", np.uint8)] = True
_QUOTE, _BACKSLASH, _FEED = 34, 92, 10
#: The first so many bytes of a word of eight.
_FIRST_BYTES = [np.uint64((1 << (8 * size)) - 1) for size in range(9)]


@dataclass(frozen=True)
class Order:
    """The keys of a line in their order: what stands before each value and after the last, and what each value is."""

    between: tuple[bytes, ...]
    quoted: tuple[bool, ...]
    leaves: tuple[int, ...]  # which column of the shape each value is


class Alike:
    """The orders of keys that a file was seen to have."""

    def __init__(self) -> None:
        self._orders: tuple[Order, ...] = ()
        self._leaves: list[tuple[str, ...]] = []
        self._tries = _TRIED_AT_MOST
        self._given_up = False

    def read(self, chunk: Chunk, leaves: Sequence[tuple[str, ...]]) -> tuple[pa.Table, Any] | None:
        """Rows of the lines that could be read: unit, units, byte and one text column a leaf; and which lines those are.

        `leaves` are the paths of the shape's leaves. None where too few lines are alike.
        """
        import pyarrow as pa

        if self._given_up or not len(chunk) or sys.byteorder != "little":
            return None
        if leaves != self._leaves:
            self._leaves, self._orders = list(leaves), ()
        places = {path: i for i, path in enumerate(leaves)}
        data, offsets = bounds(chunk.text)
        low = np.empty((len(leaves), len(chunk)), np.int32)
        high, missing = np.empty_like(low), np.ones(low.shape, bool)
        done = np.zeros(len(chunk), bool)
        # A few lines at a time: they stay in the processor's cache while they are looked at again and again.
        for first in range(0, len(chunk), _LINES):
            some = slice(first, first + _LINES)
            lines = _Lines(data, offsets[first : first + _LINES + 1], chunk.blank[some])
            low[:, some] = high[:, some] = offsets[:-1][some]
            self._read(lines, places, done[some], low[:, some], high[:, some], missing[:, some])
        if done.sum() < _WORTH * max(len(chunk) - int(chunk.blank.sum()), 1):
            self._given_up = True
            return None
        whole = bool(done.all())
        pick = slice(None) if whole else done
        columns: dict[str, Any] = {
            "unit": chunk.unit[pick],
            "units": np.ones(int(done.sum()), np.int64),
            "byte": chunk.byte[pick],
        }
        for i in range(len(leaves)):
            null = missing[i][pick]
            columns[f"f{i}"] = slices(data, low[i][pick], high[i][pick], null if null.any() else None)
        return pa.table(columns), done

    def _read(
        self,
        lines: _Lines,
        places: Mapping[tuple[str, ...], int],
        done: Any,
        low: Any,
        high: Any,
        missing: Any,
    ) -> None:
        """Find the values of these lines, by the orders that are known and by those that they show."""
        orders = self._orders
        for order in orders:
            lines.match(order, done, low, high, missing)
        tried = 0
        while len(orders) < _MOST and tried < _TRIED and self._tries:
            left = np.flatnonzero(~done & lines.plain)
            if not len(left) or (orders and len(left) < 0.01 * len(done)):
                break
            self._tries -= 1
            # One of the first, then ones from further on, so that a rare kind at the beginning is not all that is seen.
            row = int(left[(tried * 7919) % len(left)])
            tried += 1
            new = ordered(lines.line(row), places)
            if new is not None and new not in orders:
                orders = (*orders, new)
                lines.match(new, done, low, high, missing)
        self._orders = orders


class _Lines:
    """The bytes of some lines, and where their quotes are; places are counted from the first line's beginning."""

    def __init__(self, data: Any, offsets: Any, blank: Any) -> None:
        self.base = int(offsets[0])
        self.data = data = data[self.base : offsets[-1]]
        offsets = offsets - self.base
        self.start = offsets[:-1]
        stop = offsets[1:]
        last = np.maximum(stop - 1, 0)
        stop = stop - ((data[last] == 10) & (stop > self.start))
        stop = stop - ((data[np.maximum(stop - 1, 0)] == 13) & (stop > self.start))
        self.stop = stop
        self.quotes = _where(data, _QUOTE)
        self.first_quote = self._first_quotes()
        # Lines with escapes or with control characters inside are the engine's.
        plain = (stop > self.start) & (stop - self.start <= _LINE_AT_MOST) & ~blank
        odd = _odd(data, int((data[last] == _FEED).sum()))
        if len(odd):
            at = np.searchsorted(offsets, odd, side="right") - 1
            inside = (at >= 0) & (at < len(stop))
            at, odd = at[inside], odd[inside]
            plain[at[odd < stop[at]]] = False
        self.plain = plain

    def _first_quotes(self) -> Any:
        """The place among all quotes of each line's first."""
        each = len(self.quotes) // len(self.start)
        if each and each * len(self.start) == len(self.quotes):
            guess = np.arange(len(self.start)) * each
            ends = np.append(self.quotes[guess[1:] - 1], self.quotes[-1:])
            if bool((self.quotes[guess] >= self.start).all() and (ends < self.stop).all()):
                return guess
        return np.searchsorted(self.quotes, self.start)

    def line(self, row: int) -> bytes:
        return self.data[self.start[row] : self.stop[row]].tobytes()

    def match(self, order: Order, done: Any, low: Any, high: Any, missing: Any) -> None:
        """Find the values of the lines that are not done and have this order; sets `done` of them, and their bounds."""
        rows = np.flatnonzero(~done & self.plain)
        if not len(rows):
            return
        at, stop = self.start[rows], self.stop[rows]
        quote = self.first_quote[rows]
        found: list[tuple[Any, Any, Any]] = []
        good = np.ones(len(rows), bool)
        for place, (between, quoted) in enumerate(zip(order.between[:-1], order.quoted, strict=True)):
            good &= self._same(at, between)
            if place in (0, 1, 4) and good.sum() < 0.8 * len(good):
                rows, at, stop, quote, found = (
                    rows[good],
                    at[good],
                    stop[good],
                    quote[good],
                    [tuple(part[good] for part in one) for one in found],
                )
                good = np.ones(len(rows), bool)
                if not len(rows):
                    return
            at = at + len(between)
            quote = quote + between.count(b'"')
            if quoted:
                end = self.quotes[np.minimum(quote, len(self.quotes) - 1)].astype(np.int64)
                good &= (end >= at) & (end < stop)
                end = np.where(good, end, at)
                found.append((at, end, np.zeros(len(rows), bool)))
            else:
                end, known, null = self._bare(at, stop)
                good &= known
                found.append((at, end, null))
            at = end
        tail = order.between[-1]
        good &= self._same(at, tail) & (at + len(tail) == stop)
        if len(rows) == len(done):
            # What is written of lines that do not fit is missing, and nobody reads it.
            done |= good
            for leaf, (begin, end, null) in zip(order.leaves, found, strict=True):
                low[leaf], high[leaf] = begin + self.base, end + self.base
                missing[leaf] = null | ~good
            return
        rows = rows[good]
        done[rows] = True
        for leaf, (begin, end, null) in zip(order.leaves, found, strict=True):
            low[leaf, rows], high[leaf, rows] = begin[good] + self.base, end[good] + self.base
            missing[leaf, rows] = null[good]

    def _same(self, at: Any, text: bytes) -> Any:
        """Whether this text stands at each place; compared in words of eight bytes."""
        size = len(text)
        words = -(-size // 8)
        most = len(self.data) - 8 * words
        if most < 0:
            return np.array([self.data[low : low + size].tobytes() == text for low in at.tolist()], bool)
        view = np.ndarray((most + 1,), f"V{8 * words}", buffer=self.data, strides=(1,))
        # Places rise from line to line. Those near the end of the block are looked at one by one.
        late = np.flatnonzero(at > most) if at[-1] > most else ()
        found = view[np.minimum(at, most) if len(late) else at].view(np.uint64).reshape(-1, words)
        wanted = np.frombuffer(text.ljust(8 * words, b"\0"), np.uint64)
        good = np.ones(len(at), bool)
        for word in range(words):
            column = found[:, word]
            if word == words - 1 and size % 8:
                column = column & _FIRST_BYTES[size % 8]
            good &= column == wanted[word]
        for row in late:
            good[row] = self.data[at[row] : at[row] + size].tobytes() == text
        return good

    def _bare(self, at: Any, stop: Any) -> tuple[Any, Any, Any]:
        """Where the bare value at each place ends, whether it is as the engine would write it, and whether it is null."""
        import pyarrow.compute as pc

        most = len(self.data) - 1
        end = at.copy()
        digits = np.ones(len(at), bool)
        moving: Any = slice(None)
        for _ in range(_LONGEST_BARE):
            byte = self.data[np.minimum(end[moving], most)]
            goes_on = _TOKEN[byte] & (end[moving] < stop[moving])
            digits[moving] &= ~goes_on | ((byte >= 48) & (byte <= 57))
            if not goes_on.any():
                break
            if goes_on.all():
                end[moving] += 1
                continue
            moving = np.flatnonzero(goes_on) if isinstance(moving, slice) else moving[goes_on]
            end[moving] += 1
        length = end - at
        leading = (self.data[np.minimum(at, most)] == 48) & (length > 1)
        known = digits & (length > 0) & (length <= 18) & ~leading
        null = np.zeros(len(at), bool)
        other = np.flatnonzero(~digits & (length > 0) & (length < _LONGEST_BARE))
        if len(other):
            texts = slices(self.data, at[other], end[other], None)
            fits = pc.and_not(
                pc.match_substring_regex(texts, _AS_WRITTEN), pc.match_substring_regex(texts, _TINY)
            )
            known[other] = fits.to_numpy(zero_copy_only=False)
            null[other] = pc.equal(texts, "null").to_numpy(zero_copy_only=False)
        return end, known, null


def ordered(line: bytes, places: Mapping[tuple[str, ...], int]) -> Order | None:
    """The order of keys of one line; None where it holds what is read line by line, or keys that are no leaf."""
    between: list[bytes] = []
    quoted: list[bool] = []
    leaves: list[int] = []
    begun = 0

    def take(low: int, high: int, text: bool, path: tuple[str, ...]) -> bool:
        nonlocal begun
        if path not in places or places[path] in leaves:
            return False
        between.append(line[begun:low])
        quoted.append(text)
        leaves.append(places[path])
        begun = high
        return True

    def read(at: int, path: tuple[str, ...]) -> int | None:
        """The place behind an object that begins here."""
        at = _past(line, at + 1)
        while True:
            key = _STRING.match(line, at)
            colon = _COLON.match(line, key.end()) if key else None
            if key is None or colon is None:
                return None
            at, inner = colon.end(), (*path, key[1].decode("utf-8", errors="replace"))
            if text := _STRING.match(line, at):
                if not take(text.start(1), text.end(1), True, inner):
                    return None
                at = text.end()
            elif bare := _BARE.match(line, at):
                if not take(bare.start(), bare.end(), False, inner):
                    return None
                at = bare.end()
            elif line[at : at + 1] == b"{" and len(inner) < 7:
                behind = read(at, inner)
                if behind is None:
                    return None
                at = behind
            else:
                return None
            at = _past(line, at)
            if line[at : at + 1] == b"}":
                return at + 1
            if line[at : at + 1] != b",":
                return None
            at = _past(line, at + 1)

    at = _past(line, 0)
    if line[at : at + 1] != b"{":
        return None
    behind = read(at, ())
    if behind is None or line[behind:].strip(b" \t"):
        return None
    return Order((*between, line[begun:]), tuple(quoted), tuple(leaves))


def _past(line: bytes, at: int) -> int:
    found = _SPACE.match(line, at)
    return found.end() if found else at


def _where(data: Any, byte: int) -> Any:
    """Where a byte stands."""
    found = [np.flatnonzero(data[low : low + _PIECE] == byte) + low for low in range(0, len(data), _PIECE)]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _odd(data: Any, feeds: int) -> Any:
    """Where backslashes stand, and characters that no JSON text may hold; so many lines end with a line feed."""
    found: list[Any] = []
    signs = 0
    for low in range(0, len(data), _PIECE):
        piece = data[low : low + _PIECE]
        signs += int(np.count_nonzero(piece < 32))
        escapes = piece == _BACKSLASH
        if escapes.any():
            found.append(np.flatnonzero(escapes) + low)
    if signs != feeds:
        found += [np.flatnonzero(data[low : low + _PIECE] < 32) + low for low in range(0, len(data), _PIECE)]
    return np.concatenate(found) if found else np.zeros(0, np.int64)
