"""Which ids are affected like one: each judged by its events, else by the column of records that tells.

A verdict is affected, healthy, under_way, unknown, or undecided while there is more to judge by.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, instant, literal
from investigator.facts import traces
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.silences import silences

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison, Difference
    from investigator.facts.traces import Activity, Occurrence

#: A column of records tells the affected from the healthy when it differs on so many of both.
TELLS = 0.8
VALUES_AT_MOST = 20
#: An event that so many have who came to a good end does not tell who is affected.
HARMLESS = 0.1
#: What is expected is what at least so many of the others have.
HALF = 0.5


def judged(events: Events, like: str, found: Comparison, onset: str | None) -> tuple[ir.Table, ir.Table]:
    """One row an id of the kind of `like`: as its events say, and as it is counted in the end.

    `found` has a difference. Columns: id, records, first, at (when it deviated), verdict.
    """
    assert found.difference is not None
    rows = traces.mentions_of_kind(events, like)
    ids = events.engine.cache(by_events(events, rows, found, onset))
    decided = events.engine.cache(as_counted(events, like, ids, by_records(events, rows, ids)))
    if found.difference.after is None and found.difference.expected is None:
        decided = events.engine.cache(spared(events, like, decided))
    return ids, decided


def sets_apart(found: Comparison) -> bool:
    """Whether the difference can tell who is affected: to lack what most of the others lack too sets nobody apart."""
    left = found.difference
    return left is not None and (left.instead is not None or left.share >= HALF)


def telling(found: Comparison) -> list[Occurrence]:
    """What a healthy one has that this one lacked or had late: an id that has any of it is back."""
    return [m.healthy for m in found.moves if m.mark in ("missing here", "late") and m.healthy is not None]


def returned(events: Events, like: str, found: Comparison, decided: ir.Table) -> ir.Table:
    """Every affected id: id, at (when it left the trace of a healthy one), back (when it had what it lacked)."""
    import ibis

    hurt = decided.filter(decided.verdict == "affected").select("id", "at")
    rows = traces.mentions_of_kind(events, like)
    told = ibis.literal(False)
    for step in telling(found):
        told = told | is_at(rows, step.activity)
    seen = rows.filter(told & rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    seen = seen.select(seen_id="id", seen_at="time")
    joined = hurt.left_join(seen, (hurt.id == seen.seen_id) & (seen.seen_at >= hurt["at"]))
    return events.engine.cache(joined.group_by(["id", "at"]).aggregate(back=joined.seen_at.min()))


def spared(events: Events, like: str, decided: ir.Table) -> ir.Table:
    """What was turned away at the door had no step before it by which others could be judged: who is fine is well."""
    import ibis

    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select(fine_id=each.id)
    joined = decided.left_join(fine, decided.id == fine.fine_id)
    spared = (joined.verdict == "unknown") & joined.fine_id.notnull()
    verdict = ibis.cases((spared, "healthy"), else_=joined.verdict)
    return joined.mutate(verdict=verdict).drop("fine_id")


def mostly_harmless(events: Events, like: str, decided: ir.Table) -> bool:
    """Whether many of those with the event are fine, or none is left that has it for certain, not even the one asked
    about (its source was silent then): then it is what became of them that tells the affected."""
    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    affected = decided.filter(decided.verdict == "affected").select("id")
    number = int(events.engine.fetch(affected.count()))
    return not number or int(events.engine.fetch(affected.semi_join(fine, "id").count())) > HARMLESS * number


def is_at(rows: ir.Table, activity: Activity) -> Any:
    return (rows.step == activity[0]) & (rows.name == activity[1])


def by_events(events: Events, rows: ir.Table, found: Comparison, onset: str | None) -> ir.Table:
    """One row an id: verdict by its events (affected, healthy, under_way, undecided), and when it deviated."""
    import ibis

    difference = found.difference
    assert difference is not None
    instead = difference.instead.activity if difference.instead else None
    expected = difference.expected.activity if difference.expected else None
    after = difference.after.activity if difference.after else None
    machine = rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull()

    def at(activity: Activity | None) -> Any:
        condition = machine & is_at(rows, activity) if activity else ibis.literal(False)
        return rows.time.min(where=condition)

    each = rows.group_by("id").aggregate(
        instead_at=at(instead),
        expected_at=at(expected),
        after_at=at(after),
        entry_at=at(found.own[0].activity),
        first=rows.time.min(where=machine),
        records=(rows.kind == "record").sum(),
    )
    each = each.filter(
        each.entry_at.notnull() | each.after_at.notnull() | each.instead_at.notnull() | (each.records > 0)
    )
    each = events.engine.cache(each)
    cut = ibis.literal(True)
    if onset:
        cut = ibis.coalesce(each.instead_at, each.after_at) >= literal(instant(onset))
    stops = each.after_at.notnull() & each.expected_at.isnull()
    hurt = each.instead_at.notnull() if instead else stops
    late = each.first > literal(_horizon(events, rows, each, expected))
    silent = _in_silence(events, difference, each)
    # As many as can be judged by what came; what merely lacks something may be on its way, or unseen.
    verdict = ibis.cases(
        (each.instead_at.notnull() & cut if instead else ibis.literal(False), "affected"),
        (each.expected_at.notnull() if expected else each.entry_at.notnull(), "healthy"),
        (late, "under_way"),
        (silent, "undecided"),
        (hurt & cut, "affected"),
        else_="undecided",
    )
    return each.select(
        "id",
        "records",
        "first",
        at=ibis.coalesce(each.instead_at, each.after_at),
        verdict=verdict,
        before=(hurt & ~cut).fill_null(False),
    )


def base_rate(events: Events, ids: ir.Table, onset: str) -> dict[str, int]:
    """How many deviated in the same way before the onset, of all that came before it."""
    earlier = ids.filter(ids["first"] < literal(instant(onset)))
    found = events.engine.fetch(earlier.aggregate(n=earlier.count(), hurt=earlier.before.cast("int64").sum()))
    hurt = found["hurt"].iloc[0]
    return {"deviated": int(hurt) if hurt == hurt and hurt is not None else 0, "of": int(found["n"].iloc[0])}


def _horizon(events: Events, rows: ir.Table, each: ir.Table, expected: Activity | None) -> Any:
    """What came in later than this may still be on its way: the end less what 99 of 100 needed, and a half more."""
    end = aware(events.engine.fetch(rows.time.max()))
    assert end is not None
    if expected is None:
        return end
    # The affected came late, if they came at all: what is usual is told by the others.
    there = each.filter(each.expected_at.notnull() & each["first"].notnull() & each.instead_at.isnull())
    needed = events.engine.fetch(there.expected_at.delta(there["first"], unit="second").quantile(0.99))
    return end - timedelta(seconds=1.5 * float(needed) if needed is not None and needed == needed else 0)


def _in_silence(events: Events, difference: Difference, each: ir.Table) -> Any:
    """Whether the source of the expected event was silent when it would have come."""
    import ibis

    out = ibis.literal(False)
    if difference.expected is None:
        return out
    quiet = silences(events)
    for name, start, end in zip(quiet["source"], quiet["from"], quiet["to"], strict=True):
        if name == difference.expected.source:
            out = out | (
                (each.after_at >= literal(start - timedelta(minutes=1))) & (each.after_at < literal(end))
            )
    return out


def by_records(events: Events, rows: ir.Table, ids: ir.Table) -> ir.Table:
    """The undecided judged by the one column of records that tells the affected from the healthy, if there is one.

    Found by the data: in the records of decided ids, the column on which most affected and few healthy ones agree.
    """
    import ibis

    undecided = ids.filter((ids.verdict == "undecided") & (ids.records > 0))
    unknown = ids.mutate(verdict=ibis.cases((ids.verdict == "undecided", "unknown"), else_=ids.verdict))
    if not int(events.engine.fetch(undecided.count())):
        return unknown
    column = _telling_column(events, rows, ids)
    if column is None:
        return unknown
    evidence, key, wrong, right = column
    cells = _cells(events, rows, evidence, key)
    held = cells.select(cell_id="id", cell="cell")
    joined = ids.left_join(held, ids.id == held.cell_id)
    verdict = ibis.cases(
        (joined.verdict != "undecided", joined.verdict),
        (joined.cell.isin(wrong), "affected"),
        (joined.cell.isin(right), "healthy"),
        else_="unknown",
    )
    return joined.select("id", "records", "first", "at", verdict=verdict)


def as_counted(events: Events, like: str, ids: ir.Table, decided: ir.Table) -> ir.Table:
    """What only a column of records calls healthy is unknown where a census of all sources can't say what became of it."""
    import ibis

    by_events = ids.filter(ids.verdict != "undecided").select(seen_id="id")
    each = dispositions_of(events, like)
    doubtful = each.filter(each.disposition == "unknown").select(doubtful_id="id")
    joined = decided.left_join(by_events, decided.id == by_events.seen_id)
    joined = joined.left_join(doubtful, joined.id == doubtful.doubtful_id)
    unsure = (joined.verdict == "healthy") & joined.seen_id.isnull() & joined.doubtful_id.notnull()
    verdict = ibis.cases((unsure, "unknown"), else_=joined.verdict)
    return joined.select("id", "records", "first", "at", verdict=verdict)


