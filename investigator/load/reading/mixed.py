"""Lines of several formats in one file, as containers write them: each block is read by the format that begins it.

A file's lines are dealt out, each format reads its own as if they were a file, and what it gives is numbered as the file
was. Lines that begin nothing join the event above: where that is text whose events have several lines, or a JSON object
(as `joined_lines`); below others, which have one line, they are rejects. `format` says which one read an event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.content import Content
from investigator.load.fast.buffers import bounds
from investigator.load.formats import Mixed, begins
from investigator.load.reading.foreign import look, outside_brackets
from investigator.load.reading.reader import Reader, reject_long
from investigator.load.reading.text_lines import COLOURS, uncoloured
from investigator.load.split import Chunk, chunks
from investigator.load.tally import Tally
from investigator.sources._format import Form, JsonLines, Lines

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def read(reader: Reader, mix: Mixed, each: Callable[[Reader], list[Tally]]) -> Tally:
    """Deal a file's lines out, have `each` format read its own, and put together what they give."""
    whole = Tally(reader.name)
    hands = [_Hand(name, form, reader.staging.file(f"mixed-{i}")) for i, (name, form) in enumerate(mix.parts)]
    owner = -1
    for chunk in chunks(reader.content.blocks(), doubt=reader.content.doubt):
        whole.total += len(chunk.long)
        reject_long(whole, chunk)
        if len(chunk):
            if COLOURS in reader.head.data:
                chunk.text = uncoloured(chunk.text)
            owner = _deal(mix, hands, chunk, owner, reader)
    for hand in hands:
        hand.close()
        if hand.lines:
            _read_hand(reader, hand, whole, each)
    return whole


class _Hand:
    """The lines of one format: a file of them, and for each its number, its first byte, and how many lines it is."""

    def __init__(self, name: str, form: Form, path: Path) -> None:
        self.name, self.form, self.path = name, form, path
        self.stream = open(path, "wb")  # noqa: SIM115 - open while lines are dealt, closed by `close`
        self.units: list[Any] = []
        self.bytes: list[Any] = []
        self.spans: list[Any] = []
        self.lines = self.joined = self.blank = 0
        self.held: tuple[int, int, str, list[str]] | None = None  # a JSON object that lines may join

    def put(self, units: Any, bytes_: Any, data: bytes) -> None:
        self.stream.write(data)
        self.units.append(units)
        self.bytes.append(bytes_)
        self.spans.append(np.ones(len(units), dtype=np.int64))
        self.lines += len(units)

    def hold(self, unit: int, byte: int, text: str) -> None:
        """A JSON object: it waits for the lines that join it."""
        self.drop()
        self.held = (unit, byte, text, [])

    def drop(self) -> None:
        if self.held is None:
            return
        unit, byte, text, below = self.held
        self.held = None
        while below and not below[-1].strip():
            below.pop()
            self.blank += 1
        line = text.rstrip("\r\n ")
        if below and line.endswith("}"):
            said = json.dumps("".join(below).rstrip("\r\n"), ensure_ascii=False)
            line = f'{line[:-1]}{"," if line.rstrip("} ").strip("{ ") else ""}"joined_lines":{said}}}'
        self.put(
            np.array([unit], dtype=np.int64),
            np.array([byte], dtype=np.int64),
            f"{line}\n".encode(errors="replace"),
        )
        self.spans[-1][0] += len(below)
        self.joined += len(below)

    def close(self) -> None:
        self.drop()
        self.stream.close()


