"""What could not be read, why, and whether it lies where the question is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import unread
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 100


def rejected(events: Events) -> Finding:
    """Units (lines, rows, records) that could not be read: per source and reason how many, which share, an example.

    How many may lie in the selected window is said, and between which times. `case.evidence.raw(origin)` gives the bytes.
    `value`: units, rejected, share, in_window (None without a window), sources [{source, rejected, units, share,
    in_window}], reasons [{source, reason, count, origin, example, after, before}].

    Method: what could not be read has no time of its own; the events above and below it in its file have. Limits: in a file
    that is not in order of time its neighbours tell little, and all of it counts as near. Example: `case.find.rejected()`.
    """
    question = "What could not be read, and does it matter here?"
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing was left unread.", say.LOAD["any"], value={}
        )
    found = unread.groups(events)
    near = unread.in_window(events) if any(events.window) else None
    units = sum(source.units for source in events.sources)
    total = sum(source.rejected for source in events.sources)
    value: dict[str, Any] = {
        "units": units,
        "rejected": total,
        "share": round(total / units, 6) if units else 0.0,
        "in_window": None if near is None else sum(near.values()),
        "sources": [
            {
                "source": source.name,
                "rejected": source.rejected,
                "units": source.units,
                "share": round(source.rejected / source.units, 6) if source.units else 0.0,
                "in_window": None if near is None else near.get(source.name, 0),
            }
            for source in sorted(events.sources, key=lambda s: (-s.rejected, s.name))
            if source.rejected
        ],
        "reasons": [
            {
                "source": group.source,
                "reason": group.reason,
                "count": group.count,
                "origin": group.origin,
                "example": say.quote(group.text, 160)[1:-1],
                "after": say.iso(group.after),
                "before": say.iso(group.before),
            }
            for group in found[:SHOWN]
        ],
    }
    # What could not be read is what this tells; a silence is another thing.
    coverage = replace(coverage_of(events, control=units > 0), gaps=())
    if not units:
        answer = "No units were counted when these events were loaded, so nothing is known of what was left unread."
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    if not total:
        answer = f"Nothing: {say.count(units, 'unit was', 'units were')} read, of {say.count(len(events.sources), 'source')}."
        return Finding(question, answer, value=value, verdict="absent", coverage=coverage)
    return Finding(
        question,
        _answer(value),
        value=value,
        table=say.table(
            ["source", "reason", "count", "from", "to", "example", "origin"],
            (
                (r["source"], r["reason"], r["count"], _clock(r["after"]), _clock(r["before"]), r["example"], r["origin"])
                for r in value["reasons"]
            ),
        ),
        coverage=coverage,
    )  # fmt: skip


def _clock(text: str | None) -> str:
    from datetime import datetime

    return "" if text is None else say.at(datetime.fromisoformat(text))


def _answer(value: dict[str, Any]) -> str:
    worst = value["sources"][0]
    share = value["share"]
    out = (
        f"{say.count(value['rejected'], 'unit')} of {value['units']:,} ({_percent(share)}) in "
        f"{say.count(len(value['sources']), 'source')} could not be read, most of {worst['source']} "
        f"({worst['rejected']:,} of {worst['units']:,})"
    )
    if value["reasons"]:
        out += f": {value['reasons'][0]['reason']}"
    if value["in_window"] is None:
        return out + "."
    if not value["in_window"]:
        return out + "; none of them lies in the window."
    return out + f"; {value['in_window']:,} may lie in the window."


def _percent(share: float) -> str:
    return "less than 0.1%" if 0 < share < 0.001 else f"{share:.1%}"
