"""The tables behind a ledger and everything said to them, once for SQLite and PostgreSQL.

This module imports SQLAlchemy; it is imported when a ledger is opened, not before.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from investigator.errors import LedgerError
from investigator.ledger import postgresql, sqlite
from investigator.ledger.entry import ENVELOPE, SHOWN, Row, to_microseconds
from investigator.ledger.place import Place
from investigator.ledger.undisturbed import undisturbed

SCHEMA_VERSION = 1

# Sorted byte by byte everywhere: a database's own collation must not change the one total order.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

metadata = sa.MetaData()
about_ledger = sa.Table(
    "ledger", metadata, sa.Column("name", _TEXT, primary_key=True), sa.Column("value", _TEXT, nullable=False)
)
replicas = sa.Table(
    "replicas",
    metadata,
    sa.Column("id", _TEXT, primary_key=True),
    sa.Column("place", _TEXT, nullable=False, unique=True),
    sa.Column("started", sa.BigInteger, nullable=False),
)
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("replica", _TEXT, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", _TEXT, nullable=False),
    sa.Column("author", _TEXT, nullable=False),
    sa.Column("about", _TEXT),
    sa.Column("happened_low", sa.BigInteger, nullable=False),
    sa.Column("happened_high", sa.BigInteger, nullable=False),
    sa.Column("zone", _TEXT, nullable=False),
    sa.Column("known", sa.BigInteger, nullable=False),
    sa.Column("wall", sa.BigInteger, nullable=False),
    sa.Column("key", _TEXT),
    sa.Column("content_hash", _TEXT, nullable=False),
    sa.Column("previous", _TEXT, nullable=False),
    sa.Column("hash", _TEXT, nullable=False),
    sa.Index("entries_in_order", "known", "replica", "seq"),
    sa.Index("entries_by_about", "about", "kind"),
    sa.Index("entries_by_key", "key"),
)
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("replica", _TEXT, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("salt", _TEXT, nullable=False),
    sa.Column("content", _TEXT, nullable=False),
    sa.ForeignKeyConstraint(["replica", "seq"], ["entries.replica", "entries.seq"]),
)
_ORDER = (entries.c.known, entries.c.replica, entries.c.seq)
_BOTH = entries.outerjoin(
    contents, sa.and_(contents.c.replica == entries.c.replica, contents.c.seq == entries.c.seq)
)
_COLUMNS = (*(entries.c[name] for name in ENVELOPE), entries.c.hash, contents.c.salt, contents.c.content)

_SHOWN = (*(contents.c.content if name == "content" else entries.c[name] for name in SHOWN),)

# What every entry asks, put together once: putting a query together takes longer than running it. None of it may
# look at every entry: an append to a record of a hundred thousand costs what one to a short record costs.
_PARTS = ("known_", "replica_", "seq_")
_LATER = (
    sa.select(sa.func.count())
    .select_from(entries)
    .where(
        sa.tuple_(*_ORDER)
        > sa.tuple_(*(sa.bindparam(n, type_=c.type) for n, c in zip(_PARTS, _ORDER, strict=True)))
    )
)
_WITH_KEY = (
    sa.select(*_COLUMNS)
    .select_from(_BOTH)
    .where(entries.c.key == sa.bindparam("wanted"))
    .order_by(*_ORDER)
    .limit(1)
)
_HASH = sa.select(entries.c.hash).where(
    entries.c.replica == sa.bindparam("replica_"), entries.c.seq == sa.bindparam("seq_")
)
# The chains that there are, each found from the one before it: `GROUP BY` would read the whole index.
_first = sa.select(sa.func.min(entries.c.replica).label("replica")).cte("chains", recursive=True)
_chains = _first.union_all(
    sa.select(
        sa.select(sa.func.min(entries.c.replica))
        .where(entries.c.replica > _first.c.replica)
        .scalar_subquery()
    ).where(_first.c.replica.is_not(None))
)


def _length(replica: sa.ColumnElement[str]) -> sa.ScalarSelect[int]:
    other = entries.alias()
    return sa.select(sa.func.max(other.c.seq)).where(other.c.replica == replica).scalar_subquery()


_HEADS = (
    sa.select(entries.c.replica, entries.c.seq, entries.c.hash)
    .select_from(
        _chains.join(
            entries,
            sa.and_(entries.c.replica == _chains.c.replica, entries.c.seq == _length(_chains.c.replica)),
        )
    )
    .order_by(entries.c.replica)
)
_ALL = sa.select(sa.func.sum(_length(_chains.c.replica))).select_from(_chains).scalar_subquery()
_other = entries.alias()
_AHEAD = (
    sa.select(sa.func.count()).select_from(_other).where(_other.c.known > entries.c.known).scalar_subquery()
)
_TAIL = (
    sa.select(replicas.c.id, entries.c.seq, entries.c.hash, entries.c.known, _ALL, _AHEAD)
    .select_from(
        replicas.outerjoin(
            entries, sa.and_(entries.c.replica == replicas.c.id, entries.c.seq == _length(replicas.c.id))
        )
    )
    .where(replicas.c.place == sa.bindparam("wanted"))
)
Result = TypeVar("Result")


class Tail(NamedTuple):
    """The end of the chain that this copy writes, how many entries there are, and how many are later."""

    replica: str
    seq: int
    hash: str | None
    known: int | None
    total: int
    later: int


class Store:
    """The rows of one ledger. Every method takes the connection of one transaction."""

    def __init__(self, place: Place, *, read_only: bool) -> None:
        self.place, self.read_only = place, read_only
        #: The version of the ledger where a newer kit wrote it; 0 otherwise.
        self.newer = 0
        self.engine_of = sqlite if place.path is not None else postgresql
        with self._told("open"):
            self.engine, self.full = self._open()
        self._process, self._fingerprint = os.getpid(), ""
        self._opened_as = self.engine_of.opened_as(place)
        try:
            self.case_id = self._recognise()
        except BaseException:
            self.engine.dispose()
            raise

    @classmethod
    def create(cls, place: Place, *, case_id: str, now: datetime) -> Store:
        """A new ledger with nothing in it."""
        told = {"case": case_id, "schema": str(SCHEMA_VERSION), "created": now.isoformat()}
        rows = [sa.insert(about_ledger).values(name=name, value=value) for name, value in told.items()]
        with _told("create", place):
            (sqlite if place.path is not None else postgresql).create(place, metadata, rows)
        return cls(place, read_only=False)

    def _open(self) -> tuple[sa.Engine, bool]:
        """The engine, and whether the disk is full: then the ledger is there to be read."""
        try:
            return self.engine_of.open_engine(self.place, read_only=self.read_only), False
        except sqlite3.OperationalError as error:
            if self.read_only or not sqlite.no_room(str(error)):
                raise
        self.read_only = True
        return self.engine_of.open_engine(self.place, read_only=True), True

    def _recognise(self) -> str:
        with self.reading() as connection:
            there = set(sa.inspect(connection).get_table_names())
            if not {"ledger", "entries", "contents", "replicas"} <= there:
                raise LedgerError(
                    f"{self.place} is a database, but not a ledger.",
                    f"It has the tables: {', '.join(sorted(there)) or 'none'}.",
                    "Give the path of case.db, or make a ledger with Ledger.create.",
                )
            told = {row.name: row.value for row in connection.execute(sa.select(about_ledger))}
        version = told.get("schema", "")
        if not version.isdigit() or "case" not in told:
            raise LedgerError(
                f"{self.place} doesn't say which case and which version it is.",
                "A ledger does; this one was changed from outside.",
                "Restore it from a copy.",
            )
        if int(version) > SCHEMA_VERSION:
            self.read_only, self.newer = True, int(version)
        return told["case"]

    # -- transactions -------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of all tables."""
        with self._told("read"), self._connected() as connection:
            if self.place.path is None:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def write(self, job: Callable[[sa.Connection], Result]) -> Result:
        """What the job gives, run as the only writer; when this returns, what it wrote is on disk.

        A job may run again where the connection was lost, so it first looks whether it was done already.
        """
        if self.read_only:
            raise self.unwritable()
        tries = iter(self.engine_of.PATIENCE)
        while True:
            try:
                with undisturbed(), self._told("write"):
                    return self._written(job)
            except ConnectionLostError:
                wait = next(tries, None)
                if wait is None:
                    raise
                self.engine.dispose()  # the others of the pool are lost, too
                time.sleep(wait)

    def _written(self, job: Callable[[sa.Connection], Result]) -> Result:
        with self._connected() as connection:
            connection = self.engine_of.lock(connection)
            with self.engine_of.settling(connection, self.place) as settle:
                with connection.begin():
                    self.engine_of.locked(connection, self.place, _TAIL, {"wanted": self._fingerprint})
                    if self.engine_of.opened_as(self.place) != self._opened_as:
                        raise LedgerError(
                            f"{self.place} was moved, removed or replaced while it was open.",
                            "Nothing was written: it would have gone into a file that nobody finds.",
                            "Open the case again.",
                        )
                    result = job(connection)
                # The lock is given back before the disk is waited for: those who write next wait with us, and one
                # turn of the disk serves all. Nobody is told "written" before it is.
                try:
                    settle()
                except OSError as error:
                    raise LedgerError(
                        f"The disk did not confirm what was written to {self.place}: {error.strerror or error}.",
                        "It is in the record now, and may not be after a power cut.",
                        "Look after the disk; then see whether the entry is there before writing it again.",
                    ) from None
            return result

    def unwritable(self) -> LedgerError:
        """Why nothing can be written here, where nothing can."""
        if self.newer:
            return LedgerError(
                f"{self.place} was written by a newer kit (version {self.newer} of the ledger), so it is read only here.",
                f"Nothing was written. This kit writes version {SCHEMA_VERSION}.",
                "Update the kit: pip install --upgrade investigator.",
            )
        if self.full:
            return LedgerError(
                f"The disk can't take more at {self.place}, so it can only be read.",
                "Nothing was written. All earlier entries are safe.",
                "Free some space and write it again.",
            )
        if self.place.path is not None and not sqlite.ours(self.place):
            return LedgerError(
                f"{self.place} may only be read by you.",
                "Nothing was written.",
                "Ask its owner for the permission to write, or copy the case's folder and write into the copy.",
            )
        return LedgerError(
            f"{self.place} was opened for reading only.", "Nothing was written.", "Open it without read_only."
        )

    def _connected(self) -> sa.Connection:
        return self.engine_of.connected(self._own_engine(), self.place)

    def _own_engine(self) -> sa.Engine:
        # A forked child must not use its parent's connections: SQLite would lose its locks.
        if os.getpid() != self._process:
            self.engine.dispose(close=False)
            self._process = os.getpid()
        return self.engine

    def _told(self, doing: str):  # type: ignore[no-untyped-def]
        return _told(doing, self.place)

    # -- reading ------------------------------------------------------------------------

    def rows(self, connection: sa.Connection) -> list[Row]:
        """Every row, chain by chain."""
        query = sa.select(*_COLUMNS).select_from(_BOTH).order_by(entries.c.replica, entries.c.seq)
        return [Row(*row) for row in connection.execute(query)]

    def since(self, connection: sa.Connection, heads: Mapping[str, int]) -> list[tuple[Any, ...]]:
        """What people see of every row beyond these ends of the chains, in the total order."""
        query = sa.select(*_SHOWN).select_from(_BOTH).order_by(*_ORDER)
        if heads:
            beyond = [
                sa.and_(entries.c.replica == replica, entries.c.seq > seq) for replica, seq in heads.items()
            ]
            query = query.where(sa.or_(*beyond, entries.c.replica.not_in(list(heads))))
        return self.engine_of.fetched(connection, query)

    def erased(self, connection: sa.Connection) -> set[str]:
        """The ids of all erased entries."""
        query = sa.select(entries.c.about).where(entries.c.kind == "erase", entries.c.about.is_not(None))
        return set(connection.execute(query).scalars())

    def row(self, connection: sa.Connection, replica: str, seq: int) -> Row | None:
        """One row."""
        found = connection.execute(
            sa.select(*_COLUMNS).select_from(_BOTH).where(_is(entries, replica, seq))
        ).first()
        return Row(*found) if found else None

    def number(self, connection: sa.Connection, order: tuple[int, str, int]) -> int:
        """The place of an entry in the total order, counted from 1: of all, those that are not after it."""
        total = sum(seq for seq, _ in self.heads(connection).values())
        later = connection.execute(_LATER, dict(zip(_PARTS, order, strict=True))).scalar_one()
        return total - int(later)

    def is_there(self, connection: sa.Connection, row: Row) -> bool:
        """Whether this very row is in its chain: the connection was lost, and its commit was not."""
        found = self.row(connection, row.replica, row.seq)
        return found is not None and found.hash == row.hash

    def with_key(self, connection: sa.Connection, key: str) -> Row | None:
        """The first row with that key, of any replica."""
        found = connection.execute(_WITH_KEY, {"wanted": key}).first()
        return Row(*found) if found else None

    def eraser_of(self, connection: sa.Connection, entry_id: str) -> Row | None:
        """The entry that erased that one."""
        query = (
            sa.select(*_COLUMNS)
            .select_from(_BOTH)
            .where(entries.c.kind == "erase", entries.c.about == entry_id)
            .order_by(*_ORDER)
            .limit(1)
        )
        found = connection.execute(query).first()
        return Row(*found) if found else None

    def heads(self, connection: sa.Connection) -> dict[str, tuple[int, str]]:
        """The last sequence number and hash of every chain."""
        return {replica: (seq, digest) for replica, seq, digest in connection.execute(_HEADS)}

    def stands(self, connection: sa.Connection, heads: Mapping[str, tuple[int, str]]) -> bool:
        """Whether each of these entries is still the one that it was."""
        return all(
            connection.execute(_HASH, {"replica_": replica, "seq_": seq}).scalar() == digest
            for replica, (seq, digest) in heads.items()
        )

    def known_of(self, connection: sa.Connection, ids: Iterable[tuple[str, int]]) -> list[int]:
        """When each of these entries was known, of those that are here."""
        found = (self.row(connection, *parts) for parts in ids)
        return [row.known for row in found if row is not None]

    def orphans(self, connection: sa.Connection) -> list[str]:
        """Contents without an entry: nobody could have written them through a ledger."""
        query = (
            sa.select(contents.c.replica, contents.c.seq)
            .select_from(contents.outerjoin(entries, _same(contents, entries)))
            .where(entries.c.replica.is_(None))
        )
        return [f"{replica}-{seq}" for replica, seq in connection.execute(query)]

    def own(self, connection: sa.Connection) -> set[str]:
        """The chains that began in this file; none on a server, which several folders write to."""
        if self.place.path is None:
            return set()
        return {str(name) for (name,) in connection.execute(sa.select(replicas.c.id))}

    def damage(self, connection: sa.Connection) -> list[str]:
        """What the database itself finds wrong."""
        return self.engine_of.damage(connection)

    # -- writing ------------------------------------------------------------------------

    def tail(self, connection: sa.Connection) -> Tail | None:
        """Where this copy's chain ends; None where it has not begun one."""
        # Asked together with the lock, where that saves a round trip; good for one entry.
        asked = connection.info.pop("tail", None)
        if asked is not None:
            found = asked[0]
        else:
            found = connection.execute(_TAIL, {"wanted": self._mark(connection)}).first()
        if found is None:
            return None
        replica, seq, digest, known, total, later = found
        return Tail(replica, int(seq or 0), digest, known, int(total or 0), int(later))

    def begin_replica(self, connection: sa.Connection, replica: str, now: datetime) -> None:
        """Bind a new chain to this copy."""
        told = {"id": replica, "place": self._mark(connection), "started": to_microseconds(now)}
        connection.execute(sa.insert(replicas).values(told))

    def _mark(self, connection: sa.Connection) -> str:
        # Asked once: `writing` has seen that the file is still the one that was opened.
        if not self._fingerprint:
            self._fingerprint = self.engine_of.fingerprint(connection, self.place, self.case_id)
        return self._fingerprint

    def add(self, connection: sa.Connection, row: Row, *, last: bool = False) -> None:
        """Add one row with its content; `last` where nothing but the commit follows."""
        self.engine_of.add(connection, entries, contents, row, last=last)

    def insert(self, connection: sa.Connection, rows: list[Row]) -> None:
        """Add rows to the chains."""
        if rows:
            connection.execute(
                sa.insert(entries),
                [{name: getattr(row, name) for name in (*ENVELOPE, "hash")} for row in rows],
            )

    def insert_contents(self, connection: sa.Connection, rows: list[Row]) -> None:
        """Add the contents of rows that have one."""
        there = [
            {name: getattr(row, name) for name in ("replica", "seq", "salt", "content")}
            for row in rows
            if row.content is not None
        ]
        if there:
            connection.execute(sa.insert(contents), there)

    def delete_contents(self, connection: sa.Connection, ids: Iterable[tuple[str, int]]) -> int:
        """Destroy contents; the database refuses those without an erase entry."""
        gone = 0
        for replica, seq in ids:
            gone += connection.execute(sa.delete(contents).where(_is(contents, replica, seq))).rowcount
        return gone

    def scrub(self) -> None:
        """Remove the bytes that deleted contents left behind."""
        try:
            with undisturbed(), self._told("scrub"):
                clean = self.engine_of.scrub(self._own_engine())
        except LedgerError as error:
            raise LedgerError(
                "The content is erased, but its bytes may still be on disk.",
                error.what,
                "See to that, and erase the same again.",
            ) from None
        if not clean:
            raise LedgerError(
                "The content is erased, but its bytes are still on disk.",
                f"Another program has {self.place} open and reads an older state.",
                "Close it there (a notebook's kernel, a database viewer), and erase the same entry again.",
            )


