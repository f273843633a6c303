"""Sources as their coverage needs them, out of a store's manifest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.events.instants import instant

if TYPE_CHECKING:
    from investigator.events.store import Manifest


@dataclass(frozen=True)
class Source:
    """One source as its coverage needs it: first and last event, silences, units that could not be read."""

    name: str
    kind: str
    rows: int
    first: datetime | None
    last: datetime | None
    zone: str = "UTC"
    rejected: int = 0
    units: int = 0
    doubt: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def sources_of(manifest: Manifest) -> tuple[Source, ...]:
    """One Source for each name in a manifest, its loads added up, in order of name.

    What a newer export took the place of has no rows that count, and says so as its first doubt.
    """
    counts = {(s.source, s.evidence, s.load) for s in manifest.current}
    grouped: dict[str, list[Any]] = {}
    for segment in manifest.standing:
        grouped.setdefault(segment.source, []).append(segment)
    out = []
    for name, segments in sorted(grouped.items()):
        firsts = [s.first for s in segments if s.first]
        lasts = [s.last for s in segments if s.last]
        biggest = max(segments, key=lambda s: s.rows)
        standing = [s for s in segments if (s.source, s.evidence, s.load) in counts]
        stepped = [] if standing else [f"not counted: {s.replaced_by} took its place" for s in segments]
        out.append(
            Source(
                name,
                biggest.kind,
                sum(s.rows for s in standing),
                min((instant(t) for t in firsts), default=None),
                max((instant(t) for t in lasts), default=None),
                biggest.zone,
                sum(s.units.rejected for s in segments),
                sum(s.units.total for s in segments),
                tuple(dict.fromkeys([*stepped, *(doubt for s in segments for doubt in s.doubt)])),
                tuple(dict.fromkeys(s.evidence for s in segments)),
            )
        )
    return tuple(out)


def between(first: datetime | None, last: datetime | None) -> str:
    """From when to when, in UTC, as a listing says it."""
    if first is None or last is None:
        return "without times"
    return f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S}"
