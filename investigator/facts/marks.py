"""What sets single things of a kind apart: what records say of them, what lacks them, other content, a stranger's tenant."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from investigator.facts import conformance, discovery, statements, traces
from investigator.facts.versions import not_versions

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: A table of records is complete when it holds this share of the ids that came in by the usual way.
COMPLETE = 0.95
#: A table has one row an id when so many of its ids have one.
ONE_EACH = 0.95
#: What most of the ids have is how this platform works, and no deviation.
MOST = 0.5
#: Nearly every tenant has one customer, and a customer one tenant.
USUAL = 0.8
LOOKED_AT = 200
#: A column that tells content by its hash; the same word means the same way of hashing.
HASH = re.compile(
    r"(?i)^(?:.*[._])?(sha-?1|sha-?256|sha-?512|md5|crc32c?|checksum|digest|content_hash|hash)$"
)
#: A column of a list of what is stored: an object store's inventory, a directory.
STOCK = re.compile(
    r"(?i)^(?:.*[._])?(?:last_?modified(?:_at|_date)?|object_?key|storage_?class|e_?tag|bucket)$"
)
#: A column that tells where a customer's things lie.
TENANT = re.compile(
    r"(?i)^(?:.*[._])?(tenant|bucket|namespace|realm|workspace|schema_name|partition)(?:_?(?:id|name))?$"
)
OWNER = re.compile(
    r"(?i)^(?:.*[._])?(?:customer|account|client|organi[sz]ation|org|owner|merchant|shop)(?:_?(?:id|no|number))?$"
)
DUPLICATE = re.compile(r"(?i)(?<![\w-])duplicate (?:of|copy|document|upload)(?![\w-])")


def keys_of(events: Events, rows: ir.Table, like: str) -> pandas.DataFrame:
    """Which attributes the events have that tell of these ids: source, key; by a few hundred ids, and all tables."""
    import ibis

    key = f"keys {traces.kind_known(events, like)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        ids = traces.first_times(events, like).select("id").distinct().order_by("id").limit(LOOKED_AT)
        ids = events.engine.cache(ids)
        few = rows.semi_join(ids, "id").select("evidence", "unit").distinct()
        held = events.table.semi_join(few, ["evidence", "unit"]).select("source", "attributes")
        tables = events.table.filter(events.table.kind == "record").select("source", "attributes")
        both = ibis.union(held, tables)
        found = both.select("source", key=both.attributes.keys().unnest()).distinct()
        events.memo[key] = events.engine.fetch(found.order_by(["source", "key"]))
    return events.memo[key]


def cells_of(
    events: Events, rows: ir.Table, keys: pandas.DataFrame
) -> tuple[pandas.DataFrame, ir.Table] | tuple[None, None]:
    """The columns of records that may tell: source, key, cell, state, held; the first cells of each by their words.

    And the records themselves: id, source, and each of these columns as its `held`.
    """
    import ibis

    tables = {source.name for source in events.sources if source.kind == "record"}
    told = [
        (str(row.source), str(row.key))
        for row in keys[keys["source"].isin(tables)].itertuples(index=False)
        if statements.STATES.match(str(row.key))
        or statements.READERS.match(str(row.key))
        or statements.of_cell(str(row.key), "filled") is not None
    ]
    if not told:
        return None, None
    # Of wide tables few columns tell: the others are not carried along.
    names = {key: f"cell_{n}" for n, key in enumerate(dict.fromkeys(key for _, key in told))}
    sources = sorted({source for source, _ in told})
    records = rows.filter((rows.kind == "record") & rows.source.isin(sources))
    table = events.table.filter((events.table.kind == "record") & events.table.source.isin(sources))
    table = table.select(
        "evidence", "unit", **{name: table.attributes.get(key) for key, name in names.items()}
    )
    joined = records.select("id", "source", "evidence", "unit").join(table, ["evidence", "unit"])
    held = events.engine.cache(joined.select("id", "source", *names.values()))
    parts = [
        held.filter(held.source == source).select(column=ibis.literal(n), cell=held[names[key]]).distinct()
        for n, (source, key) in enumerate(told)
    ]
    cells = ibis.union(*parts) if len(parts) > 1 else parts[0]
    first = ibis.row_number().over(ibis.window(group_by=cells["column"], order_by=cells.cell))
    ranked = cells.mutate(place_=first).filter(lambda t: t.place_ < statements.CELLS_AT_MOST)
    frame = events.engine.fetch(ranked.order_by(["column", "cell"]).drop("place_"))
    frame["source"] = [told[n][0] for n in frame["column"]]
    frame["key"] = [told[n][1] for n in frame["column"]]
    frame["state"] = [bool(statements.STATES.match(key)) for key in frame["key"]]
    frame["held"] = [names[key] for key in frame["key"]]
    return frame, held


def by_records(cells: pandas.DataFrame | None, held: ir.Table | None) -> ir.Table | None:
    """One row an id that a table tells of: there, gone, deleted, visible, invisible."""
    import ibis

    if cells is None or held is None:
        return None
    measures: dict[str, list[Any]] = {
        name: [] for name in ("gone", "deleted", "denied", "visible", "invisible")
    }
    there: dict[str, list[Any]] = {}
    for (source, key), part in cells.groupby(["source", "key"], sort=True):
        cell = held[str(part["held"].iloc[0])]
        here = held.source == str(source)
        for says, wanted in _meanings(str(key), part).items():
            content, shown = says[1], says[2]
            if says[0] == "no permission":
                nobody = cell.isnull() | cell.strip().lower().isin(sorted(statements.NOBODY))
                measures["denied"].append(here & nobody)
                continue
            if part["state"].iloc[0]:
                hit = here & cell.isin(wanted)
            else:
                hit = here & cell.notnull() & ~cell.strip().lower().isin(sorted(statements.EMPTY))
            if content is not None and content:
                there.setdefault(str(source).split("!", 1)[0], []).append(hit)
            elif content is not None:
                measures["gone"].append(hit)
            if shown is not None:
                measures["visible" if shown else "invisible"].append(hit)
            if says[0].startswith("soft-deleted"):
                measures["deleted"].append(hit)
    sums = {
        name: (ibis.or_(*hits).fill_null(False).cast("int64").max() if hits else ibis.literal(0).max())
        for name, hits in measures.items()
        if hits
    }
    if there:
        each = [ibis.or_(*hits).fill_null(False).cast("int64").max() for _, hits in sorted(there.items())]
        sums["there"] = sum(each[1:], each[0])
    if not sums:
        return None
    return held.group_by("id").aggregate(**sums)


def _meanings(key: str, part: pandas.DataFrame) -> dict[statements.Says, list[str]]:
    """What the cells of a column say, and which say it."""
    out: dict[statements.Says, list[str]] = {}
    for cell in part["cell"]:
        if cell is None or cell != cell:
            continue
        said = statements.of_cell(key, str(cell))
        if said:
            out.setdefault(said, []).append(str(cell))
    return out


def lacking(
    events: Events, rows: ir.Table, cells: pandas.DataFrame | None, keys: pandas.DataFrame, like: str
) -> ir.Table | None:
    """Ids that a table lacks which holds nearly all that came in the usual way: id, lacking, lost, unlisted, came.

    `lost` by a list of what is stored (it has the columns of one), `unlisted` by a table that tells what can be
    found and nothing of the content, `lacking` by the others.
    """
    import ibis

    moving = traces.first_times(events, like)
    counted = moving.group_by(["step", "name"]).aggregate(ids=moving.count())
    top = events.engine.fetch(
        counted.order_by([ibis.desc("ids"), ibis.asc("step"), ibis.asc("name")]).limit(1)
    )
    if not len(top) or int(top["ids"].iloc[0]) < 20:
        return None
    entry = (moving.step == str(top["step"].iloc[0])) & (moving.name == str(top["name"].iloc[0]))
    usual = events.engine.cache(moving.filter(entry).select("id"))
    number = int(top["ids"].iloc[0])
    records = rows.filter(rows.kind == "record")
    held = records.semi_join(usual, "id")
    found = events.engine.fetch(held.group_by("source").aggregate(ids=held.id.nunique()).order_by("source"))
    complete = [str(r.source) for r in found.itertuples(index=False) if r.ids >= COMPLETE * number]
    if not complete:
        return None
    everyone = rows.select("id").distinct()
    parts = [
        usual.select(
            "id",
            lacking=ibis.literal(0),
            lost=ibis.literal(0),
            unlisted=ibis.literal(0),
            came=ibis.literal(1),
        )
    ]
    for name in complete:
        role = _role(name, cells, keys)
        absent = everyone.anti_join(records.filter(records["source"] == name).select("id"), "id")
        marks = {each: ibis.literal(int(each == role)) for each in ("lacking", "lost", "unlisted")}
        parts.append(absent.select("id", **marks, came=ibis.literal(0)))
    whole = ibis.union(*parts)
    return whole.group_by("id").aggregate(
        **{each: whole[each].max() for each in ("lacking", "lost", "unlisted", "came")}
    )


def _role(source: str, cells: pandas.DataFrame | None, keys: pandas.DataFrame) -> str:
    """What it means that a table lacks an id, by the table's columns."""
    own = [str(key) for key in keys.loc[keys["source"] == source, "key"]]
    if any(STOCK.match(key) for key in own):
        return "lost"
    told = [] if cells is None else list(cells.loc[cells["source"] == source].groupby("key", sort=True))
    says = [each for key, part in told for each in _meanings(str(key), part)]
    tells_found = any(shown is not None and what != "soft-deleted" for what, _, shown in says)
    tells_content = any(content for _, content, _ in says)
    return "unlisted" if tells_found and not tells_content else "lacking"


