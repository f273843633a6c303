"""The engine behind events: DuckDB in memory over the case's Parquet, or Spark Connect beyond one machine.

The embedded engine is locked before any query runs: it reads the case's events folder and its own spill folder
and nothing else. Never a `.duckdb` file (a second process could not open it).
"""

from __future__ import annotations

import functools
import itertools
import tempfile
import threading
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.errors import CaseError, ParameterError
from investigator.events import schema

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

MEMORY_LIMIT = "4GB"
#: Sets of columns that are counted in one pass; DuckDB tells at most 64 columns apart.
GROUPED_AT_MOST = 31
#: Answers of so many bytes in all are known, each of at most so many.
ANSWERS_AT_MOST, ANSWER_AT_MOST = 32_000_000, 1_000_000
#: Events of so many bytes on disk are read by one thread: to share so little out costs more than the others take over.
ALONE_AT_MOST = 64_000_000


class Engine:
    """Something that runs Ibis expressions over events. Made by `embedded` or `spark`."""

    def __init__(self, backend: Any, name: str, *, untried: bool = False, alone: bool = False) -> None:
        self.backend, self.name, self.untried = backend, name, untried
        #: Whether it was made for so little that it has one thread: what has grown since wants another.
        self.alone = alone
        self._lock = threading.RLock()
        self._views = 0
        #: What was asked lately, and the answer: files and tables don't change, so the same question has the same.
        self._answers: dict[Any, Any] = {}
        self._held = 0  # bytes of these
        self._kept: dict[Any, ir.Table] = {}

    def admit(self, analysis: str, server: str) -> None:
        """Refuse an analysis that has not passed on such a server; `server` is the Spark version on which it did, or empty."""
        if self.name == "duckdb" or server or self.untried:
            return
        raise ParameterError(
            f"The analysis '{analysis}' has not passed on a Spark Connect server, so it does not run on one.",
            "It runs on the embedded engine: open the case without engine=.",
            f"Try it there: investigator.testing.check_analysis({analysis!r}, engine='sc://host:15002'). Where that "
            f"passes, write SPARK = '<version of the server>' into investigator/analyses/{analysis}.py.",
        )

    def fetch(self, expression: Any) -> Any:
        """The result of an expression: a DataFrame, or a Python value for a scalar."""
        if self.name != "duckdb":
            with self._lock, _compiling():
                return self.backend.execute(expression)
        question = expression.op()
        with self._lock, _compiling():
            arrow = self._answers.get(question)
            if arrow is None:
                # Ibis' own execute has DuckDB bind each statement twice, and so open each Parquet file twice.
                arrow = self.backend.con.execute(self.backend.compile(expression)).to_arrow_table()
                if arrow.nbytes <= ANSWER_AT_MOST:
                    self._remember(question, arrow)
        return expression.__pandas_result__(_frame(arrow, expression.as_table().schema()))

    def _remember(self, question: Any, answer: Any) -> None:
        """Know an answer, and forget the others where they are too much."""
        self._held += answer.nbytes
        if self._held > ANSWERS_AT_MOST:
            self._answers.clear()
            self._held = answer.nbytes
        self._answers[question] = answer

    def prepared(self, expression: Callable[[str], ir.Table]) -> Callable[[str], pandas.DataFrame]:
        """A function of one text that gives the rows of an expression: compiled once, the text bound each time.

        The expression must use the text as a value only. Elsewhere than on the embedded engine it is compiled
        each time.
        """
        if self.name != "duckdb":
            return lambda text: self.fetch(expression(text))
        place = f"investigator-{uuid.uuid4().hex}"
        with self._lock, _compiling():
            sql = str(self.backend.compile(expression(place))).replace(f"'{place}'", "$1")

        def fetch(text: str) -> pandas.DataFrame:
            with self._lock:
                arrow = self.backend.con.execute(sql, [text]).to_arrow_table()
            return arrow.to_pandas()

        return fetch

    def counts(
        self, rows: ir.Table, sets: Sequence[tuple[str, ...]], *, least: int, most: int
    ) -> list[pandas.DataFrame] | None:
        """For each set of columns, its values with how many rows (n) and how many with a true `side` (a).

        All sets in one pass over the rows, which Ibis has no word for; None elsewhere than on the embedded engine.
        Values with fewer than `least` rows are left out, and all but the `most` frequent ones of a set. An empty set
        counts all rows.
        """
        if self.name != "duckdb":
            return None
        out: list[pandas.DataFrame] = []
        for first in range(0, len(sets), GROUPED_AT_MOST):
            out += self._counts(rows, sets[first : first + GROUPED_AT_MOST], least, most)
        return out

    def _counts(
        self, rows: ir.Table, sets: Sequence[tuple[str, ...]], least: int, most: int
    ) -> list[pandas.DataFrame]:
        names = list(dict.fromkeys(name for each in sets for name in each))
        quoted = ", ".join(f'"{name}"' for name in names)
        listed = ", ".join("(" + ", ".join(f'"{name}"' for name in each) + ")" for each in sets)
        with self._lock, _compiling():
            inner = self.backend.compile(rows.select(*names, "side"))
            # Column names are the schema's own; values stay inside the compiled part.
            frame = self.backend.con.execute(
                f"SELECT {quoted}, count(*) FILTER (side) AS a, count(*) AS n, grouping({quoted}) AS set_ "
                f"FROM ({inner}) GROUP BY GROUPING SETS ({listed}) HAVING count(*) >= {int(least)} "
                f"QUALIFY row_number() OVER (PARTITION BY set_ ORDER BY n DESC, {quoted}) <= {int(most)}"
            ).df()
        out = []
        for each in sets:
            bits = sum(1 << (len(names) - 1 - place) for place, name in enumerate(names) if name not in each)
            out.append(frame.loc[frame["set_"] == bits, [*each, "a", "n"]])
        return out

    def cache(self, expression: ir.Table) -> ir.Table:
        """A small intermediate result, computed once where several questions stand on it; as it is on Spark."""
        if self.name != "duckdb":
            return expression
        with self._lock, _compiling():
            import ibis.expr.operations as ops

            question = expression.op()
            if question in self._kept:
                return self._kept[question]
            self._views += 1
            name = f"kept_{id(self):x}_{self._views}"
            # Ibis' own create_table declares the columns, fills them, and asks what they are: twice as slow.
            self.backend.con.execute(f'CREATE TEMP TABLE "{name}" AS {self.backend.compile(expression)}')
            place = ops.Namespace(catalog="temp", database="main")
            self._kept[question] = ops.DatabaseTable(
                name=name, schema=expression.schema(), source=self.backend, namespace=place
            ).to_expr()
            return self._kept[question]

    def table(self, files: list[str], columns: dict[str, tuple[str, str]]) -> ir.Table:
        """A table over Parquet files of one schema; an empty one where there are none."""
        with self._lock:
            self._views += 1
            name = f"investigator_{id(self):x}_{self._views}"
            if not files:
                return self._empty(name, columns)
            if self.name == "duckdb":
                return self._duckdb_view(name, files)
            return self._spark_view(name, files, columns)

    def _duckdb_view(self, name: str, files: list[str]) -> ir.Table:
        listing = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        # Paths come from the manifest, not from data, and a view can't take bound parameters.
        self.backend.raw_sql(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{listing}], union_by_name=true)"
        )
        return self.backend.table(name)

    def _spark_view(self, name: str, files: list[str], columns: dict[str, tuple[str, str]]) -> ir.Table:
        session = self.backend._session
        # mergeSchema is not everywhere: read file by file and union by name, missing columns as null.
        frames = [session.read.parquet(file) for file in files]
        whole = functools.reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)
        whole.createOrReplaceTempView(name)
        return self.backend.table(name)

    def _empty(self, name: str, columns: dict[str, tuple[str, str]]) -> ir.Table:
        import pyarrow.parquet as pq

        folder = Path(tempfile.mkdtemp(prefix="investigator-")) if self.name != "duckdb" else None
        if folder is None:
            types = ", ".join(
                f"NULL::{_duckdb_type(short)} AS {column}" for column, (short, _) in columns.items()
            )
            self.backend.raw_sql(f"CREATE OR REPLACE VIEW {name} AS SELECT {types} LIMIT 0")
            return self.backend.table(name)
        pq.write_table(schema.arrow_schema(columns).empty_table(), folder / "empty.parquet")
        return self._spark_view(name, [str(folder / "empty.parquet")], columns)

    def frame_table(self, frame: pandas.DataFrame, columns: dict[str, tuple[str, str]]) -> ir.Table:
        """A table from a DataFrame of the schema's columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        known = schema.arrow_schema(columns)
        extra = [name for name in frame.columns if name not in columns]
        whole = pa.schema([*known, *(pa.field(name, pa.string()) for name in extra)])
        arrow = pa.Table.from_pandas(frame[[*columns, *extra]], schema=whole, preserve_index=False)
        if self.name == "duckdb":
            with self._lock:
                self._views += 1
                return self.backend.create_table(f"frame_{id(self):x}_{self._views}", arrow, temp=True)
        folder = Path(tempfile.mkdtemp(prefix="investigator-"))
        pq.write_table(arrow, folder / "frame.parquet")
        return self.table([str(folder / "frame.parquet")], columns)


def _frame(arrow: Any, schema: Any) -> pandas.DataFrame:
    """What the embedded engine answered as Ibis gives it: each column by the type that the expression has."""
    import pandas as pd
    import pyarrow.types as kinds
    from ibis.backends.duckdb.converter import DuckDBPandasData

    columns = {}
    for name, column in zip(arrow.column_names, arrow.columns, strict=True):
        # What has gaps, or holds others, goes by way of Python: numbers stay whole, and nothing is made NaN.
        plain = column.null_count or kinds.is_nested(column.type) or kinds.is_dictionary(column.type)
        columns[name] = column.to_pylist() if plain else column.to_pandas()
    return DuckDBPandasData.convert_table(pd.DataFrame(columns), schema)


def _duckdb_type(short: str) -> str:
    return {
        "time": "TIMESTAMP",
        "text": "VARCHAR",
        "int8": "TINYINT",
        "int64": "BIGINT",
        "float64": "DOUBLE",
        "map": "MAP(VARCHAR, VARCHAR)",
    }[short]


def _connected() -> Any:
    """A backend, its libraries loaded: without the collector, which takes a fifth of the time and finds nothing."""
    with _uncollected():
        import ibis
        import pandas  # noqa: F401

        return ibis.duckdb.connect()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which looks through all loaded libraries every few milliseconds."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _compiling() -> Iterator[None]:
    """Without fusing SELECTs, on every engine.

    Ibis spends half of a compilation on it, and DuckDB's optimiser does it by itself. On Spark a DISTINCT over chosen
    columns becomes one over all that were there before: another answer, or a refusal where one of them is a map.
    """
    import ibis

    before = ibis.options.sql.fuse_selects
    with _uncollected():
        ibis.options.sql.fuse_selects = False
        try:
            yield
        finally:
            ibis.options.sql.fuse_selects = before


def embedded(folder: Path | str | None = None) -> Engine:
    """DuckDB in memory, locked to the given events folder (and its own spill folder)."""
    spill = _spill()
    place = spill.name if spill else ""
    allowed = [one for one in (place, str(Path(folder).resolve()) if folder else "") if one]
    alone = folder is not None and small(folder)
    backend = _connected()
    listing = ", ".join("'" + path.replace("'", "''") + "'" for path in allowed)
    for statement in (
        "SET TimeZone='UTC'",
        f"SET temp_directory='{place}'",
        f"SET memory_limit='{MEMORY_LIMIT}'",
        "SET parquet_metadata_cache=true",
        *(["SET threads=1"] if alone else []),
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        f"SET allowed_directories=[{listing}]",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    ):
        backend.raw_sql(statement)
    engine = Engine(backend, "duckdb", alone=alone)
    if spill:
        weakref.finalize(engine, spill.cleanup)
    return engine


def _spill() -> tempfile.TemporaryDirectory[str] | None:
    """A folder for what doesn't fit into memory; None where no disk takes anything: most answers need none."""
    try:
        return tempfile.TemporaryDirectory(prefix="investigator-spill-")
    except OSError:
        return None


