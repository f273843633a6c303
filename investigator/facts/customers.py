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
#: What else the parties of a trade are called, in the languages of those who name columns.
PARTY = re.compile(
    r"(?i)^(?:.*[._])?(client|company|firm|business|partner|vendor|supplier|seller|buyer|payer|payee|owner|member|holder|subscriber|"
    r"applicant|insured|agency|agent|broker|carrier|haulier|shipper|consignee|facility|site|branch|office|store|depot|plant|"
    r"station|hospital|clinic|practice|ward|pharmacy|laboratory|school|college|campus|institution|institute|municipality|"
    r"authority|council|district|region|department|unit|team|studio|label|venue|hotel|property|landlord|tenant_?name|"
    r"kunde|mandant|firma|lieferant|filiale|standort|schule|klinik|praxis|amt|behörde|gemeinde|abteilung|niederlassung|verein|"
    r"cliente|empresa|proveedor|sucursal|escuela|ayuntamiento|fornecedor|filial|escola|azienda|fornitore|filiale|scuola|comune|"
    r"société|entreprise|fournisseur|agence|école|mairie|hôpital|klant|bedrijf|leverancier|vestiging|kund|företag|klient|firma)"
    r"(?:[._ ]?(?:id|no|nr|num|number|code|name|key|ref))?$"
)
#: A name that somebody gave to one of few: letters and figures together.
CODE = re.compile(r"(?=\S*[^\W\d_])(?=\S*\d)[\w./-]{2,24}")
#: Things that are looked at to find which column groups them.
SAMPLE = 400


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
        kind = _key(events, told)
        if kind is None:
            return None, None
        table = events.table
        held = table.select("evidence", "unit", customer=table.attributes.get(kind))
        pairs = told.join(held.filter(held.customer.notnull() & (held.customer != "")), ["evidence", "unit"])
    counted = pairs.group_by(["id", "customer"]).aggregate(n=pairs.count())
    order = ibis.window(group_by=counted.id, order_by=[counted.n.desc(), counted.customer.asc()])
    ranked = counted.mutate(place_=ibis.row_number().over(order))
    return ranked.filter(ranked.place_ == 0).select("id", "customer"), kind


def _key(events: Events, told: ir.Table) -> str | None:
    """The column that groups these ids by whose they are: by its name, else the only one that holds codes for few.

    One that is different for each id, or the same for all, groups nothing.
    """
    table = events.table
    some = told.semi_join(told.select("id").distinct().order_by("id").limit(SAMPLE), "id")
    rows = events.engine.fetch(
        some.join(table.select("evidence", "unit", "attributes"), ["evidence", "unit"]).select(
            "id", "attributes"
        )
    )
    values: dict[str, dict[str, str]] = {}
    for row in rows.itertuples(index=False):
        for key, value in dict(row.attributes or {}).items():
            if value:
                values.setdefault(str(key), {})[str(row.id)] = str(value)
    groups = {
        key: held for key, held in values.items() if 1 < len(set(held.values())) <= max(2, len(held) // 2)
    }
    for names in (COLUMN, PARTY):
        named = [key for key in groups if names.match(key)]
        if named:
            return min(named, key=lambda key: (-len(groups[key]), key))
    codes = [key for key, held in groups.items() if all(map(CODE.fullmatch, held.values()))]
    if len(codes) == 1:
        return codes[0]
    return next((key for key in sorted(values) if COLUMN.match(key)), None)
