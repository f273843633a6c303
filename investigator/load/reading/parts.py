"""Lines that a writer cut because they were long: each is put together again before it is read.

Containers write a long line in pieces, those of stdout between those of stderr. A piece is told by what the format says
of a line that ends one; it goes on in the next line of its own stream. What never ends is read as far as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from investigator import re2
from investigator.load.split import Chunk
from investigator.sources._format import Head, Parts

BYTES_AT_MOST = 1 << 20  # of a line that is put together: what is longer begins another


@dataclass
class _Held:
    """A line whose end has not come yet: its first unit and byte, the last of its units, and its texts."""

    unit: int
    byte: int
    last: int
    size: int
    texts: list[str]
    bodies: list[str]
    place: int = -1  # in the chunk at hand, where it began in this


@dataclass
class Whole:
    """Puts the lines of one file together. `spans` are, by their first unit, how many units the lines reach over."""

    parts: Parts
    spans: dict[int, int] = field(default_factory=dict)
    _held: dict[str, _Held] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[Parts], head: Head) -> Whole | None:
        """As the first of these that the beginning of a file tells; None where it tells none."""
        for one in parts:
            if any(re2.matches(one.ends, head.lines[:100])):
                return cls(one)
        return None

    def chunks(self, found: Iterator[Chunk]) -> Iterator[Chunk]:
        """The same chunks, with whole lines."""
        for chunk in found:
            yield self._chunk(chunk)
        if self._held:
            left = [self._said(held) for held in self._held.values()]
            yield _chunk(left, 0)

    def _chunk(self, chunk: Chunk) -> Chunk:
        import pyarrow as pa
        import pyarrow.compute as pc

        shaped = pc.match_substring_regex(chunk.text, self.parts.shape).to_numpy(zero_copy_only=False)
        ends = pc.match_substring_regex(chunk.text, self.parts.ends).to_numpy(zero_copy_only=False)
        if not self._held and not (shaped & ~ends).any():
            return chunk
        shape = re.compile(self.parts.shape, re.S)
        gone = np.zeros(len(chunk), dtype=bool)
        changed: list[tuple[int, tuple[int, int, int, str]]] = []
        cut = np.flatnonzero(shaped & ~ends)
        # Only lines from the first piece on, and of them those that are pieces or end one.
        for index in range(0 if self._held else int(cut[0]), len(chunk)):
            if not shaped[index] or (ends[index] and not self._held):
                continue
            text = chunk.text[index].as_py()
            found = shape.match(text)
            if found is None:
                continue
            held = self._held.get(found["stream"])
            if held is not None and held.size + 2 * len(text) > BYTES_AT_MOST:
                changed.append((held.place, self._said(self._held.pop(found["stream"]))))
                held = None
            unit, byte = int(chunk.unit[index]), int(chunk.byte[index])
            if held is None:
                if not ends[index]:
                    gone[index] = True
                    self._held[found["stream"]] = _Held(unit, byte, unit, len(text), [text], [], index)
                continue
            gone[index] = True
            held.last, held.size = unit, held.size + len(text)
            held.bodies.append(found["body"])
            if ends[index]:
                changed.append((held.place, self._said(self._held.pop(found["stream"]))))
        for held in self._held.values():
            held.place = -1
        if not gone.any():
            return chunk
        kept = np.flatnonzero(~gone)
        rest = Chunk(
            chunk.unit[kept],
            chunk.byte[kept],
            chunk.length[kept],
            chunk.text.take(pa.array(kept)),
            chunk.blank[kept],
            chunk.long,
        )
        # All pieces but one of each line join it; the one is counted with the line, wherever that is.
        made = _chunk([line for _, line in sorted(changed)], int(gone.sum()) - len(changed))
        return _merged(rest, made)

    def _said(self, held: _Held) -> tuple[int, int, int, str]:
        first = held.texts[0]
        found = re.compile(self.parts.shape, re.S).match(first)
        assert found is not None
        end = found.end("body")
        text = f"{first[:end]}{''.join(held.bodies)}{first[end:]}"
        if held.bodies:
            self.spans[held.unit] = held.last - held.unit + 1
        return held.unit, held.byte, held.size, text


def _chunk(lines: Sequence[tuple[int, int, int, str]], joined: int) -> Chunk:
    import pyarrow as pa

    units, bytes_, sizes = (np.array([line[i] for line in lines], dtype=np.int64) for i in range(3))
    texts = pa.array([line[3] for line in lines], type=pa.large_string())
    return Chunk(units, bytes_, sizes, texts, np.zeros(len(lines), dtype=bool), [], joined)


def _merged(rest: Chunk, made: Chunk) -> Chunk:
    """Both, in the order of their units."""
    import pyarrow as pa

    order = np.argsort(np.concatenate([rest.unit, made.unit]), kind="stable")
    unit, byte, length, blank = (
        np.concatenate([getattr(rest, name), getattr(made, name)])[order]
        for name in ("unit", "byte", "length", "blank")
    )
    text = pa.concat_arrays([rest.text, made.text]).take(pa.array(order))
    return Chunk(unit, byte, length, text, blank, rest.long, made.joined)
