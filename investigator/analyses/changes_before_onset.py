"""What was changed before it began."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import compress
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant, literal
from investigator.facts import changes as told
from investigator.facts import telling, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

KINDS = ("deploy", "flag")
NAMES = {"deploy": "deploys", "flag": "feature flags"}


def changes_before_onset(
    events: Events, *, onset: str | None, hours: float = 24, service: str | list[str] | None = None
) -> Finding:
    """Deploys, flags and commits before the onset, nearest first, each with its lead and its service.

    Nearest is a candidate, not a cause: beside it stands how many changes a day were usual before those hours.
    `service` (one or more) marks changes of services that are affected. `value`: onset, changes [{time, kind, service, what, lead_seconds,
    affected}], per_day, days.

    Method: the question "what changed?" put first, as on-call engineers do (Beyer et al., Site Reliability Engineering,
    2016, chapter 12). Limits: a change that no loaded source tells of is not seen, and near is not why; what was
    touched is weighed by `candidate_triggers`. Example:
    `case.find.changes_before_onset(onset="2026-06-17T07:14:07+00:00")`.
    """
    question = f"What changed in the {hours:g} hours before the onset?"
    empty: dict[str, Any] = {"onset": None, "changes": [], "per_day": None, "days": 0}
    if not onset:
        return say.unanswered(
            question, "No onset is known, so there is no before.", say.LOAD["onset"], value=empty
        )
    start: datetime = instant(onset)
    empty["onset"] = start.isoformat()
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no change is known.", say.LOAD["any"], value=empty
        )
    table = traces.without_replaced(events, traces.whole(events))
    table = events.engine.cache(telling.saying(events, table.filter(table.time.notnull())))
    low = start - timedelta(hours=hours)
    known = events.engine.fetch(
        table.group_by("kind")
        .aggregate(n=table.count(), first=table.time.min(), earlier=(table.time < literal(low)).sum())
        .order_by("kind")
    )
    there = {str(row.kind): int(row.n) for row in known.itertuples(index=False)}
    if not there:
        return say.unanswered(
            question,
            "Nothing that is loaded tells of a change, so it can't be said what changed.",
            say.LOAD["deploy"],
            say.LOAD["flag"],
            value=empty,
            coverage=coverage_of(events),
        )
    # A change that may have been before the onset stays in: its interval counts, not its middle.
    earliest = table.time_low.coalesce(table.time)
    near = table.filter((earliest <= literal(start)) & (table.time >= literal(low)))
    near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(200)
    rows = events.fetch(
        near.select("time", "kind", "source", "service", "body", "attributes", "evidence", "unit", "units")
    )
    wanted = {service.lower()} if isinstance(service, str) else {name.lower() for name in service or ()}
    places = telling.places_of(events)
    read = [told.read(row, places) for row in rows.itertuples(index=False)]
    new = told.without_echoes(read, list(rows["kind"]))
    rows = rows.loc[new].reset_index(drop=True)
    changes = [
        _change(change, row, start, wanted)
        for change, row in zip(compress(read, new), rows.itertuples(index=False), strict=True)
    ]
    # Where changes have a list of their own, what is usual is told by it: workers start often.
    listed = known[known["kind"].isin(KINDS)]
    per_day, days = _usual(listed if len(listed) else known, low)
    value = {"onset": start.isoformat(), "changes": changes, "per_day": per_day, "days": days}
    spoken = {str(name) for name in rows["source"]}
    sources = [
        source.name for source in events.sources if source.kind in KINDS or source.name in spoken
    ] or None
    absent = () if spoken else tuple(f"No {NAMES[kind]} are loaded." for kind in KINDS if kind not in there)
    blind = (*absent, *told.unsure(events, start, rows))
    coverage = coverage_of(events, sources=sources, control=True, blind=blind)
    usual = (
        f"before that {per_day:.1f} a day"
        if per_day is not None
        else "too few days before that to say how many are usual"
    )
    if not changes:
        answer = f"No change in the {hours:g} hours before {say.at(start)}; {usual}, {sum(there.values())} known in all."
        return Finding(question, answer, value=value, verdict="absent", coverage=coverage)
    first = changes[0]
    touched = sum(change["affected"] for change in changes)
    mark = f", {say.count(touched, 'of an affected service', 'of affected services')}" if wanted else ""
    answer = (
        f"Nearest: {first['what']} ({first['kind']}) at {say.at(rows['time'].iloc[0])}, "
        f"{_lead(first['lead_seconds'])}; {say.count(len(changes), 'change')} in {hours:g} hours{mark}, {usual}."
    )
    shown = [
        (
            c["time"],
            _lead(c["lead_seconds"]),
            c["kind"],
            c["service"] or "",
            c["what"],
            "yes" if c["affected"] else "",
            origin,
        )
        for c, origin in zip(changes, rows["origin"], strict=True)
    ]
    columns = ["time", "lead", "kind", "service", "what", "affected", "origin"]
    out = say.table(columns, shown)
    return Finding(
        question,
        answer,
        value=value,
        table=out if wanted else out.drop(columns=["affected"]),
        evidence=rows.drop(columns=["attributes"]),
        coverage=coverage,
    )


def _lead(seconds: float) -> str:
    if seconds < 0:
        return "at the onset"
    return f"{say.span(timedelta(seconds=seconds))} before"


def _change(change: told.Change, row: Any, start: datetime, wanted: set[str]) -> dict[str, Any]:
    more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items()}
    said = f"{more.get('flag', '')} {more.get('component', '')} {change.component}".lower()
    return {
        "time": change.time.isoformat(),
        "kind": change.kind,
        "service": change.component or None,
        "what": change.what,
        "lead_seconds": (start - change.time).total_seconds(),
        "affected": any(name in said for name in wanted),
    }


def _usual(known: pandas.DataFrame, low: datetime) -> tuple[float | None, int]:
    """Changes a day from the first one known to where the hours asked for begin, and over how many days."""
    first = say.aware(known["first"].min())
    days = (low - first).total_seconds() / 86_400 if first else 0.0
    return (round(float(known["earlier"].sum()) / days, 2), int(days)) if days >= 1 else (None, 0)
