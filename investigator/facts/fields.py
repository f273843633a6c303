"""A field of an event: among its attributes, else in its words as key=value; for the rows of one thing, and in the engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.events import entities
from investigator.events.names import fold
from investigator.facts import traces

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: A pair in words: lane=7, customer="Pine & Sons".
_PAIR = re.compile(r"""(?:^|[ ,;|])([A-Za-z][\w.-]*)=(?:"([^"]+)"|'([^']+)'|([^\s,;|"']+))""")

#: The attributes of rows, by their evidence and unit.
Held = dict[tuple[str, int], dict[str, str]]


def pairs(body: Any) -> dict[str, str]:
    """What the first line of a message says by keys."""
    line = "" if body is None or body != body else str(body).split("\n", 1)[0]
    return {key: one or two or three for key, one, two, three in _PAIR.findall(line)}


def attributes(events: Events, rows: pandas.DataFrame, *, empty: bool = False) -> Held:
    """The attributes of fetched rows, which the index does not carry; those without a value too, if `empty`."""
    evidence, units = sorted(set(rows["evidence"])), sorted({int(unit) for unit in rows["unit"]})
    table = events.table.filter(events.table.evidence.isin(evidence) & events.table.unit.isin(units))
    found = events.engine.fetch(table.select("evidence", "unit", "attributes"))
    return {
        (str(r.evidence), int(r.unit)): {
            str(k): str(v) for k, v in dict(r.attributes or {}).items() if empty or v
        }
        for r in found.itertuples(index=False)
    }


def of(row: Any, held: Held) -> dict[str, str]:
    """All fields of a row: its pairs, and its attributes, which go before."""
    return pairs(row.body) | held.get((str(row.evidence), int(row.unit)), {})


def names(events: Events, like: str) -> set[str]:
    """A thing in all its spellings, as they are compared: a field that holds one of these names the thing."""
    return {fold(like), *(fold(one) for one in entities.written(events, like))}


def with_attributes(events: Events, rows: ir.Table) -> ir.Table:
    """Rows with the attributes of their events."""
    return rows.join(events.table.select("evidence", "unit", "attributes"), ["evidence", "unit"])


def alike(events: Events, like: str, row: Any, step: Any) -> ir.Table:
    """The rows of all things that are as this one, of its table or of its step: id, time, body, evidence, unit, attributes."""
    rows = traces.mentions_of_kind(events, like)
    if row.kind == "record":
        rows = rows.filter((rows["source"] == str(row.source)) & (rows.kind == "record"))
    else:
        rows = rows.filter(traces.any_of(rows, [(step.place, name) for name in step.names]))
    return with_attributes(events, rows.select("id", "time", "body", "evidence", "unit"))


def cell_of(table: ir.Table, key: str) -> Any:
    """What an event has in a field: among its attributes, else in its words: key=value, key='a value', key "a value"."""
    quoted, plain, behind = (
        table.body.re_extract(rf"(?:^|[ ,;|]){re.escape(key)}{value}", 1)
        for value in ("""=["']([^"']+)["']""", """=([^ ,;|"']+)""", """:? "([^"=]{2,80})\"""")
    )
    said = (quoted != "").ifelse(quoted, (plain != "").ifelse(plain, behind))
    cell = table.attributes.get(key)
    return (cell.notnull() & (cell != "")).ifelse(cell, said.nullif(""))