def _is(table: sa.Table, replica: str, seq: int) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.replica == replica, table.c.seq == seq)


def _same(left: sa.Table, right: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(left.c.replica == right.c.replica, left.c.seq == right.c.seq)


class ConnectionLostError(LedgerError):
    """The server went away in the middle, or is not there; whether it wrote is known when it is back."""


@contextmanager
def _told(doing: str, place: Place) -> Iterator[None]:
    """What a database says, in three beats."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error)
        if getattr(error, "connection_invalidated", False) or _gone(getattr(error, "orig", None), place):
            raise _lost(said, doing, place) from None
        raise _in_words(said, doing, place) from None
    except UnicodeDecodeError:
        # SQLite quotes a damaged name as it is.
        raise _in_words("malformed database schema: a name in it is no text", doing, place) from None
    except OSError as error:
        raise _in_words(error.strerror or str(error), doing, place) from None
    except Exception as error:
        # What goes to the driver directly (VACUUM, two statements at once), SQLAlchemy doesn't wrap.
        if type(error).__module__.partition(".")[0] not in ("sqlite3", "psycopg"):
            raise
        if _gone(error, place):
            raise _lost(str(error), doing, place) from None
        raise _in_words(str(error), doing, place) from None


def _gone(error: object, place: Place) -> bool:
    """Whether it is the server that is not there (any more), and not something that it says."""
    if place.path is not None or not any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        return False
    state = getattr(error, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def _lost(said: str, doing: str, place: Place) -> ConnectionLostError:
    known = (
        "Whether it was written is not known; saying the same again never writes it twice."
        if doing == "write"
        else ""
    )
    return ConnectionLostError(
        f"I can't {doing} the ledger at {place}: {said.strip().splitlines()[0].rstrip('.')}.",
        known,
        "See whether the server is there, then try again.",
    )


def _in_words(said: str, doing: str, place: Place) -> LedgerError:
    said = said.strip().split("\n")[0].rstrip(".")
    low = said.lower()
    unwritten = "" if doing in ("open", "read") else "Nothing was written. "
    if sqlite.no_room(said):
        return LedgerError(
            f"The disk can't take more at {place}: {said}.",
            f"{unwritten}All earlier entries are safe.",
            "Free some space and write it again.",
        )
    if "readonly" in low or "read-only" in low or "permission denied" in low or "unable to open" in low:
        return LedgerError(
            f"I may not {doing} {place}: {said}.",
            f"{unwritten}The file and its folder must be yours to write.",
            "Correct the permissions, or open it with read_only=True.",
        )
    if "locked" in low or "lock timeout" in low:
        return LedgerError(
            f"{place} is busy: somebody else has been writing for more than {sqlite.BUSY_SECONDS} s.",
            f"{unwritten}Entries are never lost to this.",
            "Write it again; close a program that keeps the file locked.",
        )
    if "malformed" in low or "not a database" in low:
        return LedgerError(
            f"{place} is damaged: {said}.",
            unwritten.strip(),
            "Restore it from a copy, then merge what an export or a colleague's copy still has.",
        )
    if "append-only" in low:
        return LedgerError(
            f"The database refused it: {said}.", "", "Add an entry that undoes or replaces the old one."
        )
    return LedgerError(
        f"I can't {doing} the ledger at {place}: {said}.", unwritten.strip(), "Correct that and try again."
    )
