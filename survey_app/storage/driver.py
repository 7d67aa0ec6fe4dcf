"""Straight to the driver, where rows are many or microseconds count: SQLAlchemy compiles, the driver does the rest.

Errors are SQLAlchemy's, so that whoever opened the transaction names them as all others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from threading import Lock
from typing import Any
from weakref import ref

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, Select, event
from sqlalchemy.exc import DBAPIError

from survey_app.storage import database
from survey_app.storage.database import is_postgresql, named_errors

_NUMBERS = count()
"""Names of PostgreSQL cursors, each of its own."""


@contextmanager
def driver_errors(connection: Connection) -> Iterator[Any]:
    """The driver's connection within a transaction; what it refuses is told as SQLAlchemy does, without values."""
    driver, dialect = connection.connection.driver_connection, connection.dialect
    try:
        yield driver
    except dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_tells(dialect, error, dialect.is_disconnect(error, driver, None)) from error


def _as_sqlalchemy_tells(dialect: Dialect, error: Exception, is_gone: bool) -> Exception:
    base = dialect.loaded_dbapi.Error
    told: Exception = DBAPIError.instance(None, None, error, base, True, is_gone, dialect)
    return told


class KeptDriver:
    """A cursor of the driver itself that one holder keeps, at which each statement is its own transaction.

    ``dialect`` names the database: ``sqlite`` or ``postgresql``. For what is done at every response: fetching a
    connection and the objects around a SQLAlchemy transaction take several times what the statement takes, and on
    PostgreSQL BEGIN and COMMIT are two round trips more. One thread at a time; the connection goes back when its
    holder is gone, or the engine is disposed of.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect.name
        self._lock = Lock()
        self._pooled: PoolProxiedConnection | None = None
        self._cursor: Any = None
        self._is_stale = False
        self._used_at = 0.0
        held = ref(self)

        def disposed(_engine: Engine) -> None:
            kept = held()
            if kept is not None:
                kept._let_go()

        event.listen(engine, "engine_disposed", disposed)

    @contextmanager
    def statement(self) -> Iterator[Any]:
        """The cursor, for one statement.

        Raises:
            DatabaseUnavailable: nothing was written.
            DBAPIError: as from SQLAlchemy.
        """
        dialect = self._engine.dialect
        with self._lock, named_errors():
            cursor, is_whole, is_gone = self._alive(), False, False
            try:
                yield cursor
                is_whole = True
            except dialect.loaded_dbapi.Error as error:
                is_gone = dialect.is_disconnect(error, cursor.connection, None)
                is_whole = isinstance(error, dialect.loaded_dbapi.IntegrityError)
                raise _as_sqlalchemy_tells(dialect, error, is_gone) from error
            finally:
                self._used_at = time.monotonic()
                if not is_whole:
                    self._drop()
                if is_gone:
                    self._engine.dispose()

    def _alive(self) -> Any:
        """The cursor; made, or its connection asked whether it lives, where that is not certain."""
        try:
            if self._pooled is not None and (self._is_stale or self._is_dead()):
                self._drop()
            if self._pooled is None:
                self._connect()
        except self._engine.dialect.loaded_dbapi.Error as error:
            self._drop()
            raise _as_sqlalchemy_tells(self._engine.dialect, error, is_gone=True) from error
        return self._cursor

    def _connect(self) -> None:
        self._is_stale, self._pooled = False, self._engine.raw_connection()
        driver: Any = self._pooled.driver_connection
        if self.dialect == "postgresql":
            driver.autocommit = True
        self._cursor = driver.cursor()

    def _is_dead(self) -> bool:
        """PostgreSQL restarts while connections rest."""
        if self.dialect != "postgresql" or time.monotonic() - self._used_at < database.RESTED_SECONDS:
            return False
        try:
            self._cursor.execute("SELECT 1")
        except self._engine.dialect.loaded_dbapi.Error:
            return True
        return False

    def _drop(self) -> None:
        """Close the connection: a statement was cut off, or met more than a row that may not be stored."""
        pooled, self._pooled, self._cursor = self._pooled, None, None
        if pooled is not None:
            pooled.invalidate()

    def _let_go(self) -> None:
        """The engine is disposed of. One that is in use goes before its next."""
        self._is_stale = True
        if self._lock.acquire(blocking=False):
            try:
                self._drop()
            finally:
                self._lock.release()


def stream_tuples(
    connection: Connection, query: Select[*tuple[Any, ...]], at_once: int
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query as the driver gives them, ``at_once`` at a time, without holding them all.

    SQLAlchemy's buffer and its objects for rows take as long as reading them does. The query's values must be plain:
    they are written into its text.
    """
    statement = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    named = (f"streamed_{next(_NUMBERS)}",) if is_postgresql(connection) else ()
    with driver_errors(connection) as driver, closing(driver.cursor(*named)) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(at_once):
            yield rows
