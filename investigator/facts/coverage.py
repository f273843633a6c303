"""What a finding on events looked at and could not have seen: sources, window, silences and rejects, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from investigator import zones
from investigator.facts import copies, unread
from investigator.facts.silences import silences, unheard
from investigator.finding import Coverage

if TYPE_CHECKING:
    from investigator.events.events import Events

#: So many services without a log are named.
UNHEARD = 4


def unzoned(events: Events) -> set[str]:
    """The sources whose times name no zone, and nobody said which it is."""
    return {one.name for one in events.sources if zones.unsaid(one.doubt)}


def coverage_of(
    events: Events,
    *,
    sources: Sequence[str] | None = None,
    control: bool | None = None,
    missing: Sequence[str] = (),
    blind: Sequence[str] = (),
    counts: bool = False,
) -> Coverage:
    """What a finding on these events looked at: sources, window, silences and rejects in it, in sentences.

    What could not be read counts where its neighbours in the file lie in the window. `counts`: the finding counts
    events, so what is there twice is said, too.
    """
    wanted = list(sources) if sources is not None else [source.name for source in events.sources]
    low, high = events.window
    gaps = []
    if sources is None and not {"source", "service", "kind"} & set(events.selection):
        gaps += [f"{name} was changed, and no log of it is loaded." for name in unheard(events)[:UNHEARD]]
    quiet = silences(events)
    for row in quiet.itertuples(index=False):
        name, start, end = row[0], row[1], row[2]
        outside = (low is not None and end <= low) or (high is not None and start >= high)
        if name in wanted and not outside:
            gaps.append(f"{name} is silent from {start:%Y-%m-%d %H:%M} to {end:%H:%M} UTC.")
    for source in events.sources:
        if source.name not in wanted:
            continue
        if source.rejected:
            near = source.rejected
            if low is not None or high is not None:
                near = min(near, unread.in_window(events).get(source.name, near))
            if near:
                there = "" if near == source.rejected else f"; {near:,} of them may lie in the window"
                gaps.append(
                    f"{source.rejected:,} of {source.units:,} units of {source.name} could not be read{there}."
                )
        if low is not None and source.first is not None and source.kind not in ("record", "deploy", "flag"):
            if source.first > low and (high is None or source.first < high):
                gaps.append(f"{source.name} starts at {source.first:%Y-%m-%d %H:%M} UTC, inside the window.")
        if (
            high is not None
            and source.last is not None
            and source.kind in ("log", "access", "audit", "span", "metric")
        ):
            if source.last < high - timedelta(minutes=5) and (low is None or source.last > low):
                gaps.append(f"{source.name} ends at {source.last:%Y-%m-%d %H:%M} UTC, inside the window.")
    return Coverage(
        tuple(wanted),
        (low.isoformat() if low else None, high.isoformat() if high else None),
        tuple(gaps),
        control,
        (*blind, *(copies.limits(events) if counts else ())),
        tuple(missing),
    )