def small(folder: Path | str) -> bool:
    """Whether so little lies there that one thread reads it in less processor time, and about as soon."""
    sizes = (file.stat().st_size for file in Path(folder).rglob("*.parquet"))
    return all(held <= ALONE_AT_MOST for held in itertools.accumulate(sizes))


def spark(url: str, *, untried: bool = False) -> Engine:
    """A Spark Connect server, such as sc://host:15002. The events' folder must be on storage that it sees.

    `untried` lets analyses run that were never tried on such a server: to try them.
    """
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise CaseError(
            f"Spark Connect is not installed: {error}.",
            "The embedded engine needs nothing more.",
            "Install it with: pip install 'investigator[spark]'",
        ) from error
    _answers(url)
    # Not getOrCreate: it would hand back the process's first session, whichever server that one speaks to.
    session = SparkSession.builder.remote(url).create()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return Engine(ibis.pyspark.connect(session), "spark", untried=untried)


def _answers(url: str) -> None:
    """Refuse an address where nobody listens at once; the client itself would try again for minutes."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(url.split(";", 1)[0])
    try:
        socket.create_connection((parts.hostname or "", parts.port or 15002), timeout=5).close()
    except (OSError, ValueError) as error:
        raise CaseError(
            f"No Spark Connect server answers at {url.split(';', 1)[0]}: {error}.",
            "The embedded engine needs no server.",
            "Start the server, mend the address (sc://host:15002), or use the engine 'duckdb'.",
        ) from error


def engine_for(folder: Path | str | None, address: str | None = None) -> Engine:
    """The engine for a case: embedded by default, Spark Connect for an address that starts with sc://."""
    if not address or address == "duckdb":
        return embedded(folder)
    if address.startswith("sc://"):
        return spark(address)
    raise CaseError(
        f"There is no engine at '{address}'.",
        "There are: duckdb (embedded, the default) and sc://host:port (Spark Connect).",
        "Use one of these.",
    )
