"""Traces of entities: which activities an id went through, from the engine for all of a kind, and for one in full.

An activity is a place (service, else source) and the name of the event there (its masked message). An id's trace is
its activities in order of their first time. Everything over many ids is one aggregation in the engine; only
activities, variants and single ids come back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events import entities, schema
from investigator.events.mask import masked
from investigator.facts.places import place_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: Kinds of event that a machine writes about an id on its way; what people say about it is no step.
STEP_KINDS = schema.STEP_KINDS
PEOPLE_KINDS = schema.PEOPLE_KINDS
#: A request that changes nothing.
LOOKUP = re.compile(r"(?:GET|HEAD|OPTIONS) \S")
#: Words of somebody who looks at a thing: it is shown, searched, opened.
LOOKED = re.compile(
    r"(?i)^(?:get|head|fetch) |\b(?:look(?:ed|s)?[-_. ]?up|view(?:ed|s)?|preview\w*|open(?:s|ed)?|search(?:ed|es)?|quer(?:y|ied)|download(?:ed|s)?"
    r"|brows\w+|not found|no such|geöffnet|angesehen|aufgerufen|abgefragt|gesucht|consult[éa]\w*|ouvert\w*|affich\w+|abiert\w+"
    r"|visualiz\w+|apert[oa]|geopend|bekeken)\b|\b(?:q|query|hits|results)="
)
#: Own events that are read into the notebook for one id.
OWN_AT_MOST = 2_000
Activity = tuple[str, str]


def whole(events: Events) -> ir.Table:
    """Everything that was loaded, of the selected sources, services, kinds and loads, in any window."""
    table = events.whole if events.whole is not None else events.table
    for key in ("source", "service", "kind"):
        if events.selection.get(key):
            table = table.filter(table[key].isin(events.selection[key]))
    if events.selection.get("load") is not None:
        table = table.filter(table.load <= int(events.selection["load"]))
    return table


def without_replaced(events: Events, rows: ir.Table) -> ir.Table:
    """Rows with an `evidence` column, less those of snapshots that a later export replaced."""
    replaced = sorted({e for source in events.sources for e in source.evidence} - set(events.current))
    return rows.filter(~rows.evidence.isin(replaced)) if replaced else rows


def mentions(events: Events, identifier: str) -> ir.Table:
    """Every current event that mentions an id, with the entity index's columns and `step`."""
    return _stepped(events, entities.mentions(events, identifier))


def _stepped(events: Events, rows: ir.Table) -> ir.Table:
    rows = without_replaced(events, rows)
    return rows.mutate(step=place_of(rows))


def kind_known(events: Events, identifier: str) -> str:
    """The kind of ids shaped like this one: as the index calls it, else as its shape says."""
    return entities.is_indexed(events, identifier) or entities.kind_of(identifier)[0]


def mentions_of_kind(events: Events, identifier: str) -> ir.Table:
    """Every current event that mentions any id shaped like this one, with `step`.

    From the index; without one by scanning once: the first such id of each body, of each event's attributes, and its
    trace id.
    """
    kind = entities.is_indexed(events, identifier)
    if kind:
        return _stepped(events, events.entities.filter(events.entities.id_kind == kind))
    key = f"scanned {entities.kind_of(identifier)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = events.engine.cache(_stepped(events, _scanned(events, identifier)))
    return events.memo[key]


def _scanned(events: Events, identifier: str) -> ir.Table:
    """What mentions ids shaped like this one, without an index: all of the text is looked through."""
    import ibis

    kind, pattern = entities.kind_of(identifier)
    table = events.table
    whole_word = rf"\b(?:{pattern})\b"
    if entities.keyed(pattern):
        number = table.body.re_extract(whole_word, 1)
        found = [table.mutate(id=(number != "").ifelse(ibis.literal(f"{kind}=") + number, ""))]
    else:
        found = [
            table.mutate(id=table.body.re_extract(whole_word, 0)),
            table.mutate(id=table.attributes.values().join("\n").re_extract(whole_word, 0)),
        ]
    if kind == entities.TRACE:
        found.append(table.mutate(id=table.trace_id))
    names = [name for name in events.entities.columns if name not in ("id", "id_kind", "alias")]
    parts = [part.filter(part.id.notnull() & (part.id != "")).select("id", *names) for part in found]
    return ibis.union(*parts, distinct=True).mutate(id_kind=ibis.literal(kind), alias=ibis.null("string"))


