"""Whose an id is: the customer most often named with it."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from investigator.events import entities
from investigator.facts import traces
from investigator.facts.fields import cell_of, pairs

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
    r"(?i)^(?:.*[._-])?(client|company|firm|business|partner|vendor|supplier|seller|buyer|payer|payee|owner|member|holder|subscriber|"
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
#: Things that are looked at to find which column groups them, and rows of a table that tells what parties are called.
SAMPLE, PARTIES_AT_MOST = 400, 2_000
#: What runs a program; that, and what sorts things, is nobody's name.
_RUNS = r"thread|worker|lane|pool|host(?:name)?|node|pod|container|instance|rack|server|process|pid|logger|session"
RUNS = re.compile(rf"(?i)^(?:.*[._-])?(?:{_RUNS})(?:[._-]?(?:id|no|nr|num(?:ber)?|ind?e?x|name))?$")
MACHINE = re.compile(
    rf"(?i)^(?:.*[._-])?(?:{_RUNS}|queue|shard|partition|region|zone|"
    r"az|cluster|batch|tray|printer|channel|protocol|level|sev(?:erity)?|user|status|"
    r"state|type|kind|class|category|sort|species|variety|reason|rule|cause|regel|regla|regola|règle|grund|motif|motivo|orsak|powód)"
    r"(?:[._-]?(?:id|no|nr|name))?$"
)
#: A field is a party's where so many things at most have another in it later.
CHANGED = 0.05
#: A word and, in quotation marks, who is meant by it: received from "Pine & Sons".
QUOTED = re.compile(r"""(?:^|[ ,;|])([A-Za-z][\w.-]*):? "([^"=]{2,80})\"""")
#: A name in words: letters first, no figures. What stands alone is no name where it is a plain word, such as ready.
_NAME = re.compile(r"[^\W\d_][^\d_]*")
_NAMED = re.compile(r"^.*(?:[A-Z\d]|\w[ -]\w).*$")


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
    names: dict[str, str] = {}
    if kind and kind != traces.kind_known(events, like):
        other = events.entities.filter(events.entities.id_kind == kind)
        pairs = told.join(other.select("evidence", "unit", customer="id"), ["evidence", "unit"])
    else:
        kind, names = _key(events, told, like)
        if kind is None:
            return None, None
        table = events.table
        held = table.select("evidence", "unit", customer=cell_of(table, kind))
        pairs = told.join(held.filter(held.customer.notnull() & (held.customer != "")), ["evidence", "unit"])
    counted = pairs.group_by(["id", "customer"]).aggregate(n=pairs.count())
    order = ibis.window(group_by=counted.id, order_by=[counted.n.desc(), counted.customer.asc()])
    ranked = counted.mutate(place_=ibis.row_number().over(order))
    whose = ranked.filter(ranked.place_ == 0).select("id", "customer")
    if names:
        named = ibis.cases(*((whose.customer == key, name) for key, name in sorted(names.items())), else_=whose.customer)  # fmt: skip
        whose = whose.mutate(customer=named)
    return whose, kind


def _key(events: Events, told: ir.Table, like: str) -> tuple[str | None, dict[str, str]]:
    """The field that groups these ids by whose they are, and what another table calls the groups.

    The one whose groups people name in what they write of the thing goes first; else it is told by its name, else it is
    the only one of a table that holds codes for few. One that is different for each id or the same for all groups
    nothing, nor does one that changes in the life of a thing; what runs programs (threads, lanes, hosts) is no party.
    """
    table = events.table
    some = told.semi_join(told.select("id").distinct().order_by("id").limit(SAMPLE), "id")
    some = some.union(told.filter(told.id == like), distinct=True)
    rows = events.engine.fetch(
        some.join(table.select("evidence", "unit", "kind", "body", "attributes"), ["evidence", "unit"])
    )
    values: dict[str, dict[str, set[str]]] = {}
    tables: set[str] = set()
    for row in rows.itertuples(index=False):
        held = {str(key): str(value) for key, value in dict(row.attributes or {}).items() if value}
        tables |= set(held) if row.kind == "record" else set()
        for key, said in pairs(row.body).items():
            held.setdefault(key, said)
        for key, said in QUOTED.findall(str(row.body or "").split("\n", 1)[0]):
            held.setdefault(key, said)
        for key, value in held.items():
            values.setdefault(key, {}).setdefault(str(row.id), set()).add(value)
    groups = {
        key: {thing: min(cells) for thing, cells in held.items()}
        for key, held in values.items()
        if not MACHINE.match(key)
        and sum(len(cells) > 1 for cells in held.values()) <= CHANGED * len(held)
        and 1 < len({min(cells) for cells in held.values()}) <= max(2, len(held) // 2)
    }
    named = [key for key in groups if COLUMN.match(key)]
    if named:
        return min(named, key=lambda key: (-len(groups[key]), key)), {}
    spoken = _spoken(events, groups, like)
    if spoken is not None:
        return spoken
    named = [key for key in groups if PARTY.match(key)]
    if named:
        return min(named, key=lambda key: (-len(groups[key]), key)), {}
    codes = [key for key, held in groups.items() if key in tables and all(map(CODE.fullmatch, held.values()))]
    if len(codes) == 1:
        return codes[0], {}
    return next((key for key in sorted(values) if COLUMN.match(key)), None), {}


def _spoken(
    events: Events, groups: dict[str, dict[str, str]], like: str
) -> tuple[str, dict[str, str]] | None:
    """The field whose value for this thing people name where they write of it, by itself or as another table calls it.

    What is called by a name goes before a code, and a name that another table gives before one that stands alone.
    """
    own = traces.read(events, like)
    said = " ".join(str(row.body) for row in own.itertuples(index=False) if _by_people(str(row.body), row))
    found: list[tuple[tuple[Any, ...], str, dict[str, str]]] = []
    for key, held in groups.items():
        value = held.get(like)
        if value is None or not said:
            continue
        names = _called(events, set(own["source"]), set(held.values()))
        name = names.get(value, "")
        party = not PARTY.match(key)
        if name and _within(name, said):
            found.append(((0, party, 0, 0, -len(held), key), key, names))
        elif _NAMED.search(value) and _within(value, said):
            words = -len(re.findall(r"\w+", value))
            if words == -1 and party and _NAME.fullmatch(value):
                continue  # one plain word that people use too may be a sort of thing: a Motion
            found.append(((not _NAME.fullmatch(value), party, 1, words, -len(held), key), key, {}))
    return min(found, key=lambda one: one[0])[1:] if found else None


def _by_people(body: str, row: Any) -> bool:
    """Whether people wrote it: a message, a mail, a ticket, or a log's one entry of many lines."""
    return row.kind in traces.PEOPLE_KINDS or (row.kind in traces.STEP_KINDS and body.count("\n") > 1)


