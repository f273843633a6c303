"""Whole columns of events: what one SELECT a row gives, in the schema's order of columns, sorted by time.

Names, numbers of severity and the map of attributes are made of whole columns with numpy: the engine takes far longer
for them, entry by entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.load import naming, severities, times
from investigator.load.fast.buffers import one, plain
from investigator.load.plan import INTERVAL, Plan

if TYPE_CHECKING:
    import pyarrow as pa

_HOUR = 3_600_000_000


def finished(plan: Plan, table: pa.Table) -> pa.Table:
    """The events of one chunk in the schema's order of columns, sorted by time.

    Most logs are sorted as they are; the others are sorted here, after the times are known. Names, numbers of
    severity and the map of attributes are made of whole columns with numpy: the engine takes far longer for them,
    entry by entry.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table.num_rows
    if rows > 1 and not _sorted(table["time"]):
        table = table.take(pc.sort_indices(table, [("time", "ascending"), ("unit", "ascending")]))
    table = table.combine_chunks()
    at = one(table["time"]).cast(pa.timestamp("us"))
    low, high = _width(plan, at, table["named"] if "named" in table.column_names else None)
    if all(key in table.column_names for key in INTERVAL):
        low, high = (
            pc.coalesce(one(table[key]).cast(pa.timestamp("us")), own)
            for key, own in zip(INTERVAL, (low, high), strict=True)
        )
    if "gap" in table.column_names:
        # An hour that clocks jumped over: it was before, or after.
        early = pc.subtract(low.cast(pa.int64()), pc.fill_null(one(table["gap"]), 0))
        low = early.cast(pa.timestamp("us"))
    columns: dict[str, Any] = {
        "time": at,
        "time_low": low,
        "time_high": high,
        "source": _same(plan.source, rows),
        "kind": _same(plan.roles.kind, rows),
        "severity_number": severities.numbers(plan, table),
        "evidence": _same(plan.evidence(), rows),
        "load": pa.repeat(pa.scalar(plan.load, pa.int64()), rows),
    }
    if plan.roles.kind not in ("record", "metric") and at.null_count and not plan.repeating:
        columns["kind"] = pc.if_else(at.is_null(), "record", plan.roles.kind)
    if plan.service and "service" not in table.column_names:
        columns["service"] = _same(plan.service, rows)
    if plan.roles.kind == "metric":
        columns["body"] = _same("", rows)
    else:
        columns["name"] = naming.names(one(table["body"]))
    encoded = [_encoded(table[f"a{place}"]) for place in range(len(plan.kept))]
    columns["attributes"] = _attributes(plan, encoded, rows)
    out, fields = [], []
    for wanted in schema.arrow_schema():
        column = columns.get(wanted.name)
        if column is None:
            column = table[wanted.name] if wanted.name in table.column_names else pa.nulls(rows, wanted.type)
        if wanted.name in ENCODED:
            column = _encoded(column)
        elif wanted.name not in columns:
            column = plain(column).cast(wanted.type)
        elif not pa.types.is_dictionary(column.type) and wanted.name != "attributes":
            column = column.cast(wanted.type)
        out.append(column)
        fields.append(pa.field(wanted.name, column.type))
    places: dict[str, list[int]] = {}
    kept = set(plan.attributes)
    for place, key in enumerate(plan.kept):
        if key in kept:
            places.setdefault(schema.attribute_column(plan.named(key)), []).append(place)
    for name in plan.columns:
        parts = [encoded[place] for place in places.get(name, ())]
        if len(parts) == 1:
            column = parts[0]
        else:
            column = _encoded(
                pc.coalesce(*(plain(part) for part in parts)) if parts else pa.nulls(rows, pa.string())
            )
        out.append(column)
        fields.append(pa.field(name, column.type))
    return pa.Table.from_arrays(out, schema=pa.schema(fields))


#: Columns in which the same values come again and again.
ENCODED = frozenset(("source", "kind", "severity_text", "service", "host", "name", "evidence"))


def _same(value: str, rows: int) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), rows), pa.array([value], pa.string())
    )


def _encoded(column: Any) -> pa.DictionaryArray:
    """A text column as a dictionary of its texts."""
    import pyarrow as pa

    column = one(column)
    return column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()


