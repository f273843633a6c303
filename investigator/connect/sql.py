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
#: So much is written of one answer.
BYTES_AT_MOST = 1 << 30
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
            limits += _may_write(connection)
            result = streamed.execute(text(query), bound)
            rows, more, stopped = _written(result, target, limit, time.monotonic() + seconds, progress)
    except SQLAlchemyError as error:
        raise _told(where, error, seconds) from None
    except ModuleNotFoundError as error:
        raise DataError(
            f"The driver for {where} is not installed: {error.name}.",
            "",
            "For PostgreSQL: pip install 'psycopg[binary]'.",
        ) from None
    if stopped:
        limits.insert(0, f"Cut at {rows:,} rows: {stopped}. Narrow the window or the columns.")
    elif more:
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


def _may_write(connection: Connection) -> list[str]:
    """What a role may do that nobody needs to read: said, so that a smaller one is taken the next time."""
    from sqlalchemy import text

    if connection.dialect.name != "postgresql":
        return []
    asked = text(
        "SELECT rolsuper, pg_has_role(rolname, 'pg_signal_backend', 'MEMBER') FROM pg_roles WHERE rolname = current_user"
    )
    superuser, signals = connection.execute(asked).one_or_none() or (False, False)
    if superuser:
        return ["The role is a superuser: it may do more than read. Take one that may only read."]
    return ["The role may stop other people's queries. Take one that may only read."] if signals else []


def _written(
    result: Any, target: Path, limit: int, ends: float, progress: Callable[[int, int, str], None] | None
) -> tuple[int, bool, str]:
    """Rows written, whether there are more, and what stopped it before the limit of rows: its bytes, or its time."""
    names = _unlike(list(result.keys()))
    count = size = 0
    with open(target, "wb") as stream:
        for row in result:
            if count == limit:
                return count, True, ""
            line = dict(zip(names, map(_plain, row), strict=True))
            written = json.dumps(line, ensure_ascii=False, default=_plain).encode(errors="replace") + b"\n"
            if size + len(written) > BYTES_AT_MOST:
                return count, True, f"more than {BYTES_AT_MOST / 1e6:,.0f} MB would have come"
            if time.monotonic() > ends:
                return count, True, "its time was over"
            stream.write(written)
            size += len(written)
            count += 1
            if progress is not None and count % PAGE == 0:
                progress(count, limit, f"{count:,} rows")
    if progress is not None:
        progress(count, limit, f"{count:,} rows")
    return count, False, ""


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
