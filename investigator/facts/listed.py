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
from investigator.facts import fields, traces
from investigator.facts.customers import customers_of
from investigator.facts.decide import dispositions_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

#: A file, or its folder, that says itself whose it is or what it is for.
NAMED = re.compile(
    r"(?i)(?:^|[/_. -])(?:customers?|clients?|from|their|missing|lost|complain\w*|claimed|kunden?|fehlend\w*|vermisst\w*|"
    r"reklamation\w*|manquants?|clientes?|faltantes|mancanti|klanten?)(?=[/_. -])"
)
#: It holds so many things at least, and at most this part of all; so many of them are of one customer.
FEWEST, PART, ONE = 2, 0.5, 0.95
NAMES_AT_MOST, STATES_AT_MOST = 6, 12
#: So seldom would none be lacking before the first, if as many always were.
BY_CHANCE = 0.01


@dataclass(frozen=True)
class Listed:
    """The list: the source that holds it, what it names, and of these what nothing else that a machine wrote names."""

    source: str
    ids: tuple[str, ...]
    strangers: tuple[str, ...]
    timed: bool = True  # whether it says itself when each was sent
    whole: bool = False  # whether all that came in stand on it


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

    That is the customer's own, or one in the order in which they were sent, of which none was lacking before some time.
    What was sent before anything of it came in is left out: logs may begin later; and what the list says itself was called
    off, as of others of which none came from the beginning.
    """
    known = list_of(events, like)
    if known is not None:
        return known if like in known.strangers and len(known.strangers) < len(known.ids) else None
    rows = traces.mentions_of_kind(events, like)
    records = rows.filter((rows.kind == "record") & (rows.id == like)).select("source").distinct()
    sources = [str(one) for one in events.engine.fetch(records)["source"]]
    if len(sources) != 1:
        return None
    table = sent(events, like, sources[0])
    frame = events.engine.fetch(table.order_by(["at", "unit", "id"]))
    there = frame[~frame["lost"]]
    if len(there) < FEWEST or not (frame["n"] == 1).all():
        return None
    frame = frame.iloc[there.index[0] :].reset_index(drop=True)
    frame = frame[~frame["id"].isin(_called_off(events, sources[0], frame, like))].reset_index(drop=True)
    alone = frame.loc[frame["lost"], "id"]
    # Where only a part of the logs is there, what they lack is lacking from the beginning.
    before = int(frame["lost"].to_numpy().argmax())
    if like not in set(alone) or not before or (1 - frame["lost"][before:].mean()) ** before > BY_CHANCE:
        return None
    # What came before the list begins tells nothing of whether it is whole.
    strange = _came(rows, sources[0]).anti_join(table, "id")
    begun = aware(there["seen"].min())
    assert begun is not None
    strange = strange.filter(strange.seen >= literal(begun))
    more = int(events.engine.fetch(strange.count()))
    ids, timed = tuple(map(str, frame["id"])), bool(frame["timed"].all())
    return Listed(sources[0], ids, tuple(map(str, alone)), timed, not more)


def sent(events: Events, like: str, source: str) -> ir.Table:
    """Each thing of a list: id, unit, n (rows), seen (when it came in), lost, at (when it was sent), timed.

    Where a list tells no time it is in an order all the same: each was sent when the last before it that came in had.
    """
    import ibis

    rows = traces.mentions_of_kind(events, like)
    mine = rows.filter(rows["source"] == source)
    own = mine.group_by("id").aggregate(told=mine.time.min(), unit=mine.unit.min(), n=mine.count())
    came = _came(rows, source).rename(other="id")
    each = own.left_join(came, own.id == came.other)
    # What came in out of its turn tells nothing of when others were sent.
    later = each.seen.min().over(ibis.window(order_by=ibis.desc(each.unit), preceding=None, following=0))
    each = each.mutate(turn=(each.seen == later).ifelse(each.seen, None))
    before = each.turn.max().over(ibis.window(order_by=each.unit, preceding=None, following=0))
    return each.select(
        "id",
        "unit",
        "n",
        "seen",
        lost=each.other.isnull(),
        at=ibis.coalesce(each.told, before),
        timed=each.told.notnull(),
    )


def _came(rows: ir.Table, source: str) -> ir.Table:
    """Things that anything but a list and people's words names, and since when; who only looks for one says nothing."""
    others = rows.filter(
        (rows["source"] != source)
        & ~rows.kind.isin(traces.PEOPLE_KINDS)
        & ~rows.body.re_search(traces.LOOKUP.pattern)
    )
    return others.group_by("id").aggregate(seen=others.time.min())


def _called_off(events: Events, source: str, frame: pandas.DataFrame, like: str) -> set[str]:
    """Things of a list of which a cell says what it says of others that never came, from before the first was lacking."""
    rows = traces.mentions_of_kind(events, like)
    rows = rows.filter((rows["source"] == source) & (rows.kind == "record")).select("id", "evidence", "unit")
    held = fields.with_attributes(events, rows)
    cells = {str(r.id): dict(r.attributes or {}) for r in events.engine.fetch(held).itertuples(index=False)}
    off: set[str] = set()
    for key, own in cells.get(like, {}).items():
        said = frame["id"].map(lambda one, key=key: str(cells.get(str(one), {}).get(key)))
        if said.nunique() > STATES_AT_MOST:
            continue
        first = int((frame["lost"] & (said == str(own))).to_numpy().argmax())
        for _, part in frame[said != str(own)].groupby(said):
            if len(part) >= FEWEST and part["lost"].all() and part.index[0] < first:
                off |= set(map(str, part["id"]))
    return off


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
