"""Straight to the driver, where rows are many or microseconds count: SQLAlchemy compiles, the driver does the rest.

Errors are SQLAlchemy's, so that whoever opened the transaction names them as all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, Select
from sqlalchemy.exc import DBAPIError

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


@contextmanager
def driver_alone(engine: Engine) -> Iterator[Any]:
    """A connection of the driver itself, at which each statement is its own transaction.

    For what is done at every response: the objects around a SQLAlchemy transaction take four times what the statement
    takes, and on PostgreSQL BEGIN and COMMIT are two round trips more.

    Raises:
        DatabaseUnavailable: nothing was written.
        DBAPIError: as from SQLAlchemy.
    """
    known, is_shared = engine.dialect.loaded_dbapi, engine.dialect.name == "postgresql"
    with named_errors():
        try:
            pooled = engine.raw_connection()
        except known.Error as error:
            raise _as_sqlalchemy_tells(engine.dialect, error, is_gone=True) from error
        driver: Any = pooled.driver_connection
        is_gone = False
        try:
            if is_shared:
                driver.autocommit = True
            yield driver
        except known.Error as error:
            is_gone = engine.dialect.is_disconnect(error, driver, None)
            raise _as_sqlalchemy_tells(engine.dialect, error, is_gone) from error
        finally:
            _give_back(pooled, is_gone or (is_shared and not _can_be_shared(driver)))
            if is_gone:
                engine.dispose()


def _can_be_shared(driver: Any) -> bool:
    """Whether a PostgreSQL connection is as others expect it: it is not where a statement was cut off in the middle."""
    if driver.info.transaction_status.name != "IDLE":
        return False
    driver.autocommit = False
    return True


def _give_back(pooled: PoolProxiedConnection, is_broken: bool) -> None:
    if is_broken:
        pooled.invalidate()
    pooled.close()


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
