"""A file of events that comes again under its name, written anew: what both hold counts once, in the newer.

The older keeps what the newer does not hold. Of that, what lies within the newer one's span says so in an attribute.
Two events are one where time, words and attributes are the same. A list of things is `updates`', a thread `threads`'.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events.store import Segment, Store
from investigator.load import threads

if TYPE_CHECKING:
    import pyarrow as pa

SAME = 3  # events in both, at least
SHARED = 0.5  # of the smaller one's events


@dataclass(frozen=True)
class Copied:
    """A file that came again under its name: how many events are in both, only in the older, only in the newer."""

    older: str
    newer: str
    same: int
    gone: int
    added: int

    asks = "What both hold counts once. Two different files?"

    def __str__(self) -> str:
        sorts = ((self.gone, "not there any more"), (self.added, "new"))
        parts = [f"{self.same:,} events are the same", *(f"{n:,} {word}" for n, word in sorts if n)]
        return f"{self.newer} was here already and came again, written anew: {', '.join(parts)}."


def found(store: Store, load: int, apart: Collection[tuple[str, str]] = ()) -> tuple[Copied, ...]:
    """The files of events that this load brought again, written anew; of the older ones only the rest stays.

    `apart` are pairs that somebody said are different files.
    """
    events = [s for s in store.manifest().current if s.kind not in ("message", "record")]
    events = sorted((s for s in events if s.rows), key=lambda s: (s.source, s.last or "", s.modified, s.load))
    out = []
    for name, group in itertools.groupby(events, key=lambda s: s.source):
        places = [(s.source, s.evidence) for s in group]
        for older, newer in itertools.combinations(places, 2) if (name, name) not in apart else ():
            here = {(s.source, s.evidence): s for s in store.manifest().standing}
            told = _taken_up(store, here[older], here[newer], load)
            out += [told] if told is not None else []
    return tuple(out)


def _taken_up(store: Store, older: Segment, newer: Segment, load: int) -> Copied | None:
    """Keep of the older one what the newer one does not hold; None where they are two, or one goes on where the other ends."""
    one_file = newer.continues or older.evidence == newer.evidence
    if one_file or load not in (older.load, newer.load) or not older.rows:
        return None
    if max(older.rows, newer.rows) > threads.ROWS_AT_MOST:
        return None
    before, left = threads.table_of(store, older), Counter(_events(threads.table_of(store, newer)))
    same: set[int] = set()
    for row, event in enumerate(_events(before)):
        if left[event]:
            left[event] -= 1
            same.add(row)
    if len(same) < SAME or len(same) < SHARED * min(older.rows, newer.rows):
        return None
    times = before["time"].to_pylist()
    became = {
        row: f"it is not in the newer {newer.source} any more"
        for row in range(before.num_rows)
        if row not in same and _within(times[row], newer)
    }
    threads.rewritten(store, older, newer, before, same, became, load)
    return Copied(older.source, newer.source, len(same), len(became), left.total())


def _events(table: pa.Table) -> list[tuple[Any, ...]]:
    """What tells two events apart, in the order of their rows."""
    columns = (table[name].to_pylist() for name in ("time", "body", "attributes"))
    return [
        (time, body, tuple(sorted((k, v) for k, v in held or () if k != threads.AFTERWARDS)))
        for time, body, held in zip(*columns, strict=True)
    ]


def _within(when: Any, segment: Segment) -> bool:
    return bool(
        when is not None
        and segment.first
        and segment.last
        and segment.first <= f"{when.isoformat()}+00:00" <= segment.last
    )
