"""Where an id is mentioned: every event, in order of time, from all sources."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import entities, schema
from investigator.facts import aliases, control, skew, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"


def trace_entity(events: Events, *, entity: str) -> Finding:
    """Every event that mentions an id or one of its aliases, in order of time; rows of tables come last.

    Read from the entity index where it holds ids of this shape, else by scanning bodies, attributes and trace ids,
    and the answer says which. An alias is an id of another declared kind that is never named with a second thing like
    this one; events that name only the alias are there too, marked `by`. Copies, versions and parts are told by the
    lines that name both. `value`: entity, kind, rows, first, last, steps (in order of their first event), by_source,
    by_kind (events of each kind: log, span, ...), last_step, by_index, aliases [{id, kind, lines, origin}], by_alias
    (events that only an alias brings), written (how else the id is written or called in messages and tables), joined (which
    columns hold other names, and for how many), chain [{one, other, relation, said, origin}], longest {after, before, seconds}
    (the longest wait between two steps). Where neighbours could be the other way round because two sources' clocks are
    known to differ, `coverage` says so.

    Method: an index sorted by id, in which spellings of an id and names that a table holds beside it one to one are one
    thing (`events/names.py`); an alias needs a line that names both, see `facts/aliases.py`. Limits: an id that is
    cut, encoded or never written beside the other is not found. Example:
    `case.find.trace_entity(entity="DOC-4711")`.
    """
    entity = str(entity or "").strip()
    question = f"Where is {entity or 'the id'} mentioned?"
    if not entity:
        return say.unanswered(question, "No id was named, so there is nothing to follow.", say.LOAD["entity"])
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so nothing can mention it.", say.LOAD["any"])
    kind = entities.is_indexed(events, entity)
    rows = traces.read(events, entity)
    number = (
        len(rows)
        if len(rows) < traces.OWN_AT_MOST
        else int(events.engine.fetch(traces.mentions(events, entity).count()))
    )
    known = aliases.aliases(events, entity, rows) if number else []
    chain = aliases.chain(events, entity, rows) if number else []
    rows, by_alias = _with_aliases(events, entity, rows, known)
    number += by_alias
    how = "its id" if kind else "a scan of all events (no index holds ids of this shape)"
    if not number:
        return _nothing(events, entity, question, how, bool(kind))
    called = entities.written(events, entity)
    steps = list(dict.fromkeys(str(step) for step in rows["step"][rows["time"].notna()]))
    by_source = {str(name): int(n) for name, n in sorted(rows["source"].value_counts().items())}
    timed = rows[rows["time"].notna()]
    moving = timed[timed["kind"].isin(traces.STEP_KINDS)]
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
        "aliases": [asdict(item) for item in known],
        "written": called,
        "joined": list(events.joins),
        "by_alias": by_alias,
        "chain": [asdict(item) for item in chain],
        "longest": _longest(moving),
    }
    evidence = schema.frame(rows.drop(columns=["id_kind", "alias"])).rename(columns={"id": "by"})
    if not by_alias:
        evidence = evidence.drop(columns=["by"])
    blind = (
        ()
        if len(rows) == number
        else (f"Steps and sources are counted over the first {len(rows):,} events.",)
    )
    return Finding(
        question,
        _answer(entity, number, rows, timed, last, by_source, how)
        + _called(called)
        + _also(known, by_alias, chain, entity),
        value=value,
        table=_table(evidence),
        evidence=evidence,
        evidence_count=number,
        coverage=coverage_of(
            events, control=True, blind=(*blind, *_shared(events, entity, rows), *skew.caveats(events, timed))
        ),
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


def _shared(events: Events, entity: str, rows: pandas.DataFrame) -> tuple[str, ...]:
    """What is named beside the id and beside others, too: why it was not followed."""
    found = aliases.shared(events, entity, rows)
    if not found:
        return ()
    told = [f"{alias.kind} {alias.id} (also beside {say.count(n, 'other')})" for alias, n in found]
    return (f"Not followed, because others share it: {say.listed(told)}.",)


def _with_aliases(
    events: Events, entity: str, rows: pandas.DataFrame, known: list[aliases.Alias]
) -> tuple[pandas.DataFrame, int]:
    """The id's events and those that only an alias brings, in order; and how many these are."""
    import pandas as pd

    if not known:
        return rows, 0
    parts = [rows, *(traces.read(events, alias.id) for alias in known)]
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    whole = whole.drop_duplicates(subset=["evidence", "unit", "body"], keep="first")
    added = len(whole) - len(rows.drop_duplicates(subset=["evidence", "unit", "body"]))
    if added <= 0:
        return rows, 0
    order = ["time", "evidence", "unit", "name", "body"]
    whole = whole.sort_values(order, kind="stable", na_position="last", ignore_index=True)
    return whole.head(traces.OWN_AT_MOST), added


