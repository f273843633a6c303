"""A ledger in both of its databases: a SQLite file, and a schema of a real PostgreSQL server."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from investigator.ledger import Ledger

_schemas = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """A function that gives a place where no ledger is yet; every test that asks runs on both databases."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        return lambda: str(tmp_path / f"case{next(numbers)}.db")
    url = request.getfixturevalue("server")
    return lambda: f"{url}{'&' if '?' in url else '?'}schema=test_{next(_schemas)}"


@pytest.fixture
def ledger(new_place: Callable[[], str]) -> Iterator[Ledger]:
    """An empty ledger of case INC-1."""
    with Ledger.create(new_place(), case_id="INC-1") as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A path in a folder of its own, for what concerns SQLite alone."""
    folder = tmp_path / "INC-1"
    folder.mkdir()
    return folder / "case.db"


@pytest.fixture
def tampering() -> Callable[[Ledger], AbstractContextManager[Callable[[str], object]]]:
    """Changes a ledger behind its back."""
    return _tampering


@contextmanager
def _tampering(ledger: Ledger) -> Iterator[Callable[[str], object]]:
    """Runs SQL as somebody would who owns the database and gets the guards out of the way."""
    place = ledger._store.place
    if place.path is None:
        with ledger._store.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield lambda sql: connection.exec_driver_sql(sql.replace("%", "%%"))
        return
    connection = sqlite3.connect(place.path, isolation_level=None)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.execute("BEGIN")
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection.execute
    for _, sql in guards:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()
