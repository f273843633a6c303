"""Which ids are affected like one: each judged by its events, else by the column of records that tells.

A verdict is affected, healthy, under_way, unknown, or undecided while there is more to judge by.
"""

from __future__ import annotations

import math
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, instant, literal
from investigator.facts import signs, traces
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
#: An end that at least so many came to, and at most this share of those that went on.
ENDS, SELDOM = 3, 0.02
#: In so many parts of equal number a rise is looked for; it is one at so many times the share, and so sure (nats).
PARTS, RISE, SURE = 200, 4.0, 10.0
#: So many must have come early for their share to say anything.
EARLY = 10


def judged(events: Events, like: str, found: Comparison, onset: str | None) -> tuple[ir.Table, ir.Table]:
    """One row an id of the kind of `like`: as its events say, and as it is counted in the end.

    `found` has a difference. Columns: id, records, first, at (when it deviated), verdict.
    """
    assert found.difference is not None
    told = signs.apart(events, like)
    if told is not None and told.sign is not None:
        decided = signs.decided(events, told, instant(onset))
        return decided, decided
    rows = traces.mentions_of_kind(events, like)
    ids = events.engine.cache(by_events(events, rows, found, onset))
    decided = events.engine.cache(as_counted(events, like, ids, by_records(events, rows, ids)))
    if found.difference.after is None and found.difference.expected is None:
        decided = events.engine.cache(spared(events, like, decided))
    return ids, decided if onset or mostly_harmless(events, like, decided) else _since(events, like, decided)


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


def from_the_beginning(events: Events, decided: ir.Table) -> bool:
    """Whether what sets the affected apart was as frequent among the first that came as among the last: then it is no
    sign of what went wrong, and they are so many at most.

    Of those that can be judged, in the order in which they came: the first fifth against the last two fifths.
    """
    import ibis

    judged = _timed(decided)
    placed = judged.mutate(fifth=ibis.ntile(5).over(ibis.window(order_by=[judged.when, judged.id])))
    found = events.engine.fetch(
        placed.group_by("fifth").aggregate(n=placed.count(), hurt=(placed.verdict == "affected").sum())
    )
    early, late = found[found["fifth"] == 0], found[found["fifth"] >= 3]
    if found["hurt"].sum() == found["n"].sum():  # no healthy one is known
        return False
    if not len(early) or not len(late) or int(early["n"].sum()) < EARLY:
        return False
    before, after = early["hurt"].sum() / early["n"].sum(), late["hurt"].sum() / late["n"].sum()
    return bool(before >= HARMLESS and before * 2 > after)


def risen(events: Events, decided: ir.Table) -> Any:
    """Since when far more deviate than before; None where none did before, or no time tells.

    Some always lack a step or go another way, and are not hit by what went wrong. Of those that can be judged, in the
    order in which they came, the stretch whose share stands out most from the rest, by the likelihood ratio of two
    shares against one (a scan statistic: Kulldorff 1997); it counts where the share is there four times as high.
    """
    import ibis

    judged = _timed(decided)
    placed = judged.mutate(part=ibis.ntile(PARTS).over(ibis.window(order_by=[judged.when, judged.id])))
    grouped = placed.group_by("part").aggregate(
        first=placed.when.min(), n=placed.count(), hurt=(placed.verdict == "affected").sum()
    )
    found = events.engine.fetch(grouped.order_by("part"))
    numbers, hurts = [int(n) for n in found["n"]], [int(n) for n in found["hurt"]]
    whole, all_hurt = sum(numbers), sum(hurts)
    best: tuple[float, int] | None = None
    for low in range(1, len(numbers)):
        inside, hurt = 0, 0
        for high in range(low, len(numbers)):
            inside, hurt = inside + numbers[high], hurt + hurts[high]
            outside, rest = whole - inside, all_hurt - hurt
            if hurt * outside < RISE * rest * inside:
                continue
            told = _fit(hurt, inside) + _fit(rest, outside) - _fit(all_hurt, whole)
            if best is None or told > best[0]:
                best = (told, low)
    if best is None or best[0] < SURE or not sum(hurts[: best[1]]):
        return None
    return found["first"].iloc[best[1]].to_pydatetime().replace(tzinfo=UTC)


