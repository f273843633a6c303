"""Whether what was affected is back, told by other sources than the one that brought it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant
from investigator.facts import affected, comparison, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

IDS_AT_MOST = 5_000


def recount(
    events: Events,
    *,
    like: str,
    ids: list[str],
    healthy: str | None = None,
    apart_from: str = "",
) -> Finding:
    """Of a list of ids, which have by now what a healthy one has and `like` lacked, seen elsewhere.

    What tells that an id is back are the steps that `like` lacked, or had late, beside a healthy one; name the one
    it was held against before (`healthy`), because once all are back most may have gone the long way. Steps of the
    service or source `apart_from`, and lines that name it, do not count: who restores must not be the witness. `value`: listed, back,
    open, open_ids, first, last, apart_from, by_step {step: ids}, found_in {source: ids}, items {id: when it was seen
    to be back, or None}.

    Method: double entry, as auditors count: by someone else than who moved it. Limits: a witness that copies from the
    restorer is none; say so with `apart_from`. Example: `case.find.recount(like="DOC-4711", ids=["DOC-4711"])`.
    """
    like, wanted = str(like or "").strip(), sorted({str(one) for one in ids or ()})[:IDS_AT_MOST]
    question = "How many are back, by other sources than the one that restored them?"
    value: dict[str, Any] = {
        "listed": len(wanted),
        "back": 0,
        "open": len(wanted),
        "open_ids": wanted,
        "first": None,
        "last": None,
        "apart_from": apart_from,
        "by_step": {},
        "found_in": {},
        "items": {},
    }
    if not like or not wanted:
        return say.unanswered(
            question, "No list of ids was given, so none can be counted.", say.LOAD["entity"], value=value
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing is back.", say.LOAD["any"], value=value
        )
    found = comparison.compare(events, like, healthy=str(healthy).strip() if healthy else None)
    telling = affected.telling(found)
    apart = [step for step in telling if not _by(step, apart_from)]
    if not apart:
        what = (
            f"{like} lacks no step that a healthy one has" if not telling else f"only {apart_from} would tell"
        )
        missing = "No other source tells: load the logs or the export of what people use to find them, such as search."
        return say.unanswered(
            question,
            f"It can't be counted again: {what}.",
            missing,
            value=value,
            coverage=coverage_of(events),
        )
    rows = traces.mentions_of_kind(events, like)
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    rows = rows.filter(rows.id.isin(wanted) & ~rows.kind.isin(traces.PEOPLE_KINDS))
    rows = events.engine.cache(rows.select(*columns, "step", "name", "kind"))
    seen = rows.filter(_any(rows, apart) & rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    each = events.engine.fetch(
        seen.group_by(["id", "step"]).aggregate(at=seen.time.min()).order_by(["id", "step"])
    )
    where = events.engine.fetch(
        rows.group_by("source").aggregate(ids=lambda t: t.id.nunique()).order_by("source")
    )
    back = {str(i): say.iso(part["at"].min()) for i, part in each.groupby("id", sort=True)}
    times = sorted(time for time in back.values() if time)
    still = [one for one in wanted if one not in back]
    value |= {
        "back": len(back),
        "open": len(still),
        "open_ids": still,
        "first": times[0] if times else None,
        "last": times[-1] if times else None,
        "by_step": {str(s): int(part["id"].nunique()) for s, part in each.groupby("step", sort=True)},
        "found_in": {str(r.source): int(r.ids) for r in where.itertuples(index=False)},
        "items": {one: back.get(one) for one in wanted},
    }
    silent = _silent(events, apart, value["first"])
    evidence = seen.order_by([seen.time, seen.evidence, seen.unit, seen.id]).limit(200)
    return Finding(
        question,
        _answer(value, apart),
        value=value,
        table=say.table(
            ["step", "what tells", "ids"],
            [(s.activity[0], s.body, value["by_step"].get(s.activity[0], 0)) for s in apart],
        ),
        evidence=events.fetch(evidence.select(*columns)) if len(each) else None,
        evidence_count=len(each),
        verdict="found" if back else "inconclusive",
        coverage=coverage_of(events, control=bool(found.healthy), blind=silent),
    )


def _by(step: traces.Occurrence, restorer: str) -> bool:
    """Whether a step is the restorer's own word: its log, or another's line that only says what it did."""
    own = restorer.lower()
    return bool(own) and (own in (step.activity[0].lower(), step.source.lower()) or own in step.body.lower())


def _any(rows: ir.Table, steps: list[traces.Occurrence]) -> Any:
    import functools
    import operator

    return functools.reduce(
        operator.or_, ((rows.step == s.activity[0]) & (rows.name == s.activity[1]) for s in steps)
    )


def _silent(events: Events, steps: list[traces.Occurrence], since: str | None) -> tuple[str, ...]:
    if since is None:
        return ()
    low = instant(since).replace(tzinfo=None)
    high = datetime.max.replace(microsecond=0)
    return tuple(
        dict.fromkeys(line for step in steps for line in comparison.silent_at(events, step.source, low, high))
    )


def _answer(value: dict[str, Any], apart: list[traces.Occurrence]) -> str:
    names = say.listed(sorted({step.activity[0] for step in apart}))
    leaving = f"; {value['apart_from']}, which restored them, was not asked" if value["apart_from"] else ""
    if not value["back"]:
        return f"None of {value['listed']:,} is seen to be back by {names}{leaving}."
    last = f", the last at {say.at(datetime.fromisoformat(value['last']))}" if value["last"] else ""
    rest = (
        "none is missing"
        if not value["open"]
        else f"{value['open']:,} are not: {say.listed(value['open_ids'])}"
    )
    return f"{value['back']:,} of {value['listed']:,} are back by {names}{last}; {rest}{leaving}."
