"""What machines say last of each thing of a kind: about its content, about its being found, and by how many witnesses.

What is said last, by messages and requests, is one aggregation in the engine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.facts import statements, traces

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

COUNT = re.compile(r"(?i)(?<![\w-])(?:[0-9]+) (?:hits?|results?)(?![\w-])")
NONE_FOUND = r"(^|[^0-9A-Za-z])0 ([Hh]its?|[Rr]esults?)"
#: What words say, by their number in the engine.
SAYS: dict[str, tuple[bool | None, bool | None]] = {
    says: (content, shown) for says, _, content, shown in statements.WORDS
} | {
    "served": (True, True),
    "removed from the index": (None, False),
    "not indexed yet": (None, False),
    "not delivered": (None, False),
    "not found": (None, False),
    "found": (None, True),
}


def said_last(events: Events, rows: ir.Table, keys: pandas.DataFrame, like: str) -> ir.Table:
    """One row an id: first, content and shown (said last, with a time), witnesses, holders, rows, machines."""
    import ibis

    machine = rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull()
    told, codes = _codes(events, rows.filter(machine), keys, like)
    rest = rows.filter(~machine)
    witness = _witness(events, rest["source"])
    rest = rest.select(
        "id",
        "time",
        says=ibis.literal(-1),
        witness=witness,
        other=witness,
        firm=rest.kind.isin((*traces.STEP_KINDS, "record")),
        record=(rest.kind == "record").cast("int64"),
        machine=rest.kind.isin(traces.STEP_KINDS).cast("int64"),
    )
    whole = ibis.union(told, rest.cast(dict(told.schema())))
    place = {says: f"t{number}" for number, says in enumerate(codes)}
    held = whole.says.isin([number for number, says in enumerate(codes) if SAYS[says][0]])
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
        content=_last_of(each, [says for says in codes if SAYS[says][0] is not None], place),
        shown=_last_of(each, [says for says in codes if SAYS[says][1] is not None], place),
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
        wanted, key=lambda says: (SAYS[says] != (False, False), SAYS[says][1] is not False, says)
    )
    return ibis.cases(*((each[place[says]] == latest, says) for says in bad_first), else_="")


def _codes(events: Events, rows: ir.Table, keys: pandas.DataFrame, like: str) -> tuple[ir.Table, list[str]]:
    """Rows with `says`, the number of the word for what each says, -1 where it says nothing; and these words."""
    import ibis

    by_says: dict[str, list[str]] = {}
    counting: list[str] = []
    requests: list[str] = []
    taken: set[str] = set()
    for (_, name), told_ in sorted(traces.examples(events, like).items()):
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
        if said and said[0] in SAYS:
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
    first = traces.first_times(events, like)
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
    table = events.table
    said = table.body.re_extract(r"^[A-Z]+ [^ ]+ ([1-5][0-9][0-9])\b", 1).nullif("")
    status = ibis.coalesce(*(table.attributes.get(key) for key in names), said)
    held = table.select("evidence", "unit", status=status).filter(lambda t: t.status.notnull())
    joined = asked.left_join(held, ["evidence", "unit"])
    path = joined.body.re_extract(r"^[A-Z]+ ([^ ?]*)", 1).re_replace("/+$", "")
    own = ibis.literal("/") + joined.id.lower()
    file = path.lower().re_replace(r"\.[a-z][a-z0-9_]{1,4}$", "")
    joined = joined.mutate(
        itself=path.lower().endswith(own) | file.endswith(own),
        method=joined.body.re_extract(r"^([A-Z]+) ", 1),
    )
    there = events.engine.fetch(
        joined.select("method", "status")
        .distinct()
        .order_by(["method", "status"])
        .limit(statements.CELLS_AT_MOST)
    )
    branches = []
    for row in there.itertuples(index=False):
        said = statements.of_status(str(row.method), str(row.status or ""))
        if said:
            same = (joined.method == str(row.method)) & (joined.status == str(row.status))
            branches.append((joined.itself & same, said[0]))
    return joined, branches
