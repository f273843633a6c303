"""A table of an object-centric event log (OCEL 2) that lies as CSVs in a folder: the events or objects of one type."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._ocel import ALWAYS, nowhere

EXAMPLE = """\
ocel_id,ocel_time,channel
ev1,2026-06-17T09:14:07.000Z,web
ev2,2026-06-17T09:20:00.000Z,phone
"""
EXPECT = {"events": 2, "kind": "log", "time": "2026-06-17T09:14:07", "body": "event id=ev1 channel=web"}

_ID, _TIME, _FIELD = "ocel_id", "ocel_time", "ocel_changed_field"


def sure(head: Head) -> Sure:
    """Its header names an id and a time as OCEL does."""
    names = next(csv.reader(head.lines[:1]), [])
    return Sure(0.99 if _ID in names and _TIME in names else 0.0, "a table of an object-centric event log")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row, with its type and what the tables of links beside it say that it belongs to."""
    rows = [
        (number, next(csv.reader([line]), []), byte, size) for number, line, byte, size in _lines(content)
    ]
    header = rows[0][1]
    objects = _FIELD in header or PurePosixPath(content.name).name.startswith("object_")
    yield Record({}, 1, 1, rows[0][2], rows[0][3], structural="header", kind="record" if objects else "log")
    place = header.index(_ID) if _ID in header else 0
    own = {row[place] for _, row, _, _ in rows[1:] if len(row) == len(header) > 0}
    types = _types(content, "object")
    kind = _types(content, "object" if objects else "event")
    links: dict[str, dict[str, list[str]]] = {}
    missing: dict[str, None] = {}
    for one, other, how in _links(content, "object_object" if objects else "event_object"):
        for this, that in ((one, other), *([(other, one)] if objects else [])):
            if this in own:
                links.setdefault(this, {}).setdefault(
                    how if objects else types.get(that) or how or "object", []
                ).append(that)
                if types and that not in types:
                    missing[that] = None
    if missing:
        content.doubt.append(nowhere(list(missing)))
    stem = PurePosixPath(content.name).name.partition(".")[0].partition("_")[2]
    for number, row, byte, size in rows[1:]:
        if not any(row):
            yield Record({}, number, 1, byte, size, structural="blank")
            continue
        if len(row) != len(header):
            why = f"{len(row)} cells, and the header names {len(header)}"
            yield Record({}, number, 1, byte, size, reject=why, text=",".join(row)[:2000])
            continue
        cells = dict(zip(header, row, strict=True))
        identifier, when = cells.pop(_ID, ""), cells.pop(_TIME, "")
        what: dict[str, str | None] = {"object": identifier, "type": kind.get(identifier, stem)}
        if not objects:
            what = {"event id": identifier, "activity": kind.get(identifier, stem)}
        what["time"] = None if when.startswith(ALWAYS) else when
        what |= {key: value for key, value in cells.items() if value and key not in what}
        what |= {
            key: ", ".join(dict.fromkeys(ids))
            for key, ids in links.get(identifier, {}).items()
            if key not in what
        }
        yield Record(what, number, 1, byte, size, kind="record" if objects else "log")


def _lines(content: Readable) -> Iterator[tuple[int, str, int, int]]:
    for number, (byte, raw) in enumerate(content.lines(), start=1):
        yield number, raw.decode("utf-8", errors="backslashreplace").rstrip("\r\n"), byte, len(raw)


def _table(content: Readable, stem: str) -> Iterator[list[str]]:
    """The rows of the table with that stem beside this one, without its header."""
    found = content.beside(stem) if content.beside else None
    if found is not None:
        text = b"".join(found.blocks()).decode("utf-8", errors="backslashreplace")
        reader = csv.reader(io.StringIO(text))
        next(reader, None)
        yield from reader


def _types(content: Readable, stem: str) -> dict[str, str]:
    return {row[0]: row[1] for row in _table(content, stem) if len(row) >= 2}


def _links(content: Readable, stem: str) -> Iterator[tuple[str, str, str]]:
    return (
        (row[0], row[1], row[2] if len(row) > 2 else "") for row in _table(content, stem) if len(row) >= 2
    )


FORMAT = Records(read, listing=True, roles={"activity": "body", "time": "time"})
