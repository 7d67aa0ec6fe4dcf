"""Many rows at once, in the fastest way each database has; values go to the driver without a statement for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from survey_app.storage.database import begin_write, is_postgresql

BULK_CACHE_KB = 16_384
"""What SQLite may keep of a database in memory while much is written; otherwise 2 MB."""


@contextmanager
def begin_bulk_write(engine: Engine) -> Iterator[Connection]:
    """``begin_write`` for rows that go to many places of large tables: SQLite keeps more of their pages meanwhile."""
    with begin_write(engine) as connection:
        if is_postgresql(connection):
            yield connection
            return
        usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
        connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KB}")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def _rows(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them; what a column needs to be converted is converted once a value."""
    dialect, bound = connection.dialect, []
    for name, values in columns.items():
        process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        told = {value: process(value) for value in set(values)} if process else {}
        bound.append(map(told.__getitem__, values) if process else values)
    return zip(*bound, strict=True)


def _insert(table: Table, names: Iterable[str], marks: Iterable[str]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(marks)})"  # noqa: S608 - our table


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert many rows, given column by column: COPY, or one prepared INSERT."""
    rows = _rows(connection, table, columns)
    if is_postgresql(connection):
        _copy(connection, f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", rows)
    elif columns:
        _each(connection, _insert(table, columns, "?" * len(columns)), rows)


def replace_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Put rows in place of those with the same primary key, one prepared statement for all."""
    if not columns:
        return
    key = [column.name for column in table.primary_key]
    fresh = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    insert = _insert(table, columns, ["%s" if is_postgresql(connection) else "?"] * len(columns))
    statement = f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {fresh}"
    _each(connection, statement, _rows(connection, table, columns))


def delete_values(connection: Connection, column: Column[Any], values: Sequence[Any]) -> None:
    """Delete the rows in which a column has one of these values, looked up one after the other."""
    start = f"DELETE FROM {column.table} WHERE {column.name} = "  # noqa: S608 - our table
    if is_postgresql(connection):
        connection.exec_driver_sql(f"{start}ANY(%s)", (list(values),))
    else:
        _each(connection, f"{start}?", zip(values, strict=True))


def _each(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One prepared statement for each of the rows, which are never held together."""
    with _driver(connection, statement) as cursor:
        cursor.executemany(statement, rows)


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    first = next(iter(rows), None)
    if first is None:
        return
    with _driver(connection, statement) as cursor, cursor.copy(statement) as copy:
        copy.write_row(first)
        for row in rows:
            copy.write_row(row)


@contextmanager
def _driver(connection: Connection, statement: str) -> Iterator[Any]:
    """A cursor of the driver; what it refuses is told under the usual names, without values."""
    driver: Any = connection.connection.driver_connection
    known = connection.dialect.loaded_dbapi
    try:
        with closing(driver.cursor()) as cursor:
            yield cursor
    except known.Error as error:
        kinds = (
            kind for kind in (IntegrityError, OperationalError) if isinstance(error, getattr(known, kind.__name__))
        )
        raise next(kinds, DBAPIError)(statement, None, error, hide_parameters=True) from error
