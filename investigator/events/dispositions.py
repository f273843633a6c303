"""Where every thing of a kind is: exactly one disposition for each, from all that is said about it.

What is said last about the content and last about being found, by messages, requests and columns of records, is one
aggregation in the engine; ids with the same are one profile, and a profile is decided once, in plain Python.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from investigator.events import course, paths, statements
from investigator.events.events import Events

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

DISPOSITIONS = (
    "delivered",
    "available",
    "hidden by index",
    "hidden by permission",
    "hidden by tenant",
    "hidden by soft delete",
    "content missing",
    "content differs",
    "duplicate",
    "never received",
    "unknown",
)

#: A table of records is complete when it holds this share of the ids that came in by the usual way.
COMPLETE = 0.95
#: A table has one row an id when so many of its ids have one.
ONE_EACH = 0.95
#: What most of the ids have is how this platform works, and no deviation.
MOST = 0.5
#: Nearly every tenant has one customer, and a customer one tenant.
USUAL = 0.8
CELLS_AT_MOST = 500
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
COUNT = re.compile(r"(?i)(?<![\w-])(?:[0-9]+) (?:hits?|results?)(?![\w-])")
DUPLICATE = re.compile(r"(?i)(?<![\w-])duplicate (?:of|copy|document|upload)(?![\w-])")
NONE_FOUND = r"(^|[^0-9A-Za-z])0 ([Hh]its?|[Rr]esults?)"


@dataclass(frozen=True)
class Profile:
    """What is known about an id; equal ones get the same disposition."""

    content: str = ""  # what was said last about the content, with a time
    shown: str = ""  # what was said last about its being found, with a time
    there: int = 0  # so many independent tables say that the content is there, 2 stands for more
    gone: bool = False  # records say that it is not
    deleted: bool = False  # a record says that it is deleted
    denied: bool = False  # a record says that nobody may see it
    visible: bool = False  # a record says that it can be found
    invisible: bool = False  # a record says that it can't
    witnesses: int = 0  # independent sources that say anything, 2 stands for more
    holders: int = 0  # of these, machines' sources that say the content is there, 2 stands for more
    rows: bool = False  # a table of records has it
    machines: bool = False  # a machine wrote about it
    lacking: bool = False  # a table that holds nearly all others lacks it
    lost: bool = False  # the list of what is stored lacks it, which holds nearly all others
    unlisted: bool = False  # the list of what can be found lacks it, which holds nearly all others
    came: bool = False  # it came by the usual way
    course: str = ""  # its first deviation from the usual course
    differs: bool = False
    duplicate: bool = False
    stranger: bool = False  # it lies with a tenant that is not its customer's


#: What words say, by their number in the engine.
_SAYS: dict[str, tuple[bool | None, bool | None]] = {
    says: (content, shown) for says, _, content, shown in statements.WORDS
} | {
    "served": (True, True),
    "removed from the index": (None, False),
    "not indexed yet": (None, False),
    "not delivered": (None, False),
    "not found": (None, False),
    "found": (None, True),
}


def decide(p: Profile) -> str:
    """The one disposition of a profile."""
    said = _SAYS.get(p.content, (None, None))[0]
    if not p.machines and not p.rows:
        return "never received"
    if said is False or (said is None and p.gone and not p.there):
        return "content missing"
    if said is None and not p.there:
        # What was refused at the door came no further than a search for it that finds nothing.
        looked_for = p.shown in ("", "not found", "not indexed")
        return "never received" if looked_for and (p.lacking or not p.rows) else "unknown"
    if p.came and (p.lost or (p.lacking and not p.there)):
        return "content missing"
    if p.witnesses < 2:
        return "unknown"
    if p.differs:
        return "content differs"
    if p.duplicate:
        return "duplicate"
    if p.deleted:
        return "hidden by soft delete"
    if p.denied:
        return "hidden by permission"
    if p.stranger:
        return "hidden by tenant"
    found = _SAYS.get(p.shown, (None, None))[1]
    if found is None:
        found = True if p.visible else False if p.invisible or p.unlisted else None
    if found:
        return "delivered" if p.shown == "delivered" else "available"
    if p.course == "under way" and p.shown in ("", "not indexed"):
        return "unknown"
    if (found is False or p.course == "missing") and p.holders + p.there > 1:
        return _hidden(p)
    return "unknown"


def _hidden(p: Profile) -> str:
    if p.shown == "no permission":
        return "hidden by permission"
    if p.shown == "wrong tenant":
        return "hidden by tenant"
    if p.shown == "soft-deleted":
        return "hidden by soft delete"
    return "hidden by index"


def decided(events: Events, like: str) -> ir.Table:
    """One row an id shaped like this one: id, disposition, first (its first time). Kept."""
    key = f"dispositions {paths.kind_known(events, like)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _decided(events, like)
    return events.memo[key]


def _decided(events: Events, like: str) -> ir.Table:
    import ibis

    rows = paths.mentions_of_kind(events, like)
    keys = _keys(events, rows, like)
    cells = _cells(events, rows, keys)
    each = _said(events, rows, keys, like)
    hashes = _hashes(events, rows, keys)
    extra = [
        _by_records(events, rows, cells),
        _lacking(events, rows, cells, keys, like),
        _off_course(events, like),
        _differing(events, hashes),
        _doubled(events, rows, hashes, like),
        _strangers(events, rows, keys),
    ]
    for number, more in enumerate(extra):
        if more is not None:
            columns = {name: more[name] for name in more.columns if name != "id"}
            right = more.select(**{f"id_{number}": more.id}, **columns)
            each = each.left_join(right, each.id == right[f"id_{number}"]).drop(f"id_{number}")
    fields = [name for name in Profile.__dataclass_fields__ if name in each.columns]
    plain = each.mutate(
        **{
            name: ibis.coalesce(each[name], "" if Profile.__dataclass_fields__[name].type == "str" else 0)
            for name in fields
        }
    )
    text = plain[fields[0]].cast("string")
    for name in fields[1:]:
        text = text + ibis.literal("|") + plain[name].cast("string")
    profiled = events.engine.kept(plain.select("id", "first", profile=text))
    found = events.engine.fetch(profiled.select("profile").distinct().order_by("profile"))
    groups: dict[str, list[str]] = {}
    for line in found["profile"]:
        groups.setdefault(decide(_profile(fields, str(line))), []).append(str(line))
    disposition = ibis.cases(
        *((profiled.profile.isin(lines), name) for name, lines in sorted(groups.items())), else_="unknown"
    ) if groups else ibis.literal("unknown")  # fmt: skip
    return events.engine.kept(profiled.select("id", "first", disposition=disposition))


def _profile(fields: list[str], line: str) -> Profile:
    values: dict[str, Any] = {}
    for name, text in zip(fields, line.split("|"), strict=True):
        kind = Profile.__dataclass_fields__[name].type
        values[name] = text if kind == "str" else int(text) if kind == "int" else int(text) > 0
    return Profile(**values)


# -- what machines say -----------------------------------------------------------------------------------------


def _said(events: Events, rows: ir.Table, keys: pandas.DataFrame, like: str) -> ir.Table:
    """One row an id: first, content and shown (said last, with a time), witnesses, holders, rows, machines."""
    import ibis

    machine = rows.kind.isin(paths.STEP_KINDS) & rows.time.notnull()
    told, codes = _codes(events, rows.filter(machine), keys, like)
    rest = rows.filter(~machine)
    witness = _witness(events, rest["source"])
    rest = rest.select(
        "id",
        "time",
        says=ibis.literal(-1),
        witness=witness,
        other=witness,
        firm=rest.kind.isin((*paths.STEP_KINDS, "record")),
        record=(rest.kind == "record").cast("int64"),
        machine=rest.kind.isin(paths.STEP_KINDS).cast("int64"),
    )
    whole = ibis.union(told, rest.cast(dict(told.schema())))
    place = {says: f"t{number}" for number, says in enumerate(codes)}
    held = whole.says.isin([number for number, says in enumerate(codes) if _SAYS[says][0]])
    each = whole.group_by("id").aggregate(
        first=whole.time.min(),
        # Whether there is none, one or more: the least and the greatest tell, and are quicker than a count.
        w0=whole.witness.min(where=whole.firm),
        w1=whole.other.max(where=whole.firm),
        h0=whole.witness.min(where=held),
        h1=whole.other.max(where=held),
        rows=whole.record.max(),
        machines=whole.machine.max(),
        **{name: whole.time.max(where=whole.says == codes.index(says)) for says, name in place.items()},
    )
    return each.select(
        "id",
        "first",
        content=_last_of(each, [says for says in codes if _SAYS[says][0] is not None], place),
        shown=_last_of(each, [says for says in codes if _SAYS[says][1] is not None], place),
        witnesses=_few(each.w0, each.w1),
        holders=_few(each.h0, each.h1),
        rows=each.rows,
        machines=each.machines,
    )


def _witness(events: Events, source: Any) -> Any:
    """The number of the witness that a source is: two tables of one database are one."""
    import ibis

    witnesses: dict[str, list[str]] = {}
    for each in events.sources:
        witnesses.setdefault(each.name.split("!", 1)[0], []).append(each.name)
    branches = [(source.isin(names), number) for number, names in enumerate(witnesses.values())]
    return ibis.cases(*branches, else_=-1) if branches else ibis.literal(-1)


def _few(least: Any, greatest: Any) -> Any:
    import ibis

    return ibis.cases((least.isnull(), 0), (least == greatest, 1), else_=2).cast("int64")


def _last_of(each: ir.Table, wanted: list[str], place: dict[str, str]) -> Any:
    """Which of these was said last; of two at one instant the worse counts."""
    import ibis

    if not wanted:
        return ibis.literal("")
    times = [each[place[says]] for says in wanted]
    latest = ibis.greatest(*times) if len(times) > 1 else times[0]
    bad_first = sorted(
        wanted, key=lambda says: (_SAYS[says] != (False, False), _SAYS[says][1] is not False, says)
    )
    return ibis.cases(*((each[place[says]] == latest, says) for says in bad_first), else_="")


def _codes(events: Events, rows: ir.Table, keys: pandas.DataFrame, like: str) -> tuple[ir.Table, list[str]]:
    """Rows with `says`, the number of the word for what each says, -1 where it says nothing; and these words."""
    import ibis

    by_says: dict[str, list[str]] = {}
    counting: list[str] = []
    requests: list[str] = []
    taken: set[str] = set()
    for (_, name), told_ in sorted(paths.said(events, like).items()):
        body = told_.body
        if name in taken:
            continue
        taken.add(name)
        if statements.REQUEST.match(body):
            requests.append(name)
            continue
        if COUNT.search(body):
            counting.append(name)
            continue
        said = statements.of_text(body)
        if said and said[0] in _SAYS:
            by_says.setdefault(said[0], []).append(name)
        elif said and said[0].startswith("not "):
            by_says.setdefault("not indexed", []).append(name)
    asked = _requests(events, rows.filter(rows.name.isin(requests)), keys) if requests else None
    codes = sorted(
        {
            *by_says,
            *(("found", "not found") if counting else ()),
            *(says for _, says in (asked[1] if asked else ())),
        }
    )

    def numbered(
        table: ir.Table, told: list[tuple[Any, str]], source: Any, other: Any, time: Any
    ) -> ir.Table:
        number = (
            ibis.cases(*((c, codes.index(says)) for c, says in told), else_=-1) if told else ibis.literal(-1)
        )
        return table.select(
            "id",
            time=time,
            says=number.cast("int64"),
            witness=_witness(events, source).cast("int64"),
            other=_witness(events, other).cast("int64"),
            firm=ibis.literal(True),
            record=ibis.literal(0).cast("int64"),
            machine=ibis.literal(1).cast("int64"),
        )

    alone = sorted({*requests, *counting})
    first = paths.first_times(events, like)
    if alone:
        first = first.filter(~first.name.isin(alone))
    parts = [numbered(first, _worded(first, by_says), first.told_by, first.also_by, first["last"])]
    if counting:
        some = rows.filter(rows.name.isin(counting))
        told = [(some.body.re_search(NONE_FOUND), "not found"), (ibis.literal(True), "found")]
        parts.append(numbered(some, told, some["source"], some["source"], some.time))
    if asked is not None:
        table, told = asked
        parts.append(numbered(table, told, table["source"], table["source"], table.time))
    return ibis.union(*parts) if len(parts) > 1 else parts[0], codes


def _worded(rows: ir.Table, by_says: dict[str, list[str]]) -> list[tuple[Any, str]]:
    return [(rows.name.isin(names), says) for says, names in sorted(by_says.items())]


def _requests(
    events: Events, asked: ir.Table, keys: pandas.DataFrame
) -> tuple[ir.Table, list[tuple[Any, str]]]:
    """Requests for the thing itself, told by method and status; one that only names it says nothing."""
    import ibis

    names = sorted({str(key) for key in keys["key"] if statements.STATUS.search(str(key))})
    if not names:
        return asked, []
    table = events.table
    status = ibis.coalesce(*(table.attributes.get(key) for key in names))
    held = table.select("evidence", "unit", status=status).filter(lambda t: t.status.notnull())
    joined = asked.left_join(held, ["evidence", "unit"])
    path = joined.body.re_extract(r"^[A-Z]+ ([^ ?]*)", 1).re_replace("/+$", "")
    joined = joined.mutate(
        itself=path.endswith(ibis.literal("/") + joined.id), method=joined.body.re_extract(r"^([A-Z]+) ", 1)
    )
    there = events.engine.fetch(
        joined.select("method", "status").distinct().order_by(["method", "status"]).limit(CELLS_AT_MOST)
    )
    branches = []
    for row in there.itertuples(index=False):
        said = statements.of_status(str(row.method), str(row.status or ""))
        if said:
            same = (joined.method == str(row.method)) & (joined.status == str(row.status))
            branches.append((joined.itself & same, said[0]))
    return joined, branches


def _keys(events: Events, rows: ir.Table, like: str) -> pandas.DataFrame:
    """Which attributes the events have that tell of these ids: source, key; by a few hundred ids, and all tables."""
    import ibis

    key = f"keys {paths.kind_known(events, like)} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        ids = paths.first_times(events, like).select("id").distinct().order_by("id").limit(LOOKED_AT)
        ids = events.engine.kept(ids)
        few = rows.semi_join(ids, "id").select("evidence", "unit").distinct()
        held = events.table.semi_join(few, ["evidence", "unit"]).select("source", "attributes")
        tables = events.table.filter(events.table.kind == "record").select("source", "attributes")
        both = ibis.union(held, tables)
        found = both.select("source", key=both.attributes.keys().unnest()).distinct()
        events.memo[key] = events.engine.fetch(found.order_by(["source", "key"]))
    return events.memo[key]


# -- what records say ------------------------------------------------------------------------------------------


def _cells(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> pandas.DataFrame | None:
    """The columns of records that may tell: source, key, cell (or nothing where cells are too many), n."""
    import pandas as pd

    records = rows.filter(rows.kind == "record").select("evidence", "unit").distinct()
    table = events.table.filter(events.table.kind == "record")
    held = table.semi_join(records, ["evidence", "unit"]).select("source", "attributes")
    tables = {source.name for source in events.sources if source.kind == "record"}
    parts = []
    for row in keys[keys["source"].isin(tables)].itertuples(index=False):
        key = str(row.key)
        state = statements.STATES.match(key)
        readers = statements.READERS.match(key)
        if not state and not readers and statements.of_cell(key, "filled") is None:
            continue
        cells = held.filter(held.source == str(row.source)).select(cell=held.attributes.get(key))
        counted = events.engine.fetch(
            cells.group_by("cell").aggregate(n=cells.count()).order_by("cell").limit(CELLS_AT_MOST)
        )
        parts.append(counted.assign(source=str(row.source), key=key, state=bool(state)))
    return pd.concat(parts) if parts else None


def _by_records(events: Events, rows: ir.Table, cells: pandas.DataFrame | None) -> ir.Table | None:
    """One row an id that a table tells of: there, gone, deleted, visible, invisible."""
    import ibis

    if cells is None:
        return None
    records = rows.filter(rows.kind == "record").select("id", "source", "evidence", "unit").distinct()
    table = events.table.filter(events.table.kind == "record").select("evidence", "unit", "attributes")
    joined = events.engine.kept(records.join(table, ["evidence", "unit"]))
    measures: dict[str, list[Any]] = {
        name: [] for name in ("gone", "deleted", "denied", "visible", "invisible")
    }
    there: dict[str, list[Any]] = {}
    for (source, key), part in cells.groupby(["source", "key"], sort=True):
        cell = joined.attributes.get(str(key))
        here = joined.source == str(source)
        for says, wanted in _told(str(key), part).items():
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
    return joined.group_by("id").aggregate(**sums)


def _told(key: str, part: pandas.DataFrame) -> dict[statements.Says, list[str]]:
    """What the cells of a column say, and which say it."""
    out: dict[statements.Says, list[str]] = {}
    for cell in part["cell"]:
        if cell is None or cell != cell:
            continue
        said = statements.of_cell(key, str(cell))
        if said:
            out.setdefault(said, []).append(str(cell))
    return out


def _lacking(
    events: Events, rows: ir.Table, cells: pandas.DataFrame | None, keys: pandas.DataFrame, like: str
) -> ir.Table | None:
    """Ids that a table lacks which holds nearly all that came in the usual way: id, lacking, lost, unlisted, came.

    `lost` by a list of what is stored (it has the columns of one), `unlisted` by a table that tells what can be
    found and nothing of the content, `lacking` by the others.
    """
    import ibis

    moving = paths.first_times(events, like)
    counted = moving.group_by(["step", "name"]).aggregate(ids=moving.count())
    top = events.engine.fetch(
        counted.order_by([ibis.desc("ids"), ibis.asc("step"), ibis.asc("name")]).limit(1)
    )
    if not len(top) or int(top["ids"].iloc[0]) < 20:
        return None
    entry = (moving.step == str(top["step"].iloc[0])) & (moving.name == str(top["name"].iloc[0]))
    usual = events.engine.kept(moving.filter(entry).select("id"))
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
    says = [each for key, part in told for each in _told(str(key), part)]
    tells_found = any(shown is not None and what != "soft-deleted" for what, _, shown in says)
    tells_content = any(content for _, content, _ in says)
    return "unlisted" if tells_found and not tells_content else "lacking"


# -- what sets one apart ---------------------------------------------------------------------------------------


def _off_course(events: Events, like: str) -> ir.Table | None:
    """The first deviation of each id from the usual course: id, course."""
    way = course.learned(events, like)
    if not way.steps:
        return None
    judged = course.judged(events, like, way)
    return judged.select("id", course=judged.deviation)


def _ways(keys: pandas.DataFrame, pattern: re.Pattern) -> dict[str, list[str]]:
    """Attributes of such a name, by what the name says."""
    ways: dict[str, list[str]] = {}
    for key in keys["key"]:
        match = pattern.match(str(key))
        if match:
            ways.setdefault(match[1].lower().replace("-", ""), []).append(str(key))
    return {way: sorted(set(names)) for way, names in sorted(ways.items())}


def _hashes(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """The last hash of each id by way of hashing and source: id, source, way, hash."""
    import ibis

    ways = _ways(keys, HASH)
    if not ways:
        return None
    table = events.table
    own = rows.select("id", "evidence", "unit").distinct()
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
    return events.engine.kept(ranked.filter(ranked.place_ == 0).select("id", "source", "way", "hash"))


def _differing(events: Events, hashes: ir.Table | None) -> ir.Table | None:
    """Ids whose content has another hash in another source: id, differs. Nothing where most have."""
    if hashes is None:
        return None
    each = hashes.group_by(["id", "way"]).aggregate(hashes=hashes.hash.nunique())
    other = each.group_by("id").aggregate(differs=(each.hashes > 1).cast("int64").max())
    return _unusual(events, other, "differs")


def _doubled(events: Events, rows: ir.Table, hashes: ir.Table | None, like: str) -> ir.Table | None:
    """Ids with two rows in a table of one row each, said to be a duplicate, or with an earlier one's content: id, duplicate."""
    import ibis

    names = sorted(
        {name for (_, name), each in paths.said(events, like).items() if DUPLICATE.search(each.body)}
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
    parts = [rows.filter(rows.kind.isin(paths.STEP_KINDS) & rows.name.isin(names)).select("id")]
    if single:
        parts.append(own.filter(own.source.isin(single) & (own.n > 1)).select("id"))
    if hashes is not None:
        first = paths.first_times(events, like)
        began = first.group_by("id").aggregate(first=first.time.min())
        both = hashes.select("id", "way", "hash").distinct().join(began, "id")
        order = ibis.window(group_by=[both.way, both.hash], order_by=[both["first"], both.id])
        ranked = both.mutate(place_=ibis.row_number().over(order))
        parts.append(ranked.filter(ranked.place_ > 0).select("id"))
    found = (ibis.union(*parts) if len(parts) > 1 else parts[0]).distinct()
    return _unusual(events, found.mutate(duplicate=ibis.literal(1)), "duplicate")


def _strangers(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """Ids that lie with a tenant that is not their customer's, by a table that has both: id, stranger.

    A tenant is not the customer's when it holds several customers' things though nearly every tenant holds one's,
    or when nearly all things of the customer lie elsewhere.
    """
    import ibis

    each = _lying(events, rows, keys)
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
    rows = paths.mentions_of_kind(events, like)
    keys = _keys(events, rows, like)
    marked, each = _strangers(events, rows, keys), _lying(events, rows, keys)
    if marked is None or each is None:
        return ""
    own = events.engine.fetch(marked.filter(marked.id == like).select("stranger"))
    if not len(own) or not int(own["stranger"].iloc[0]):
        return ""
    found = events.engine.fetch(each.filter(each.id == like).select("tenant").order_by("tenant").limit(1))
    return str(found["tenant"].iloc[0])


def _lying(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
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
    return events.engine.kept(
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
    each = events.engine.kept(each)
    found = events.engine.fetch(each.aggregate(ids=each.count(), marked=each[name].sum()))
    ids, marked = int(found["ids"].iloc[0] or 0), found["marked"].iloc[0]
    marked = 0 if marked is None or marked != marked else int(marked)
    if not marked or (name != "duplicate" and marked >= MOST * ids and ids >= 20):
        return None
    return each


#: What sets those with a disposition apart is what so many more of them have (or lack) than of those that are fine.
APART = 0.5
FINE = ("delivered", "available")
#: Fewer than so many of all have an event that is unusual.
SELDOM = 0.5


def difference(events: Events, like: str, found: paths.Comparison) -> paths.Difference | None:
    """Where those with the disposition of `like` leave the way of those that are fine; None where nothing tells.

    For a way that differs in several events, or in none that a healthy one picked by its path lacks: the event that
    most of the others with this disposition have too and few of the fine ones, or the one that they lack.
    """
    each = decided(events, like)
    own = events.engine.fetch(each.filter(each.id == like).select("disposition"))
    disposition = str(own["disposition"].iloc[0]) if len(own) else "unknown"
    if disposition in (*FINE, "unknown") or not found.own:
        return None
    ill = each.filter(each.disposition == disposition).select("id")
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    rows = paths.first_times(events, like)
    entry = rows.filter((rows.step == found.entry[0]) & (rows.name == found.entry[1])).select("id")
    counts = []
    for group in (ill, fine):
        inside = rows.semi_join(group.semi_join(entry, "id"), "id")
        number = int(events.engine.fetch(inside.id.nunique()))
        counted = inside.group_by(["step", "name"]).aggregate(ids=inside.count()).order_by(["step", "name"])
        frame = events.engine.fetch(counted)
        counts.append(
            {(str(r.step), str(r.name)): int(r.ids) / max(number, 1) for r in frame.itertuples(index=False)}
        )
    here, there = counts
    more = {token: here.get(token, 0.0) - there.get(token, 0.0) for token in {*here, *there}}
    mine = {step.token: place for place, step in enumerate(found.own)}
    told = [step for step in found.own if more.get(step.token, 0) >= APART and not paths.is_lookup(step)]
    instead = max(told, key=lambda step: (round(more[step.token], 2), -mine[step.token]), default=None)
    lacking = sorted((value, token) for token, value in more.items() if value <= -APART and token not in mine)
    healthy = {step.token: step for step in found.healthy}
    expected = next((healthy[token] for _, token in lacking if token in healthy), None)
    if instead is None and expected is None:
        return None
    until = mine[instead.token] if instead else len(found.own)
    before = [step for step in found.own[:until] if here.get(step.token, 0) >= COMPLETE]
    share = there.get(expected.token, 0.0) if expected else 0.0
    return paths.Difference(before[-1] if before else None, expected, instead, share)


def deciding(events: Events, like: str) -> paths.Comparison:
    """`like` beside a healthy one, with the difference that decides: where several events differ, or none that is
    expected, or what would tell was silent, what became of the others says which of them matters."""
    found = paths.compare(events, like)
    left = found.difference
    if left is None or left.expected is None or left.rivals or left.silent:
        told = difference(events, like, found)
        found = replace(found, difference=told) if told else found
    return found


def _misfiling(events: Events, like: str, found: paths.Comparison) -> paths.Difference | None:
    """For what lies with a stranger's tenant though it took the usual way: the first event that names this tenant."""
    rows = paths.mentions_of_kind(events, like)
    each = _lying(events, rows, _keys(events, rows, like))
    own = events.engine.fetch(decided(events, like).filter(lambda t: t.id == like).select("disposition"))
    if each is None or not len(own) or str(own["disposition"].iloc[0]) != "hidden by tenant":
        return None
    tenants = events.engine.fetch(each.filter(each.id == like).select("tenant").order_by("tenant"))
    word = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(str(tenant))}(?![\w-])" for tenant in tenants["tenant"])
    )
    steps = [step for step in found.own if not paths.is_lookup(step)]
    place = (
        next((n for n, step in enumerate(steps) if word.search(step.body)), None) if len(tenants) else None
    )
    if place is None:
        return None
    return paths.Difference(steps[place - 1] if place else None, None, steps[place])


def places(events: Events, like: str) -> dict[str, set[str]]:
    """Where an affected id left the way (there, just before), and what else is on its way; nothing where unknown.

    `handed` holds both sides of a hand-over that failed: the next step did not come, and nothing came instead.
    """
    if not like:
        return {}
    found = deciding(events, like)
    left = found.difference or _misfiling(events, like, found)
    if left is None:
        return {}
    there = {left.instead.token[0]} if left.instead else set()
    around = {step.token[0] for step in (left.expected, left.after) if step}
    began = _first_unusual(found, left.instead) if left.instead and found.difference else None
    if began is not None:
        # What came instead only answers what went wrong just before it: there it began.
        around |= there
        there = {began.token[0]}
    if not there and left.expected:
        there = {left.expected.token[0]}
    around -= there
    way = {step.token[0] for step in (*found.own, *found.healthy)} - there - around
    handed = there | around if left.instead is None and around else set()
    return {"there": there, "just before": around, "on the way": way, "handed": handed}


def _first_unusual(found: paths.Comparison, instead: paths.Step) -> paths.Step | None:
    """The first of the events just before the one that came instead that few others have; None where the last is usual."""
    own = [step for step in found.own if not paths.is_lookup(step)]
    place = next((n for n, step in enumerate(own) if step.token == instead.token), 0)
    began = None
    while place > 0 and found.shares.get(own[place - 1].token, 0.0) < SELDOM:
        place -= 1
        began = own[place]
    return began
