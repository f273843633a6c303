"""A newer export of a list that is here already, whatever it is called: the same columns, and most rows equal by key.

The older one steps back, so that a thing counts once; what changed, what is new and what is gone is said. That is a
proposal: one line takes it back, where the two are lists of different things that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from investigator.events.store import Manifest, Segment, Store
from investigator.load.formats import formats
from investigator.load.sql import quote
from investigator.sources._format import JsonLines, Records

ROWS_AT_LEAST = 5
SAME, SHARED = 0.5, 0.5  # of the rows with a key in both; of the smaller one's keys
NAMED = 5  # things of each sort that are named
HELD = 200  # of the newer segments of one load, at most: more are no exports


@dataclass(frozen=True)
class Update:
    """A list, the newer export of it, the key of their rows, and what is different between them."""

    older: str
    newer: str
    key: str
    same: int
    changed: tuple[str, ...]  # each with what it was and what it is
    gone: tuple[str, ...]
    added: tuple[str, ...]
    by_name: bool = False  # nothing but their names tells which is the newer one

    asks = "It takes its place. Two different lists?"

    def __str__(self) -> str:
        parts = [f"{self.same:,} rows are the same by {self.key}"]
        for many, word in ((self.changed, "changed"), (self.gone, "gone"), (self.added, "new")):
            if many:
                more = f" and {len(many) - NAMED:,} more" if len(many) > NAMED else ""
                parts.append(f"{len(many):,} {word} ({'; '.join(many[:NAMED])}{more})")
        return f"{self.newer} is a newer export of {self.older}: {', '.join(parts)}.{' Which is newer only their names tell.' if self.by_name else ''}"


def found(store: Store, load: int, apart: Collection[tuple[str, str]] = ()) -> tuple[Update, ...]:
    """What this load brought that is a newer, or an older, export of a list; the older ones step back.

    `apart` are pairs that somebody said are different lists.
    """
    manifest = store.manifest()
    lists = [s for s in manifest.current if _list(s)]
    mine = [s for s in lists if s.load == load and not s.replaces]
    if not mine or len(mine) > HELD or len(lists) < 2:
        return ()
    out: list[Update] = []
    back: dict[tuple[str, str, int], str] = {}
    for segment in mine:
        for other in lists:
            ids = (_id(segment), _id(other))
            if other.source == segment.source or any(one in back for one in ids):
                continue
            if other.load == load and lists.index(other) >= lists.index(segment):
                continue
            if {(segment.source, other.source), (other.source, segment.source)} & set(apart):
                continue
            older, newer = _ordered(segment, other)
            update = _compared(store, older, newer)
            if update is not None:
                out.append(update)
                back[_id(older)] = newer.source
    if back:
        _rewritten(store, back)
    return tuple(out)


def parted(store: Store, source: str) -> list[tuple[str, str]]:
    """Undo it for a source, as the older or the newer one; gives the pairs, older first."""
    pairs = [
        (s.source, s.replaced_by)
        for s in store.manifest().segments
        if s.replaced_by and source in (s.source, s.file, s.replaced_by)
    ]
    if pairs:
        _rewritten(
            store,
            {_id(s): "" for s in store.manifest().segments if (s.source, s.replaced_by) in pairs},
        )
    return pairs


def _rewritten(store: Store, said: dict[tuple[str, str, int], str]) -> None:
    with store.writing() as staging:
        now = store.manifest()
        segments = tuple(replace(s, replaced_by=said[_id(s)]) if _id(s) in said else s for s in now.segments)
        staging.write(Manifest(segments, now.entities))


def _id(segment: Segment) -> tuple[str, str, int]:
    return segment.source, segment.evidence, segment.load


def _list(segment: Segment) -> bool:
    """Whether it is a table of things, of a format that holds whatever somebody exported."""
    if segment.kind != "record" or segment.rows < ROWS_AT_LEAST or len(segment.attributes) < 2:
        return False
    module = formats().get(segment.format)
    form = getattr(module, "FORMAT", None)
    return isinstance(form, (Records, JsonLines)) and not form.kind


def _ordered(one: Segment, other: Segment) -> tuple[Segment, Segment]:
    """The older and the newer of two: by the last time in them, by when they were written, else by name."""

    def age(segment: Segment) -> tuple[Any, ...]:
        numbers = tuple(int(text) for text in re.findall(r"\d+", segment.source))
        return segment.last or "", segment.modified, numbers, segment.source

    older, newer = sorted((one, other), key=age)
    return older, newer


def _alike(one: Segment, other: Segment) -> bool:
    """Whether two have the same columns, but for a few that one of them lacks."""
    mine, theirs = set(one.attributes), set(other.attributes)
    return one.member == other.member and len(mine & theirs) >= 0.8 * len(mine | theirs)


def _compared(store: Store, older: Segment, newer: Segment) -> Update | None:
    import duckdb

    if not _alike(older, newer):
        return None
    columns = [name for name in newer.attributes if name in older.attributes]
    with duckdb.connect() as connection:
        for name, segment in (("older", older), ("newer", newer)):
            files = [str(store.folder / "segments" / file) for file in segment.files]
            picked = ", ".join(f'"{column}"' for column in columns)
            connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT {picked} FROM read_parquet({_texts(files)}, union_by_name=true)"
            )
        key = _key(connection, columns)
        if key is None:
            return None
        rest = [column for column in columns if column != key]
        equal = " AND ".join(f'o."{c}" IS NOT DISTINCT FROM n."{c}"' for c in rest) or "true"
        joined = f'older o FULL JOIN newer n ON o."{key}" = n."{key}"'
        same, shared, few = connection.execute(
            f'SELECT count(*) FILTER ({equal} AND o."{key}" IS NOT NULL AND n."{key}" IS NOT NULL), '
            f'count(*) FILTER (o."{key}" IS NOT NULL AND n."{key}" IS NOT NULL), '
            f'least(count(o."{key}"), count(n."{key}")) FROM {joined}'
        ).fetchone() or (0, 0, 0)  # fmt: skip
        if shared < SHARED * few or same < SAME * shared or not same:
            return None
        what = ", ".join(f"CASE WHEN NOT (o.\"{c}\" IS NOT DISTINCT FROM n.\"{c}\") THEN concat({quote(c.removeprefix('attr_') + ' ')}, "
                         f"coalesce(o.\"{c}\", 'nothing'), ' → ', coalesce(n.\"{c}\", 'nothing')) END" for c in rest)  # fmt: skip
        changed = connection.execute(
            f"SELECT concat(o.\"{key}\", ' ', concat_ws(', ', {what or 'NULL'})) FROM older o JOIN newer n "
            f'ON o."{key}" = n."{key}" WHERE NOT ({equal}) ORDER BY o."{key}"'
        ).fetchall()
        gone = connection.execute(
            f'SELECT "{key}" FROM older WHERE "{key}" NOT IN (SELECT "{key}" FROM newer) ORDER BY 1'
        ).fetchall()
        added = connection.execute(
            f'SELECT "{key}" FROM newer WHERE "{key}" NOT IN (SELECT "{key}" FROM older) ORDER BY 1'
        ).fetchall()
    by_name = (older.last, older.modified) == (newer.last, newer.modified)
    old, lost, more = (tuple(str(value)[:200] for (value,) in rows) for rows in (changed, gone, added))
    return Update(older.source, newer.source, key.removeprefix("attr_"), int(same), old, lost, more, by_name)


def _key(connection: Any, columns: Sequence[str]) -> str | None:
    """The column whose values tell rows apart in both, of those the one that most of them share."""
    best: tuple[int, str] | None = None
    for column in columns:
        alone = all(
            (connection.execute(f'SELECT count("{column}") = count(*) AND count(DISTINCT "{column}") = count(*) FROM {name}').fetchone() or (False,))[0]
            for name in ("older", "newer")
        )  # fmt: skip
        if alone:
            (shared,) = connection.execute(
                f'SELECT count(*) FROM older SEMI JOIN newer USING ("{column}")'
            ).fetchone()
            if shared and (best is None or shared > best[0]):
                best = (shared, column)
    return best[1] if best else None


def _texts(values: list[str]) -> str:
    return "[" + ", ".join(quote(value) for value in values) + "]"
