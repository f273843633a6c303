"""A SQL database by its SQLAlchemy URL: one SELECT, read as it comes, into JSON lines.

PostgreSQL runs it in a READ ONLY transaction with a statement timeout; SQLite opens the file for reading alone. For
any other database the kit can't hold it to reading: the answer says so, and an account that may only read is the way.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from investigator.connect.address import Address
from investigator.connect.answer import Answer
from investigator.errors import DataError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

PAGE = 1_000
CONNECT_SECONDS = 10
_BOUND = re.compile(r"(?<![:\w]):(start|end)\b")


def ask(
    where: Address,
    query: str,
    target: Path,
    *,
    window: tuple[datetime, datetime] | None,
    limit: int,
    seconds: float,
    progress: Callable[[int, int, str], None] | None = None,
) -> Answer:
    """Write the rows of a SELECT to `target`, one JSON object a line; `:start` and `:end` are the window's.

    ParameterError where window and query don't fit; DataError where the database can't be reached or refuses.
    """
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    bound = _window(query, window)
    limits: list[str] = []
    try:
        with _connected(where, seconds) as connection:
            dialect = connection.dialect.name
            if dialect == "postgresql":
                connection.execute(
                    text("SELECT set_config('statement_timeout', :ms, true)"),
                    {"ms": str(math.ceil(seconds * 1000))},
                )
            if dialect in ("postgresql", "sqlite"):
                # As a table it can be nothing but one SELECT, and no more is sent than is kept.
                query = f"SELECT * FROM (\n{query.strip().rstrip(';')}\n) AS fetched LIMIT :at_most"
                bound["at_most"] = limit + 1
            else:
                limits.append(f"Nothing but the account's rights holds {dialect} to reading.")
            streamed = connection.execution_options(stream_results=True, max_row_buffer=PAGE)
            rows, more = _written(streamed.execute(text(query), bound), target, limit, progress)
    except SQLAlchemyError as error:
        raise _told(where, error, seconds) from None
    except ModuleNotFoundError as error:
        raise DataError(
            f"The driver for {where} is not installed: {error.name}.",
            "",
            "For PostgreSQL: pip install 'psycopg[binary]'.",
        ) from None
    if more:
        limits.insert(0, f"Cut at {limit:,} rows: there are more. Narrow the window or raise the limit.")
    return Answer(rows, not more, tuple(limits))


def _window(query: str, window: tuple[datetime, datetime] | None) -> dict[str, Any]:
    """What is bound for the window: both ends, or neither."""
    named = set(_BOUND.findall(query))
    if window is None:
        if named:
            raise ParameterError(
                "The query asks for :start and :end, and there is no window.", "", "Give a window."
            )
        return {}
    if named != {"start", "end"}:
        raise ParameterError(
            "There is a window, and the query does not ask for it.",
            "",
            "Write it into the query: WHERE created_at >= :start AND created_at < :end; or leave the window out.",
        )
    return {"start": window[0].astimezone(UTC), "end": window[1].astimezone(UTC)}


@contextmanager
def _connected(where: Address, seconds: float) -> Iterator[Connection]:
    """A connection that may only read, in a transaction that is rolled back."""
    engine = _engine(where, seconds)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(postgresql_readonly=True)
            try:
                yield connection
            finally:
                connection.rollback()
    finally:
        engine.dispose()


def _engine(where: Address, seconds: float) -> Engine:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import NullPool

    try:
        url = make_url(re.sub(r"^postgres://", "postgresql://", where.url))
        dialect = url.get_backend_name()
        if dialect == "sqlite":
            return create_engine(
                "sqlite://", creator=lambda: _sqlite(url.database, seconds), poolclass=NullPool
            )
        options = {"connect_timeout": CONNECT_SECONDS} if dialect == "postgresql" else {}
        return create_engine(url, poolclass=NullPool, connect_args=options, hide_parameters=True)
    except ArgumentError as error:
        raise ParameterError(
            f"SQLAlchemy knows no such address: {where.without_secrets(str(error))}",
            "",
            "Give one such as postgresql://host/database.",
        ) from None


def _sqlite(database: str | None, seconds: float) -> sqlite3.Connection:
    """A file, opened for reading alone, whose statements end when their time is over."""
    if not database or not Path(database).is_file():
        raise DataError(
            f"There is no SQLite file {database}.", "", "Give sqlite:////absolute/path/to/file.db."
        )
    connection = sqlite3.connect(f"file:{quote(str(Path(database).resolve()))}?mode=ro", uri=True)
    ends = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > ends, 10_000)
    return connection


def _written(
    result: Any, target: Path, limit: int, progress: Callable[[int, int, str], None] | None
) -> tuple[int, bool]:
    """Rows written, and whether there was one more than the limit."""
    names = _unlike(list(result.keys()))
    count = 0
    with open(target, "w", encoding="utf-8") as stream:
        for page in result.partitions(PAGE):
            for row in page[: limit - count]:
                line = dict(zip(names, map(_plain, row), strict=True))
                stream.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")
            more = len(page) > limit - count
            count += min(len(page), limit - count)
            if progress is not None:
                progress(count, limit, f"{count:,} rows")
            if more:
                return count, True
    return count, False


def _unlike(names: list[str]) -> list[str]:
    """Names of columns, a second `id` as `id_2`: none is lost."""
    out: list[str] = []
    for name in names:
        number, free = 1, name
        while free in out:
            number += 1
            free = f"{name}_{number}"
        out.append(free)
    return out


def _plain(value: Any) -> Any:
    """A value as JSON has it; times as ISO 8601, bytes as hex, what JSON can't say as text."""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def _told(where: Address, error: Exception, seconds: float) -> DataError:
    """A driver's error in one sentence, without the address's secrets."""
    said = where.without_secrets(str(getattr(error, "orig", None) or error)).strip().splitlines()
    text = said[0] if said else type(error).__name__
    if "statement timeout" in text or text == "interrupted":
        return DataError(
            f"The query took longer than {seconds:g} seconds and was stopped.",
            f"{where} said: {text}",
            "Narrow the window, or give it more seconds.",
        )
    return DataError(f"{where} refused: {text}", "Nothing was fetched.", "Correct the address or the query.")
