"""A zone proposed for each source whose times name none, with its evidence: the same ids in a source whose zone is known.

What one system writes another often writes a little later. Where the ids that two sources share lie apart by nearly the
same hours, in steps of a quarter of an hour, that is how far the clock of the one is from UTC. Nothing is proposed where
few ids are shared, where they lie apart by various hours, or where two known sources tell different things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from investigator.load.sql import quote

if TYPE_CHECKING:
    from investigator.events.store import Segment, Store

QUARTER = 900  # seconds: zones differ by such steps
ROWS_AT_MOST = 50_000  # of a source, looked at for ids
SHARED_AT_LEAST = 4
AGREE_AT_LEAST = 0.7
NEAR_AT_MOST = 420  # seconds by which what is one moment may be written apart
#: What ids look like: letters and digits, or a long number.
_ID = r"\b(?:[A-Za-z]{1,12}[-_#:]?\d{2,}|\d{5,}|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*)\b"


@dataclass(frozen=True)
class Proposal:
    """How far a source's clock likely is from UTC, and what says so."""

    offset: str
    why: str


def proposed(store: Store, asked: list[str]) -> dict[str, Proposal]:
    """By source, for those that were asked of because only a person can know their zone."""
    if not asked:
        return {}
    standing = store.manifest().standing
    known = [s for s in standing if s.first and s.rows and s.source not in asked and not _bare(s)]
    if not known:
        return {}
    firsts = {s.source: _firsts(store, s) for s in known}
    out = {}
    for segment in standing:
        if segment.source not in asked:
            continue
        mine = _firsts(store, segment)
        told = {source: found for source, theirs in firsts.items() if (found := _apart(mine, theirs))}
        offsets = {offset for offset, _ in told.values()}
        if len(offsets) == 1:
            (away,) = offsets
            source, (_, number) = max(told.items(), key=lambda item: item[1][1])
            out[segment.source] = Proposal(
                shown(away), f"{number} ids that it shares with {source} are at the same time there, if so"
            )
    return out


def _bare(segment: Segment) -> bool:
    """Whether times of a source name no zone, and nobody said which it is."""
    return any("name no zone" in text and "as you said" not in text for text in segment.doubt)


def _firsts(store: Store, segment: Segment) -> Mapping[str, float]:
    """The first time of each id in a source, in seconds."""
    import duckdb

    files = [str(store.folder / "segments" / name) for name in segment.files]
    if not files:
        return {}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        found = connection.execute(
            "SELECT id, min(second) FROM (SELECT epoch(time) AS second, unnest(regexp_extract_all(concat_ws(' ', body, "
            f"array_to_string(map_values(attributes), ' ')), {quote(_ID)})) AS id FROM (SELECT * FROM read_parquet(?) "
            f"WHERE time IS NOT NULL LIMIT {ROWS_AT_MOST})) GROUP BY id HAVING count(*) <= 20",
            [files],
        ).fetchall()
    return dict(found)


def _apart(mine: Mapping[str, float], theirs: Mapping[str, float]) -> tuple[int, int] | None:
    """By how many quarters of an hour the ids of two sources lie apart, and how many say so; None where that varies."""
    apart = [mine[one] - theirs[one] for one in mine.keys() & theirs.keys()]
    if len(apart) < SHARED_AT_LEAST:
        return None
    steps = Counter(round(seconds / QUARTER) for seconds in apart)
    step, number = steps.most_common(1)[0]
    near = [seconds - step * QUARTER for seconds in apart if round(seconds / QUARTER) == step]
    if number < AGREE_AT_LEAST * len(apart) or abs(median(near)) > NEAR_AT_MOST or not -48 <= step <= 56:
        return None
    return step, number


def shown(quarters: int) -> str:
    """An offset as people write it: +02:00."""
    minutes = abs(quarters) * 15
    return f"{'-' if quarters < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
