"""Where SQLite and PostgreSQL differ: engines, write transactions, locks, insert-or-ignore; many rows: ``bulk``."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from survey_app.domain.availability import DatabaseUnavailable

BUSY_SECONDS = 15
"""How long a SQLite connection waits for another's lock."""

RESTED_SECONDS = 1.0
"""A PostgreSQL connection not used for longer is asked whether it still lives before it is used again.

One in use is not: the question costs a round trip, a fifth of storing a response. A server that restarts is away for
longer; whoever it cuts off in the middle is told to send again, and every connection from before is thrown away.
"""

RELEASE_LOCK = 7_274_001
"""Advisory lock number: one releaser at a time."""

MIGRATION_LOCK = 7_274_002
"""Advisory lock number: one change of the schema or its grants at a time."""

AUDIT_LOCK = 7_274_003
"""Advisory lock number: one writer of the audit log at a time."""

REFUSALS = frozenset({"42501", "42P01"})
"""PostgreSQL's SQLSTATE for a missing privilege and a missing table: wrong role, not upgraded or not granted."""

LOG = logging.getLogger(__name__)


class BadDatabaseUrl(Exception):
    """The address names no database this product runs on."""


def _enter_wal(dbapi_connection: Any) -> None:
    """Switch to write-ahead logging. While another process does so SQLite says "locked" at once, without waiting."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            dbapi_connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}").close()
    _enter_wal(dbapi_connection)


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _note_rest(dbapi_connection: Any, record: Any) -> None:
    """A connection rests from now on, as the next holder expects it; None is one that was closed."""
    record.info["resting_since"] = time.monotonic()
    if dbapi_connection is not None and dbapi_connection.autocommit:
        dbapi_connection.autocommit = False


def _ask_the_rested(engine: Engine) -> None:
    """Ask connections that rested whether they live; if one does not, all from before are replaced."""

    def ask(dbapi_connection: Any, record: Any, _proxy: object) -> None:
        since = record.info.get("resting_since")
        if since is None or time.monotonic() - since < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except Exception as error:
            raise InvalidatePoolError("the server was restarted") from error

    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", ask)


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3). Parameters never reach a log or an error.

    Raises:
        BadDatabaseUrl: neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise BadDatabaseUrl("DATABASE_URL is not a database address") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = {"connect_timeout": 5, "options": "-c timezone=UTC"}
        engine = create_engine(parsed, hide_parameters=True, pool_timeout=5, connect_args=options)
        _ask_the_rested(engine)
        return engine
    if backend != "sqlite":
        raise BadDatabaseUrl("DATABASE_URL must be a sqlite or postgresql address")
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        Path(parsed.database).touch(mode=0o600)
    engine = create_engine(parsed, hide_parameters=True, pool_size=16, pool_timeout=15)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn SQLAlchemy's errors of a database that is away, full or refuses into DatabaseUnavailable."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise DatabaseUnavailable("the database is not reachable or cannot write") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable("the database connection broke") from error
        if getattr(error.orig, "sqlstate", None) in REFUSALS:
            LOG.critical("PostgreSQL refuses: %s", str(error.orig).splitlines()[0])
            raise DatabaseUnavailable("the database refuses this role, or lacks a table") from error
        raise


@contextmanager
def begin_read(engine: Engine) -> Iterator[Connection]:
    """A read transaction: one consistent state from its first statement on. Raises DatabaseUnavailable."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with named_errors(), engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """A write transaction, committed on leaving; on SQLite it takes the write lock at once.

    Raises:
        DatabaseUnavailable: nothing was written.
    """
    with named_errors(), engine.connect() as connection, connection.execution_options(is_write=True).begin():
        yield connection


def is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def insert_ignore(connection: Connection, table: Table) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING without a target: the only form the citizen role may run on PostgreSQL."""
    return _insert_ignore(table, is_postgresql=is_postgresql(connection))


@cache
def _insert_ignore(table: Table, *, is_postgresql: bool) -> Insert:
    if is_postgresql:
        from sqlalchemy.dialects.postgresql import insert

        return insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as insert_into_sqlite

    return insert_into_sqlite(table).on_conflict_do_nothing()


def try_lock(connection: Connection, number: int) -> bool:
    """Take a lock held to the end of this transaction; False if another holds it.

    A SQLite write transaction already excludes every other writer.
    """
    if not is_postgresql(connection):
        return True
    return bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}))


def wait_for_lock(connection: Connection, number: int) -> None:
    """Wait for a lock and hold it to the end of this transaction (on SQLite, ``begin_write`` has done so)."""
    if is_postgresql(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def rewrite(connection: Connection, table: Table) -> None:
    """Leave no stale copies of deleted rows in the pages of those that stay (SQLite, in a write transaction).

    SQLite moves rows between pages without wiping the place they leave, whatever ``secure_delete`` says; only
    emptying the table does. PostgreSQL is swept from outside.
    """
    if is_postgresql(connection):
        return
    order = ", ".join(column.name for column in table.primary_key)
    connection.exec_driver_sql(f"CREATE TEMP TABLE staying AS SELECT * FROM {table.name}")  # noqa: S608 - our table
    connection.execute(table.delete())
    connection.exec_driver_sql(f"INSERT INTO {table.name} SELECT * FROM staying ORDER BY {order}")  # noqa: S608
    connection.exec_driver_sql("DROP TABLE staying")


def sweep(engine: Engine) -> None:
    """Drop what deleted rows and comments before masking leave behind: write-ahead log, or dead tuples."""
    with engine.connect() as connection:
        if is_postgresql(connection):
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.execute(text("VACUUM response_inbox, comment_waiting, comment"))
        else:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
