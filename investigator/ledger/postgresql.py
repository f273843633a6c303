"""A ledger in PostgreSQL, for a team: how it is opened, locked, guarded and scrubbed. A schema holds one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import sqlalchemy as sa

from investigator.errors import LedgerError
from investigator.ledger.entry import CONTENT, ENVELOPE, Row
from investigator.ledger.place import Place

BUSY_SECONDS = 30
IDLE_SECONDS = 5
#: Seconds between attempts where the connection was lost: a server that starts again is there after a few.
PATIENCE = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_ERASED = "EXISTS (SELECT 1 FROM entries WHERE kind = 'erase' AND about = {row}.replica || '-' || {row}.seq)"

_FUNCTIONS = [
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the record is append-only: % of % is refused', TG_OP, TG_TABLE_NAME; END $$""",
    f"""CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT {_ERASED.format(row="OLD")} THEN
        RAISE EXCEPTION 'the record is append-only: a content goes only with an erase entry';
      END IF;
      RETURN OLD;
    END $$""",
    f"""CREATE FUNCTION refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {_ERASED.format(row="NEW")} THEN
        RAISE EXCEPTION 'the record is append-only: erased contents stay erased';
      END IF;
      RETURN NEW;
    END $$""",
]
GUARDS = [
    *_FUNCTIONS,
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION {function}()"
        for table, verb, function in (
            ("entries", "UPDATE", "refuse_change"),
            ("entries", "DELETE", "refuse_change"),
            ("entries", "TRUNCATE", "refuse_change"),
            ("contents", "UPDATE", "refuse_change"),
            ("contents", "DELETE", "refuse_loss"),
            ("contents", "INSERT", "refuse_return"),
            ("contents", "TRUNCATE", "refuse_change"),
            ("replicas", "UPDATE", "refuse_change"),
            ("replicas", "DELETE", "refuse_change"),
        )
    ),
]


def create(place: Place, metadata: sa.MetaData, rows: list[sa.Insert]) -> None:
    """A new ledger in the schema, in one transaction: there whole or not at all."""
    made = engine(place, read_only=False)
    try:
        with made.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_number(place)})")
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{place.schema}"')
            there = set(sa.inspect(connection).get_table_names(schema=place.schema)) & set(metadata.tables)
            if there:
                raise LedgerError(
                    f"There is something at {place} already: {', '.join(sorted(there))}.",
                    "A schema holds one ledger, and nothing is overwritten.",
                    "Open it, or give another schema: ...?schema=inc_2031.",
                )
            metadata.create_all(connection, checkfirst=False)
            for guard in GUARDS:
                connection.exec_driver_sql(guard.replace("%", "%%"))
            for row in rows:
                connection.execute(row)
    finally:
        made.dispose()


def open_engine(place: Place, *, read_only: bool) -> sa.Engine:
    """An engine on the schema."""
    return engine(place, read_only=read_only)


