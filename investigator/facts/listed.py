"""The customer's own list: which things it names, and what became of each, by name where that differs.

It is a table that holds one thing a row and whose things are all of one customer, while there are others; or that is
named as one. What it names and nothing else does is told as such: the list may be wrong, or what is loaded too little.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware, literal
from investigator.facts import traces
from investigator.facts.customers import customers_of
from investigator.facts.decide import dispositions_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: A file, or its folder, that says itself whose it is or what it is for.
NAMED = re.compile(
    r"(?i)(?:^|[/_. -])(?:customers?|clients?|from|their|missing|lost|complain\w*|claimed|kunden?|fehlend\w*|vermisst\w*|"
    r"reklamation\w*|manquants?|clientes?|faltantes|mancanti|klanten?)(?=[/_. -])"
)
#: It holds so many things at least, and at most this part of all; so many of them are of one customer.
FEWEST, PART, ONE = 2, 0.5, 0.95
NAMES_AT_MOST = 6
#: So seldom would none be lacking before the first, if as many always were.
BY_CHANCE = 0.01


@dataclass(frozen=True)
class Listed:
    """The list: the source that holds it, what it names, and of these what nothing else that a machine wrote names."""

    source: str
    ids: tuple[str, ...]
    strangers: tuple[str, ...]


def list_of(events: Events, like: str) -> Listed | None:
    """The customer's own list that names this thing; None where none is loaded. Kept."""
    key = f"listed {traces.kind_known(events, like)} {like} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        events.memo[key] = _list_of(events, like)
    return events.memo[key]


def _list_of(events: Events, like: str) -> Listed | None:
    rows = traces.mentions_of_kind(events, like)
    records = rows.filter(rows.kind == "record").select("id", "source", "evidence", "unit").distinct()
    sizes = records.group_by("source").aggregate(
        ids=records.id.nunique(), n=records.count(), mine=(records.id == like).cast("int64").sum()
    )
    whole = int(events.engine.fetch(rows.id.nunique()))
    found = events.engine.fetch(sizes.order_by([sizes.ids, sizes["source"]]))
    for one in found.itertuples(index=False):
        if not one.mine or one.n != one.ids or not FEWEST <= one.ids <= PART * whole:
            continue
        own = records.filter(records["source"] == str(one.source)).select("id")
        if NAMED.search(str(one.source)) or _of_one_customer(events, rows, own, like):
            others = rows.filter((rows["source"] != str(one.source)) & ~rows.kind.isin(traces.PEOPLE_KINDS))
            alone = events.engine.fetch(own.anti_join(others, "id").order_by("id"))
            ids = events.engine.fetch(own.order_by("id"))
            return Listed(str(one.source), tuple(map(str, ids["id"])), tuple(map(str, alone["id"])))
    return None


def nowhere_else(events: Events, like: str) -> Listed | None:
    """The list that is all that knows this thing, where other things of it did come in; None where there is none.

    That is the customer's own, or one that says when each was sent, of which none was lacking before some time. What was
    sent before anything of it came in is left out: logs may begin later.
    """
    known = list_of(events, like)
    if known is not None:
        return known if like in known.strangers and len(known.strangers) < len(known.ids) else None
    rows = traces.mentions_of_kind(events, like)
    records = rows.filter((rows.kind == "record") & (rows.id == like)).select("source").distinct()
    sources = [str(one) for one in events.engine.fetch(records)["source"]]
    if len(sources) != 1:
        return None
    inside = rows["source"] == sources[0]
    mine = rows.filter(inside)
    own = events.engine.cache(mine.group_by("id").aggregate(at=mine.time.min(), n=mine.count()))
    others = rows.filter(
        ~inside & ~rows.kind.isin(traces.PEOPLE_KINDS) & ~rows.body.re_search(traces.LOOKUP.pattern)
    )
    came = own.semi_join(others, "id")
    told = events.engine.fetch(came.aggregate(n=came.count(), first=came["at"].min())).iloc[0]
    first = aware(told["first"])
    if int(told["n"]) < FEWEST or first is None:
        return None
    own = own.filter(own["at"] >= literal(first))
    alone = [str(one) for one in events.engine.fetch(own.anti_join(others, "id").order_by("id"))["id"]]
    frame = events.engine.fetch(own.order_by([own["at"], own.id]))
    if like not in alone or not (frame["n"] == 1).all():
        return None
    # Where only a part of the logs is there, what they lack is lacking from the beginning.
    lost = frame["id"].isin(alone).to_numpy()
    before = int(lost.argmax())
    if (1 - lost[before:].mean()) ** before > BY_CHANCE or not before:
        return None
    return Listed(sources[0], tuple(map(str, frame["id"])), tuple(alone))


def _of_one_customer(events: Events, rows: ir.Table, own: ir.Table, like: str) -> bool:
    people, _ = customers_of(events, rows, like)
    if people is None:
        return False
    inside = people.semi_join(own, "id")
    counted = events.engine.fetch(
        inside.group_by("customer").aggregate(n=inside.count()).order_by("customer")
    )
    several = int(events.engine.fetch(people.customer.nunique())) > 1
    number = int(counted["n"].sum())
    return several and number >= FEWEST and int(counted["n"].max()) >= ONE * number


def against(events: Events, like: str, told: Listed, decided: ir.Table) -> dict[str, list[str]]:
    """What became of each thing on the list, by what is said of it (`decided`: id, verdict), else by all sources.

    Keys: affected, in nothing else that is loaded, still under way, came to another end, or a disposition.
    """
    verdicts = events.engine.fetch(decided.filter(decided.id.isin(list(told.ids))).select("id", "verdict"))
    by = {str(r.id): str(r.verdict) for r in verdicts.itertuples(index=False)}
    each = dispositions_of(events, like)
    frame = events.engine.fetch(each.filter(each.id.isin(list(told.ids))).select("id", "disposition"))
    known = {str(r.id): str(r.disposition) for r in frame.itertuples(index=False)}
    words = {"affected": "affected", "under_way": "still under way", "other end": "came to another end"}
    out: dict[str, list[str]] = {}
    for one in told.ids:
        said = words.get(by.get(one, ""))
        if said is None and one in told.strangers:
            said = "in nothing else that is loaded"
        if said is None:
            disposition = known.get(one, "unknown")
            well = by.get(one) == "healthy"
            said = disposition if disposition != "unknown" else "healthy" if well else "can't be judged"
        out.setdefault(said, []).append(one)
    return dict(sorted(out.items(), key=lambda item: (item[0] != "affected", -len(item[1]), item[0])))


def sentence(told: dict[str, Any] | None, whose: str = "The customer's list ({source})") -> str:
    """Both numbers and the difference by name, of what an answer has as `list` {source, number, found}; empty without one."""
    if not told:
        return ""
    affected = len(told["found"].get("affected", []))
    rest = []
    for said, ids in told["found"].items():
        more = len(ids) - NAMES_AT_MOST
        named = ", ".join(ids[:NAMES_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")
        rest += [f"{len(ids):,} {said}: {named}"] if said != "affected" else []
    head = f"{whose.format(source=told['source'])} names {told['number']:,}: "
    return (
        f"{head}{affected:,} affected, {'; '.join(rest)}."
        if rest
        else f"{head}all {affected:,} of them are affected."
    )


def differs(told: dict[str, Any] | None) -> bool:
    """Whether a list names anything that is not affected."""
    return told is not None and set(told["found"]) != {"affected"}
