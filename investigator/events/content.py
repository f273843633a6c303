"""What events say, as one number a source: the same wherever and in whichever files they lie, another as soon as one differs.

Each row is written as text, column by column with its length, and hashed with MD5; the low and the high halves of
these are summed. A sum has no order, so events may be sorted, split or put together. Which load they have and what
their source is called is not in it: merging gives others. It finds what was changed, and proves nothing against somebody
who can write the record too: for that its head is kept elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.events import schema

if TYPE_CHECKING:
    import duckdb

    from investigator.events.store import Segment

AT_ONCE = 200
_TOLD_APART = ("load", "source", "evidence")
#: One half of a hash. The engine gives both at once, the low one in front: asking for each hashes every row twice.
_HALF = f"{2**64 - 1}::UHUGEINT"

#: Load, source and evidence, as the rows themselves say.
Place = tuple[int, str, str]


@dataclass(frozen=True)
class Content:
    """How many events, and their number as hex: 40 digits for each half."""

    rows: int
    number: str


def contents(folder: Path, segments: Iterable[Segment]) -> tuple[dict[Place, Content], dict[str, str]]:
    """The content of each load's source among the Parquet files of `folder`; and why files could not be read, by name."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for segment in segments:
        groups[segment.attributes] += segment.files
    sums: dict[Place, list[int]] = {}
    broken: dict[str, str] = {}
    if not any(groups.values()):
        return {}, broken
    import duckdb

    with _connected(folder) as connection:
        for names in groups.values():
            for first in range(0, len(names), AT_ONCE):
                some = names[first : first + AT_ONCE]
                try:
                    rows = list(_read(connection, folder, some))
                except duckdb.Error:
                    rows = []
                    for name in some:
                        try:
                            rows += _read(connection, folder, [name])
                        except duckdb.Error as error:
                            broken[name] = str(error).split("\n")[0][:200]
                for place, *counts in rows:
                    kept = sums.setdefault(place, [0, 0, 0])
                    sums[place] = [a + b for a, b in zip(kept, counts, strict=True)]
    return {place: Content(n, f"{low:040x}{high:040x}") for place, (n, low, high) in sums.items()}, broken


@contextmanager
def _connected(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that may read this folder alone."""
    import duckdb

    listing = "'" + str(folder.resolve()).replace("'", "''") + "'"
    with duckdb.connect() as connection:
        for statement in (
            "SET TimeZone='UTC'",
            "SET parquet_metadata_cache=true",
            "SET autoinstall_known_extensions=false",
            "SET autoload_known_extensions=false",
            f"SET allowed_directories=[{listing}]",
            "SET enable_external_access=false",
            "SET lock_configuration=true",
        ):
            connection.execute(statement)
        yield connection


def _read(
    connection: duckdb.DuckDBPyConnection, folder: Path, names: list[str]
) -> Iterator[tuple[Place, int, int, int]]:
    files = [str(folder.resolve() / name) for name in names]
    table = "read_parquet($1, union_by_name = true, hive_partitioning = false)"
    found = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {table}", [files]).fetchall()]
    row = _row(found)
    query = (
        f"SELECT load, source, evidence, count(*), sum((number >> 64)::UBIGINT), sum((number & {_HALF})::UBIGINT) "
        f"FROM (SELECT load, source, evidence, md5_number({row}) AS number FROM {table}) GROUP BY ALL"
    )
    for load, source, evidence, n, low, high in connection.execute(query, [files]).fetchall():
        yield (load, source, evidence), n, int(low), int(high)


def _row(found: list[str]) -> str:
    """A row as text, in SQL: each column with its length, so that nothing can move from one into the next."""
    parts = []
    for name, (short, _) in schema.COLUMNS.items():
        if name in _TOLD_APART:
            continue
        column = _quoted(name)
        if short == "text":
            parts += [f"strlen({column})", "':'", column]
        elif short == "map":
            parts += [f"to_json({column})", "'|'"]
        else:
            parts += [f"epoch_us({column})" if short == "time" else column, "'|'"]
    for name in sorted(name for name in found if name not in schema.COLUMNS):
        # A column that only other files have is null here: it says nothing, as if it were not there.
        column = _quoted(name)
        parts += [f"{_text(name + chr(58))} || {column}", f"strlen({column})"]
    return f"concat({', '.join(parts)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