def first_times(events: Events, identifier: str) -> ir.Table:
    """Of every id shaped like this one, each activity of its trace. Kept.

    Columns: id, step, name, time (first), last, n, told_by and also_by (the least and the greatest of its sources).
    """
    key = f"first times {kind_known(events, identifier)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        kind = entities.is_indexed(events, identifier)
        if kind and events.firsts is not None:
            ready = events.firsts.filter(events.firsts.id_kind == kind)
            events.memo[key] = events.engine.cache(ready.drop("id_kind"))
            return events.memo[key]
        rows = on_the_way(mentions_of_kind(events, identifier))
        each = rows.group_by(["id", "step", "name"]).aggregate(
            time=rows.time.min(),
            last=rows.time.max(),
            n=rows.count(),
            told_by=rows["source"].min(),
            also_by=rows["source"].max(),
        )
        events.memo[key] = events.engine.cache(each)
    return events.memo[key]


@dataclass(frozen=True)
class Example:
    """What machines say at an activity: an example, the kind of event, and by which sources."""

    body: str = ""
    kind: str = ""
    sources: tuple[str, ...] = ()


def examples(events: Events, identifier: str) -> dict[Activity, Example]:
    """An example of what is said at each activity of ids shaped like this one. Kept."""
    key = f"said {kind_known(events, identifier)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        rows = on_the_way(mentions_of_kind(events, identifier))
        each = rows.group_by(["step", "name", "source"]).aggregate(body=rows.body.min(), kind=rows.kind.min())
        found = events.engine.fetch(each.order_by(["step", "name", "source"]))
        out: dict[Activity, Example] = {}
        for row in found.itertuples(index=False):
            activity = (str(row.step), str(row.name))
            before = out.get(activity, Example(_text(row.body), str(row.kind)))
            out[activity] = Example(before.body, before.kind, (*before.sources, str(row.source)))
        events.memo[key] = out
    return events.memo[key]


def on_the_way(rows: ir.Table) -> ir.Table:
    """Only what machines wrote at a time: the rows that make a trace."""
    return rows.filter(rows.time.notnull() & rows.kind.isin(STEP_KINDS))


def ordered(rows: ir.Table) -> ir.Table:
    """Rows in the order that every table shows: by time, rows of tables last, ties by origin."""
    return rows.order_by([rows.time.isnull(), rows.time, rows.evidence, rows.unit, rows.name, rows.body])


def read(events: Events, identifier: str, *, limit: int = OWN_AT_MOST) -> pandas.DataFrame:
    """The current events of one id, in order, at most `limit`, with evidence and unit: naive times. Kept."""
    key = f"read {limit} {json.dumps(events.selection, sort_keys=True)}"
    own = key, identifier
    if own not in events.memo:
        if not entities.is_indexed(events, identifier):
            events.memo[own] = events.engine.fetch(ordered(mentions(events, identifier)).limit(limit))
        else:
            if key not in events.memo:
                events.memo[key] = events.engine.prepared(
                    lambda text: ordered(_stepped(events, entities.indexed(events, text))).limit(limit)
                )
            events.memo[own] = events.memo[key](identifier)
    return events.memo[own].copy()


@dataclass(frozen=True)
class Occurrence:
    """One activity of a trace: when an id was first there, how often, and what was said."""

    activity: Activity
    time: datetime
    count: int
    body: str
    source: str
    severity: int | None
    evidence: str
    unit: int
    units: int


def trace(own: pandas.DataFrame) -> list[Occurrence]:
    """The trace in an id's own events: each activity once, in order of its first time."""
    out: dict[Activity, list[Any]] = {}
    for row in own.itertuples(index=False):
        if row.kind not in STEP_KINDS or row.time is None or row.time != row.time:
            continue
        if is_wordless(_text(row.body)):
            continue
        activity = (str(row.step), str(row.name))
        if activity in out:
            out[activity][1] += 1
        else:
            out[activity] = [row, 1]
    return [
        Occurrence(
            activity,
            row.time.to_pydatetime(warn=False),
            count,
            _text(row.body),
            str(row.source),
            None
            if row.severity_number is None or row.severity_number != row.severity_number
            else int(row.severity_number),
            str(row.evidence),
            int(row.unit),
            int(row.units),
        )
        for activity, (row, count) in out.items()
    ]


def any_of(rows: ir.Table, activities: list[Activity] | tuple[Activity, ...]) -> Any:
    """Whether a row is one of these activities, as an expression."""
    import ibis

    places: dict[str, list[str]] = {}
    for step, name in activities:
        places.setdefault(step, []).append(name)
    if not places:
        return ibis.literal(False)
    parts = [(rows.step == step) & rows.name.isin(names) for step, names in sorted(places.items())]
    while len(parts) > 1:  # by pairs: of hundreds one behind the other no engine's compiler comes back
        parts = [ibis.or_(*parts[at : at + 2]) for at in range(0, len(parts), 2)]
    return parts[0]


def is_wordless(body: str) -> bool:
    """Whether nothing is left of a message but what tells one thing from another: that is no step."""
    return not any(char.isalpha() for char in masked(body))


def is_lookup(step: Occurrence | None) -> bool:
    """Whether somebody only asked for the thing: that is no step of its way."""
    return step is not None and LOOKUP.match(step.body) is not None


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)