def off_course(events: Events, like: str) -> ir.Table | None:
    """The first deviation of each id from the process model: id, deviation."""
    model = discovery.discovered(events, like)
    if not model.steps:
        return None
    checked = conformance.checked(events, like, model)
    return checked.select("id", deviation=checked.deviation)


def _ways(keys: pandas.DataFrame, pattern: re.Pattern) -> dict[str, list[str]]:
    """Attributes of such a name, by what the name says."""
    ways: dict[str, list[str]] = {}
    for key in keys["key"]:
        match = pattern.match(str(key))
        if match:
            ways.setdefault(match[1].lower().replace("-", ""), []).append(str(key))
    return {way: sorted(set(names)) for way, names in sorted(ways.items())}


def hashes_of(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """The last hash of each id by way of hashing and source: id, source, way, hash."""
    import ibis

    ways = _ways(keys, HASH)
    if not ways:
        return None
    table = events.table
    own = rows.select("id", "evidence", "unit")
    parts = []
    for way, names in ways.items():
        cell = ibis.coalesce(*(table.attributes.get(key) for key in names)).lower()
        held = table.select("evidence", "unit", "source", "time", way=ibis.literal(way), hash=cell)
        parts.append(held.filter(held.hash.notnull() & (held.hash != "")))
    held = ibis.union(*parts) if len(parts) > 1 else parts[0]
    joined = own.join(held, ["evidence", "unit"])
    last = ibis.window(
        group_by=[joined.id, joined.source, joined.way],
        order_by=[
            joined.time.isnull().desc(),
            joined.time.desc(),
            joined.evidence,
            joined.unit.desc(),
            joined.hash,
        ],
    )
    ranked = joined.mutate(place_=ibis.row_number().over(last))
    return events.engine.cache(ranked.filter(ranked.place_ == 0).select("id", "source", "way", "hash"))


def differing(events: Events, hashes: ir.Table | None) -> ir.Table | None:
    """Ids whose content has another hash in another source: id, differs. Nothing where most have."""
    if hashes is None:
        return None
    each = hashes.group_by(["id", "way"]).aggregate(hashes=hashes.hash.nunique())
    other = each.group_by("id").aggregate(differs=(each.hashes > 1).cast("int64").max())
    return _unusual(events, other, "differs")


def doubled(events: Events, rows: ir.Table, hashes: ir.Table | None, like: str) -> ir.Table | None:
    """Ids with two rows in a table of one row each, said to be a duplicate, or with an earlier one's content: id, duplicate."""
    import ibis

    names = sorted(
        {name for (_, name), each in traces.examples(events, like).items() if DUPLICATE.search(each.body)}
    )

    records = rows.filter(rows.kind == "record")
    own = records.group_by(["source", "id"]).aggregate(
        n=(records.evidence + ibis.literal(":") + records.unit.cast("string")).nunique()
    )
    share = events.engine.fetch(
        own.group_by("source").aggregate(ids=own.count(), one=(own.n == 1).sum()).order_by("source")
    )
    single = [
        str(r.source)
        for r in share.itertuples(index=False)
        if r.ids >= 20 and ONE_EACH * r.ids <= r.one < r.ids
    ]
    parts = [rows.filter(rows.kind.isin(traces.STEP_KINDS) & rows.name.isin(names)).select("id")]
    if single:
        twice = records.semi_join(own.filter(own.source.isin(single) & (own.n > 1)), ["source", "id"])
        parts.append(not_versions(events, twice))
    if hashes is not None:
        first = traces.first_times(events, like)
        began = first.group_by("id").aggregate(first=first.time.min())
        both = hashes.select("id", "way", "hash").distinct().join(began, "id")
        order = ibis.window(group_by=[both.way, both.hash], order_by=[both["first"], both.id])
        ranked = both.mutate(place_=ibis.row_number().over(order))
        parts.append(ranked.filter(ranked.place_ > 0).select("id"))
    found = (ibis.union(*parts) if len(parts) > 1 else parts[0]).distinct()
    return _unusual(events, found.mutate(duplicate=ibis.literal(1)), "duplicate")


def strangers(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """Ids that lie with a tenant that is not their customer's, by a table that has both: id, stranger.

    A tenant is not the customer's when it holds several customers' things though nearly every tenant holds one's,
    or when nearly all things of the customer lie elsewhere.
    """
    import ibis

    each = lying(events, rows, keys)
    if each is None:
        return None
    pairs = events.engine.fetch(
        each.group_by(["owner", "tenant"]).aggregate(n=each.id.nunique()).order_by(["owner", "tenant"])
    )
    wrong = _wrong_pairs(pairs)
    if not wrong:
        return None
    hit = ibis.or_(*((each.owner == one) & (each.tenant == other) for one, other in wrong))
    marked = each.group_by("id").aggregate(stranger=hit.cast("int64").max())
    return _unusual(events, marked, "stranger")


def lies_elsewhere(events: Events, like: str) -> str:
    """The tenant that an id lies with, where that is not its customer's; empty where it is at home, or nobody knows."""
    rows = traces.mentions_of_kind(events, like)
    keys = keys_of(events, rows, like)
    marked, each = strangers(events, rows, keys), lying(events, rows, keys)
    if marked is None or each is None:
        return ""
    own = events.engine.fetch(marked.filter(marked.id == like).select("stranger"))
    if not len(own) or not int(own["stranger"].iloc[0]):
        return ""
    found = events.engine.fetch(each.filter(each.id == like).select("tenant").order_by("tenant").limit(1))
    return str(found["tenant"].iloc[0])


def lying(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """With which tenant each id lies, and whose it is, by the first table that says both: id, owner, tenant. Kept."""
    told = _owned(events, keys)
    if told is None:
        return None
    source, owner, tenant = told
    table = events.table.filter((events.table.kind == "record") & (events.table["source"] == source))
    held = table.select(
        "evidence", "unit", owner=table.attributes.get(owner), tenant=table.attributes.get(tenant)
    )
    held = held.filter(
        held.owner.notnull() & (held.owner != "") & held.tenant.notnull() & (held.tenant != "")
    )
    records = rows.filter(rows.kind == "record").select("id", "evidence", "unit").distinct()
    return events.engine.cache(
        records.join(held, ["evidence", "unit"]).select("id", "owner", "tenant").distinct()
    )


def _owned(events: Events, keys: pandas.DataFrame) -> tuple[str, str, str] | None:
    """The first table that has both a customer and a tenant: source, and these two columns."""
    tables = {source.name for source in events.sources if source.kind == "record"}
    for source, own in keys[keys["source"].isin(tables)].groupby("source", sort=True):
        names = sorted(str(key) for key in own["key"])
        owners = [name for name in names if OWNER.match(name)]
        tenants = [name for name in names if TENANT.match(name) and name not in owners]
        if owners and tenants:
            return str(source), owners[0], tenants[0]
    return None


def _wrong_pairs(pairs: pandas.DataFrame) -> list[tuple[str, str]]:
    """Customers and tenants that do not belong together, at most 200; nothing where tenants are shared anyway."""
    owners = pairs.groupby("tenant")["owner"].nunique()
    if (owners == 1).mean() < USUAL:
        return []
    shared = pairs["tenant"].map(owners) > 1
    # Who owns nearly all of a shared tenant, and has nearly all there, is at home in it; the others are strangers.
    at_home = (pairs["n"] >= USUAL * pairs.groupby("tenant")["n"].transform("sum")) & (
        pairs["n"] >= USUAL * pairs.groupby("owner")["n"].transform("sum")
    )
    alone = pairs["n"].where(~shared, 0)
    whole = alone.groupby(pairs["owner"]).transform("sum")
    away = ~shared & (alone <= (1 - USUAL) * whole)
    chosen = pairs[(shared & ~at_home) | away]
    return [(str(r.owner), str(r.tenant)) for r in chosen.itertuples(index=False)][:200]


def _unusual(events: Events, each: ir.Table, name: str) -> ir.Table | None:
    """The mark, unless most have it: then it is how this platform works."""
    each = events.engine.cache(each)
    found = events.engine.fetch(each.aggregate(ids=each.count(), marked=each[name].sum()))
    ids, marked = int(found["ids"].iloc[0] or 0), found["marked"].iloc[0]
    marked = 0 if marked is None or marked != marked else int(marked)
    if not marked or (name != "duplicate" and marked >= MOST * ids and ids >= 20):
        return None
    return each
