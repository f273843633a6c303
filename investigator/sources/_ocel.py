"""An object-centric event log (OCEL 1 and 2), however it is stored: what happened, to which objects, and how these belong
together.

Source: OCEL 2.0 specification (https://www.ocel-standard.org), OCEL 1.0 (https://ocel-standard.org/1.0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from investigator.sources._format import Record

#: What OCEL writes where a value holds from the beginning on.
ALWAYS = "1970-01-01T00:00:00"
NAMED_AT_MOST = 3


@dataclass
class Happened:
    """One event: its id, its type, its time as text, its attributes, and the objects that it names with their part in it."""

    id: str
    activity: str
    time: str | None
    values: dict[str, str | None] = field(default_factory=dict)
    objects: list[tuple[str, str]] = field(default_factory=list)  # id, qualifier


@dataclass
class Thing:
    """One object: its id, its type, its values and when each was set, and the objects that it belongs to, and how."""

    id: str
    type: str
    values: list[tuple[str, str | None, str | None]] = field(default_factory=list)  # key, value, since
    links: list[tuple[str, str]] = field(default_factory=list)  # id, qualifier


def event(happened: Happened, types: dict[str, str], unit: int) -> Record:
    """An event as a record: each type of object is a field, with the ids of those that it names."""
    fields: dict[str, str | None] = {
        "event id": happened.id,
        "body": happened.activity,
        "time": happened.time,
    }
    named: dict[str, list[str]] = {}
    for identifier, qualifier in happened.objects:
        named.setdefault(types.get(identifier) or qualifier or "object", []).append(identifier)
    fields |= {key: ", ".join(dict.fromkeys(ids)) for key, ids in named.items()}
    return Record(fields | {k: v for k, v in happened.values.items() if k not in fields}, unit, kind="log")


def objects(things: Iterable[Thing]) -> Iterator[Record]:
    """An object as a record with what it began with and what it belongs to; each later value as one with its time."""
    for unit, thing in enumerate(things, start=1):
        fields: dict[str, str | None] = {"object": thing.id, "type": thing.type, "time": None}
        later = []
        for key, value, since in thing.values:
            if since and not since.startswith(ALWAYS):
                later.append((key, value, since))
            else:
                fields.setdefault(key, value)
        linked: dict[str, list[str]] = {}
        for other, qualifier in thing.links:
            linked.setdefault(qualifier or "belongs to", []).append(other)
        fields |= {key: ", ".join(dict.fromkeys(ids)) for key, ids in linked.items() if key not in fields}
        yield Record(fields, unit, member="objects", kind="record")
        for key, value, since in later:
            changed = {"object": thing.id, "type": thing.type, "time": since, key: value}
            yield Record(changed, unit, member="objects", kind="record")


def log(events: Iterable[Happened], things: list[Thing], doubt: list[str]) -> Iterator[Record]:
    """All records of a log; what its links name and is none of its objects is said in `doubt`."""
    types = {thing.id: thing.type for thing in things}
    missing: dict[str, None] = {}
    for unit, happened in enumerate(events, start=1):
        missing.update(dict.fromkeys(one for one, _ in happened.objects if one not in types))
        yield event(happened, types, unit)
    for thing in things:
        missing.update(dict.fromkeys(one for one, _ in thing.links if one not in types))
    if missing:
        doubt.append(nowhere(list(missing)))
    yield from objects(things)


def nowhere(ids: list[str]) -> str:
    """What is said of ids that links name, and that are no objects."""
    shown = ", ".join(ids[:NAMED_AT_MOST])
    more = f" and {len(ids) - NAMED_AT_MOST:,} more" if len(ids) > NAMED_AT_MOST else ""
    return f"{len(ids):,} ids that its links name are none of its objects: {shown}{more}"


def of_tables(
    names: set[str], rows: Callable[[str], Iterable[dict[str, str | None]]]
) -> tuple[list[Happened], list[Thing]] | None:
    """The events and objects of an OCEL 2 database, by its tables; None where these are none of it."""
    if not {"event", "object", "event_object"} <= names:
        return None
    events: dict[str, Happened] = {}
    things: dict[str, Thing] = {}
    for row in rows("event"):
        if "ocel_id" not in row:
            return None
        events[str(row["ocel_id"])] = Happened(str(row["ocel_id"]), str(row.get("ocel_type") or ""), None)
    for row in rows("object"):
        things[str(row.get("ocel_id"))] = Thing(str(row.get("ocel_id")), str(row.get("ocel_type") or ""))
    for row in rows("event_object"):
        if happened := events.get(str(row.get("ocel_event_id"))):
            happened.objects.append((str(row.get("ocel_object_id")), str(row.get("ocel_qualifier") or "")))
    for row in rows("object_object") if "object_object" in names else ():
        if thing := things.get(str(row.get("ocel_source_id"))):
            thing.links.append((str(row.get("ocel_target_id")), str(row.get("ocel_qualifier") or "")))
    for name in sorted(names):
        if name.startswith("event_") and name not in ("event_object", "event_map_type"):
            for row in rows(name):
                if happened := events.get(str(row.get("ocel_id"))):
                    happened.time = row.get("ocel_time")
                    happened.values |= {k: v for k, v in row.items() if k not in ("ocel_id", "ocel_time")}
        elif name.startswith("object_") and name not in ("object_object", "object_map_type"):
            for row in rows(name):
                if thing := things.get(str(row.get("ocel_id"))):
                    changed = row.get("ocel_changed_field")
                    thing.values += [
                        (key, value, row.get("ocel_time"))
                        for key, value in row.items()
                        if key not in ("ocel_id", "ocel_time", "ocel_changed_field")
                        and value is not None
                        and (not changed or key == changed)
                    ]
    return list(events.values()), list(things.values())
