"""The raw units before and after one, as they are in the evidence: lines of a text, rows of a table, records of a file."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.errors import ParameterError
from investigator.load.content import Content
from investigator.load.evidence import place
from investigator.load.formats import formats, formed
from investigator.load.members import taken_out
from investigator.load.origin import _slice
from investigator.load.split import chunks
from investigator.sources._format import Records

if TYPE_CHECKING:
    from investigator.events.store import Segment
    from investigator.sources._format import Record

#: So many characters of a unit are given, and so far around a known byte is read of a large file.
CHARACTERS, REACH, LARGE = 4_000, 1 << 20, 32 << 20


@dataclass(frozen=True)
class Unit:
    """One raw unit: its number in its evidence, its text, and whether it is one of those asked for."""

    number: int
    text: str
    own: bool = False


def nearby(
    vault: Path | str,
    segment: Segment,
    unit: int,
    units: int = 1,
    *,
    around: int = 10,
    byte: int | None = None,
) -> list[Unit]:
    """The units `unit` to `unit + units - 1` with as many before and after as `around` says, in order.

    `byte` is where the first of them starts, where that is known: a large file is then not read from its beginning.
    Raises ParameterError where there is no such unit, DataError where the evidence is gone.
    """
    path = place(Path(vault), segment)
    with taken_out(path, segment.inside, Path(vault)) as member:
        found = _read(member, segment, unit, units, around, byte)
    if not any(each.own for each in found):
        raise ParameterError(
            f"{segment.source} has no line {unit:,}.",
            f"The last near it is {found[-1].number:,}." if found else "",
            "Copy the origin from a table.",
        )
    return found


def _read(path: Path, segment: Segment, unit: int, units: int, around: int, byte: int | None) -> list[Unit]:
    content = Content(path, name=segment.source)
    module = formats().get(segment.format)  # none for a format that somebody declared: those are lines
    form = formed(module.FORMAT, content.head()) if module else None
    low, high = max(unit - around, 1), unit + units - 1 + around
    if isinstance(form, Records):
        return _records(path, segment, form, unit, units, around)
    if byte and not content.codec and path.stat().st_size > LARGE:
        found = _there(path, byte, unit, low, high)
        if found:
            return [Unit(n, text, unit <= n < unit + units) for n, text in found]
    out = []
    for chunk in chunks(Content(path, name=segment.source).blocks()):
        for number, _, length, first in chunk.long:
            if low <= number <= high:
                text = first.decode("utf-8", errors="backslashreplace")[:CHARACTERS]
                out.append(Unit(int(number), f"{text}… ({length:,} bytes)", unit <= number < unit + units))
        if not len(chunk) or chunk.unit[-1] < low:
            continue
        start = max(low - int(chunk.unit[0]), 0)
        stop = min(high - int(chunk.unit[0]) + 1, len(chunk))
        for number, text in zip(
            chunk.unit[start:stop].tolist(),
            chunk.text.slice(start, max(stop - start, 0)).to_pylist(),
            strict=True,
        ):
            out.append(Unit(number, _cut(text), unit <= number < unit + units))
        if chunk.unit[-1] >= high:
            break
    return sorted(out, key=lambda each: each.number)


def _there(path: Path, byte: int, unit: int, low: int, high: int) -> list[tuple[int, str]]:
    """Lines around a byte of a plain file; none where they reach further than is read, or are no plain lines."""
    start = max(byte - REACH, 0)
    with open(path, "rb") as stream:
        if b"\x00" in stream.read(4_096):
            return []
        stream.seek(start)
        before = stream.read(byte - start)
        after = stream.read(REACH)
    if before and not before.endswith(b"\n"):
        return []
    above = before.split(b"\n")[:-1]
    if start > 0:
        above = above[1:]  # the first may be half of one
    whole = byte + len(after) == path.stat().st_size
    below = after.split(b"\n")
    if not whole or not below[-1]:
        below = below[:-1]
    if len(above) < unit - low or (len(below) < high - unit + 1 and not whole):
        return []
    lines = [*zip(range(unit - len(above), unit), above, strict=True), *enumerate(below, unit)]
    return [
        (n, _cut(text.decode("utf-8", errors="backslashreplace"))) for n, text in lines if low <= n <= high
    ]


def _records(path: Path, segment: Segment, form: Records, unit: int, units: int, around: int) -> list[Unit]:
    before: deque[Record] = deque(maxlen=around)
    kept: list[Record] = []
    after = 0
    for record in form.read(path, Content(path, name=segment.source)):
        if record.member != segment.member:
            continue
        if record.unit + record.units <= unit:
            before.append(record)
        elif record.unit < unit + units:
            kept.append(record)
        else:
            after += 1
            if after > around:
                break
            kept.append(record)
    whole = [*before, *kept]
    held = [r for r in whole if form.text and r.byte is not None and r.length and not r.text]
    low = min((int(r.byte or 0) for r in held), default=0)
    high = max((int(r.byte or 0) + r.length for r in held), default=0)
    data = _slice(path, segment.source, low, high - low) if held else b""
    out = []
    for record in whole:
        if record in held and record.byte is not None:
            text = data[record.byte - low : record.byte - low + record.length].decode(
                "utf-8", errors="backslashreplace"
            )
        else:
            text = record.text or json.dumps(
                {name: cell for name, cell in record.fields.items() if cell is not None}, ensure_ascii=False
            )
        out.append(
            Unit(record.unit, _cut(text), unit < record.unit + record.units and record.unit < unit + units)
        )
    return out


def _cut(text: str) -> str:
    line = text.rstrip("\r\n")
    return line if len(line) <= CHARACTERS else f"{line[:CHARACTERS]}… ({len(line):,} characters)"
