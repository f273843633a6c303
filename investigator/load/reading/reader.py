"""What every way of reading shares: a file's content and format, the engine, the plan, and where events go."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from investigator.events.store import Staging
from investigator.load import delays, finishing, years
from investigator.load.content import Content
from investigator.load.dated import Dated, taken_at
from investigator.load.direct import in_arrow
from investigator.load.fast.buffers import plain
from investigator.load.options import Options
from investigator.load.plan import Plan
from investigator.load.reading.parts import Whole
from investigator.load.reading.planning import Planner
from investigator.load.reading.writer import REJECTS_HELD, Writer
from investigator.load.split import Chunk
from investigator.load.sql import quote
from investigator.load.tally import Tally
from investigator.sources._format import Form, Head, Parts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY_LIMIT = "2GB"
AHEAD = 2  # chunks that are made while the one before is worked on
SMALL = 8 << 20  # bytes of a file that is read without room on disk
_Item = TypeVar("_Item")


@lru_cache(maxsize=1)
def _shared(process: int) -> duckdb.DuckDBPyConnection:
    """One engine for the small files of a process."""
    import duckdb

    connection = duckdb.connect()
    for setting in (
        "GLOBAL TimeZone='UTC'",
        f"memory_limit='{MEMORY_LIMIT}'",
        "threads=1",
        "temp_directory=''",
    ):
        connection.execute(f"SET {setting}")
    return connection


class Reader:
    """One file on its way into staged Parquet files; every unit of it is counted in a tally."""

    def __init__(
        self,
        content: Content,
        name: str,
        form: Form,
        options: Options,
        staging: Staging,
        evidence: Callable[[], str],
        head: Head,
        *,
        constant: dict[str, str] | None = None,
        numbered: Callable[[pa.Table], pa.Table] | None = None,
        rejected: Callable[[Tally], None] | None = None,
    ) -> None:
        """`evidence` gives its name in every event, asked late: the file is hashed while it is read.

        Where some lines of a mixed file are read, `constant` is what every event says of itself, `numbered` gives events
        their lines' numbers in the whole, and `rejected` takes what can't be read.
        """
        self.content, self.name, self.form, self.head = content, name, form, head
        self.options, self.staging, self.evidence = options, staging, evidence
        content.order = options.order or ""
        self.format = ""  # its name, where the file is read by one
        self.turns = False  # whether a line of another format makes the file a mix
        self.samples: dict[str, list[str]] = {}  # of the head of the file, also where this is only its tail
        self._constant, self._numbered, self._rejected = constant or {}, numbered, rejected
        self._whole: Whole | None = None
        self._writer = Writer(staging, name, evidence, options.load)
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The engine, for this file alone; small files share one, since making one takes longer than reading them."""
        if self._connection is None and self.content.path.stat().st_size < SMALL:
            self._connection = _shared(os.getpid()).cursor()
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect()
            for setting in (
                "GLOBAL TimeZone='UTC'",
                f"memory_limit='{MEMORY_LIMIT}'",
                "threads=1",
                f"temp_directory={quote(str(self.staging.folder / 'spill'))}",
            ):
                self._connection.execute(f"SET {setting}")
        return self._connection

    @cached_property
    def _beside(self) -> duckdb.DuckDBPyConnection:
        """The same engine, to be asked while the file is read on."""
        return self.connection.cursor()

    def finish(self, tallies: list[Tally]) -> None:
        """Write all that is held."""
        for tally in tallies:
            self.write_rejects(tally)
        self._writer.finish()

    def close(self) -> None:
        """Let go of the engine and of the thread that writes."""
        self._writer.close()
        if "_beside" in vars(self):
            self._beside.close()
            del self._beside
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def whole(self, found: Iterator[Chunk], parts: tuple[Parts, ...]) -> Iterator[Chunk]:
        """Chunks with lines put together that the writer cut."""
        self._whole = Whole.of(parts, self.head) if parts else None
        return self._whole.chunks(found) if self._whole else found

    def count(self, tally: Tally, chunk: Chunk) -> None:
        """Count the lines of a chunk, and those that are too long."""
        tally.total += len(chunk) + len(chunk.long) + chunk.joined
        tally.joined += chunk.joined
        tally.structure("blank", int(chunk.blank.sum()))
        reject_long(tally, chunk)

    def reject(self, tally: Tally, unit: int, byte: int | None, length: int, reason: str, text: str) -> None:
        """Count a unit that can't be read; few of them are held."""
        if len(tally.rejects) >= REJECTS_HELD:
            self.write_rejects(tally)
        tally.reject(unit, byte, length, reason, text)

    def write_rejects(self, tally: Tally) -> None:
        """Hand on the rejects held so far."""
        if self._rejected is not None:
            self._rejected(tally)
        else:
            self._writer.rejects(tally)

    def events(self, tally: Tally, keys: tuple[str, ...], rows: pa.Table) -> None:
        """Keep the events of rows of fields: unit, units, byte, and one text column a key, f0, f1, ...; some encoded."""
        import pyarrow as pa

        if tally.plan is None or self.options.day or self.options.taken:
            rows = pa.table({name: plain(rows[name]) for name in rows.column_names})
        if self.options.day or self.options.taken:
            keys, rows = self._dated(tally).applied(keys, rows)
        plan = self.planned(tally, keys, rows)
        events = in_arrow(plan, rows, self.connection)
        if plan.style.year_missing:
            events, tally.plan, tally.latest = years.turned(
                events, plan, tally.latest, lambda other: in_arrow(other, rows, self.connection)
            )
        self._later(tally, len(events), lambda plan: self._keep(tally, plan, events))

    def known(self, tally: Tally, rows: pa.Table) -> None:
        """Keep the events of rows whose plan is made, beside the reading of what follows."""
        self._later(
            tally, len(rows), lambda plan: self._keep(tally, plan, in_arrow(plan, rows, self._beside))
        )

    def _later(self, tally: Tally, rows: int, job: Callable[[Plan], None]) -> None:
        """Do a job by the plan that is known now."""
        plan = tally.plan
        assert plan is not None
        self._writer.later(rows, lambda: job(plan))

    def _dated(self, tally: Tally) -> Dated:
        """What makes times of the clocks or ages of one source."""
        if tally.dated is None:
            day, taken = self.options.day, self.options.taken
            tally.dated = Dated(date.fromisoformat(day) if day else None, taken_at(taken) if taken else None)
        return tally.dated

    def planned(self, tally: Tally, keys: tuple[str, ...], rows: pa.Table) -> Plan:
        """The plan for these keys, made from their rows where they are new."""
        plan = tally.plan
        if plan is None or plan.keys != keys:
            plan = tally.plan = self._planner(rows).plan(tally, keys)
        return plan

    def _planner(self, rows: pa.Table) -> Planner:
        return Planner(
            rows,
            self.content,
            self.name,
            self.form,
            self.options,
            self.evidence,
            self.head,
            self.samples,
            self._constant,
        )

    def _keep(self, tally: Tally, plan: Plan, table: pa.Table) -> None:
        """Count events, and write them."""
        import pyarrow.compute as pc

        table, collected, delay = delays.filled(finishing.in_range(table), tally.delay)
        tally.collected, tally.delay = tally.collected + collected, delay
        if self._whole is not None and self._whole.spans:
            table = _spanned(table, self._whole.spans)
        if self._numbered is not None:
            table = self._numbered(table)
        low_high = pc.min_max(table["time"]).as_py()
        tally.clock.see(table["time"], table["unit"])
        if low_high["min"] is not None:
            low, high = (f"{low_high[end].isoformat()}+00:00" for end in ("min", "max"))
            tally.first = min(tally.first or low, low)
            tally.last = max(tally.last or high, high)
        tally.untimed += _unread(table, plan)
        if "named" in table.column_names:
            bare = table.num_rows - (pc.sum(table["named"]).as_py() or 0)
            tally.bare, tally.named = tally.bare + bare, tally.named + table.num_rows - bare
        elif not plan.style.zoned and not plan.untold:
            tally.bare += table.num_rows
        elif not plan.untold:
            tally.named += table.num_rows
        if "gap" in table.column_names:
            tally.jumped += table.num_rows - table["gap"].null_count
        self._writer.events(tally, plan, table)


