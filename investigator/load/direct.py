"""Events of rows that lie in Arrow: what is a column as it stands is not sent through the engine.

The expressions are those of `normalise.columns`; only the ones that say more than "this column" are asked of the
engine, and a time is asked once for each distinct text where many rows share one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from investigator.load import evaluated, naming, normalise, spelled, times
from investigator.load.fast import stamps
from investigator.load.fast.buffers import one, plain
from investigator.load.plan import Plan

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: An expression and the name that it gets.
_NAMED = re.compile(r"(?s)(.*) AS (\w+)$")
_TRIMMED = "rtrim({}, chr(10) || chr(13) || ' ')"
#: Rows handed to the engine at a time: it reads batches side by side.
ROWS_AT_ONCE = 8_192
_SHARED = 0.5  # distinct times of all: above it each row's is asked for
_SAMPLE = 2_000
FEW = 2_000  # rows: of fewer all is asked in one question, which takes longer to put than to answer
#: What a column says where it says something, and what else is asked then.
_EITHER = re.compile(
    rf"(?s)coalesce\(nullif\((f\d+|{re.escape(_TRIMMED).replace(re.escape('{}'), 'f[0-9]+')}), ''\)(?:, (.*))?\)$"
)


def in_arrow(plan: Plan, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The same as `normalise.select` over `rows`, which have one text column a key."""
    import pyarrow as pa

    rows = _as_iso(plan, rows)
    found = _events(plan, rows, connection)
    named = _named(plan, rows)
    found = _jumped(plan, rows, found, connection)
    if named is not None and found.num_rows == rows.num_rows:
        found = found.append_column("named", pa.array(named))
    return found


def _jumped(plan: Plan, rows: pa.Table, found: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Events with how long the hour is, in microseconds, that clocks jumped over at a time that no clock showed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    when = plan.role("time")
    if not plan.zone or when is None or plan.untold or found.num_rows != rows.num_rows:
        return found
    span = pc.min_max(found["time"].cast(pa.timestamp("us")).cast(pa.int64())).as_py()
    gaps = [] if span["min"] is None else times.gaps(plan.zone, span["min"], span["max"])
    if not gaps:
        return found
    told = _told(f"SELECT {times.sql(when, plan.style, year=plan.year)} AS time FROM rows", rows, connection)
    wall = one(told["time"]).cast(pa.timestamp("us")).cast(pa.int64())
    length = pa.nulls(len(wall), pa.int64())
    for start, long in gaps:
        inside = pc.and_(pc.greater_equal(wall, start), pc.less(wall, start + long))
        length = pc.if_else(pc.fill_null(inside, False), pa.scalar(long, pa.int64()), length)
    return found.append_column("gap", length) if length.null_count < len(length) else found


def _as_iso(plan: Plan, rows: pa.Table) -> pa.Table:
    """Rows whose times are spelled as the engine reads them."""
    key = plan.roles.of.get("time")
    for name, style in {**({key: plan.style} if key else {}), **plan.also_styles}.items():
        if style.spelling is None:
            continue
        column = plan.column(name)
        texts = one(rows[column])
        if plan.zone_key and name == key:
            texts = _with_zones(texts, one(rows[plan.column(plan.zone_key)]), plan.zone_unit)
        rows = rows.set_column(rows.column_names.index(column), column, style.spelling.column(texts))
    return rows


def _with_zones(texts: Any, zones_: Any, unit: int) -> Any:
    """Times, each with the zone that another column of its row names, or counts in so many seconds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts, zones_ = texts.cast(pa.string()), zones_.cast(pa.string())
    if unit:
        encoded = zones_.dictionary_encode()
        said = [spelled.offset(value, unit) for value in encoded.dictionary.to_pylist()]
        zones_ = pa.array(said, pa.string()).take(encoded.indices)
    return pc.coalesce(pc.binary_join_element_wise(texts, zones_, " "), texts)


def _named(plan: Plan, rows: pa.Table) -> Any:
    """Which rows name a zone, where some do and some don't; None where all are alike."""
    import numpy as np

    key = plan.roles.of.get("time")
    if key is None or plan.style.name not in ("iso", "worded"):
        return None
    if plan.style.name == "worded" and not plan.style.zoned:
        return None  # a word that may mean several zones names none
    texts = one(rows[plan.column(key)])
    if not len(texts):
        return None
    wide = str(texts.type).startswith("large")
    offsets = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)
    offsets = offsets[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"\0", np.uint8)
    start, length = offsets[:-1], np.diff(offsets)

    def at(back: int) -> Any:
        """The byte so far from the end; 0 where a text is shorter than a day and a clock."""
        place = np.where(length > 13, offsets[1:] - back, 0)
        return np.where(length > 13, data[place], 0)

    last, three, five, six = at(1), at(3), at(5), at(6)
    sign = [(byte == ord("+")) | (byte == ord("-")) for byte in (three, five, six)]
    named = ((last | 32) >= ord("a")) & ((last | 32) <= ord("z"))
    named |= sign[0] | sign[1] | (sign[2] & (three == ord(":")))
    fifth = np.where(length > 8, data[np.where(length > 8, start + 4, 0)], ord("0"))
    named |= (length <= 8) | ((fifth >= ord("0")) & (fifth <= ord("9")))  # nothing, or an epoch
    if texts.null_count:
        named |= ~texts.is_valid().to_numpy(zero_copy_only=False)
    says = named & (length > 8)
    alike = named.all() if plan.style.zoned else not says.any()
    return None if alike else named


