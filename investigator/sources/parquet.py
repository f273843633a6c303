"""A Parquet file: one row a record, with nested columns dotted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, flat

EXAMPLE = b"PAR1"  # its own tests make a whole one

ROWS_AT_ONCE = 10_000
ROWS_AT_MOST = (
    100_000  # where they are more than the file has bytes: a few bytes can promise any number of rows
)


def sure(head: Head) -> Sure:
    """The file starts as Parquet files do."""
    return Sure(1.0 if head.data.startswith(b"PAR1") else 0.0, "a Parquet file")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a row. Times that are marked as UTC say so; others name no zone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            unit, told = 0, file.metadata.num_rows
            most = max(ROWS_AT_MOST, path.stat().st_size)
            for batch in file.iter_batches(ROWS_AT_ONCE):
                if unit >= most:
                    why = (
                        f"its footer promises {told:,} rows, more than it has bytes: they repeat one another, and "
                        f"{told - unit:,} of them were not read"
                    )
                    yield Record({}, unit + 1, max(told - unit, 1), reject=why, text=content.name)
                    return
                # Nanoseconds fit no datetime: a microsecond is what an event keeps.
                columns = [_microseconds(column) for column in batch.columns]
                table = pa.Table.from_arrays(columns, names=batch.schema.names)
                for row in table.to_pylist():
                    unit += 1
                    yield Record(flat({key: _plain(value) for key, value in row.items()}), unit)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        yield Record({}, 1 << 40, reject=f"the file can't be read on: {said}", text=content.name)


def _microseconds(column: Any) -> Any:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    return column


def _plain(value: Any) -> Any:
    """A value as JSON has it: times as ISO, bytes as text or hex."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        # A map comes as pairs.
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {str(key): _plain(inner) for key, inner in value}
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


FORMAT = Records(read, text=False, listing=True)
