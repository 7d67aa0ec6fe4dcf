"""A cursor that one holder keeps: as good as a new one after whatever happened to its connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Engine, inspect, text

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import database
from survey_app.storage.database import begin_read, begin_write, make_engine
from survey_app.storage.driver import KeptDriver
from tests.postgresql_server import PostgresqlServer


@pytest.fixture
def cut(postgresql_engine: Engine, postgresql_server: PostgresqlServer) -> Callable[[], None]:
    """Ends every connection of this database from the server's side, as a restart does."""
    name = postgresql_engine.url.database
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    return lambda: postgresql_server.execute(ending)


def one(kept: KeptDriver) -> int:
    with kept.statement() as cursor:
        return int(cursor.execute("SELECT 1").fetchone()[0])


def connection_of(kept: KeptDriver) -> object:
    with kept.statement() as cursor:
        return cursor.connection


def test_it_is_kept(any_engine: Engine) -> None:
    kept = KeptDriver(any_engine)
    assert one(kept) == 1
    assert connection_of(kept) is connection_of(kept)


@pytest.mark.postgresql
def test_after_a_rest_nobody_notices_that_the_server_was_restarted(
    postgresql_engine: Engine, cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)
    kept = KeptDriver(postgresql_engine)
    assert one(kept) == 1
    cut()
    assert one(kept) == 1


@pytest.mark.postgresql
def test_a_restart_in_the_middle_of_work_is_told_once_and_every_connection_is_replaced(
    postgresql_engine: Engine, cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 3600.0)
    kept = KeptDriver(postgresql_engine)
    with begin_read(postgresql_engine), begin_read(postgresql_engine):
        assert one(kept) == 1
    cut()
    with pytest.raises(DatabaseUnavailable):
        one(kept)
    with begin_read(postgresql_engine) as first, begin_read(postgresql_engine) as second:
        assert first.scalar(text("SELECT 1")) == second.scalar(text("SELECT 1")) == one(kept)


def test_one_cut_off_in_the_middle_of_a_statement_is_replaced(any_engine: Engine) -> None:
    kept, before = KeptDriver(any_engine), None
    with suppress(KeyboardInterrupt), kept.statement() as cursor:
        before = cursor.connection
        raise KeyboardInterrupt
    assert connection_of(kept) is not before


def test_it_goes_when_the_engine_is_disposed_of_and_comes_again(any_engine: Engine) -> None:
    kept = KeptDriver(any_engine)
    before = connection_of(kept)
    any_engine.dispose()
    assert any_engine.pool.status() == any_engine.pool.recreate().status()
    assert connection_of(kept) is not before


def test_what_its_holder_gives_back_is_a_transaction_again(any_engine: Engine) -> None:
    for _ in range(3):
        one(KeptDriver(any_engine))
        with suppress(ZeroDivisionError), begin_write(any_engine) as connection:
            connection.execute(text("CREATE TABLE taken_back (number INTEGER)"))
            raise ZeroDivisionError
    assert not inspect(any_engine).has_table("taken_back")


def test_a_database_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(DatabaseUnavailable), KeptDriver(make_engine("postgresql://nobody@127.0.0.1:1/no")).statement():
        pass
