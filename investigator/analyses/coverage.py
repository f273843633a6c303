"""What is loaded, where it is silent, and what kinds of source are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts.coverage import coverage_of
from investigator.facts.silences import silences
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

#: Kinds of source that the analyses ask for, and which of them stay without an answer when it is missing.
NEEDED = {
    "log": "trace_entity, lifecycle, patterns, what_changed, which_service",
    "audit": "whereabouts, as a second source",
    "record": "whereabouts, who_else",
    "deploy": "candidate_triggers",
    "flag": "candidate_triggers",
    "access": "who_else, rate_change at the door",
    "metric": "metric_shifts, saturation, rate_change beside the logs",
    "span": "which_service and error_propagation, for who calls whom",
}


def coverage(events: Events) -> Finding:
    """One row a source: its kind, how many events, first and last, its silences, and what could not be read.

    Below it, what kinds of source are missing for which analyses, each with a line to copy. `value`: sources [{name,
    kind, events, first, last, silences [{from, to, minutes}], rejected, doubt}], missing (kinds), indexed (kinds of id).

    Method: a silence is a pause far longer than the source's own usual ones, see `facts/silences.py`. Limits: a source
    that always spoke rarely can fall silent unseen, and what was never exported leaves no trace. Example:
    `case.find.coverage()`.
    """
    question = "What do we have, and what should we fetch?"
    value: dict[str, Any] = {"sources": [], "missing": sorted(NEEDED), "indexed": sorted(events.indexed)}
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded.", say.LOAD["any"], value=value)
    quiet = silences(events)
    rows = []
    for source in events.sources:
        own = quiet[quiet["source"] == source.name]
        stretches = [
            {"from": start.isoformat(), "to": end.isoformat(), "minutes": int(minutes)}
            for start, end, minutes in zip(own["from"], own["to"], own["minutes"], strict=True)
        ]
        value["sources"].append(
            {
                "name": source.name,
                "kind": source.kind,
                "events": source.rows,
                "first": say.iso(source.first),
                "last": say.iso(source.last),
                "silences": stretches,
                "rejected": source.rejected,
                "doubt": list(source.doubt),
            }
        )
        said = "; ".join(
            f"{start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC"
            for start, end in zip(own["from"], own["to"], strict=True)
        )
        rows.append(
            (
                source.name,
                source.kind,
                source.rows,
                source.first,
                source.last,
                said,
                source.rejected,
                "; ".join(source.doubt[:2]),
            )
        )
    there = {source.kind for source in events.sources}
    value["missing"] = [kind for kind in NEEDED if kind not in there]
    missing = [f"{say.LOAD[kind]} (for {NEEDED[kind]})" for kind in value["missing"]]
    if not [kind for kind in events.indexed if kind != "trace"]:
        missing.append(
            "No kind of id is indexed: case.record.declare(kinds={'document': 'DOC-[0-9]+'}) makes every trace quick."
        )
    silent = sum(len(item["silences"]) for item in value["sources"])
    rejected = sum(item["rejected"] for item in value["sources"])
    total = sum(item["events"] for item in value["sources"])
    unsure = sum(any("time" in doubt or "they say" in doubt for doubt in s.doubt) for s in events.sources)
    answer = (
        f"{say.count(len(rows), 'source')} with {say.count(total, 'event')}; {say.count(silent, 'silence')}, "
        f"{say.count(rejected, 'line')} that could not be read; "
        + (f"the times of {say.count(unsure, 'source')} are in doubt; " if unsure else "")
        + (
            f"missing: {say.listed(value['missing'], most=9)}."
            if value["missing"]
            else "no kind of source is missing."
        )
    )
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(["source", "kind", "events", "first", "last", "silent", "rejected", "doubt"], rows),
        coverage=coverage_of(events, control=True, missing=missing),
    )
