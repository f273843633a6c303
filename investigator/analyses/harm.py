"""What was done to the affected: from when, until when, and whether any was lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.claims import Property
from investigator.facts import comparison, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

CLAIMS = (
    # Those that came late are back; others may not count them, so the number lies between.
    Property("those like {like}", "affected", "affected", less="restored"),
    Property("{id}", "whereabouts", each="lost_ids", is_="gone"),
)

#: What a machine says of a thing that it took away for good. RE2, case told by hand: (?i) is not the same everywhere.
DELETED = r"\b([Dd]eleted|[Pp]urged|[Ee]rased|[Dd]estroyed|DELETE)\b"
#: Without a message of its own, an affected id is one that waited this many times as long as usual, a minute at least.
TIMES_USUAL = 20


def harm(events: Events, *, like: str) -> Finding:
    """How many were affected like this one, of whom, from when to when, how many are back, and whether any is lost.

    An affected id is one with the event that came instead of the expected one (as in `who_else`); it is back when the
    expected event came after all, and lost when something says that it was deleted after that. `value`: kind, affected,
    mine and customer (of whom `like` is), others, first, visible_again (when the last came back; None while any is
    not), restored, open, lost, lost_ids.

    Method: as `who_else`, read per affected id. Limits: who could not be judged there is not counted here; lost is only
    what a source says was deleted. Example: `case.find.harm(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"What was done to {like or 'the affected'}, and to those like it?"
    value: dict[str, Any] = {
        "kind": "",
        "affected": 0,
        "mine": 0,
        "customer": None,
        "others": 0,
        "first": None,
        "visible_again": None,
        "restored": 0,
        "open": 0,
        "lost": 0,
        "lost_ids": [],
    }
    if not like:
        return say.unanswered(question, "No affected id was named.", say.LOAD["entity"], value=value)
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no harm can be seen.", say.LOAD["any"], value=value
        )
    found = comparison.compare(events, like)
    difference = found.difference
    if difference is None or difference.expected is None:
        answer = f"{like} took the same way as others of its kind, or no log mentions it: no harm is seen."
        missing = "Give an affected id whose path differs, or load the logs of the step where it stopped."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage_of(events))
    rows = traces.mentions_of_kind(events, like)
    hurt = _hurt(events, like, rows, difference)
    listed = events.engine.fetch(_fates(events, rows, hurt, difference).order_by(["at", "id"]).limit(100_000))
    people, _ = customers_of(events, rows, like)
    names: dict[str, str] = {}
    if people is not None:
        pairs = events.engine.fetch(people.semi_join(hurt.select("id"), "id").order_by("id").limit(100_000))
        names = {str(i): str(c) for i, c in zip(pairs["id"], pairs["customer"], strict=True)}
    ids = [str(i) for i in listed["id"]]
    mine = names.get(like)
    back = listed["back"].notna()
    lost = listed["gone"].notna()
    value |= {
        "kind": found.kind,
        "affected": len(ids),
        "mine": sum(names.get(i) == mine for i in ids) if mine else len(ids),
        "customer": mine,
        "others": sum(names.get(i) != mine for i in ids) if mine else 0,
        "first": say.iso(listed["at"].min()) if ids else None,
        "visible_again": say.iso(listed["back"].max()) if ids and bool((back | lost).all()) else None,
        "restored": int(back.sum()),
        "open": int((~back & ~lost).sum()),
        "lost": int(lost.sum()),
        "lost_ids": [i for i, gone in zip(ids, lost, strict=True) if gone][:200],
    }
    if not ids:
        return say.unanswered(question, "Nobody is seen with what this one has.", value=value)
    table: dict[str, list[Any]] = {}
    for identifier, at, again, gone in zip(ids, listed["at"], listed["back"], lost, strict=True):
        row = table.setdefault(names.get(identifier, ""), [0, 0, 0, at, again])
        row[0] += 1
        row[1] += int(again == again)
        row[2] += int(gone)
        row[3] = min(row[3], at)
        row[4] = again if row[4] != row[4] else (row[4] if again != again else max(row[4], again))
    chosen = rows.filter((rows.id == like) & rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    evidence = events.fetch(
        chosen.order_by([chosen.time, chosen.evidence, chosen.unit]).limit(200).select(*columns)
    )
    return Finding(
        question,
        _answer(value),
        value=value,
        table=say.table(
            ["customer", "affected", "back", "lost", "from", "last one back"],
            (
                (customer, n, b, g, say.aware(first), say.aware(again))
                for customer, (n, b, g, first, again) in sorted(
                    table.items(), key=lambda item: (-item[1][0], item[0])
                )
            ),
        ),
        evidence=evidence,
        coverage=coverage_of(events, control=True, blind=difference.silent),
    )


def _answer(value: dict[str, Any]) -> str:
    noun = value["kind"] or "id"
    whose = f" ({value['mine']:,} of {value['customer']})" if value["customer"] else ""
    text = f"{say.count(value['affected'], noun)}{whose} could not be found since {say.at(datetime.fromisoformat(value['first']))}"
    if value["visible_again"]:
        text += f"; the last was back {say.at(datetime.fromisoformat(value['visible_again']))}"
    elif value["restored"]:
        text += f"; {value['restored']:,} are back, {value['open']:,} not yet"
    else:
        text += "; none is back yet"
    return f"{text}; {'none is' if not value['lost'] else format(value['lost'], ',') + ' are'} lost."


def _is(rows: ir.Table, step: traces.Occurrence) -> Any:
    machine = rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull()
    return machine & (rows.step == step.activity[0]) & (rows.name == step.activity[1])


def _hurt(events: Events, like: str, rows: ir.Table, difference: comparison.Difference) -> ir.Table:
    """The affected ids and when it happened to each: columns id, at."""
    expected = difference.expected
    assert expected is not None
    if difference.instead is not None:
        told = rows.filter(_is(rows, difference.instead))
        return told.group_by("id").aggregate(at=told.time.min())
    after = difference.after
    assert after is not None
    each = rows.group_by("id").aggregate(
        at=rows.time.min(where=_is(rows, after)), then=rows.time.min(where=_is(rows, expected))
    )
    each = each.filter(each["at"].notnull())
    waited = each.mutate(waited=each.then.delta(each["at"], unit="second"))
    usual = events.engine.fetch(waited.waited.quantile(0.5))
    limit = max(60.0, TIMES_USUAL * float(usual)) if usual is not None and usual == usual else 60.0
    # What never got there as far as the logs go, and is fine all the same: they do not go far enough.
    each = dispositions_of(events, like)
    fine = each.filter(each.disposition.isin(FINE)).select("id")
    never = waited.filter(waited.then.isnull()).select("id", "at").anti_join(fine, "id")
    return never.union(waited.filter(waited.waited > limit).select("id", "at"))


def _fates(events: Events, rows: ir.Table, hurt: ir.Table, difference: comparison.Difference) -> ir.Table:
    """What became of each: columns id, at, back (when the expected came after all), gone (when it was deleted)."""
    expected = difference.expected
    assert expected is not None
    start = hurt.select(hurt_id="id", hurt_at="at")
    later = rows.join(start, rows.id == start.hurt_id)
    later = later.filter(later.time > later.hurt_at)
    fate = later.group_by("hurt_id").aggregate(
        back=later.time.min(where=_is(later, expected)),
        gone=later.time.max(where=later.kind.isin(traces.STEP_KINDS) & later.body.re_search(DELETED)),
    )
    joined = hurt.left_join(fate, hurt.id == fate.hurt_id)
    return joined.select("id", "at", "back", "gone")
