"""The bytes behind an event, by its origin, as they were in the evidence."""

from __future__ import annotations

import json
from pathlib import Path

from investigator.errors import ParameterError
from investigator.events import schema
from investigator.events.store import Segment, Store
from investigator.load.content import Content
from investigator.load.evidence import place
from investigator.load.formats import formed, kits
from investigator.load.members import taken_out
from investigator.load.split import chunks
from investigator.sources._format import Records


def raw(vault: Path | str, store: Store, origin: str) -> bytes:
    """The bytes behind an origin, as they were in the evidence; of a database's row its JSON."""
    evidence, unit, units = schema.parse_origin(origin)
    found = [segment for segment in store.manifest().segments if segment.evidence == evidence]
    if not found:
        known = ", ".join(sorted({segment.evidence for segment in store.manifest().segments})[:5])
        raise ParameterError(
            f"No evidence {evidence} was loaded here.",
            f"There are: {known}.",
            "Copy the origin from a table.",
        )
    segment = found[0]
    path = place(Path(vault), segment)
    if not segment.inside:
        return _units(path, segment, unit, units)
    with taken_out(path, segment.inside, Path(vault)) as member:
        return _units(member, segment, unit, units)


def _units(path: Path, segment: Segment, unit: int, units: int) -> bytes:
    module = kits(segment.format)  # none for a format that somebody declared: those are lines
    form = formed(module.FORMAT, Content(path, name=segment.source).head()) if module else None
    content = Content(path, name=segment.source)
    if isinstance(form, Records):
        content.mended = []
        inside = "".join(f"!{name}" for name in segment.inside)
        member = segment.evidence[12:].removeprefix(inside).removeprefix("!")
        for record in form.read(path, content):
            if record.unit == unit and record.member == member:
                if record.byte is not None and record.length and not form.text:
                    return b"".join(Content(path, name=segment.source).unpacked())
                if record.byte is not None and record.length:
                    length = content.length_of(record.byte, record.length)
                    return _slice(path, segment.source, record.byte, length)
                shown = record.text or json.dumps(record.fields, ensure_ascii=False)
                return shown.encode()
        raise ParameterError(f"{segment.source} has no unit {unit}.", "", "Copy the origin from a table.")
    first: int | None = None
    length = 0
    for chunk in chunks(content.blocks()):
        for long_unit, byte, size, _ in chunk.long:
            if long_unit == unit:
                return _slice(path, segment.source, byte, size)
        if not len(chunk) or chunk.unit[-1] < unit:
            continue
        start = int(unit - chunk.unit[0]) if first is None else 0
        if first is None:
            first = int(chunk.byte[start])
        wanted = min(len(chunk), start + units)
        length += int(chunk.length[start:wanted].sum())
        units -= wanted - start
        unit += wanted - start
        if units <= 0:
            break
    if first is None:
        raise ParameterError(f"{segment.source} has no unit {unit}.", "", "Copy the origin from a table.")
    return _slice(path, segment.source, first, length)


def _slice(path: Path, name: str, byte: int, length: int) -> bytes:
    kept, at = [], 0
    for block in Content(path, name=name).blocks():
        low, high = max(byte - at, 0), min(byte + length - at, len(block))
        if low < high:
            kept.append(block[low:high])
        at += len(block)
        if at >= byte + length:
            break
    return b"".join(kept)
