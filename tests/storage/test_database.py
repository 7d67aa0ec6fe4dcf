"""Connections to PostgreSQL outlive what happens to the server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, text

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import database
from survey_app.storage.database import begin_read, begin_write
from tests.postgresql_server import PostgresqlServer

pytestmark = pytest.mark.postgresql


@pytest.fixture
def cut(postgresql_engine: Engine, postgresql_server: PostgresqlServer) -> Callable[[], None]:
    """Ends every connection of this database from the server's side, as a restart does."""
    name = postgresql_engine.url.database
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    return lambda: postgresql_server.execute(ending)


def _reads(engine: Engine) -> bool:
    with begin_read(engine) as connection:
        return connection.scalar(text("SELECT 1")) == 1


def test_after_a_rest_nobody_notices_that_the_server_was_restarted(
    postgresql_engine: Engine, cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)
    with begin_write(postgresql_engine), begin_read(postgresql_engine):
        pass
    cut()
    assert _reads(postgresql_engine)
    assert _reads(postgresql_engine)


def test_a_restart_in_the_middle_of_work_is_told_once_and_every_connection_is_replaced(
    postgresql_engine: Engine, cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 3600.0)
    with begin_read(postgresql_engine), begin_read(postgresql_engine), begin_read(postgresql_engine):
        pass
    cut()
    with pytest.raises(DatabaseUnavailable):
        _reads(postgresql_engine)
    with begin_read(postgresql_engine), begin_read(postgresql_engine):
        assert _reads(postgresql_engine)


def test_a_connection_in_use_is_not_asked_whether_it_lives(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(database, "RESTED_SECONDS", 3600.0)
    monkeypatch.setattr(postgresql_engine.dialect, "do_ping", asked.append)
    connected: list[object] = []
    event.listen(postgresql_engine, "connect", lambda connection, _record: connected.append(connection))
    assert all(_reads(postgresql_engine) for _ in range(3))
    assert len(connected) <= 1
    assert asked == []
