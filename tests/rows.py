"""What a database holds, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from survey_app.storage.database import begin_read
from survey_app.storage.every_table import Base
from survey_app.storage.inbox import INBOX, InboxEntry


def count_rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with begin_read(engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def inbox_rows(engine: Engine) -> list[InboxEntry]:
    """Every response that waits in the inbox."""
    with begin_read(engine) as connection:
        return [InboxEntry(**row) for row in connection.execute(select(INBOX)).mappings()]


@contextmanager
def nothing_stored(engine: Engine) -> Iterator[None]:
    """Fails when what happens inside adds or removes a row of any table."""
    before = count_rows(engine)
    yield
    assert count_rows(engine) == before
