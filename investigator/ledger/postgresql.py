"""A ledger in PostgreSQL, for a team: how it is opened, locked, guarded and scrubbed. A schema holds one."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from investigator.errors import LedgerError
from investigator.ledger.place import Place

BUSY_SECONDS = 30
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
            locked(connection, place)
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
            pool_pre_ping=True,
            connect_args={"connect_timeout": BUSY_SECONDS},
        )
    except ImportError:
        raise LedgerError(
            "A ledger in PostgreSQL needs psycopg, which is not installed.",
            "SQLite needs nothing more.",
            "pip install 'psycopg[binary]'",
        ) from None

    @sa.event.listens_for(made, "connect")
    def settle(connection: Any, _: Any) -> None:
        for setting in (
            f'search_path TO "{place.schema}"',
            f"lock_timeout TO '{BUSY_SECONDS}s'",
            "synchronous_commit TO on",
            f"default_transaction_read_only TO {'on' if read_only else 'off'}",
        ):
            connection.execute(f"SET {setting}")
        connection.commit()

    return made


def lock(connection: sa.Connection) -> sa.Connection:
    """The connection as it is: the lock is taken inside the transaction."""
    return connection


def locked(connection: sa.Connection, place: Place) -> None:
    """Wait until this transaction is the only one that writes to the ledger."""
    digest = hashlib.sha256(f"investigator ledger {place.schema}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


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
    """Nothing: the server looks after its own files."""
    return []
