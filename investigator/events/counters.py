"""Numbers that agree by themselves: things that are counted one by one have the numbers of any other counter near theirs.

Loans 5000 to 5400 and print jobs 5050 to 5350 share three hundred numbers, and no job is a loan. Where the things leave
hardly a number out, and a column or a word does not either, something else must say that these are the same: what it is
called, rows that hold both, letters in front, or that its lines lie where the thing's own do.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

#: Where things are counted one by one so many of a stretch of numbers are there; a few lie far from all others.
FULL, EDGE = 0.98, 0.05
#: Most lines of a thing lie so near to each other, as a part of the time of all.
NEAR, MOST = 0.05, 0.75
#: So many say where lines lie, or that rows hold both.
ENOUGH = 20
#: So many of all things stand in a column, at least, where both begin and end with the same.
ALL = 0.98
AT_MOST = 2_000


def by_itself(
    connection: Any,
    kind: str,
    place: tuple[Any, ...],
    *,
    named: bool,
) -> bool:
    """Whether a place (source, key, way, how many, an id, its number) holds a kind's numbers as any counter would.

    `named`: what it is called says that it holds them. Reads the tables `known`, `dressed`, `cells` and `found`.
    """
    source, key, way, ids, example, other = place
    return not (named or _led(example, other)) and _counted(connection, place) and not (
        _beside(connection, kind, source, key, way) or _fits(connection, kind, source, key, way, ids)
    )  # fmt: skip


def holding(connection: Any, kind: str) -> Collection[str]:
    """What columns of tables are called that hold the ids of a kind as they are."""
    rows = connection.execute(
        "SELECT DISTINCT c.key FROM cells c JOIN found f ON c.evidence = f.evidence AND c.unit = f.unit AND c.v = f.id "
        "WHERE f.id_kind = ? AND c.kind = 'record'",
        [kind],
    ).fetchall()
    return {str(key) for (key,) in rows}


def _led(example: str, other: str) -> bool:
    """Whether a number has the letters of the id in front: rd0000055302 is RD-0055302-26."""
    own, led = (re.match("[A-Za-z]*", text) for text in (example, other))
    return own is not None and led is not None and bool(own[0]) and own[0].lower() == led[0].lower()


def _counted(connection: Any, place: tuple[Any, ...]) -> bool:
    """Whether both the things and what stands in a place leave hardly a number out."""
    source, key, way, *_ = place
    known = way.partition(", ")[2]
    rows = connection.execute(
        "WITH numbers AS (SELECT id, try_cast(regexp_replace(says, '[^0-9]', '', 'g') AS HUGEINT) AS n FROM known WHERE way = ?), "
        "there AS (SELECT DISTINCT id FROM dressed WHERE source = ? AND key = ? AND way = ?) "
        f"SELECT count(*), quantile_disc(n, {EDGE}), quantile_disc(n, {1 - EDGE}) FROM numbers UNION ALL "
        f"SELECT count(*), quantile_disc(n, {EDGE}), quantile_disc(n, {1 - EDGE}) FROM numbers SEMI JOIN there USING (id)",
        [known, source, key, way],
    ).fetchall()
    inner = 1 - 2 * EDGE
    return all(low is not None and number * inner >= FULL * (high - low) for number, low, high in rows)


def _beside(connection: Any, kind: str, source: str, key: str, way: str) -> bool:
    """Whether rows hold the number beside the very id."""
    rows = connection.execute(
        "SELECT count(DISTINCT d.id) FROM cells c JOIN dressed d ON c.source = d.source AND c.key = d.key AND c.v = d.value "
        "JOIN found f ON c.evidence = f.evidence AND c.unit = f.unit AND f.id = d.id "
        "WHERE f.id_kind = ? AND d.source = ? AND d.key = ? AND d.way = ?",
        [kind, source, key, way],
    ).fetchone()
    return int(rows[0]) >= ENOUGH


def _fits(connection: Any, kind: str, source: str, key: str, way: str, ids: int) -> bool:
    """Whether lines lie where the things' own do; of what has no time, whether all things stand there."""
    number, near, span, whole = connection.execute(
        "WITH told AS (SELECT id, epoch(time) AS moment FROM found WHERE id_kind = ? AND source <> ? AND time IS NOT NULL "
        "AND kind IN ('log', 'access', 'audit', 'span')), "
        "said AS (SELECT DISTINCT d.id, epoch(c.time) AS moment FROM cells c JOIN dressed d ON c.source = d.source AND c.key = d.key "
        "AND c.v = d.value WHERE d.source = ? AND d.key = ? AND d.way = ? AND c.kind <> 'record' AND c.time IS NOT NULL "
        f"ORDER BY ALL LIMIT {AT_MOST}), "
        "away AS (SELECT said.id, said.moment, min(abs(said.moment - told.moment)) AS away FROM said JOIN told USING (id) GROUP BY ALL) "
        f"SELECT count(*), quantile_cont(away, {MOST}), (SELECT max(moment) - min(moment) FROM told), "
        "(SELECT count(DISTINCT id) FROM found WHERE id_kind = ?) FROM away",
        [kind, source, source, key, way, kind],
    ).fetchone()
    return bool(near <= NEAR * span) if number >= ENOUGH else ids >= ALL * whole