def _cells(events: Events, rows: ir.Table, evidence: str, key: str) -> ir.Table:
    """Each id's cell in one column of one table: its text, or `set` where texts are too many to be states."""
    table = events.table.filter((events.table.evidence == evidence) & (events.table.kind == "record"))
    held = table.select(unit_="unit", cell=table.attributes.get(key))
    own = rows.filter((rows.evidence == evidence) & (rows.kind == "record")).select("id", "unit")
    joined = own.join(held, own.unit == held.unit_)
    return joined.group_by("id").aggregate(cell=joined.cell.max())


def _telling_column(
    events: Events, rows: ir.Table, ids: ir.Table
) -> tuple[str, str, list[str], list[str]] | None:
    """The column of records (evidence, key) that tells best, with the cells of the affected and of the healthy.

    Two queries, whatever the number of columns: which columns hold few different cells, and how often each of these
    cells goes with each verdict.
    """
    records = rows.filter(rows.kind == "record").select("id", "evidence", "unit")
    decided = ids.filter(ids.verdict.isin(("affected", "healthy"))).select("id", "verdict")
    own = records.join(decided, "id")
    table = events.table.filter(events.table.kind == "record").select("evidence", "unit", "attributes")
    held = own.join(table, ["evidence", "unit"])
    each = held.select("verdict", "evidence", "attributes", key=held.attributes.keys().unnest())
    cells = each.select("verdict", "evidence", "key", cell=each.attributes.get(each.key))
    counted = cells.group_by(["evidence", "key", "cell", "verdict"]).aggregate(n=cells.count())
    few = counted.group_by(["evidence", "key"]).aggregate(different=counted.cell.nunique())
    few = few.filter(few.different <= VALUES_AT_MOST)
    states = counted.semi_join(few, ["evidence", "key"])
    found = events.engine.fetch(states.order_by(["evidence", "key", "cell", "verdict"]).limit(20_000))
    totals = events.engine.fetch(own.group_by(["evidence", "verdict"]).aggregate(n=own.count()))
    best: tuple[float, str, str, list[str], list[str]] | None = None
    for (evidence, key), part in found.groupby(["evidence", "key"], sort=True):
        whole = totals[totals["evidence"] == evidence].set_index("verdict")["n"]
        told = _tells(part, whole)
        if told and (best is None or told[0] > best[0]):
            best = (told[0], str(evidence), str(key), told[1], told[2])
    return best[1:] if best else None


def _tells(counts: pandas.DataFrame, totals: pandas.Series) -> tuple[float, list[str], list[str]] | None:
    """How well a column's cells tell the affected from the healthy, and which cells are whose."""
    filled = counts[counts["cell"].notna()]
    if not len(filled) or filled["cell"].nunique() > VALUES_AT_MOST:
        return None
    if not {"affected", "healthy"} <= set(totals.index):
        return None
    share = filled.pivot_table(index="cell", columns="verdict", values="n", aggfunc="sum").reindex(
        columns=["affected", "healthy"]
    )
    share = share.fillna(0.0) / totals[["affected", "healthy"]]
    wrong = sorted(str(cell) for cell in share.index[share["affected"] > share["healthy"]])
    right = sorted(str(cell) for cell in share.index[share["healthy"] >= share["affected"]])
    caught, spared = float(share.loc[wrong, "affected"].sum()), float(share.loc[right, "healthy"].sum())
    return (caught + spared, wrong, right) if caught >= TELLS and spared >= TELLS else None
