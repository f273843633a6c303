"""A ledger in a SQLite file: how it is opened, locked, guarded and scrubbed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import random
import socket
import sqlite3
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from investigator.errors import LedgerError
from investigator.ledger.entry import CONTENT, ENVELOPE, Row
from investigator.ledger.place import Place, refuse_shared_folder, shared_folder

BUSY_SECONDS = 30
WRITING = "BEGIN IMMEDIATE"
PATIENCE: tuple[float, ...] = ()  # a file has no connection to lose
_ENGINES: dict[Path, weakref.WeakSet[sa.Engine]] = {}  # of this process, by file
_LOGS: dict[Path, tuple[int, int]] = {}  # the log that they have open
#: Where the index of the log can't be made, SQLite calls that an I/O error.
_FULL = ("is full", "no space", "disk i/o error", "file too large")
_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")

_ERASED = "EXISTS (SELECT 1 FROM entries WHERE kind = 'erase' AND about = {0}.replica || '-' || {0}.seq)"

# REPLACE deletes without asking the delete triggers, so inserting over a row is refused too.
GUARDS = [
    f"CREATE TRIGGER {table}_{name} BEFORE {verb.upper()} ON {table} {when} "
    f"BEGIN SELECT RAISE(ABORT, 'the record is append-only: {says}'); END"
    for name, table, verb, when, says in (
        ("fixed", "entries", "update", "", "an entry is never changed"),
        ("kept", "entries", "delete", "", "an entry is never removed"),
        (
            "once",
            "entries",
            "insert",
            "WHEN EXISTS (SELECT 1 FROM entries WHERE replica = NEW.replica AND seq = NEW.seq)",
            "an entry is never replaced",
        ),
        ("fixed", "contents", "update", "", "a content is never changed"),
        (
            "kept",
            "contents",
            "delete",
            f"WHEN NOT {_ERASED.format('OLD')}",
            "a content goes only with an erase entry",
        ),
        (
            "once",
            "contents",
            "insert",
            "WHEN EXISTS (SELECT 1 FROM contents WHERE replica = NEW.replica AND seq = NEW.seq) "
            f"OR {_ERASED.format('NEW')}",
            "a content is never replaced, and erased ones stay erased",
        ),
        ("fixed", "replicas", "update", "", "a replica is never changed"),
        ("kept", "replicas", "delete", "", "a replica is never removed"),
    )
]


def create(place: Place, metadata: sa.MetaData, rows: list[sa.Insert]) -> None:
    """A new ledger file: made under another name and then linked, so it is there whole or not at all."""
    path = _path(place)
    if not path.parent.is_dir():
        raise LedgerError(
            f"There is no folder {path.parent} for the ledger.",
            "",
            "Make the folder first, or correct the path.",
        )
    refuse_shared_folder(path)
    if os.path.lexists(path):
        raise LedgerError(
            f"There is something at {path} already.",
            "A ledger never overwrites.",
            "Open it, or choose another path.",
        )
    new = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.new"
    try:
        made = engine(Place(path=new), mode="rwc")
        try:
            with made.begin() as connection:
                metadata.create_all(connection)
                for guard in GUARDS:
                    connection.exec_driver_sql(guard)
                for row in rows:
                    connection.execute(row)
        finally:
            made.dispose()
        _publish(new, path)
    finally:
        for leftover in path.parent.glob(f"{new.name}*"):
            leftover.unlink(missing_ok=True)


def _publish(new: Path, path: Path) -> None:
    try:
        os.link(new, path)  # unlike a rename it never overwrites what somebody else made meanwhile
    except FileExistsError:
        raise LedgerError(
            f"There is something at {path} already.",
            "Somebody made it just now.",
            "Open it, or choose another path.",
        ) from None
    except OSError:  # a disk without hard links (exFAT)
        os.rename(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_engine(place: Place, *, read_only: bool) -> sa.Engine:
    """An engine on an existing file, or an error that says what lies there instead."""
    path = _path(place)
    if not path.exists():
        raise LedgerError(
            f"There is no ledger at {path}.", "", "Correct the path, or make one with Ledger.create."
        )
    if path.is_dir():
        inside = path / "case.db"
        raise LedgerError(
            f"{path} is a folder, not a ledger.",
            f"There is a case.db in it: {inside}." if inside.exists() else "There is no case.db in it.",
            f"Open {inside}." if inside.exists() else "Give the path of the ledger's file.",
        )
    if not os.access(path, os.R_OK):
        raise LedgerError(
            f"{path} can't be read: Permission denied.", "", "Ask its owner for the permission to read it."
        )
    if not read_only:
        refuse_shared_folder(path)
        return _recognised(engine(place, mode="rw"), path)
    unfit = shared_folder(path) or (
        "" if os.access(path.parent, os.W_OK) else "in a folder that can't be written"
    )
    if not unfit:
        try:
            return _recognised(engine(place, mode="ro"), path)
        except sqlite3.OperationalError as error:
            if not no_room(str(error)):
                raise
            unfit = "on a disk that is full"
    # Reading in WAL mode writes too (the -shm file). A file that nobody has open can be read as it is.
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size:
        raise LedgerError(
            f"{path} lies {unfit}, and somebody has it open or left without closing ({log.name} is there).",
            "Its last entries can't be read from here.",
            "Copy all three files (case.db, -wal, -shm) to a local folder and open that.",
        )
    return _recognised(engine(place, mode="ro&immutable=1"), path)


def no_room(said: str) -> bool:
    """Whether it is the disk that takes no more, as the database says it."""
    return any(word in said.lower() for word in _FULL)


def ours(place: Place) -> bool:
    """Whether the file and its folder are ours to write."""
    path = _path(place)
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _recognised(made: sa.Engine, path: Path) -> sa.Engine:
    """The engine, once SQLite itself has said that this is a database.

    The file is never opened beside SQLite: closing it would drop every lock that this process holds on it
    (https://www.sqlite.org/howtocorrupt.html, 2.2), and the next process to close would remove the log under
    a reader. Only what is no database at all is looked at.
    """
    try:
        raw = made.raw_connection()
        try:
            empty = raw.cursor().execute("PRAGMA page_count").fetchone() == (0,)
        finally:
            raw.close()
    except sqlite3.DatabaseError as error:
        made.dispose()
        if "not a database" not in str(error) or path.read_bytes().startswith(b"SQLite format 3\0"):
            raise
        empty = True
    if not empty:
        return made
    made.dispose()
    start = path.read_bytes()[:16]
    raise LedgerError(
        f"{path} is not a ledger: " + (f"it starts with {start!r}." if start else "it is empty."),
        "A ledger is a SQLite file that Ledger.create made.",
        "Give the path of case.db, or restore it from a copy.",
    )


class _Connection(sqlite3.Connection):
    """A connection that gives its lock back when it is closed.

    After an interrupt SQLAlchemy closes the connection while a traceback still holds its cursor; SQLite then
    keeps it, and its open transaction, until the cursor goes too.
    """

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # closed already
            self.rollback()
        super().close()


def engine(place: Place, *, mode: str) -> sa.Engine:
    """An engine whose every connection is patient and leaves no trace of what it deletes."""
    address = f"{_path(place).as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        # A damaged byte must reach verify, which names it, and not stop the reading.
        connection.text_factory = _whatever
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if mode == "rwc":
            connection.execute("PRAGMA journal_mode=WAL")  # kept in the file from then on
            with contextlib.suppress(OSError):
                _path(place).chmod(0o600)  # as are the files that SQLite puts beside it
        if not mode.startswith("ro"):
            connection.execute("PRAGMA fullfsync=ON")  # macOS' plain fsync stops at the drive's cache
        return connection

    made = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=sa.pool.QueuePool)
    _ENGINES.setdefault(_path(place), weakref.WeakSet()).add(made)

    # The driver's own BEGIN is deferred: two readers that then write would meet "database is locked" at once.
    @sa.event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("begin") == WRITING:
            _in_turn(connection.connection.driver_connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return made


def _in_turn(connection: Any) -> None:
    """Begin to write, as soon as nobody else does.

    SQLite itself asks again after up to a tenth of a second; a transaction here takes a thousandth.
    """
    connection.execute("PRAGMA busy_timeout=0")
    try:
        until, wait = time.monotonic() + BUSY_SECONDS, 0.0005
        while True:
            try:
                connection.execute(WRITING)
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
            time.sleep(wait * (0.5 + random.random()))
            wait = min(wait * 1.5, 0.005)
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")


def _whatever(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def fetched(connection: sa.Connection, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as the driver gives them: many, so nothing is made of each."""
    raw: Any = connection.connection.driver_connection
    raw.text_factory = str  # a third faster, and stops at a damaged byte
    try:
        return list(connection.execute(query).cursor.fetchall())  # type: ignore[union-attr]
    except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
        if "decode" not in str(error):
            raise
        raw.text_factory = _whatever
        return list(connection.execute(query).cursor.fetchall())  # type: ignore[union-attr]
    finally:
        raw.text_factory = _whatever


def connected(made: sa.Engine, place: Place) -> sa.Connection:
    """A connection that writes into the log that others read.

    Copying an open file inside this process drops its locks; another process that closes then removes the log,
    and what is written into a removed log is lost. Then every idle connection is let go, and SQLite looks anew.
    """
    path = _path(place)
    log = _log_of(path)
    if _LOGS.get(path, log) != log:
        for other in list(_ENGINES[path]):
            other.dispose()
        del _LOGS[path]
    connection = made.connect()
    if path not in _LOGS:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA schema_version").fetchone()  # now the log is open
        if (log := _log_of(path)) is not None:
            _LOGS[path] = log
    return connection


def _log_of(path: Path) -> tuple[int, int] | None:
    """Which log lies beside the file now, told by its index; None, where nobody has it open."""
    try:
        found = Path(f"{path}-shm").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def lock(connection: sa.Connection) -> sa.Connection:
    """The connection, whose next transaction is the only one that writes."""
    return connection.execution_options(begin=WRITING)


def locked(connection: sa.Connection, place: Place, asked: sa.Select[Any], told: dict[str, str]) -> None:
    """Nothing: BEGIN IMMEDIATE holds the lock."""


@contextlib.contextmanager
def settling(connection: sa.Connection, place: Place) -> Iterator[Callable[[], None]]:
    """A function that returns when everything committed so far is on disk.

    SQLite would wait for the disk while it holds the lock (synchronous=FULL), and eight writers would wait in a row.
    So it commits into the log (NORMAL), and each writer syncs the log before it says "written": the kernel serves
    those who wait together in one turn. The log is a sequence, so an entry is never on disk without those before it;
    a checkpoint syncs the log and the file by itself before the log begins anew. Only the log is opened here, which
    carries no locks (they are on the file and the -shm), and before anything is written into it, because Linux tells
    of a failed write only to who had the file open.
    """
    log = _log_path(_path(place))
    connection.connection.driver_connection.execute("PRAGMA schema_version").fetchone()  # type: ignore[union-attr]
    try:
        descriptor = os.open(log, os.O_RDONLY)
    except FileNotFoundError:  # a file that is not in WAL mode any more: SQLite itself syncs it
        yield lambda: None
        return
    try:
        yield lambda: _sync(descriptor)
    finally:
        os.close(descriptor)


def _log_path(path: Path) -> Path:
    return Path(f"{path}-wal")


def _sync(descriptor: int) -> None:
    full = getattr(fcntl, "F_FULLFSYNC", None)  # macOS' plain fsync stops at the drive's cache
    if full is not None:
        fcntl.fcntl(descriptor, full)
    else:
        os.fdatasync(descriptor)


def add(connection: sa.Connection, entries: sa.Table, contents: sa.Table, row: Row, *, last: bool) -> None:
    """One row and its content."""
    connection.execute(sa.insert(entries), [{name: getattr(row, name) for name in (*ENVELOPE, "hash")}])
    connection.execute(sa.insert(contents), [{name: getattr(row, name) for name in CONTENT}])


def opened_as(place: Place) -> Any:
    """Which file lies there now: to notice that it was replaced or removed while it is open."""
    try:
        found = _path(place).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def fingerprint(connection: sa.Connection, place: Place, case_id: str) -> str:
    """Which copy of the ledger this is: the machine, the path and the inode, hashed.

    A copied file carries its replica's id along. Written on two sides, both would continue one chain, and it
    would fork. So a replica belongs to a file in its place: a copy has another inode, another path or another
    machine, and starts a chain of its own at its first write. A file that was moved does so too, which costs
    nothing: a replica is only the name of a chain. What can't be seen from inside (a backup written over the
    same inode, a cloned virtual machine) forks the chain; merge refuses that and names both entries.
    Hashed with the case, because a ledger is sent around and a machine's name is nobody's business.
    """
    machine = f"{uuid.getnode():x}"
    for name in _MACHINE_FILES:
        if Path(name).is_file():
            machine = Path(name).read_text(encoding="utf-8", errors="replace").strip() or machine
            break
    path = _path(place).resolve()
    told = "\n".join((case_id, machine, socket.gethostname(), str(path), str(path.stat().st_ino)))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def scrub(bound: sa.Engine) -> bool:
    """Remove what deleted content left behind in the file and its log; False while a reader holds the log."""
    raw = bound.raw_connection()
    try:
        cursor = raw.cursor()
        # secure_delete zeroes the cells; only VACUUM also drops what moving cells left in a page's gap.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()
        cursor.close()
        return busy is not None and not busy[0]
    finally:
        raw.close()


def damage(connection: sa.Connection) -> list[str]:
    """What SQLite itself finds wrong with the file, and the guards that are not as they were made."""
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    out = [] if found == ["ok"] else [f"The file is damaged: {text}." for text in found]
    there = dict(
        map(tuple, connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    )
    made = {guard.split()[2]: guard for guard in GUARDS}
    wrong = [f"{name} is missing" for name in made if name not in there]
    wrong += [f"{name} was changed" for name in made if name in there and there[name] != made[name]]
    wrong += [f"{name} is not one of the kit's" for name in there if name not in made]
    if wrong:
        out.append(
            f"The guards of the database, which keep entries from being changed, are not as they were made: "
            f"{', '.join(sorted(wrong))}. Compare the head of the record with one that was noted earlier."
        )
    return out


def _path(place: Place) -> Path:
    assert place.path is not None
    return place.path