def _unread(table: pa.Table, plan: Plan) -> int:
    """How many rows have no time that could be read; an empty cell of a list says that there is none yet."""
    import pyarrow.compute as pc

    key, missing = plan.roles.of.get("time"), table["time"].null_count
    if not missing or plan.roles.kind != "record" or key not in plan.kept:
        return missing
    column = f"a{plan.kept.index(key)}"
    if column not in table.column_names:
        return missing
    cells = table.filter(pc.is_null(table["time"]))[column]
    return len(cells) - cells.null_count


def _spanned(table: pa.Table, spans: dict[int, int]) -> pa.Table:
    """Events with how many units the lines reach over that were put together."""
    import pyarrow as pa

    units = [
        spans.get(unit, had)
        for unit, had in zip(table["unit"].to_pylist(), table["units"].to_pylist(), strict=True)
    ]
    return table.set_column(table.column_names.index("units"), "units", pa.array(units, pa.int64()))


def reject_long(tally: Tally, chunk: Chunk) -> None:
    """Count the lines of a chunk that are too long."""
    for unit, byte, length, first in chunk.long:
        text = first.decode("utf-8", errors="backslashreplace")
        tally.reject(unit, byte, length, f"a line of {length / 1e6:.0f} MB; lines have at most 16 MB", text)


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items, a few of them made while the one before is worked on."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="split")
    missing = object()
    coming = deque(pool.submit(next, items, missing) for _ in range(AHEAD))
    try:
        while (item := coming.popleft().result()) is not missing:
            coming.append(pool.submit(next, items, missing))
            yield item  # type: ignore[misc]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
