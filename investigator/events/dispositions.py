"""Where every thing of a kind is: exactly one disposition for each, from all that is said about it.

What is said last about the content and last about being found, by messages, requests and columns of records, is one
aggregation in the engine; ids with the same are one profile, and a profile is decided once, in plain Python.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events import course, paths, statements
from investigator.events.customers import COLUMN as CUSTOMER
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
ONE_EACH = 0.98
#: What most of the ids have is how this platform works, and no deviation.
MOST = 0.5
CELLS_AT_MOST = 500
LOOKED_AT = 200

#: A column that tells content by its hash; the same word means the same way of hashing.
HASH = re.compile(
    r"(?i)^(?:.*[._])?(sha-?1|sha-?256|sha-?512|md5|crc32c?|checksum|digest|content_hash|hash)$"
)
COUNT = re.compile(r"(?i)(?<![\w-])(?:[0-9]+) (?:hits?|results?)(?![\w-])")
DUPLICATE = re.compile(r"(?i)(?<![\w-])duplicate (?:of|copy|document|upload)(?![\w-])")
NONE_FOUND = r"(^|[^0-9A-Za-z])0 ([Hh]its?|[Rr]esults?)"


@dataclass(frozen=True)
class Profile:
    """What is known about an id; equal ones get the same disposition."""

    content: str = ""  # what was said last about the content, with a time
    shown: str = ""  # what was said last about its being found, with a time
    there: bool = False  # records say that the content is there
    gone: bool = False  # records say that it is not
    deleted: bool = False  # a record says that it is deleted
    visible: bool = False  # a record says that it can be found
    invisible: bool = False  # a record says that it can't
    witnesses: int = 0  # independent sources that say anything, 2 stands for more
    holders: int = 0  # of these, machines' sources that say the content is there, 2 stands for more
    rows: bool = False  # a table of records has it
    machines: bool = False  # a machine wrote about it
    lacking: bool = False  # a table that holds nearly all others lacks it
    course: str = ""  # its first deviation from the usual course
    differs: bool = False
    duplicate: bool = False
    stranger: bool = False  # sources name different customers for it


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
        looked_for = p.shown in ("", "not found")
        return "never received" if looked_for and (p.lacking or not p.rows) else "unknown"
    if p.lacking and not p.there:
        return "content missing"
    if p.witnesses < 2:
        return "unknown"
    if p.differs:
        return "content differs"
    if p.duplicate:
        return "duplicate"
    if p.deleted:
        return "hidden by soft delete"
    found = _SAYS.get(p.shown, (None, None))[1]
    if found is None:
        found = True if p.visible else False if p.invisible else None
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
    if p.shown == "wrong tenant" or p.stranger:
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
    each = _said(events, rows, keys, like)
    extra = [
        _by_records(events, rows, keys),
        _lacking(events, rows, like),
        _off_course(events, like),
        _differing(events, rows, keys),
        _doubled(events, rows, like),
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
        if not state and statements.of_cell(key, "filled") is None:
            continue
        cells = held.filter(held.source == str(row.source)).select(cell=held.attributes.get(key))
        counted = events.engine.fetch(
            cells.group_by("cell").aggregate(n=cells.count()).order_by("cell").limit(CELLS_AT_MOST)
        )
        parts.append(counted.assign(source=str(row.source), key=key, state=bool(state)))
    return pd.concat(parts) if parts else None


def _by_records(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """One row an id that a table tells of: there, gone, deleted, visible, invisible."""
    import ibis

    cells = _cells(events, rows, keys)
    if cells is None:
        return None
    records = rows.filter(rows.kind == "record").select("id", "source", "evidence", "unit").distinct()
    table = events.table.filter(events.table.kind == "record").select("evidence", "unit", "attributes")
    joined = events.engine.kept(records.join(table, ["evidence", "unit"]))
    measures: dict[str, list[Any]] = {
        name: [] for name in ("there", "gone", "deleted", "visible", "invisible")
    }
    for (source, key), part in cells.groupby(["source", "key"], sort=True):
        cell = joined.attributes.get(str(key))
        here = joined.source == str(source)
        for says, wanted in _told(str(key), part).items():
            content, shown = says[1], says[2]
            if part["state"].iloc[0]:
                hit = here & cell.isin(wanted)
            else:
                hit = here & cell.notnull() & ~cell.strip().lower().isin(sorted(statements.EMPTY))
            if content is not None:
                measures["there" if content else "gone"].append(hit)
            if shown is not None:
                measures["visible" if shown else "invisible"].append(hit)
            if says[0].startswith("soft-deleted"):
                measures["deleted"].append(hit)
    sums = {
        name: (ibis.or_(*hits).fill_null(False).cast("int64").max() if hits else ibis.literal(0).max())
        for name, hits in measures.items()
        if hits
    }
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


def _lacking(events: Events, rows: ir.Table, like: str) -> ir.Table | None:
    """Ids that a table lacks which holds nearly all that came in the usual way: id, lacking."""
    import ibis

    moving = paths.first_times(events, like)
    counted = moving.group_by(["step", "name"]).aggregate(ids=moving.count())
    top = events.engine.fetch(
        counted.order_by([ibis.desc("ids"), ibis.asc("step"), ibis.asc("name")]).limit(1)
    )
    if not len(top) or int(top["ids"].iloc[0]) < 20:
        return None
    entry = (moving.step == str(top["step"].iloc[0])) & (moving.name == str(top["name"].iloc[0]))
    usual = moving.filter(entry).select("id")
    number = int(top["ids"].iloc[0])
    held = rows.filter(rows.kind == "record").semi_join(usual, "id")
    found = events.engine.fetch(held.group_by("source").aggregate(ids=held.id.nunique()).order_by("source"))
    complete = [str(r.source) for r in found.itertuples(index=False) if r.ids >= COMPLETE * number]
    if not complete:
        return None
    # What was there before the logs begin may be in none of today's tables: only what came by the usual way counts.
    out = []
    for name in complete:
        there = held.filter(held.source == name).select("id")
        out.append(usual.anti_join(there, "id"))
    lacking = (ibis.union(*out) if len(out) > 1 else out[0]).distinct()
    return lacking.mutate(lacking=ibis.literal(1))


# -- what sets one apart ---------------------------------------------------------------------------------------


def _off_course(events: Events, like: str) -> ir.Table | None:
    """The first deviation of each id from the usual course: id, course."""
    way = course.learned(events, like)
    if not way.steps:
        return None
    judged = course.judged(events, like, way)
    return judged.select("id", course=judged.deviation)


def _told_twice(keys: pandas.DataFrame, pattern: re.Pattern) -> dict[str, list[str]]:
    """Attributes of such a name, by what the name says, where two sources have them: only these can disagree."""
    ways: dict[str, list[str]] = {}
    sources: dict[str, set[str]] = {}
    for source, key in zip(keys["source"], keys["key"], strict=True):
        match = pattern.match(str(key))
        if match:
            way = match[1].lower().replace("-", "")
            ways.setdefault(way, []).append(str(key))
            sources.setdefault(way, set()).add(str(source))
    return {way: sorted(set(names)) for way, names in sorted(ways.items()) if len(sources[way]) > 1}


def _hashes(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """The last hash of each id by way of hashing and source: id, source, way, hash."""
    import ibis

    ways = _told_twice(keys, HASH)
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


def _differing(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """Ids whose content has another hash in another source: id, differs. Nothing where most have."""
    hashes = _hashes(events, rows, keys)
    if hashes is None:
        return None
    each = hashes.group_by(["id", "way"]).aggregate(hashes=hashes.hash.nunique())
    other = each.group_by("id").aggregate(differs=(each.hashes > 1).cast("int64").max())
    return _unusual(events, other, "differs")


def _doubled(events: Events, rows: ir.Table, like: str) -> ir.Table | None:
    """Ids with two rows in a table of one row each, or said to be a duplicate: id, duplicate."""
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
    found = (ibis.union(*parts) if len(parts) > 1 else parts[0]).distinct()
    return _unusual(events, found.mutate(duplicate=ibis.literal(1)), "duplicate")


def _strangers(events: Events, rows: ir.Table, keys: pandas.DataFrame) -> ir.Table | None:
    """Ids for which sources name different customers: id, stranger."""
    ways = _told_twice(keys, CUSTOMER)
    if not ways:
        return None
    import ibis

    table = events.table
    names = sorted({name for way in ways.values() for name in way})
    cell = ibis.coalesce(*(table.attributes.get(name) for name in names))
    held = table.select("evidence", "unit", customer=cell)
    held = held.filter(held.customer.notnull() & (held.customer != ""))
    firm = rows.filter(rows.kind.isin((*paths.STEP_KINDS, "record")))
    joined = firm.select("id", "evidence", "unit").distinct().join(held, ["evidence", "unit"])
    each = joined.group_by("id").aggregate(customers=joined.customer.nunique())
    other = each.select("id", stranger=(each.customers > 1).cast("int64"))
    return _unusual(events, other, "stranger")


def _unusual(events: Events, each: ir.Table, name: str) -> ir.Table | None:
    """The mark, unless most have it: then it is how this platform works."""
    each = events.engine.kept(each)
    found = events.engine.fetch(each.aggregate(ids=each.count(), marked=each[name].sum()))
    ids, marked = int(found["ids"].iloc[0] or 0), found["marked"].iloc[0]
    marked = 0 if marked is None or marked != marked else int(marked)
    if not marked or (name != "duplicate" and marked >= MOST * ids and ids >= 20):
        return None
    return each
