"""Events of rows that lie in Arrow: what is a column as it stands is not sent through the engine.

The expressions are those of `normalise.columns`; only the ones that say more than "this column" are asked of the
engine, and a time is asked once for each distinct text where many rows share one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.load import normalise

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NAMED = re.compile(r"(?s)(.*) AS (\w+)$")
_TRIMMED = "rtrim({}, chr(10) || chr(13) || ' ')"
_SHARED = 0.5  # distinct times of all: above it each row's is asked for


def in_arrow(plan: normalise.Plan, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The same as `normalise.select` over `rows`, which the connection knows by that name."""
    import pyarrow as pa

    if plan.roles.numbers or plan.wrapped:
        return connection.execute(normalise.select(plan)).to_arrow_table()
    found: dict[str, Any] = {}
    asked = []
    for expression in normalise.columns(plan):
        named = _NAMED.match(expression)
        what, name = (named[1], named[2]) if named else (expression, expression)
        column = _as_it_is(what, rows)
        if column is None and name == "time":
            column = _time(plan, what, rows, connection)
        found[name] = column
        if column is None:
            asked.append(f"{what} AS {name}")
    if asked:
        told = connection.execute(f"SELECT {', '.join(asked)} FROM rows").to_arrow_table()
        found |= {name: told[name] for name in told.column_names}
    return pa.table(found)


def _as_it_is(what: str, rows: pa.Table) -> Any:
    """The column that an expression stands for; None where it says more."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if what in rows.column_names:
        return rows[what]
    inside = re.match(r"coalesce\((.*), ''\)$", what)
    if inside:
        column = _trimmed(inside[1], rows)
        return None if column is None else pc.fill_null(column, "") if column.null_count else column
    inside = re.match(r"coalesce\(nullif\((f\d+), ''\)\)$", what)
    if inside and inside[1] in rows.column_names:
        column = rows[inside[1]]
        empty = pc.equal(pc.binary_length(column), 0)
        return pc.if_else(empty, pa.scalar(None, column.type), column) if pc.any(empty).as_py() else column
    return None


def _trimmed(what: str, rows: pa.Table) -> Any:
    import pyarrow.compute as pc

    if what in rows.column_names:
        return rows[what]
    for name in rows.column_names:
        if what == _TRIMMED.format(name):
            return pc.ascii_rtrim(rows[name], characters="\n\r ")
    return None


def _time(plan: normalise.Plan, what: str, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> Any:
    """The times of rows of which many share one, asked once each; None where that is not worth it."""
    import pyarrow as pa

    name = plan.role("time")
    if name not in rows.column_names or set(re.findall(r"\bf\d+\b", what)) != {name}:
        return None
    if len(rows[name][:2_000].unique()) > _SHARED * min(len(rows), 2_000):
        return None
    encoded = rows[name].combine_chunks().dictionary_encode()
    connection.register("times", pa.table({name: encoded.dictionary}))
    try:
        told = connection.execute(f"SELECT {what} AS time FROM times").to_arrow_table()
    finally:
        connection.unregister("times")
    return told["time"].combine_chunks().take(encoded.indices)
