"""Many rows at once, in the fastest way each database has; values go to the driver without a statement for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table

from survey_app.storage.database import begin_write, is_postgresql
from survey_app.storage.driver import driver_errors

BULK_CACHE_KB = 24_576
"""What SQLite may keep of a database in memory while much is written; otherwise 2 MB."""

ROWS_A_STATEMENT = 50


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


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert many rows, given column by column: COPY, or some dozens of rows a statement."""
    rows = _rows(connection, table, columns)
    if is_postgresql(connection):
        _copy(connection, f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", rows)
    else:
        _insert(connection, table, list(columns), rows)


def replace_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Put rows in place of those with the same primary key; no two of them have the same one."""
    key = [column.name for column in table.primary_key]
    fresh = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {fresh}"
    _insert(connection, table, list(columns), _rows(connection, table, columns), conflict)


def _insert(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterator[tuple[Any, ...]], conflict: str = ""
) -> None:
    """Rows are never all held; SQLite sets up what a statement checks, such as lists of known words, once for each."""
    mark = "%s" if is_postgresql(connection) else "?"
    start, row = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ", f"({', '.join([mark] * len(names))})"  # noqa: S608 - ours
    with driver_errors(connection) as driver, closing(driver.cursor()) as cursor:
        while lot := list(islice(rows, ROWS_A_STATEMENT)):
            cursor.execute(f"{start}{', '.join([row] * len(lot))}{conflict}", list(chain.from_iterable(lot)))


def delete_values(connection: Connection, column: Column[Any], values: Sequence[Any]) -> None:
    """Delete the rows in which a column has one of these values, looked up one after the other."""
    start = f"DELETE FROM {column.table} WHERE {column.name} = "  # noqa: S608 - our table
    if is_postgresql(connection):
        connection.exec_driver_sql(f"{start}ANY(%s)", (list(values),))
    else:
        with driver_errors(connection) as driver, closing(driver.cursor()) as cursor:
            cursor.executemany(f"{start}?", zip(values, strict=True))


def _copy(connection: Connection, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    with driver_errors(connection) as driver, closing(driver.cursor()) as cursor, cursor.copy(statement) as copy:
        copy.write_row(first)
        for row in rows:
            copy.write_row(row)