def _attributes(plan: Plan, encoded: list[pa.DictionaryArray], rows: int) -> pa.MapArray:
    """The map of attributes, made of the numbers of the columns' dictionaries."""
    import numpy as np
    import pyarrow as pa

    names = [*(plan.named(key) for key in plan.kept), *plan.constant]
    columns = [*encoded, *(_same(value, rows) for value in plan.constant.values())]
    present = [column.null_count < rows for column in columns]
    chosen = [i for i, there in enumerate(present) if there]
    if not chosen or not rows:
        empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
        return pa.MapArray.from_arrays(pa.array(np.zeros(rows + 1, dtype=np.int32)), empty, empty)
    codes = np.zeros((rows, len(chosen)), dtype=np.int32)
    there = np.ones((rows, len(chosen)), dtype=bool)
    texts, base = [], 0
    for place, i in enumerate(chosen):
        column = columns[i]
        if column.null_count:
            there[:, place] = column.is_valid().to_numpy(zero_copy_only=False)
            codes[:, place] = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
        else:
            codes[:, place] = column.indices.to_numpy()
        codes[:, place] += base
        base += len(column.dictionary)
        texts.append(column.dictionary)
    which = np.broadcast_to(np.arange(len(chosen), dtype=np.int32)[None, :], there.shape)
    if there.all():
        picked, named = codes.ravel(), np.ascontiguousarray(which).ravel()
        offsets = np.arange(0, codes.size + 1, len(chosen), dtype=np.int32)
    else:
        picked, named = codes[there], which[there]
        offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    values = pa.DictionaryArray.from_arrays(pa.array(picked), pa.concat_arrays(texts))
    keys = pa.DictionaryArray.from_arrays(pa.array(named), pa.array([names[i] for i in chosen], pa.string()))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values)


def _sorted(times_: pa.ChunkedArray) -> bool:
    """Whether times never go back, and none is missing."""
    import numpy as np
    import pyarrow as pa

    if times_.null_count:
        return False
    numbers = one(times_).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return bool((np.diff(numbers) >= 0).all())


def _width(plan: Plan, at: pa.Array, named: pa.ChunkedArray | None) -> tuple[pa.Array, pa.Array]:
    """The earliest and the latest that each time can have been; `named` is which rows name a zone, where not all or none do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    low, high = 0, plan.style.resolution - 1
    if named is None and plan.style.name not in ("none", "epoch") and not plan.style.zoned and not plan.zone:
        # Zones run from UTC-12 to UTC+14.
        low, high = low - 14 * _HOUR, high + 12 * _HOUR
    if plan.style.year_missing and not plan.year_said:
        low -= 365 * 24 * _HOUR
    whole = at.cast(pa.int64())
    early, late = pc.add(whole, pa.scalar(low, pa.int64())), pc.add(whole, pa.scalar(high, pa.int64()))
    if named is not None and not plan.zone:
        early = pc.if_else(named, early, pc.subtract(early, 14 * _HOUR)).combine_chunks()
        late = pc.if_else(named, late, pc.add(late, 12 * _HOUR)).combine_chunks()
    if plan.zone and (named is not None or not plan.style.zoned) and at.null_count < len(at):
        bare = pa.scalar(True) if named is None else pc.invert(named).combine_chunks()
        early, late = twice(plan.zone, whole, bare, early, late)
    if plan.style.label and at.null_count < len(at):
        span = pc.min_max(whole).as_py()
        for start, end, off in times.off_label(plan.style, span["min"], span["max"]):
            # "PST" in September: it is as written, or as meant.
            here = pc.and_(pc.greater_equal(whole, start), pc.less(whole, end))
            late = pc.if_else(here, pc.add(late, max(off, 0)), late)
            early = pc.if_else(here, pc.add(early, min(off, 0)), early)
    return early.cast(pa.timestamp("us")), late.cast(pa.timestamp("us"))


def twice(
    zone: str, whole: pa.Array, bare: pa.Array | pa.Scalar, early: pa.Array, late: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """The earliest and the latest, wider for each `bare` time in an hour that happened twice: it was the first or the second."""
    import pyarrow.compute as pc

    span = pc.min_max(whole).as_py()
    for start, length in times.folds(zone, span["min"], span["max"]):
        since = pc.subtract(whole, start)
        first = pc.and_(pc.greater_equal(since, 0), pc.less(since, length))
        second = pc.and_(pc.greater_equal(since, length), pc.less(since, 2 * length))
        late = pc.if_else(pc.and_(bare, first), pc.add(late, length), late)
        early = pc.if_else(pc.and_(bare, second), pc.subtract(early, length), early)
    return early, late


def in_range(table: pa.Table) -> pa.Table:
    """The same, without times before the year 1 or after 9999: a damaged digit makes them, and no clock shows them."""
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.compute as pc

    low, high = (pa.scalar(edge, pa.timestamp("us")) for edge in (datetime.min, datetime(9999, 12, 30)))
    span = pc.min_max(table["time"])
    if span["min"].value is None or (span["min"].value >= low.value and span["max"].value <= high.value):
        return table
    good = pc.and_(pc.greater_equal(table["time"], low), pc.less_equal(table["time"], high))
    for name in ("time", "time_low", "time_high"):
        if name in table.column_names:
            kept = pc.if_else(good, table[name], pa.scalar(None, table.schema.field(name).type))
            table = table.set_column(table.column_names.index(name), name, kept)
    return table