def _longest(moving: pandas.DataFrame) -> dict[str, Any] | None:
    """The longest wait between two steps that follow each other."""
    if len(moving) < 2:
        return None
    waits = moving["time"].diff().dt.total_seconds()
    place = int(waits.reset_index(drop=True).iloc[1:].idxmax())
    before, after = moving.iloc[place - 1], moving.iloc[place]
    return {
        "after": {
            "step": str(before["step"]),
            "what": traces._text(before["body"]),
            "time": say.iso(before["time"]),
        },
        "before": {
            "step": str(after["step"]),
            "what": traces._text(after["body"]),
            "time": say.iso(after["time"]),
        },
        "seconds": round(float(waits.reset_index(drop=True)[place]), 3),
    }


def _called(called: list[str]) -> str:
    return (
        f" It is also written {say.listed([say.quote(name) for name in called], most=4)}." if called else ""
    )


def _also(known: list[aliases.Alias], by_alias: int, chain: list[aliases.Link], entity: str) -> str:
    out = ""
    if known:
        more = f", which brings {say.count(by_alias, 'more event')}" if by_alias else ""
        out += f" It is also {say.listed([f'{alias.kind} {alias.id}' for alias in known])}{more}."
    own = [link for link in chain if entity in (link.one, link.other)]
    if own:
        told = [f"{link.other if link.one == entity else link.one} ({link.relation})" for link in own]
        out += f" It belongs together with {say.listed(told)}."
    return out


def _time(last: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(last["time"])


def _table(evidence: Any) -> Any:
    extra = ["by"] if "by" in evidence.columns else []
    out = evidence.head(200)[["time", "step", "body", "severity_number", *extra, "origin"]]
    lags = out["time"].diff()
    out.insert(1, "lag", ["" if lag != lag else f"+{say.span(lag.to_pytimedelta())}" for lag in lags])
    words = [schema.severity_name(n) if n is not None and n == n else "" for n in out["severity_number"]]
    lines = [say.quote(body, 160)[1:-1] for body in out["body"]]
    return out.assign(severity_number=words, body=lines).rename(
        columns={"severity_number": "severity", "body": "what"}
    )


def _nothing(events: Events, entity: str, question: str, how: str, indexed: bool) -> Finding:
    """No mention: the control is that the same search finds other ids of this shape."""
    known = control.others(events, entity)
    value = {
        "entity": entity,
        "kind": traces.kind_known(events, entity),
        "rows": 0,
        "first": None,
        "last": None,
        "steps": [],
        "by_source": {},
        "by_kind": {},
        "last_step": None,
        "by_index": indexed,
        "aliases": [],
        "written": [],
        "joined": list(events.joins),
        "by_alias": 0,
        "chain": [],
        "longest": None,
    }
    seen = (
        f"the same search finds others of its kind, such as {known.example}"
        if known.passed
        else "it finds no other id of this shape either, so the id may be written in another way"
    )
    return Finding(
        question,
        f"No event mentions {entity}, by {how}; {seen}.",
        value=value,
        verdict="absent" if known.passed else "inconclusive",
        coverage=coverage_of(events, control=known.passed, blind=known.blind),
    )
