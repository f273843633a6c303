"""Events and rejects on their way into a staged source's Parquet files, written beside the reading of what follows."""

from __future__ import annotations

import hashlib
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.events import schema
from investigator.events.store import Staging
from investigator.load import finishing
from investigator.load.fast.buffers import one
from investigator.load.plan import Plan
from investigator.load.tally import Tally

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_A_FILE = 1_000_000
FEW = 2_000  # rows
WAITING = 2  # chunks that wait to be written, the one at work with them
REJECTS_HELD = 20_000  # rejects held in memory before they are written
#: The keys of the map of attributes, as Parquet names them. Its values are mostly too many for one dictionary.
_MAP_KEYS, _MAP_VALUES = "attributes.key_value.key", "attributes.key_value.value"
#: Numbers that grow from row to row: their differences take a tenth of the room, and half the time to write.
_RISING = ("time", "time_low", "time_high", "unit", "byte")
_TRIED, _SMALLER = 2_000, 0.9
_DISTINCT = 0.1


class Writer:
    """The Parquet files of one source: a row group a chunk; few chunks wait, so memory stays flat."""

    def __init__(self, staging: Staging, name: str, evidence: Callable[[], str], load: int) -> None:
        self._staging, self._name, self._evidence, self._load = staging, name, evidence, load
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._jobs: deque[Future[None]] = deque()
        self._files: dict[str, Any] = {}

    def later(self, rows: int, job: Callable[[], None]) -> None:
        """Do a job that makes and writes a chunk of so many events beside what follows, after those before it; raises what
        they raised."""
        self._wait(WAITING - 1)
        if rows <= FEW and not self._jobs:  # a thread would take longer to begin
            job()
            return
        self._jobs.append(self._pool.submit(job))

    def events(self, tally: Tally, plan: Plan, table: pa.Table) -> None:
        """Write a chunk of events."""
        import pyarrow.parquet as pq

        tally.rows += table.num_rows
        begins = not tally.file_begins or tally.rows - tally.file_begins > ROWS_A_FILE
        if begins:
            tally.file_begins = tally.rows
            tally.files.append(self._new(tally, "events"))
        whole, name = finishing.finished(plan, table), tally.files[-1]
        if name not in self._files:
            self._files[name] = pq.ParquetWriter(
                self._staging.file(name),
                whole.schema,
                use_dictionary=[*finishing.ENCODED, _MAP_KEYS, *_alike(whole), *plan.columns],
                column_encoding=dict.fromkeys(_RISING, "DELTA_BINARY_PACKED"),
                write_statistics=["time", "unit", "severity_number", *finishing.ENCODED],
                store_schema=False,
                compression=_compression(whole),
                write_batch_size=1 << 16,
            )
        self._files[name].write_table(whole)

    def rejects(self, tally: Tally) -> None:
        """Write the rejects held so far, so that a file of nothing but rejects stays small in memory."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not tally.rejects:
            return
        kept = {
            "source": f"{self._name}{tally.inside}",
            "evidence": f"{self._evidence()}{tally.inside}",
            "load": self._load,
        }
        rows = [{**row, **kept} for row in tally.rejects]
        known = schema.arrow_schema(schema.REJECT_COLUMNS)
        if tally.rejects_file is None:
            tally.rejects_file = self._new(tally, "rejects")
            self._files[tally.rejects_file] = pq.ParquetWriter(self._staging.file(tally.rejects_file), known)
        self._files[tally.rejects_file].write_table(pa.Table.from_pylist(rows, schema=known))
        tally.rejects.clear()

    def finish(self) -> None:
        """Wait until all is written; the files are whole then."""
        self._wait(0)
        for file in self._files.values():
            file.close()

    def close(self) -> None:
        """End the thread that writes, with the chunk that it is at."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _wait(self, left: int) -> None:
        while len(self._jobs) > left:
            self._jobs.popleft().result()

    def _new(self, tally: Tally, what: str) -> str:
        evidence, _, inside = self._evidence().partition("!")
        member = _slug(inside) + _slug(tally.member)
        return f"{self._load:06d}-{evidence}-{member}{what}-{uuid.uuid4().hex[:6]}.parquet"


def _alike(table: pa.Table) -> list[str]:
    """The values of attributes, where few of them are distinct."""
    values = table["attributes"].chunk(0).items
    return [_MAP_VALUES] if len(values.dictionary) < _DISTINCT * len(values) else []


def _compression(table: pa.Table) -> dict[str, str]:
    """lz4 for each column, but for texts that it makes no smaller, such as hexadecimal ids."""
    import pyarrow as pa

    codec, found = pa.Codec("lz4"), {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        found[name] = "lz4"
        if column.type == pa.string() and column.null_count < len(column):
            some = one(column).drop_null()[:_TRIED]
            _, ends, data = some.buffers()
            low, high = np.frombuffer(ends, np.int32)[[some.offset, some.offset + len(some)]].tolist()
            text = data[low:high]
            if len(text) and len(codec.compress(text)) > _SMALLER * len(text):
                found[name] = "none"
    found |= dict.fromkeys((_MAP_KEYS, _MAP_VALUES), "lz4")
    del found["attributes"]
    return found


def _slug(member: str) -> str:
    if not member:
        return ""
    return hashlib.sha256(member.encode()).hexdigest()[:8] + "-"
