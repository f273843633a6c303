"""The ledger over SQLite or PostgreSQL: one implementation in SQLAlchemy Core.

Envelopes are chained by hash and never change: triggers refuse it. Content lies beside them, so that it can be
destroyed and the chain still verifies. State is a fold over entries; nothing else is stored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from investigator.errors import LedgerError
from investigator.ledger.entry import START, Entry, Verification, content_hash, envelope_hash
from investigator.ledger.kinds import checked
from investigator.ledger.place import refuse_shared
from investigator.moment import clock

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

SCHEMA = 1
LOCK = 731_204_113  # any number, the same for everyone who writes to one PostgreSQL record

_meta = sa.MetaData()
_facts = sa.Table(
    "facts", _meta, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
_entries = sa.Table(
    "entries",
    _meta,
    sa.Column("replica", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("about", sa.Text),
    sa.Column("happened_low", sa.Text, nullable=False),
    sa.Column("happened_high", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("known", sa.Text, nullable=False),
    sa.Column("wall", sa.Text, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("entries_known", "known"),
    sa.Index("entries_key", "key"),
)
_contents = sa.Table(
    "contents",
    _meta,
    sa.Column("replica", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER entries_fixed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    "CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    "CREATE TRIGGER contents_fixed BEFORE UPDATE ON contents "
    "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    "CREATE TRIGGER contents_kept BEFORE DELETE ON contents WHEN NOT EXISTS (SELECT 1 FROM entries e WHERE "
    "e.kind = 'erase' AND e.about = substr(old.replica, 1, 12) || '-' || old.seq) "
    "BEGIN SELECT RAISE(ABORT, 'content is erased only by an erase entry'); END",
)
_POSTGRES_TRIGGERS = (
    "CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$",
    "CREATE FUNCTION record_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NOT EXISTS (SELECT 1 FROM entries e WHERE e.kind = 'erase' "
    "AND e.about = substr(old.replica, 1, 12) || '-' || old.seq) "
    "THEN RAISE EXCEPTION 'content is erased only by an erase entry'; END IF; RETURN old; END $$",
    "CREATE TRIGGER entries_fixed BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION record_refuse()",
    "CREATE TRIGGER entries_kept BEFORE TRUNCATE ON entries EXECUTE FUNCTION record_refuse()",
    "CREATE TRIGGER contents_fixed BEFORE UPDATE ON contents FOR EACH ROW EXECUTE FUNCTION record_refuse()",
    "CREATE TRIGGER contents_whole BEFORE TRUNCATE ON contents EXECUTE FUNCTION record_refuse()",
    "CREATE TRIGGER contents_kept BEFORE DELETE ON contents FOR EACH ROW EXECUTE FUNCTION record_erased()",
)


class Ledger:
    """The record of one case. Made by `Ledger.create`, opened by `Ledger.open`."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine, self._path = engine, path
        self._replica: str | None = None

    # -- making and opening ------------------------------------------------------------------------------------

    @classmethod
    def create(cls, where: Path | str, *, case_id: str) -> Ledger:
        """A new record: a path for SQLite, or a PostgreSQL URL for a team. Refused where there is one already."""
        path = _path(where)
        if path is not None:
            if path.exists():
                raise LedgerError(f"There is a record at {path} already.", "", "Open it, or choose another place.")
            if not path.parent.is_dir():
                raise LedgerError(f"There is no folder {path.parent}.", "", "Make it first.")
            refuse_shared(path.parent)
        ledger = cls(_engine(where, path), path)
        with ledger._guarded(), ledger._engine.begin() as connection:
            if sa.inspect(connection).has_table("entries"):
                raise LedgerError("This database holds a record already.", "", "Open it, or use an empty database.")
            _meta.create_all(connection)
            for statement in _SQLITE_TRIGGERS if path is not None else _POSTGRES_TRIGGERS:
                connection.exec_driver_sql(statement)
            facts = {"schema": str(SCHEMA), "case": case_id}
            connection.execute(_facts.insert(), [{"name": k, "value": v} for k, v in facts.items()])
        return ledger

    @classmethod
    def open(cls, where: Path | str) -> Ledger:
        """The record at a path or a PostgreSQL URL; raises LedgerError where there is none or it is another's."""
        path = _path(where)
        if path is not None:
            if path.is_dir():
                raise LedgerError(f"{path} is a folder.", "", "A record is a file: case.db in a case's folder.")
            if not path.is_file():
                raise LedgerError(f"There is no record at {path}.", "", "Make the case first: inv new INC-1")
            refuse_shared(path.parent)
        ledger = cls(_engine(where, path), path)
        with ledger._guarded(), ledger._engine.connect() as connection:
            try:
                version = connection.execute(sa.select(_facts.c.value).where(_facts.c.name == "schema")).scalar()
            except DatabaseError as error:
                raise LedgerError(
                    f"{path or 'This database'} is no record: {str(error.orig).strip()}.",
                    "",
                    "Open the case.db of a case's folder, or restore it from a copy.",
                ) from error
        if version is None or int(version) > SCHEMA:
            raise LedgerError(
                f"This record has schema {version}.", f"This kit knows {SCHEMA}.", "Upgrade investigator and try again."
            )
        return ledger

    @property
    def case_id(self) -> str:
        """The id that the record was made for."""
        with self._guarded(), self._engine.connect() as connection:
            return str(connection.execute(sa.select(_facts.c.value).where(_facts.c.name == "case")).scalar())

    def close(self) -> None:
        """Let go of the file or the connections."""
        self._engine.dispose()

    # -- writing -----------------------------------------------------------------------------------------------

    def append(
        self,
        kind: str,
        content: dict[str, Any],
        *,
        author: str,
        happened: datetime | tuple[datetime, datetime] | Any = None,
        zone: str = "UTC",
        about: str | None = None,
        key: str | None = None,
    ) -> Entry:
        """Add an entry; when this returns it is on disk.

        `happened` is an aware datetime, a pair of them, or a Moment; without it, it happened when it was known.
        With a `key` that is there already nothing is written, and the earlier entry comes back with `already`.
        """
        text = checked(kind, content)
        if not author.strip():
            raise LedgerError("An entry needs an author.", "", "Say who: INVESTIGATOR_AUTHOR=dana")
        low_high = _interval(happened)
        with self._guarded(), self._writing() as connection:
            if key is not None:
                found = connection.execute(
                    sa.select(_entries.c.replica, _entries.c.seq).where(_entries.c.key == key).limit(1)
                ).first()
                if found is not None:
                    return replace(self._one(connection, found.replica, found.seq), already=True)
            row = self._add(connection, kind, text, author, low_high, zone, about, key)
            return self._one(connection, row["replica"], row["seq"])

    def _add(
        self,
        connection: Connection,
        kind: str,
        text: str,
        author: str,
        happened: tuple[datetime, datetime] | None,
        zone: str,
        about: str | None,
        key: str | None,
    ) -> dict[str, Any]:
        replica = self._own_replica(connection)
        last = connection.execute(
            sa.select(_entries.c.seq, _entries.c.hash)
            .where(_entries.c.replica == replica)
            .order_by(_entries.c.seq.desc())
            .limit(1)
        ).first()
        newest = connection.execute(sa.select(sa.func.max(_entries.c.known))).scalar()
        known = clock.now()
        if newest is not None:
            # Never before what is here already, though a clock may go back.
            known = max(known, _read(newest) + timedelta(microseconds=1))
        low, high = happened or (known, known)
        salt = secrets.token_hex(16)
        row: dict[str, Any] = {
            "replica": replica,
            "seq": (last.seq if last else 0) + 1,
            "kind": kind,
            "author": author,
            "about": about,
            "happened_low": _write(low),
            "happened_high": _write(high),
            "zone": zone,
            "known": _write(known),
            "wall": _write(clock.wall()),
            "key": key,
            "content_hash": content_hash(salt, text),
            "previous": last.hash if last else START,
        }
        row["hash"] = envelope_hash(row)
        connection.execute(_entries.insert(), row)
        connection.execute(
            _contents.insert(), {"replica": replica, "seq": row["seq"], "salt": salt, "content": text}
        )
        return row

    def erase(self, entry_id: str, *, reason: str, author: str) -> Entry:
        """Destroy an entry's content; its envelope stays and the chain verifies. The reason is an entry of its own."""
        text = checked("erase", {"text": reason})
        with self._guarded(), self._writing() as connection:
            target = self._find(connection, entry_id)
            if target is None:
                raise LedgerError(f"There is no entry {entry_id}.", "", "See case.record() for the ids.")
            row = self._add(connection, "erase", text, author, None, "UTC", entry_id, None)
            connection.execute(
                _contents.delete().where(_contents.c.replica == target[0], _contents.c.seq == target[1])
            )
            made = self._one(connection, row["replica"], row["seq"])
        self._scrub()
        return made

    def _scrub(self) -> None:
        """Leave no trace of deleted rows in the file, its log or its free pages."""
        if self._path is None:
            return
        with self._guarded(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def merge(self, other: Ledger) -> int:
        """Take over what another copy has and this one lacks; gives how many entries. The order of merging is nothing.

        A replica that forked (the same place in a chain with two hashes) is refused, and nothing is taken.
        """
        theirs, their_contents = other._everything()
        with self._guarded(), self._writing() as connection:
            mine = {
                (row.replica, row.seq): row.hash
                for row in connection.execute(sa.select(_entries.c.replica, _entries.c.seq, _entries.c.hash))
            }
            for row in theirs:
                place = (row["replica"], row["seq"])
                if place in mine and mine[place] != row["hash"]:
                    raise LedgerError(
                        f"The two records disagree on entry {_id(*place)}.",
                        f"Its hash is {mine[place][:12]} here and {row['hash'][:12]} there.",
                        "One of the two was changed or restored: verify both, and keep the one that holds.",
                    )
            fresh = [row for row in theirs if (row["replica"], row["seq"]) not in mine]
            added = {(row["replica"], row["seq"]) for row in fresh}
            if fresh:
                connection.execute(_entries.insert(), fresh)
            erased = {
                row.about
                for row in connection.execute(sa.select(_entries.c.about).where(_entries.c.kind == "erase"))
            }
            kept = [
                row
                for row in their_contents
                if (row["replica"], row["seq"]) in added and _id(row["replica"], row["seq"]) not in erased
            ]
            if kept:
                connection.execute(_contents.insert(), kept)
            gone = False
            for about in erased:
                target = self._find(connection, str(about))
                if target is not None:
                    done = connection.execute(
                        _contents.delete().where(_contents.c.replica == target[0], _contents.c.seq == target[1])
                    )
                    gone = gone or bool(done.rowcount)
        if gone:
            self._scrub()
        return len(fresh)

    # -- reading -----------------------------------------------------------------------------------------------

    def entries(
        self,
        *,
        kind: str | None = None,
        about: str | None = None,
        author: str | None = None,
        as_of: datetime | None = None,
    ) -> list[Entry]:
        """The entries in their one order (known, replica, place); `as_of` leaves out what was learned later."""
        with self._guarded(), self._engine.connect() as connection:
            rows = connection.execute(_selected().order_by(*_ORDER)).all()
        found = [_entry(row, number) for number, row in enumerate(rows, start=1)]
        return [
            entry
            for entry in found
            if (kind is None or entry.kind == kind)
            and (about is None or entry.about == about)
            and (author is None or entry.author == author)
            and (as_of is None or entry.known <= as_of)
        ]

    def head(self) -> dict[str, tuple[int, str]]:
        """The last place and hash of each replica's chain: kept elsewhere, it proves that no tail was cut off."""
        with self._guarded(), self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(_entries.c.replica, _entries.c.seq, _entries.c.hash).order_by(_entries.c.seq)
            )
            return {row.replica: (row.seq, row.hash) for row in rows}

    def verify(self, *, head: dict[str, tuple[int, str]] | None = None) -> Verification:
        """Recompute every hash: changed, missing, reordered entries, and content that is not what was written.

        With a `head` kept earlier, also a tail that was cut off.
        """
        problems: list[str] = []
        rows, contents = self._everything()
        kept = {(row["replica"], row["seq"]): row for row in contents}
        erased = {row["about"] for row in rows if row["kind"] == "erase"}
        previous: dict[str, tuple[int, str]] = {}
        for row in sorted(rows, key=lambda r: (r["replica"], r["seq"])):
            name = _id(row["replica"], row["seq"])
            seq, digest = previous.get(row["replica"], (0, START))
            if row["seq"] != seq + 1:
                problems.append(f"Entries before {name} are missing: its chain jumps from {seq} to {row['seq']}.")
            elif row["previous"] != digest:
                problems.append(f"Entry {name} does not follow the one before it.")
            if envelope_hash(row) != row["hash"]:
                problems.append(f"Entry {name} was changed after it was written.")
            content = kept.pop((row["replica"], row["seq"]), None)
            if content is None and name not in erased:
                problems.append(f"The content of entry {name} is missing, and no erase entry says why.")
            if content is not None and content_hash(content["salt"], content["content"]) != row["content_hash"]:
                problems.append(f"The content of entry {name} was changed after it was written.")
            previous[row["replica"]] = (row["seq"], row["hash"])
        problems += [f"There is content of an entry {_id(*place)} that is not in the record." for place in kept]
        for replica, (seq, digest) in (head or {}).items():
            have = {row["seq"]: row["hash"] for row in rows if row["replica"] == replica}
            if have.get(seq) != digest:
                problems.append(f"Entry {_id(replica, seq)} was there before, and is not as it was.")
        return Verification(len(rows), tuple(problems))

    # -- within ------------------------------------------------------------------------------------------------

    def _everything(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        with self._guarded(), self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(sa.select(_entries)).mappings()]
            contents = [dict(row) for row in connection.execute(sa.select(_contents)).mappings()]
        return rows, contents

    def _find(self, connection: Connection, entry_id: str) -> tuple[str, int] | None:
        short, _, seq = entry_id.rpartition("-")
        if not seq.isdigit():
            return None
        row = connection.execute(
            sa.select(_entries.c.replica, _entries.c.seq).where(
                sa.func.substr(_entries.c.replica, 1, 12) == short, _entries.c.seq == int(seq)
            )
        ).first()
        return (row.replica, row.seq) if row is not None else None

    def _one(self, connection: Connection, replica: str, seq: int) -> Entry:
        row = connection.execute(
            _selected().where(_entries.c.replica == replica, _entries.c.seq == seq)
        ).one()
        before = connection.execute(
            sa.select(sa.func.count())
            .select_from(_entries)
            .where(
                sa.or_(
                    _entries.c.known < row.known,
                    sa.and_(_entries.c.known == row.known, _entries.c.replica < replica),
                    sa.and_(_entries.c.known == row.known, _entries.c.replica == replica, _entries.c.seq <= seq),
                )
            )
        ).scalar()
        return _entry(row, int(before or 0))

    def _own_replica(self, connection: Connection) -> str:
        """The id of this copy. A copied file is another copy: it gets an id of its own before it first writes.

        The id is bound to where the file lies (device, inode) and the machine; a copy differs in one of them, so two
        machines that write on from one file never fork a chain.
        """
        if self._path is None:
            mark = "server"
        else:
            found = os.stat(self._path)
            machine = f"{uuid.getnode():x}:{found.st_dev}:{found.st_ino}"
            mark = hashlib.sha256(machine.encode()).hexdigest()
        kept = {
            row.name: row.value
            for row in connection.execute(
                sa.select(_facts.c.name, _facts.c.value).where(_facts.c.name.in_(["replica", "mark"]))
            )
        }
        if kept.get("mark") == mark:
            return kept["replica"]
        replica = secrets.token_hex(16)
        connection.execute(_facts.delete().where(_facts.c.name.in_(["replica", "mark"])))
        connection.execute(
            _facts.insert(), [{"name": "replica", "value": replica}, {"name": "mark", "value": mark}]
        )
        return replica

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that nobody else writes beside: one appends after the other, so chains never fork."""
        with self._engine.connect() as connection:
            if self._path is not None:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Errors of the database as errors of the record, in three beats; nothing half-written stays."""
        try:
            yield
        except OperationalError as error:
            reason = str(error.orig).strip()
            do = "Try again; what was acknowledged before is there."
            if "readonly" in reason or "read-only" in reason:
                do = "Make the case's folder writable, or copy the case."
            elif "full" in reason or "disk I/O" in reason:
                do = "Free some space and try again; what was acknowledged before is there."
            elif "locked" in reason:
                do = "Another process has been writing for 30 seconds. Wait for it, and try again."
            raise LedgerError(f"The record could not be used: {reason}.", f"It lies in {self._where()}.", do) from error
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n", 1)[0]
            raise LedgerError(
                f"The record refused it: {reason}.", f"It lies in {self._where()}.", "Verify it: inv verify CASE"
            ) from error

    def _where(self) -> str:
        return str(self._path) if self._path is not None else "PostgreSQL"


