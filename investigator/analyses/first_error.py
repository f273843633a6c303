"""The first error, and the first of each kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema
from investigator.events.instants import instant, literal
from investigator.facts import skew, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

KINDS_AT_MOST = 200
WORDS = r"(?i)\b(error|exception|failed|failure|fatal|panic|traceback)\b"


def first_error(
    events: Events, *, severity: str | int = "error", service: str | None = None, onset: str | None = None
) -> Finding:
    """The first event at or above a severity, and the first of each kind with its count and onset.

    `severity` is a word or OpenTelemetry's number; a kind is a place (service, else source) and a masked message.
    With an `onset` the kinds that began at or after it come first, and the answer says whether there are any: an
    error that was there all along is noise. `value`: first (ISO), service, what, count, severity, began (how many
    kinds began since the onset; None without one), kinds [{step, name, count, first, last, example}]. Where events
    have no severity it says so, and how many bodies speak of an error.

    Method: the earliest of each masked message, counted before it is looked up, so nothing but one row a kind is held.
    Limits: an error that nobody logged, or logged without a level, is not seen; first in time is not the cause (see
    `error_propagation`). Example: `case.find.first_error(onset="2026-06-17T07:14:07+00:00")`.
    """
    import ibis

    level = schema.severity_of(severity)
    word = schema.severity_name(level)
    place = f" in {service}" if service else ""
    question = f"Which {word} came first{place}{', since the onset' if onset else ''}?"
    value: dict[str, Any] = {
        "first": None,
        "service": None,
        "what": None,
        "count": 0,
        "severity": level,
        "began": None,
        "kinds": [],
    }
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so there is no error to find.", say.LOAD["any"], value=value
        )
    table = events.table.filter(events.table.time.notnull() & ~events.table.kind.isin(("record", "metric")))
    table = table.mutate(step=place_of(table))
    if service:
        table = table.filter(table.step == service)
    seen = events.engine.fetch(
        table.aggregate(
            events=table.count(),
            graded=table.severity_number.count(),
            bad=(table.severity_number >= level).sum(),
            said=(table.severity_number.isnull() & table.body.re_search(WORDS)).sum(),
        )
    ).iloc[0]
    total, graded, bad, said = (
        int(seen[name]) if seen[name] is not None and seen[name] == seen[name] else 0
        for name in ("events", "graded", "bad", "said")
    )
    coverage = coverage_of(events, control=graded > 0, blind=_blind(total, graded, said), counts=True)
    if not total:
        answer = f"No event with a time{place} in this window, so no {word} could be seen."
        return say.unanswered(question, answer, say.LOAD["log"], value=value, coverage=coverage)
    if not graded:
        answer = f"None of {say.count(total, 'event')}{place} has a severity; {say.count(said, 'body', 'bodies')} speak of an error."
        missing = "No severities: load logs that have a level, or filter bodies in events.table."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage)
    if not bad:
        answer = f"No {word}{place} in this window: {say.count(graded, 'event has', 'events have')} a severity, all below it."
        return Finding(question, answer, value=value, verdict="absent", coverage=coverage)
    wrong = table.filter(table.severity_number >= level)
    wrong = wrong.mutate(step=wrong.step.fill_null(""), name=wrong.name.fill_null(""))
    start = instant(onset) if onset else None
    # Kinds are counted first and their first events looked up after: no row is held but one a kind.
    grouped = wrong.group_by(["step", "name"]).aggregate(
        n=wrong.count(), began_at=wrong.time.min(), last=wrong.time.max()
    )
    fresh = grouped.began_at >= literal(start) if start else ibis.literal(False)
    grouped = grouped.mutate(fresh=fresh)
    counted = events.engine.fetch(
        grouped.aggregate(kinds=grouped.count(), fresh=grouped.fresh.cast("int64").sum())
    ).iloc[0]
    kinds_in_all, began = int(counted["kinds"]), int(counted["fresh"])
    listed = grouped.order_by([ibis.desc("fresh"), "began_at", "step", "name"]).limit(KINDS_AT_MOST)
    listed = listed.select("n", "began_at", "last", step_="step", name_="name")
    ends = (wrong.step == listed.step_) & (wrong.name == listed.name_) & (wrong.time == listed.began_at)
    ranked = wrong.inner_join(listed, ends)
    ranked = ranked.mutate(
        place_=ibis.row_number().over(
            ibis.window(
                group_by=[ranked.step, ranked.name], order_by=[ranked.evidence, ranked.unit, ranked.body]
            )
        )
    )
    firsts = ranked.filter(ranked.place_ == 0)
    old = [firsts.time < literal(start)] if start else []
    firsts = firsts.order_by([*old, firsts.time, firsts.evidence, firsts.unit, firsts.body])
    found = events.fetch(
        firsts.select(
            "time",
            "step",
            "source",
            "severity_number",
            "name",
            "body",
            "n",
            "last",
            "evidence",
            "unit",
            "units",
        )
    )
    kinds = [
        {
            "step": str(row.step),
            "name": str(row.name),
            "count": int(row.n),
            "first": say.iso(row.time),
            "last": say.iso(row.last),
            "example": traces._text(row.body),
        }
        for row in found.itertuples(index=False)
    ]
    top = found.iloc[0]
    value |= {
        "first": kinds[0]["first"],
        "service": kinds[0]["step"],
        "what": kinds[0]["example"],
        "count": bad,
        "kinds": kinds,
    }
    out = found.rename(columns={"time": "first", "n": "count", "body": "what"})
    out = out[["first", "step", "what", "count", "last", "origin"]]
    if start:
        value["began"] = began
        new = [say.aware(time) >= start for time in found["time"]]  # type: ignore[operator]
        out.insert(0, "kind", ["new" if is_new else "older than the onset" for is_new in new])
        if not value["began"]:
            answer = (
                f"No kind of {word}{place} began with the onset at {say.at(start)}: {say.count(kinds_in_all, 'kind')} "
                f"with {say.count(bad, 'event')} were there before, the first {top['step']} {say.quote(top['body'])}."
            )
            return Finding(
                question,
                answer,
                value=value,
                table=out,
                evidence=found.drop(columns=["n", "last"]),
                evidence_count=bad,
                verdict="absent",
                coverage=coverage,
            )
    rivals = found.iloc[1:]
    if start:
        rivals = rivals[[time >= start for time in rivals["time"]]]
    unsure = skew.against(
        events,
        instant(top["time"]),
        [(str(row.source), instant(row.time)) for row in rivals.itertuples(index=False)],
        [str(top["source"])],
        what=f"The first {word} may be one of {{source}}",
    )
    more = (
        f"; {say.count(bad, 'event', 'events')} of {say.count(kinds_in_all, 'kind')} in all"
        if bad > 1
        else ", the only one"
    )
    since = " since the onset" if start else ""
    return Finding(
        question,
        f"The first {word}{place}{since} is {top['step']} {say.quote(top['body'])} at {say.at(top['time'])}{more}.",
        value=value,
        table=out,
        evidence=found.drop(columns=["n", "last"]),
        evidence_count=bad,
        coverage=replace(coverage, blind=(*coverage.blind, *unsure)),
    )


def _blind(total: int, graded: int, said: int) -> tuple[str, ...]:
    if not total or graded == total:
        return ()
    without = total - graded
    return (f"{without:,} of {total:,} events have no severity; of these {said:,} speak of an error.",)
