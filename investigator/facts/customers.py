"""Whose an id is: the customer most often named with it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from investigator.events import entities
from investigator.facts import traces

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Kinds of id, and columns, by which people are told apart.
KINDS = entities.PEOPLE
COLUMN = re.compile(
    r"(?i)^(?:.*[._])?(customer|tenant|account|organi[sz]ation|org|shop|merchant)([._]?(id|number|no))?$"
)


def customers_of(events: Events, rows: ir.Table, like: str) -> tuple[ir.Table | None, str | None]:
    """The customer of each id (columns id, customer), and what it was told by; (None, None) where nothing tells.

    It is the one most often named with the id in the same line or row: by the entity index, else by a column of such
    a name. Kept, so that the second question costs nothing.
    """
    key = f"customers {traces.kind_known(events, like)} {like} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        people, by = _customers_of(events, rows, like)
        events.memo[key] = (None if people is None else events.engine.cache(people), by)
    return events.memo[key]


def _customers_of(events: Events, rows: ir.Table, like: str) -> tuple[ir.Table | None, str | None]:
    import ibis

    kind = next((kind for kind in KINDS if kind in events.indexed), None)
    told = rows.filter(rows.kind.isin((*traces.STEP_KINDS, "record"))).select("id", "evidence", "unit")
    if kind and kind != traces.kind_known(events, like):
        other = events.entities.filter(events.entities.id_kind == kind)
        pairs = told.join(other.select("evidence", "unit", customer="id"), ["evidence", "unit"])
    else:
        kind = _key(events, like)
        if kind is None:
            return None, None
        table = events.table
        held = table.select("evidence", "unit", customer=table.attributes.get(kind))
        pairs = told.join(held.filter(held.customer.notnull() & (held.customer != "")), ["evidence", "unit"])
    counted = pairs.group_by(["id", "customer"]).aggregate(n=pairs.count())
    order = ibis.window(group_by=counted.id, order_by=[counted.n.desc(), counted.customer.asc()])
    ranked = counted.mutate(place_=ibis.row_number().over(order))
    return ranked.filter(ranked.place_ == 0).select("id", "customer"), kind


def _key(events: Events, like: str) -> str | None:
    own = traces.mentions(events, like).select("evidence", "unit").distinct()
    rows = events.engine.fetch(
        events.table.semi_join(own, ["evidence", "unit"]).select("attributes").limit(500)
    )
    keys = [str(key) for cell in rows["attributes"] for key in dict(cell or {}) if COLUMN.match(str(key))]
    return min(set(keys), key=lambda key: (-keys.count(key), key)) if keys else None