_ORDER = (_entries.c.known, _entries.c.replica, _entries.c.seq)


def _selected() -> sa.Select:
    joined = _entries.outerjoin(
        _contents, sa.and_(_entries.c.replica == _contents.c.replica, _entries.c.seq == _contents.c.seq)
    )
    return sa.select(_entries, _contents.c.content).select_from(joined)


def _entry(row: Any, number: int) -> Entry:
    return Entry(
        id=_id(row.replica, row.seq),
        number=number,
        replica=row.replica,
        seq=row.seq,
        kind=row.kind,
        author=row.author,
        about=row.about,
        happened=(_read(row.happened_low), _read(row.happened_high)),
        zone=row.zone,
        known=_read(row.known),
        wall=_read(row.wall),
        key=row.key,
        content=json.loads(row.content) if row.content is not None else None,
        hash=row.hash,
        previous=row.previous,
    )


def _id(replica: str, seq: int) -> str:
    return f"{replica[:12]}-{seq}"


def _interval(happened: Any) -> tuple[datetime, datetime] | None:
    if happened is None:
        return None
    if isinstance(happened, datetime):
        pair = (happened, happened)
    elif hasattr(happened, "low"):
        pair = (happened.low, happened.high)
    else:
        low, high = happened
        pair = (low, high)
    for end in pair:
        if end.tzinfo is None:
            raise LedgerError(
                f"{end.isoformat()} has no zone.", "", "Give an aware datetime, such as datetime(..., tzinfo=UTC)."
            )
    if pair[1] < pair[0]:
        raise LedgerError("It can't have ended before it began.", "", "Swap the two times.")
    return pair


def _write(instant: datetime) -> str:
    """A time as text that sorts as time does, with microseconds always there."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _path(where: Path | str) -> Path | None:
    """The path of a SQLite record; None where it is a PostgreSQL URL."""
    text = str(where)
    if text.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        return None
    if "://" in text:
        raise LedgerError(
            f"'{text.split('://', 1)[0]}://' is no place for a record.",
            "A record lies in a file (SQLite) or at postgresql://host/database.",
            "Give one of these.",
        )
    return Path(where)


def _engine(where: Path | str, path: Path | None) -> Engine:
    if path is None:
        url = "postgresql+psycopg://" + str(where).split("://", 1)[1]
        return sa.create_engine(url, pool_size=1, max_overflow=4)
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": 30, "isolation_level": None}, poolclass=sa.pool.NullPool
    )

    @sa.event.listens_for(engine, "connect")
    def _set(connection: Any, _: Any) -> None:
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            try:
                connection.execute(f"PRAGMA {pragma}")
            except Exception:  # a read-only or foreign file: the first query says so in words
                break

    return engine