def engine(place: Place, *, read_only: bool) -> sa.Engine:
    """An engine whose every connection works in the ledger's schema, in UTC and durably."""
    try:
        made = sa.create_engine(
            sa.make_url(place.url).set(drivername="postgresql+psycopg"),
            # After the lock, the next statement must see what others committed.
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": BUSY_SECONDS},
        )
    except ImportError:
        raise LedgerError(
            "A ledger in PostgreSQL needs psycopg, which is not installed.",
            "SQLite needs nothing more.",
            "pip install 'psycopg[binary]'",
        ) from None

    @sa.event.listens_for(made, "connect")
    def settle(connection: Any, record: Any) -> None:
        for setting in (
            f'search_path TO "{place.schema}"',
            f"lock_timeout TO '{BUSY_SECONDS}s'",
            "synchronous_commit TO on",
            f"default_transaction_read_only TO {'on' if read_only else 'off'}",
        ):
            connection.execute(f"SET {setting}")
        record.info["together"] = connection.execute(_MAY_WAIT_TOGETHER).fetchone()[0]
        connection.commit()
        record.info["used"] = time.monotonic()

    # A connection that lay idle (a laptop slept, a proxy hung up) is tried before it is used; asking each time would
    # cost every entry a round trip.
    @sa.event.listens_for(made, "checkout")
    def alive(connection: Any, record: Any, _: Any) -> None:
        if time.monotonic() - record.info.get("used", 0.0) > IDLE_SECONDS:
            try:
                connection.execute("SELECT 1")
                connection.rollback()
            except Exception:
                raise sa.exc.DisconnectionError from None

    @sa.event.listens_for(made, "checkin")
    def used(connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    return made


def lock(connection: sa.Connection) -> sa.Connection:
    """The connection as it is: the lock is taken inside the transaction."""
    return connection


def locked(connection: sa.Connection, place: Place, asked: sa.Select[Any], told: dict[str, str]) -> None:
    """Wait until this transaction is the only one that writes to the ledger; `asked` is asked in the same breath.

    Two statements in one round trip, so the second still sees what was committed while the first waited.
    """
    raw: Any = connection.connection.driver_connection
    if asked not in _SPELT:
        _SPELT[asked] = str(asked.compile(dialect=connection.dialect))
    connection.info.pop("tail", None)
    # SQLAlchemy waits for each answer, so this goes to the driver; its errors are put into words like all others.
    with raw.pipeline():
        raw.execute(_LOCK, ("off" if _together(connection) else "on", _number(place)))
        answer = raw.execute(_SPELT[asked], told)
    if told["wanted"]:
        connection.info["tail"] = (answer.fetchone(),)


def _number(place: Place) -> int:
    digest = hashlib.sha256(f"investigator ledger {place.schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


_SPELT: dict[Any, str] = {}
_LOCK = "SELECT set_config('synchronous_commit', %s, true), pg_advisory_xact_lock(%s)"
_MAY_WAIT_TOGETHER = (
    "SELECT coalesce(bool_or(has_function_privilege(oid, 'execute')), false) FROM pg_proc "
    "WHERE proname = 'pg_logical_emit_message' AND NOT pg_is_in_recovery()"
)


def _together(connection: sa.Connection) -> bool:
    return bool(connection.connection.info.get("together"))


@contextmanager
def settling(connection: sa.Connection, place: Place) -> Iterator[Callable[[], None]]:
    """A function that returns when everything committed so far is on disk.

    The server would wait for the disk while the ledger's lock is held, and eight writers would wait in a row. So the
    entry is committed without waiting, the lock is free, and then an empty message is committed with waiting: its
    place in the server's log is after the entry's, so both are on disk, and the server serves those who wait
    together in one turn. Where the server doesn't let us say a message, each commit waits by itself.
    """

    def settle() -> None:
        sent.close()
        if not _together(connection):
            return
        raw: Any = connection.connection.driver_connection
        raw.autocommit = True
        try:
            raw.execute("SELECT pg_logical_emit_message(true, 'investigator', '')")
        finally:
            if not raw.closed:
                raw.autocommit = False

    with ExitStack() as sent:
        connection.info["sent"] = sent
        yield settle


def add(connection: sa.Connection, entries: sa.Table, contents: sa.Table, row: Row, *, last: bool) -> None:
    """One row and its content, in one statement: each costs a round trip while others wait."""
    if not _ADD:
        envelope = sa.insert(entries).values({n: sa.bindparam(f"e_{n}") for n in (*ENVELOPE, "hash")})
        content = sa.insert(contents).values({n: sa.bindparam(f"c_{n}") for n in CONTENT})
        _ADD.append(content.add_cte(envelope.cte("envelope")))
    told = {f"e_{name}": getattr(row, name) for name in (*ENVELOPE, "hash")}
    told |= {f"c_{name}": getattr(row, name) for name in CONTENT}
    if not last:
        connection.execute(_ADD[0], told)
        return
    # Sent along with the commit: an error of it is told there.
    if _ADD[0] not in _SPELT:
        _SPELT[_ADD[0]] = str(_ADD[0].compile(dialect=connection.dialect))
    raw: Any = connection.connection.driver_connection
    connection.info["sent"].enter_context(raw.pipeline())
    raw.execute(_SPELT[_ADD[0]], told)


_ADD: list[Any] = []


def fetched(connection: sa.Connection, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as the driver gives them: many, so nothing is made of each."""
    answer = connection.execute(query)
    try:
        return list(answer.cursor.fetchall())  # type: ignore[union-attr]
    finally:
        answer.close()


def connected(made: sa.Engine, place: Place) -> sa.Connection:
    """A connection of the pool."""
    return made.connect()


def opened_as(place: Place) -> Any:
    """Nothing to compare: a server's table isn't replaced under an open connection."""
    return place.schema


def fingerprint(connection: sa.Connection, place: Place, case_id: str) -> str:
    """Which copy of the ledger this is: the server, the database and the schema, hashed.

    As with a file: a dump that was restored elsewhere has other numbers, and starts a chain of its own.
    """
    may_ask = connection.exec_driver_sql(
        "SELECT has_function_privilege('pg_control_system()', 'execute')"
    ).scalar()
    server = "SELECT system_identifier FROM pg_control_system()" if may_ask else "SELECT inet_server_addr()"
    told = [
        case_id,
        connection.exec_driver_sql(server).scalar(),
        connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar(),
        connection.exec_driver_sql("SELECT current_schema()::regnamespace::oid").scalar(),
    ]
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()[:32]


def scrub(bound: sa.Engine) -> bool:
    """Rewrite the table of contents without its dead rows; False while somebody holds it.

    The server's own log, its archive and its backups are beyond this: they expire by the server's rules.
    """
    with bound.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql("VACUUM FULL contents")
        except sa.exc.OperationalError:
            return False
    return True


def damage(connection: sa.Connection) -> list[str]:
    """The guards that are missing or switched off; the server looks after its own files."""
    query = """SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"""
    there = {row[0] for row in connection.exec_driver_sql(query)}
    wrong = sorted({guard.split()[2] for guard in GUARDS if guard.startswith("CREATE TRIGGER")} - there)
    if not wrong:
        return []
    return [
        f"The guards of the database, which keep entries from being changed, are missing or switched off: "
        f"{', '.join(wrong)}. Compare the head of the record with one that was noted earlier."
    ]
