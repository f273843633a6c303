"""Who else left the way where one affected id did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.claims import Property
from investigator.events.events import _instant, literal
from investigator.facts import comparison, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.difference import deciding_difference
from investigator.facts.silences import silences
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison
    from investigator.facts.traces import Token

CLAIMS = (Property("those like {like}", "affected", "affected", upto="unknown", apart=("onset",)),)

IDS_AT_MOST = 5_000
#: A column of records tells the affected from the healthy when it differs on so many of both.
TELLS = 0.8
VALUES_AT_MOST = 20
#: An event that so many have who came to a good end does not tell who is affected.
HARMLESS = 0.1


def who_else(events: Events, *, like: str, onset: str | None = None) -> Finding:
    """Which other ids left the way where `like` did, counted by customer, and for which that can't be seen.

    What makes an affected one is read from `like` beside a healthy one: the event that came instead, and the expected
    one that is missing. Ids of its kind without any event at the deciding_difference step are judged by a column of records that
    tells the two apart; where that is empty too, or a census of all sources can't say what became of them, they are
    unknown, not unaffected. Where the way does not differ, those
    with the same disposition are affected alike (`predicate.disposition`). What came in too late to have got
    there yet is under way. `onset` leaves out what deviated before it. `value`: affected, healthy, unknown, under_way,
    customers [{customer, affected, unknown, healthy, first, rate}], first, last, predicate, ids, unknown_ids,
    base_rate {deviated, of} (how many of those before the onset deviated so, where an onset is given). `rate` is the
    95 % interval of the share affected among those that can be judged (Wilson 1927): wide where few can.

    Method: the difference found by `compare_entities`, put as a predicate to all. Limits: one difference at a time;
    those hit in another way need an id of their own. Example: `case.find.who_else(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"Who else is affected like {like or 'it'}?"
    value: dict[str, Any] = {
        "affected": 0,
        "healthy": 0,
        "unknown": 0,
        "under_way": 0,
        "customers": [],
        "first": None,
        "last": None,
        "predicate": None,
        "ids": [],
        "unknown_ids": [],
        "base_rate": None,
    }
    if not like:
        return say.unanswered(
            question,
            "No affected id was named, so none can be found like it.",
            say.LOAD["entity"],
            value=value,
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nobody can be found.", say.LOAD["any"], value=value
        )
    found = deciding_difference(events, like)
    difference = found.difference
    if difference is None or not found.healthy_id:
        shared = _by_disposition(events, like, found, question, value)
        if shared is not None:
            return shared
        if not found.own:
            answer, missing = (
                f"No log mentions {like}, so it can't be said what others would share with it.",
                say.LOAD["log"],
            )
        else:
            answer = (
                f"{like} took the same way as others of its kind, so there is nothing to look for in them."
            )
            missing = "No difference found: give an affected id whose path differs, or load the logs of the step where it stopped."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage_of(events))
    rows = traces.mentions_of_kind(events, like)
    ids = events.engine.kept(_judged(events, rows, found, onset))
    decided = events.engine.kept(_as_counted(events, like, ids, _by_records(events, rows, ids)))
    if difference.after is None and difference.expected is None:
        decided = events.engine.kept(_fine(events, like, decided))
    if _mostly_harmless(events, like, decided):
        shared = _by_disposition(events, like, found, question, value)
        if shared is not None:
            return shared
    people, by = customers_of(events, rows, like)
    table = _table(events, decided, people)
    counts = {
        name: int(table[name].sum()) if len(table) else 0
        for name in ("affected", "healthy", "unknown", "under_way")
    }
    affected = decided.filter(decided.verdict == "affected")
    listed = events.engine.fetch(
        affected.order_by([affected.at.isnull(), affected.at, affected.id]).limit(IDS_AT_MOST)
    )
    unseen = decided.filter(decided.verdict == "unknown")
    unseen_ids = events.engine.fetch(unseen.select("id").order_by("id").limit(IDS_AT_MOST))
    predicate = _predicate(found, ids)
    hurt = table[(table["affected"] > 0) | (table["unknown"] > 0)] if len(table) else table
    customers = [
        {
            "customer": row.customer,
            "affected": int(row.affected),
            "unknown": int(row.unknown),
            "healthy": int(row.healthy),
            "first": say.iso(row.first),
            "rate": wilson(int(row.affected), int(row.affected) + int(row.healthy)),
        }
        for row in hurt.itertuples(index=False)
    ]
    times = [time for time in listed["at"] if time == time]
    value |= counts
    value |= {
        "customers": customers,
        "first": say.iso(times[0]) if times else None,
        "last": say.iso(times[-1]) if times else None,
        "predicate": predicate,
        "ids": [str(i) for i in listed["id"]],
        "unknown_ids": [str(i) for i in unseen_ids["id"]],
        "base_rate": _base_rate(events, ids, onset) if onset else None,
    }
    evidence, evidence_count = _evidence(events, rows, found, listed)
    lacking: tuple[str, ...] = (
        ()
        if by
        else (
            "No customer is known for these ids: case.declare(kinds={'customer': 'CUST-[0-9]+'}), or load a table with both.",
        )
    )
    blind = difference.silent
    if counts["unknown"]:
        blind = (
            *blind,
            f"{say.count(counts['unknown'], 'id has', 'ids have')} no event at the deciding_difference step: unknown, not unaffected.",
        )
    verdict = "found" if counts["affected"] else "inconclusive"
    return Finding(
        question,
        _answer(like, found, counts, customers, value, len(table) - len(hurt)),
        value=value,
        table=say.table(
            ["customer", "affected", "unknown", "healthy", "first", "last", "example"],
            (
                (
                    r.customer,
                    r.affected,
                    r.unknown,
                    r.healthy,
                    say.aware(r.first),
                    say.aware(r.last),
                    r.example,
                )
                for r in hurt.itertuples(index=False)
            ),
        ),
        evidence=evidence,
        evidence_count=evidence_count,
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=blind, missing=lacking),
    )


def _fine(events: Events, like: str, decided: ir.Table) -> ir.Table:
    """What was turned away at the door had no step before it by which others could be judged: who is fine is well."""
    import ibis

    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select(fine_id=each.id)
    joined = decided.left_join(fine, decided.id == fine.fine_id)
    spared = (joined.verdict == "unknown") & joined.fine_id.notnull()
    verdict = ibis.cases((spared, "healthy"), else_=joined.verdict)
    return joined.mutate(verdict=verdict).drop("fine_id")


def _mostly_harmless(events: Events, like: str, decided: ir.Table) -> bool:
    """Whether many of those with the event are fine, or none is left that has it for certain, not even the one asked
    about (its source was silent then): then it is what became of them that tells the affected."""
    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    affected = decided.filter(decided.verdict == "affected").select("id")
    number = int(events.engine.fetch(affected.count()))
    return not number or int(events.engine.fetch(affected.semi_join(fine, "id").count())) > HARMLESS * number


def _by_disposition(
    events: Events, like: str, found: Comparison, question: str, value: dict[str, Any]
) -> Finding | None:
    """Those that have the same bad end: hidden, gone or doubled as `like` is. None where it is fine."""
    import ibis

    each = dispositions_of(events, like)
    own = events.engine.fetch(each.filter(each.id == like).select("disposition"))
    disposition = str(own["disposition"].iloc[0]) if len(own) else "unknown"
    if disposition in (*FINE, "unknown"):
        return None
    verdict = ibis.cases(
        (each.disposition == disposition, "affected"),
        (each.disposition.isin(FINE), "healthy"),
        (each.disposition == "unknown", "unknown"),
        else_="other",
    )
    ids = events.engine.kept(each.select("id", at=each["first"], verdict=verdict))
    people, by = customers_of(events, traces.mentions_of_kind(events, like), like)
    table = _table(events, ids, people)
    affected = ids.filter(ids.verdict == "affected").order_by([ids["at"].isnull(), ids["at"], ids.id])
    listed = events.engine.fetch(affected.select("id").limit(IDS_AT_MOST))
    unseen = events.engine.fetch(
        ids.filter(ids.verdict == "unknown").select("id").order_by("id").limit(IDS_AT_MOST)
    )
    counts = {name: int(table[name].sum()) for name in ("affected", "healthy", "unknown")}
    hurt = table[(table["affected"] > 0) | (table["unknown"] > 0)]
    customers = [
        {
            "customer": row.customer,
            "affected": int(row.affected),
            "unknown": int(row.unknown),
            "healthy": int(row.healthy),
            "first": None,
            "rate": wilson(int(row.affected), int(row.affected) + int(row.healthy)),
        }
        for row in hurt.itertuples(index=False)
    ]
    steps = {"after": None, "instead": None, "expected": None, "healthy": None}
    value |= counts
    value |= {
        "customers": customers,
        "predicate": {"kind": found.kind, **steps, "disposition": disposition},
        "ids": [str(i) for i in listed["id"]],
        "unknown_ids": [str(i) for i in unseen["id"]],
    }
    named = [f"{c['customer']}: {c['affected']:,}" for c in customers if c["affected"] and c["customer"]]
    whose = f" of {say.count(len(named), 'customer')} ({say.listed(named, most=6)})" if named else ""
    unknown = f"; {counts['unknown']:,} can't be judged" if counts["unknown"] else "; none is unknown"
    answer = (
        f"{counts['affected']:,} are affected like {like}{whose}: each is {disposition}, which no event tells apart; "
        f"{counts['healthy']:,} are healthy{unknown}."
    )
    blind = ["When each was hit can't be seen: no event tells it."]
    if counts["unknown"]:
        blind.append(
            f"{say.count(counts['unknown'], 'id has', 'ids have')} too little said of them: unknown, not unaffected."
        )
    lacking = (
        ()
        if by
        else (
            "No customer is known for these ids: case.declare(kinds={'customer': 'CUST-[0-9]+'}), or load a table with both.",
        )
    )
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(
            ["customer", "affected", "unknown", "healthy", "example"],
            ((r.customer, r.affected, r.unknown, r.healthy, r.example) for r in hurt.itertuples(index=False)),
        ),
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=tuple(blind), missing=lacking),
    )


def _answer(
    like: str,
    found: Comparison,
    counts: dict[str, int],
    customers: list[dict[str, Any]],
    value: dict[str, Any],
    spared: int,
) -> str:
    difference = found.difference
    assert difference is not None
    token = difference.instead or difference.expected
    assert token is not None
    what = (
        f"{token.token[0]} {say.quote(token.body, 60)}"
        if difference.instead
        else f"no {token.token[0]} {say.quote(token.body, 60)}"
    )
    if not counts["affected"]:
        return f"Nobody else is seen with what {like} has ({what}); {counts['unknown']:,} can't be judged."
    hit = [c for c in customers if c["affected"]]
    named = [c for c in hit if c["customer"]]
    whose = ""
    if named:
        each = say.listed([f"{c['customer']}: {c['affected']:,}" for c in named], most=6)
        whose = f" of {say.count(len(named), 'customer')} ({each})"
    since = f" since {say.at(_instant(value['first']))}" if value["first"] else ""
    unknown = f"; {counts['unknown']:,} can't be judged" if counts["unknown"] else "; none is unknown"
    way = f", {counts['under_way']:,} still under way" if counts["under_way"] else ""
    rest = f" (also of {say.count(spared, 'other customer')} with none affected)" if named and spared else ""
    each_has = "each has its own " if difference.instead else "each has "
    return (
        f"{counts['affected']:,} are affected like {like}{whose}{since}: {each_has}{what}; "
        f"{counts['healthy']:,} are healthy{rest}{unknown}{way}."
    )


def _is(rows: ir.Table, token: Token) -> Any:
    return (rows.step == token[0]) & (rows.name == token[1])


def _judged(events: Events, rows: ir.Table, found: Comparison, onset: str | None) -> ir.Table:
    """One row an id: verdict by its events (affected, healthy, under_way, undecided), and when it deviated."""
    import ibis

    difference = found.difference
    assert difference is not None
    instead = difference.instead.token if difference.instead else None
    expected = difference.expected.token if difference.expected else None
    after = difference.after.token if difference.after else None
    machine = rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull()

    def at(token: Token | None) -> Any:
        condition = machine & _is(rows, token) if token else ibis.literal(False)
        return rows.time.min(where=condition)

    each = rows.group_by("id").aggregate(
        instead_at=at(instead),
        expected_at=at(expected),
        after_at=at(after),
        entry_at=at(found.own[0].token),
        first=rows.time.min(where=machine),
        records=(rows.kind == "record").sum(),
    )
    each = each.filter(
        each.entry_at.notnull() | each.after_at.notnull() | each.instead_at.notnull() | (each.records > 0)
    )
    each = events.engine.kept(each)
    cut = ibis.literal(True)
    if onset:
        cut = ibis.coalesce(each.instead_at, each.after_at) >= literal(_instant(onset))
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


def _base_rate(events: Events, ids: ir.Table, onset: str) -> dict[str, int]:
    """How many deviated in the same way before the onset, of all that came before it."""
    earlier = ids.filter(ids["first"] < literal(_instant(onset)))
    found = events.engine.fetch(earlier.aggregate(n=earlier.count(), hurt=earlier.before.cast("int64").sum()))
    hurt = found["hurt"].iloc[0]
    return {"deviated": int(hurt) if hurt == hurt and hurt is not None else 0, "of": int(found["n"].iloc[0])}


def wilson(hits: int, number: int) -> list[float] | None:
    """The 95 % interval of a share; None of nothing."""
    if not number:
        return None
    z, share = 1.959964, hits / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * ((share * (1 - share) + z * z / (4 * number)) / number) ** 0.5 / (1 + z * z / number)
    return [round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)]


def _horizon(events: Events, rows: ir.Table, each: ir.Table, expected: Token | None) -> Any:
    """What came in later than this may still be on its way: the end less what 99 of 100 needed, and a half more."""
    end = say.aware(events.engine.fetch(rows.time.max()))
    assert end is not None
    if expected is None:
        return end
    # The affected came late, if they came at all: what is usual is told by the others.
    there = each.filter(each.expected_at.notnull() & each["first"].notnull() & each.instead_at.isnull())
    needed = events.engine.fetch(there.expected_at.delta(there["first"], unit="second").quantile(0.99))
    return end - timedelta(seconds=1.5 * float(needed) if needed is not None and needed == needed else 0)


def _in_silence(events: Events, difference: comparison.Difference, each: ir.Table) -> Any:
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


def _by_records(events: Events, rows: ir.Table, ids: ir.Table) -> ir.Table:
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


def _as_counted(events: Events, like: str, ids: ir.Table, decided: ir.Table) -> ir.Table:
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


def _table(events: Events, ids: ir.Table, people: ir.Table | None) -> pandas.DataFrame:
    """One row a customer: how many of each verdict, first, last, and an example."""
    import ibis

    if people is None:
        joined = ids.mutate(customer=ibis.literal(""))
    else:
        named = people.select(named_id="id", customer="customer")
        joined = ids.left_join(named, ids.id == named.named_id)
        joined = joined.mutate(customer=ibis.coalesce(joined.customer, ibis.literal("")))
    hurt = joined.verdict == "affected"
    grouped = joined.group_by("customer").aggregate(
        affected=hurt.sum(),
        unknown=(joined.verdict == "unknown").sum(),
        healthy=(joined.verdict == "healthy").sum(),
        under_way=(joined.verdict == "under_way").sum(),
        first=joined.at.min(where=hurt),
        last=joined.at.max(where=hurt),
        example=ibis.coalesce(joined.id.min(where=hurt), joined.id.min(where=joined.verdict == "unknown")),
    )
    return events.engine.fetch(
        grouped.order_by([ibis.desc("affected"), ibis.desc("unknown"), ibis.asc("customer")]).limit(100_000)
    )


def _predicate(found: Comparison, ids: ir.Table) -> dict[str, Any]:
    difference = found.difference
    assert difference is not None
    return {
        "kind": found.kind,
        "after": _step(difference.after),
        "instead": _step(difference.instead),
        "expected": _step(difference.expected),
        "healthy": found.healthy_id,
    }


def _step(step: traces.Step | None) -> dict[str, str] | None:
    return {"step": step.token[0], "name": step.token[1], "example": step.body} if step else None


def _evidence(
    events: Events, rows: ir.Table, found: Comparison, listed: pandas.DataFrame
) -> tuple[pandas.DataFrame | None, int]:
    """The deciding_difference event of the first two hundred affected ids."""
    difference = found.difference
    assert difference is not None
    step = difference.instead or difference.after
    if step is None or not len(listed):
        return None, 0
    chosen = rows.filter(_is(rows, step.token) & rows.id.isin([str(i) for i in listed["id"].head(200)]))
    chosen = chosen.order_by([chosen.time, chosen.evidence, chosen.unit, chosen.id]).limit(200)
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(chosen.select(*columns)), len(listed)
