"""One record at a time, for formats that are small or odd: a batch of them becomes columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from investigator.errors import DataError
from investigator.events import schema
from investigator.load.reading.foreign import LOOKED_AT, Foreign, formats_of
from investigator.load.reading.json_lines import KEYS_AT_MOST
from investigator.load.reading.reader import Reader
from investigator.load.tally import Tally
from investigator.sources import _json
from investigator.sources._format import Record, Records
from investigator.sources._sentences import other_times

#: Of so many texts that people wrote, each one event, it is looked for times in their sentences.
SPOKEN_AT_MOST = 200
BATCH = 50_000  # records handed to the engine at once


def read(reader: Reader, form: Records) -> list[Tally]:
    """Read it all; gives a tally for each part of the file."""
    tallies: dict[str, Tally] = {}
    batches: dict[str, list[Record]] = {}
    units: dict[str, int] = {}
    rejected: list[str] = []
    for record in _records(reader, form):
        tally = tallies.setdefault(record.member, Tally(reader.name, record.member, record.kind))
        if units.get(record.member) != record.unit:
            units[record.member] = record.unit
            tally.total += record.units
            if record.structural:
                tally.structure(record.structural, record.units)
            elif record.reject:
                tally.joined += record.units - 1
                reader.reject(tally, record.unit, record.byte, record.length, record.reject, record.text)
                if reader.turns and form.begins and not form.loose and len(rejected) < LOOKED_AT:
                    rejected.append(record.text)
            else:
                tally.joined += record.units - 1
                tally.used += 1
        if record.structural or record.reject:
            continue
        batch = batches.setdefault(record.member, [])
        batch.append(record)
        if len(batch) >= BATCH:
            _batch(reader, tally, batch)
            batches[record.member] = []
    if rejected and (parts := formats_of(rejected, (reader.format,), reader.options.declared)):
        raise Foreign(parts)
    if said := _json.lacks(reader.head, reader.content.end, sum(one.used for one in tallies.values())):
        reader.content.doubt.append(said)
    if form.kind in schema.LETTER_KINDS:
        body = {role: key for key, role in form.roles.items()}.get("body", "message")
        texts = [
            record.fields.get(body) or "" for batch in batches.values() for record in batch[:SPOKEN_AT_MOST]
        ]
        if said := other_times(texts):
            reader.content.doubt.append(said)
    for member, batch in batches.items():
        if batch:
            _batch(reader, tallies[member], batch)
    return list(tallies.values()) or [Tally(reader.name)]


def _records(reader: Reader, form: Records) -> Iterator[Record]:
    """The records of a content; what its format didn't think of is said of this file, and costs no other."""
    try:
        yield from form.read(reader.content.path, reader.content)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise DataError(
            f"{reader.name} begins as {reader.format or 'its format'} does, and goes on otherwise "
            f"({type(error).__name__}: {str(error)[:120]}).",
            "Nothing of it was stored.",
            "Try another format: inv add FILE --format NAME; and please report it.",
        ) from error


def _batch(reader: Reader, tally: Tally, batch: list[Record]) -> None:
    import pyarrow as pa

    keys = list(dict.fromkeys(key for record in batch for key in record.fields))
    if len(keys) > KEYS_AT_MOST:
        counts: dict[str, int] = {}
        for record in batch:
            for key in record.fields:
                counts[key] = counts.get(key, 0) + 1
        keys = sorted(keys, key=lambda key: (-counts[key], key))[:KEYS_AT_MOST]
        reader.content.doubt.append("it has more than 400 keys: the rarest are only in the evidence")
    columns: dict[str, Any] = {
        "unit": pa.array([record.unit for record in batch], pa.int64()),
        "units": pa.array([record.units for record in batch], pa.int64()),
        "byte": pa.array([record.byte for record in batch], pa.int64()),
    }
    for i, key in enumerate(keys):
        columns[f"f{i}"] = pa.array([_clean(record.fields.get(key)) for record in batch], pa.string())
    reader.events(tally, tuple(keys), pa.table(columns))


def _clean(value: str | None) -> str | None:
    if value is None:
        return None
    text = value.replace("\0", "\\x00")
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")
