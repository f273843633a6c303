"""How many are affected, healthy and unknown, whose they are, and which: one way to count for every way to judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import rise, traces
from investigator.facts.customers import customers_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

IDS_AT_MOST = 5_000


@dataclass(frozen=True)
class Tally:
    """Counts by verdict, the customers that are hit, and who it is; `by` is what told the customers."""

    counts: dict[str, int]
    customers: list[dict[str, Any]]
    hit: pandas.DataFrame  # one row a customer of whom any is affected or unknown
    listed: pandas.DataFrame  # id, at of the affected, in order
    ids: list[str]
    unknown_ids: list[str]
    spared: int  # customers with none
    by: str | None


def tally(events: Events, decided: ir.Table, like: str) -> Tally:
    """What is decided (id, at, verdict), counted."""
    people, by = customers_of(events, traces.mentions_of_kind(events, like), like)
    table = _table(events, decided, people)
    counts = {
        name: int(table[name].sum()) if len(table) else 0
        for name in ("affected", "healthy", "unknown", "under_way", "other")
    }
    affected = decided.filter(decided.verdict == "affected")
    order = [affected["at"].isnull(), affected["at"], affected.id]
    listed = events.engine.fetch(affected.select("id", "at").order_by(order).limit(IDS_AT_MOST))
    unseen = decided.filter(decided.verdict == "unknown").select("id").order_by("id").limit(IDS_AT_MOST)
    hit = table[(table["affected"] > 0) | (table["unknown"] > 0)] if len(table) else table
    customers = [
        {
            "customer": row.customer,
            "affected": int(row.affected),
            "unknown": int(row.unknown),
            "healthy": int(row.healthy),
            "first": say.iso(row.first),
            "rate": rise.wilson(int(row.affected), int(row.affected) + int(row.healthy)),
        }
        for row in hit.itertuples(index=False)
    ]
    ids, unknown = ([str(one) for one in frame["id"]] for frame in (listed, events.engine.fetch(unseen)))
    return Tally(counts, customers, hit, listed, ids, unknown, len(table) - len(hit), by)


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
        other=joined.verdict.isin(("other end", "other")).sum(),
        first=joined.at.min(where=hurt),
        last=joined.at.max(where=hurt),
        example=ibis.coalesce(joined.id.min(where=hurt), joined.id.min(where=joined.verdict == "unknown")),
    )
    return events.engine.fetch(
        grouped.order_by([ibis.desc("affected"), ibis.desc("unknown"), ibis.asc("customer")]).limit(100_000)
    )