def _within(name: str, text: str) -> bool:
    """Whether a text has this name, or two of the words of a longer one beside each other."""
    words = re.findall(r"[^\W_]+", name)
    parts = [name, *(" ".join(pair) for pair in pairwise(words) if len(words) > 2)]
    return any(re.search(rf"(?i)(?<![\w-]){re.escape(part)}(?![\w-])", text) for part in parts)


def _called(events: Events, apart: set[str], codes: set[str]) -> dict[str, str]:
    """What a table of the parties calls each of some codes: one row a code, and a column of names in words."""
    key = "tables of parties"
    if key not in events.memo:
        table = events.table.filter(events.table.kind == "record")
        sizes = events.engine.fetch(table.group_by("source").aggregate(n=table.count()).order_by("source"))
        few = [str(r.source) for r in sizes.itertuples(index=False) if 1 < r.n <= PARTIES_AT_MOST]
        rows = table.filter(table["source"].isin(few)).select("source", "attributes")
        by: dict[str, list[dict[str, str]]] = {}
        for r in events.engine.fetch(rows).itertuples(index=False) if few else ():
            by.setdefault(str(r.source), []).append(
                {str(k): str(v) for k, v in dict(r.attributes or {}).items()}
            )
        events.memo[key] = by
    for source, rows in sorted(events.memo[key].items()):
        if source in apart:
            continue
        for column in sorted({name for row in rows for name in row}):
            cells = [row.get(column, "") for row in rows]
            if len(set(cells)) < len(cells) or not len(codes & set(cells)) * 2 > len(codes):
                continue
            for other in sorted({name for row in rows for name in row} - {column}):
                words = [row.get(other, "") for row in rows]
                if sum(map(bool, map(_NAME.fullmatch, words))) * 2 > len(words) and len(set(words)) > 1:
                    return dict(zip(cells, words, strict=True))
    return {}