def _events(plan: Plan, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    import pyarrow as pa

    if plan.roles.numbers or plan.wrapped:
        return _told(normalise.select(plan), rows, connection)
    found: dict[str, Any] = {}
    asked = []
    for expression in normalise.columns(plan):
        named = _NAMED.match(expression)
        what, name = (named[1], named[2]) if named else (expression, expression)
        column = _as_it_is(what, rows)
        if column is None and name == "time":
            column = _time(plan, what, rows, connection)
        if column is None and rows.num_rows <= evaluated.FEW:
            column = evaluated.evaluated(what, rows)
        if column is None:
            column = _either(what, rows, connection)
        found[name] = column
        if column is None:
            asked.append(f"{what} AS {name}")
    if asked:
        told = _told(f"SELECT {', '.join(asked)} FROM rows", rows, connection)
        found |= {name: told[name] for name in told.column_names}
    return pa.table(found)


def _told(query: str, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What the engine says of `rows`, which it takes in batches."""
    import pyarrow as pa

    connection.register(
        "rows", pa.Table.from_batches(rows.to_batches(max_chunksize=ROWS_AT_ONCE), schema=rows.schema)
    )
    # Of few rows a question takes longer to be made quick than to be answered.
    connection.execute(f"PRAGMA {'disable' if rows.num_rows <= evaluated.FEW else 'enable'}_optimizer")
    try:
        return connection.execute(query).to_arrow_table()
    finally:
        connection.unregister("rows")


def _as_it_is(what: str, rows: pa.Table) -> Any:
    """The column that an expression stands for; None where it says more."""
    import pyarrow.compute as pc

    if what in rows.column_names:
        return rows[what]
    inside = re.match(r"coalesce\((.*), ''\)$", what)
    if inside:
        column = _trimmed(inside[1], rows)
        return None if column is None else pc.fill_null(column, "") if column.null_count else column
    return None


def _either(what: str, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> Any:
    """What a column says, and of the rows in which it says nothing alone what is asked then; None where that is not how
    an expression is made."""
    import pyarrow as pa
    import pyarrow.compute as pc

    level = _level(what.removeprefix("coalesce(").removesuffix(")"), rows, connection)
    if level is not None:
        return level
    inside = _EITHER.match(what) if _one_call(what) else None
    column = _trimmed(inside[1], rows) if inside else None
    if inside is None or column is None:
        return None
    if pa.types.is_dictionary(column.type):
        if not column.null_count or not inside[2]:
            return column  # no text of such a column is empty
        column = plain(column)
    lacks = pc.fill_null(pc.equal(pc.binary_length(column), 0), True)
    if not pc.any(lacks).as_py():
        return column
    if not inside[2]:
        return pc.if_else(lacks, pa.scalar(None, column.type), column)
    if len(rows) < FEW:
        return None
    some = rows.filter(lacks)
    told = _level(inside[2], some, connection)
    if told is None:
        told = _told(f"SELECT coalesce({inside[2]}) AS told FROM rows", some, connection)["told"]
        told = one(told)
    if len(some) == len(rows):
        return told
    column = one(column)
    lacks = one(lacks)
    return pc.replace_with_mask(column, lacks, told.cast(column.type))


def _one_call(what: str) -> bool:
    """Whether the first bracket of an expression closes at its end."""
    depth = 0
    bare = re.sub(r"'[^']*'", "", what)
    for place, sign in enumerate(bare):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and not depth:
            return place == len(bare) - 1
    return False


def _level(what: str, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> Any:
    """The level that each message names: asked once for all that differ by digits alone, which no level holds."""
    import pyarrow as pa

    if not what.startswith("CASE") or len(rows) < FEW:
        return None
    names = [name for name in rows.column_names if what == normalise.level_in(name)]
    if not names:
        return None
    texts = one(rows[names[0]])
    alike = naming.undigited(texts[:_SAMPLE])
    if len(alike.unique()) <= _SHARED * len(alike):
        encoded = naming.undigited(texts).dictionary_encode()
        told = _told(f"SELECT {what} AS told FROM rows", pa.table({names[0]: encoded.dictionary}), connection)
        return one(told["told"]).take(encoded.indices)
    return one(_told(f"SELECT {what} AS told FROM rows", rows.select(names), connection)["told"])


def _trimmed(what: str, rows: pa.Table) -> Any:
    import pyarrow.compute as pc

    if what in rows.column_names:
        return rows[what]
    for name in rows.column_names:
        if what == _TRIMMED.format(name):
            return pc.ascii_rtrim(rows[name], characters="\n\r ")
    return None


def _time(plan: Plan, what: str, rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> Any:
    """The times of rows: of one shape by `stamps`, else asked once each where many rows share one; None where neither
    is worth it."""
    import numpy as np
    import pyarrow as pa

    name = plan.role("time")
    if name is None or name not in rows.column_names or set(re.findall(r"\bf\d+\b", what)) != {name}:
        return None
    texts = one(rows[name])
    read = None
    if what == times.sql(name, plan.style, year=plan.year, zone=plan.zone):
        read = stamps.microseconds(texts, plan.style, year=plan.year, zone=plan.zone)
    if read is not None:
        found, known = read
        rest = ~known & texts.is_valid().to_numpy(zero_copy_only=False) if texts.null_count else ~known
        if rest.any():
            which = np.flatnonzero(rest)
            told = _told(
                f"SELECT {what} AS time FROM rows", pa.table({name: texts.take(pa.array(which))}), connection
            )
            column = one(told["time"]).cast(pa.timestamp("us")).cast(pa.int64())
            known[which] = column.is_valid().to_numpy(zero_copy_only=False)
            found[which] = column.fill_null(0).to_numpy(zero_copy_only=False)
        return pa.array(found, pa.int64(), mask=None if known.all() else ~known).cast(pa.timestamp("us"))
    if len(texts[:2_000].unique()) > _SHARED * min(len(rows), 2_000):
        return None
    encoded = texts.dictionary_encode()
    told = _told(f"SELECT {what} AS time FROM rows", pa.table({name: encoded.dictionary}), connection)
    return one(told["time"]).take(encoded.indices)