def _deal(mix: Mixed, hands: list[_Hand], chunk: Chunk, owner: int, reader: Reader) -> int:
    """Give each line of a chunk to its format; gives the one that the last line went to."""
    import pyarrow.compute as pc

    owners = np.full(len(chunk), -1, dtype=np.int64)
    for place in range(len(mix.parts) - 1, -1, -1):
        hits = pc.match_substring_regex(chunk.text, begins(mix.parts[place][1])).to_numpy(
            zero_copy_only=False
        )
        owners[hits & ~chunk.blank] = place
    starts = outside_brackets(chunk, owners >= 0)
    owners[~starts] = -1
    if reader.turns:
        rest = outside_brackets(chunk, starts, ~starts & ~chunk.blank) & ~starts
        look(chunk, rest, [name for name, _ in mix.parts], reader.options.declared)
    # What begins nothing goes with what is above it.
    last = np.maximum.accumulate(np.where(starts, np.arange(len(chunk)), -1))
    if owner < 0:
        owner = next(
            (i for i, (_, form) in enumerate(mix.parts) if isinstance(form, Lines) and form.joins), 0
        )
    owners = np.where(last >= 0, owners[np.maximum(last, 0)], owner)
    edges = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(chunk)]
    data, offsets = bounds(chunk.text)
    view = memoryview(data)
    for low, high in pairwise(edges):
        hand = hands[int(owners[low])]
        if isinstance(hand.form, JsonLines):
            for i in range(low, high):
                text = bytes(view[offsets[i] : offsets[i + 1]]).decode("utf-8", errors="replace")
                if starts[i] or hand.held is None:
                    hand.hold(int(chunk.unit[i]), int(chunk.byte[i]), text)
                else:
                    hand.held[3].append(text)
            continue
        piece = bytes(view[offsets[low] : offsets[high]])
        if piece[-1:] not in (b"\n", b"\r"):
            piece += b"\n"
        hand.put(chunk.unit[low:high], chunk.byte[low:high], piece)
    # What follows an object that another format's lines came after does not join it any more.
    for place, hand in enumerate(hands):
        if place != int(owners[-1]):
            hand.drop()
    return int(owners[-1])


def _read_hand(reader: Reader, hand: _Hand, whole: Tally, each: Callable[[Reader], list[Tally]]) -> None:
    units, bytes_, spans = (np.concatenate(part) for part in (hand.units, hand.bytes, hand.spans))

    def numbered(table: pa.Table) -> pa.Table:
        return _numbered(table, units, bytes_, spans if hand.joined else None)

    def rejected(tally: Tally) -> None:
        for row in tally.rejects:
            at = row["unit"] - 1
            reader.reject(whole, units[at], bytes_[at], row["length"], row["reason"], row["text"])
        tally.rejects.clear()

    content = Content(hand.path, name=reader.name, modified=reader.content.modified)
    part = Reader(
        content,
        reader.name,
        hand.form,
        reader.options,
        reader.staging,
        reader.evidence,
        content.head(),
        constant={"format": hand.name},
        numbered=numbered,
        rejected=rejected,
    )
    part.turns = False
    for tally in each(part):
        whole.total += tally.total + hand.joined + hand.blank
        whole.structure("blank", hand.blank)
        whole.used += tally.used
        whole.joined += tally.joined + hand.joined
        for kind, count in tally.structural.items():
            whole.structure(kind, count)
        whole.files += tally.files
        whole.rows += tally.rows
        whole.untimed += tally.untimed
        whole.first = min(filter(None, (whole.first, tally.first)), default=None)
        whole.last = max(filter(None, (whole.last, tally.last)), default=None)
        if tally.plan is not None:
            whole.parts.append(tally)
            if whole.plan is None or tally.rows > max(one.rows for one in whole.parts[:-1]):
                whole.plan = tally.plan
    reader.content.doubt += [text for text in content.doubt if text not in reader.content.doubt]


def _numbered(table: pa.Table, units: Any, bytes_: Any, spans: Any) -> pa.Table:
    """A table of events with units and bytes as they are in the whole file."""
    import pyarrow as pa

    at = table["unit"].to_numpy() - 1
    last = at + table["units"].to_numpy() - 1
    # The lines of an event stand together, but for those that a writer cut.
    over = units[last] - units[at] + (1 if spans is None else spans[last])
    columns = {"unit": units[at], "byte": bytes_[at], "units": over}
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values, pa.int64()))
    return table