def _timed(decided: ir.Table) -> ir.Table:
    """Those that can be judged, each with the time that counts: when it deviated or was about to, else when it came."""
    import ibis

    when = decided.mutate(when=ibis.coalesce(decided["at"], decided["first"]))
    return when.filter(when.verdict.isin(("affected", "healthy")) & when.when.notnull())


def _since(events: Events, like: str, decided: ir.Table) -> ir.Table:
    """Those that deviated before far more did are `before`: some always do, and are not hit by what went wrong."""
    import ibis

    since = risen(events, decided)
    if since is None:
        return decided
    came = ibis.coalesce(decided["at"], decided["first"])
    before = (decided.verdict == "affected") & (came < literal(since)) & (decided.id != like)
    return events.engine.cache(decided.mutate(verdict=ibis.cases((before, "before"), else_=decided.verdict)))


def _fit(hits: int, number: int) -> float:
    """The log likelihood of so many hits under their own share."""
    return sum(part * math.log(part / number) for part in (hits, number - hits) if part)


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
    ended = _ended(events, rows, each, found) if instead is None and expected else None
    cut = ibis.literal(True)
    if onset:
        cut = ibis.coalesce(each.instead_at, each.after_at) >= literal(instant(onset))
    stops = each.after_at.notnull() & each.expected_at.isnull()
    hurt = each.instead_at.notnull() if instead else stops
    late = each.first > literal(_horizon(events, rows, each, expected))
    silent = _in_silence(events, difference, each)
    slow = _slow(events, each) if difference.late and after and expected else ibis.literal(False)
    elsewhere = each.id.isin(ended.id) if ended is not None else ibis.literal(False)
    # As many as can be judged by what came; what merely lacks something may be on its way, or unseen.
    verdict = ibis.cases(
        (slow & cut, "affected"),
        (each.instead_at.notnull() & cut if instead else ibis.literal(False), "affected"),
        (each.expected_at.notnull() if expected else each.entry_at.notnull(), "healthy"),
        (late, "under_way"),
        (elsewhere, "other end"),
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


def _slow(events: Events, each: ir.Table) -> Any:
    """Whether the expected event came ten times as late as is usual, and more than a minute."""
    wait = each.expected_at.delta(each.after_at, unit="second")
    usual = events.engine.fetch(wait.median())
    usual = max(float(usual), 0.0) if usual is not None and usual == usual else 0.0
    return (wait > max(10 * usual, usual + 60)).fill_null(False)


def _ended(events: Events, rows: ir.Table, each: ir.Table, found: Comparison) -> ir.Table:
    """Ids that came to an end of their own: the last that is said of them is said of hardly any that went on, nor of
    the one asked about (refused, cancelled). They lack the expected step, and are not affected."""
    import ibis

    machine = rows.filter(rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    order = [machine.time.desc(), machine.evidence.desc(), machine.unit.desc()]
    ranked = machine.mutate(back=ibis.row_number().over(ibis.window(group_by=machine.id, order_by=order)))
    last = ranked.filter(ranked.back == 0).select("id", "step", "name")
    went_on = each.filter(each.expected_at.notnull()).select("id")
    usual = (
        machine.semi_join(went_on, "id").group_by(["step", "name"]).aggregate(ids=lambda t: t.id.nunique())
    )
    often = usual.filter(usual.ids > SELDOM * int(events.engine.fetch(went_on.count()))).select(
        "step", "name"
    )
    own = traces.any_of(last, [step.activity for step in found.own])
    strange = last.filter(~own).anti_join(often, ["step", "name"])
    # One that a single id has is no end that the trade knows.
    known = strange.group_by(["step", "name"]).aggregate(n=strange.count()).filter(lambda t: t.n >= ENDS)
    return events.engine.cache(strange.semi_join(known, ["step", "name"]).select("id"))


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
    if not {"affected", "healthy"} <= set(totals.index) or totals["affected"] <= signs.ALONE:
        return None
    share = filled.pivot_table(index="cell", columns="verdict", values="n", aggfunc="sum").reindex(
        columns=["affected", "healthy"]
    )
    share = share.fillna(0.0) / totals[["affected", "healthy"]]
    wrong = sorted(str(cell) for cell in share.index[share["affected"] > share["healthy"]])
    right = sorted(str(cell) for cell in share.index[share["healthy"] >= share["affected"]])
    caught, spared = float(share.loc[wrong, "affected"].sum()), float(share.loc[right, "healthy"].sum())
    return (caught + spared, wrong, right) if caught >= TELLS and spared >= TELLS else None
