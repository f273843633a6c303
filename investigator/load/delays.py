"""Rows that say only when they were collected: they happened before that, by what collecting takes.

A collector takes lines in batches and writes down when. A row without a time of its own is put at that time, and its
interval goes back by the longest delay that the rows with both times show; where none shows any, by an hour.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from investigator import moment

if TYPE_CHECKING:
    import pyarrow as pa

UNKNOWN = timedelta(hours=1)


def filled(table: pa.Table, known: int | None) -> tuple[pa.Table, int, int | None]:
    """A chunk with such rows put where they were collected, how many those are, and the longest delay so far.

    `known` is the longest delay of the chunks before, in microseconds.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if "observed_time" not in table.column_names:
        return table, 0, known
    time = table["time"].combine_chunks().cast(pa.timestamp("us"))
    seen = table["observed_time"].combine_chunks().cast(pa.timestamp("us"))
    took = pc.max(pc.subtract(seen.cast(pa.int64()), time.cast(pa.int64()))).as_py()
    delay = known if took is None else max(took, known or 0, 0)
    if not time.null_count:
        return table, 0, delay
    alone = pc.and_(time.is_null(), seen.is_valid())
    number = pc.sum(alone).as_py() or 0
    if not number:
        return table, 0, delay
    back = delay if delay is not None else round(UNKNOWN.total_seconds() * 1e6)
    nothing = pa.scalar(None, pa.timestamp("us"))
    early = pc.subtract(seen.cast(pa.int64()), back).cast(pa.timestamp("us"))
    columns = {
        "time": pc.coalesce(time, seen),
        "time_low": pc.if_else(alone, early, nothing),
        "time_high": pc.if_else(alone, seen, nothing),
    }
    for name, column in columns.items():
        if name in table.column_names:
            own = table[name].combine_chunks().cast(pa.timestamp("us"))
            column = column if name == "time" else pc.coalesce(own, column)
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table = table.append_column(name, column)
    return table, int(number), delay


def doubts(collected: int, delay: int | None) -> list[str]:
    """What is said of such rows."""
    if not collected:
        return []
    if delay is None:
        return [
            f"{collected:,} of its rows say only when they were collected: read as up to an hour before that"
        ]
    took = moment.seconds(timedelta(microseconds=delay))
    return [
        f"{collected:,} of its rows say only when they were collected: they happened up to {took} before that"
    ]
