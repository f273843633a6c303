"""Where an id is mentioned: every event, in order of time, from all sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import entities, facts, paths, schema
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events


def trace_entity(events: Events, *, entity: str) -> Finding:
    """Every event that mentions an id, from all sources, in order of time; rows of tables come last.

    Read from the entity index where it holds ids of this shape, else by scanning bodies, attributes and trace ids,
    and the answer says which. `value`: entity, kind, rows, first, last, steps (in order of their first event),
    by_source, by_kind (events of each kind: log, span, ...), last_step, by_index.
    """
    entity = str(entity or "").strip()
    question = f"Where is {entity or 'the id'} mentioned?"
    if not entity:
        return say.unanswered(question, "No id was named, so there is nothing to follow.", say.LOAD["entity"])
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so nothing can mention it.", say.LOAD["any"])
    kind = entities.is_indexed(events, entity)
    rows = paths.read(events, entity)
    number = (
        len(rows)
        if len(rows) < paths.OWN_AT_MOST
        else int(events.engine.fetch(paths.mentions(events, entity).count()))
    )
    how = "its id" if kind else "a scan of all events (no index holds ids of this shape)"
    if not number:
        return _nothing(events, entity, question, how, bool(kind))
    steps = list(dict.fromkeys(str(step) for step in rows["step"][rows["time"].notna()]))
    by_source = {str(name): int(n) for name, n in sorted(rows["source"].value_counts().items())}
    timed = rows[rows["time"].notna()]
    moving = timed[timed["kind"].isin(paths.STEP_KINDS)]
    tail = moving if len(moving) else timed
    last = None
    if len(tail):
        end = tail.iloc[-1]
        last = {"step": str(end["step"]), "what": str(end["body"] or ""), "time": say.iso(end["time"])}
    value = {
        "entity": entity,
        "kind": kind or entities.kind_of(entity)[0],
        "rows": number,
        "first": say.iso(timed["time"].iloc[0]) if len(timed) else None,
        "last": say.iso(timed["time"].iloc[-1]) if len(timed) else None,
        "steps": steps,
        "by_source": by_source,
        "by_kind": {str(name): int(n) for name, n in sorted(rows["kind"].value_counts().items())},
        "last_step": last,
        "by_index": bool(kind),
    }
    evidence = schema.frame(rows.drop(columns=["id", "id_kind", "alias"]))
    blind = (
        ()
        if len(rows) == number
        else (f"Steps and sources are counted over the first {len(rows):,} events.",)
    )
    return Finding(
        question,
        _answer(entity, number, rows, timed, last, by_source, how),
        value=value,
        table=_table(evidence),
        evidence=evidence,
        evidence_count=number,
        coverage=facts.coverage(events, control=True, blind=blind),
    )


def _answer(
    entity: str, number: int, rows: Any, timed: Any, last: Any, by_source: dict[str, int], how: str
) -> str:
    where = f"{say.count(number, 'event mentions', 'events mention')} {entity}, in {say.count(len(by_source), 'source')}"
    if not len(timed):
        return f"{where}, all rows of tables without a time (found by {how})."
    first = timed.iloc[0]
    begin = f"first {first['step']} {say.quote(first['body'], 60)} at {say.at(first['time'])}"
    if len(timed) == 1 or last is None:
        return f"{where}: {begin} (found by {how})."
    return f"{where}: {begin}, last step {last['step']} {say.quote(last['what'], 60)} at {say.at(_time(last))} (found by {how})."


def _time(last: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(last["time"])


def _table(evidence: Any) -> Any:
    out = evidence.head(200)[["time", "step", "body", "severity_number", "origin"]]
    words = [schema.severity_name(n) if n is not None and n == n else "" for n in out["severity_number"]]
    lines = [say.quote(body, 160)[1:-1] for body in out["body"]]
    return out.assign(severity_number=words, body=lines).rename(
        columns={"severity_number": "severity", "body": "what"}
    )


def _nothing(events: Events, entity: str, question: str, how: str, indexed: bool) -> Finding:
    """No mention: the control is that the same search finds other ids of this shape, or any event with text."""
    others = paths.mentions_of_kind(events, entity)
    one = events.engine.fetch(others.filter(others.id != entity).select("id").order_by("id").limit(1))
    control = len(one) > 0
    value = {
        "entity": entity,
        "kind": paths.kind_known(events, entity),
        "rows": 0,
        "first": None,
        "last": None,
        "steps": [],
        "by_source": {},
        "by_kind": {},
        "last_step": None,
        "by_index": indexed,
    }
    seen = (
        f"the same search finds others of its kind, such as {one['id'].iloc[0]}"
        if control
        else "it finds no other id of this shape either, so the id may be written in another way"
    )
    return Finding(
        question,
        f"No event mentions {entity}, by {how}; {seen}.",
        value=value,
        verdict="absent" if control else "inconclusive",
        coverage=facts.coverage(events, control=control),
    )
