"""The stored audit log: one unbroken chain, whoever writes; what is done to it behind its back is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from survey_app.domain.audit_chain import BEGINNING, Break
from survey_app.services.audit import verify_chain
from survey_app.storage import audit_log, migrations
from survey_app.storage.database import begin_read, begin_write, is_postgresql
from tests import scenes

OLD = ", ".join(("id", "at", "actor", "action", "unit_code", "detail"))


@pytest.fixture
def logged(any_engine: Engine) -> Engine:
    """A log of six entries."""
    for place in range(6):
        with begin_write(any_engine) as connection:
            at = scenes.NOW + timedelta(hours=place, microseconds=place)
            audit_log.append(connection, at, f"can.bo{place}", "wave.create", "51", {"wave": f"Quý {place}"})
    return any_engine


def without_triggers(connection: Connection) -> None:
    """Open the table as only its owner can."""
    on_table = " ON audit_entry" if is_postgresql(connection) else ""
    connection.execute(text(f"DROP TRIGGER audit_entry_stays{on_table}"))
    if not is_postgresql(connection):
        connection.execute(text("DROP TRIGGER audit_entry_is_kept"))


def tamper(engine: Engine, *statements: str) -> None:
    with begin_write(engine) as connection:
        without_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def test_entries_follow_one_another_without_a_gap(logged: Engine) -> None:
    with begin_read(logged) as connection:
        entries = list(audit_log.chain(connection))
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].previous == BEGINNING
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    assert entries[5].at == scenes.NOW + timedelta(hours=5, microseconds=5)
    walk = verify_chain(logged)
    assert (walk.broken, walk.count) == (None, 6)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry WHERE id = 3"])
def test_the_database_refuses_to_change_or_delete_an_entry(logged: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|never"), begin_write(logged) as connection:
        connection.execute(text(statement))
    assert verify_chain(logged).count == 6


@pytest.mark.postgresql
def test_the_database_refuses_to_empty_the_log(postgresql_engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="append-only"), begin_write(postgresql_engine) as connection:
        connection.execute(text("TRUNCATE audit_entry"))


INSERTED = (
    f"INSERT INTO audit_entry ({OLD}, previous, hash) SELECT 7, at, 'x', action, unit_code, detail, hash,"
    " previous FROM audit_entry WHERE id = 6"
)
SWAPPED = (
    "UPDATE audit_entry SET id = 30 WHERE id = 3",
    "UPDATE audit_entry SET id = 3 WHERE id = 4",
    "UPDATE audit_entry SET id = 4 WHERE id = 30",
)
FORKED = (
    f"INSERT INTO audit_entry ({OLD}, previous, hash) SELECT 7, at, actor, action, unit_code, detail, previous,"
    " hash FROM audit_entry WHERE id = 6"
)


@pytest.mark.parametrize(
    ("statements", "number", "kind"),
    [
        (("UPDATE audit_entry SET detail = '{}' WHERE id = 3",), 3, Break.ALTERED),
        (("UPDATE audit_entry SET unit_code = NULL WHERE id = 2",), 2, Break.ALTERED),
        (("DELETE FROM audit_entry WHERE id = 4",), 5, Break.OUT_OF_PLACE),
        (("DELETE FROM audit_entry WHERE id = 1",), 2, Break.OUT_OF_PLACE),
        ((INSERTED,), 7, Break.ALTERED),
        (SWAPPED, 3, Break.ALTERED),
    ],
    ids=["altered", "moved to no unit", "deleted", "first deleted", "inserted", "swapped"],
)
def test_what_is_done_behind_the_triggers_is_found(
    logged: Engine, statements: tuple[str, ...], number: int, kind: Break
) -> None:
    tamper(logged, *statements)
    broken = verify_chain(logged).broken
    assert broken is not None
    assert (broken.entry.number, broken.kind) == (number, kind)


def test_an_end_cut_off_is_found_by_the_head_that_was_kept(logged: Engine) -> None:
    head = verify_chain(logged).heads[-1].hash
    assert verify_chain(logged, head).is_met
    tamper(logged, "DELETE FROM audit_entry WHERE id > 4")
    walk = verify_chain(logged, head)
    assert (walk.broken, walk.is_met) == (None, False)


def test_no_two_entries_may_follow_the_same_one(logged: Engine) -> None:
    with pytest.raises(DBAPIError), begin_write(logged) as connection:
        connection.execute(text(FORKED))


def test_writers_at_once_make_one_chain(any_engine: Engine) -> None:
    def write(place: int) -> None:
        for step in range(5):
            with begin_write(any_engine) as connection:
                audit_log.append(connection, scenes.NOW, f"nguoi{place}", "wave.create", None, {"step": step})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    walk = verify_chain(any_engine)
    assert (walk.broken, walk.count) == (None, 30)


def test_what_fails_leaves_no_gap(any_engine: Engine) -> None:
    def write(detail: dict[str, object]) -> None:
        with begin_write(any_engine) as connection:
            audit_log.append(connection, scenes.NOW, "an", "wave.create", None, detail)
            detail["wave"].upper()  # type: ignore[attr-defined]

    for _ in range(2):
        with pytest.raises(AttributeError):
            write({"wave": None})
        write({"wave": "quý"})
    assert (verify_chain(any_engine).broken, verify_chain(any_engine).count) == (None, 2)


def test_the_migration_chains_what_was_logged_before(any_engine: Engine) -> None:
    migrations.downgrade(any_engine, scenes.MIGRATIONS_DIR, "0005")
    with begin_write(any_engine) as connection:
        for number in (3, 4, 9):
            connection.execute(
                text(f"INSERT INTO audit_entry ({OLD}) VALUES (:id, :at, 'an', 'unit.retire', :unit, :detail)"),
                {"id": number, "at": "2026-01-05 08:30:00.000001", "unit": None, "detail": '{"đơn vị": "Đăk Long"}'},
            )
    migrations.upgrade(any_engine, scenes.MIGRATIONS_DIR)
    with begin_write(any_engine) as connection:
        audit_log.append(connection, scenes.NOW, "an", "wave.create", None, {})
    with begin_read(any_engine) as connection:
        assert [entry.number for entry in audit_log.chain(connection)] == [3, 4, 9, 10]
    walk = verify_chain(any_engine)
    assert (walk.broken, walk.count) == (None, 4)
    migrations.downgrade(any_engine, scenes.MIGRATIONS_DIR, "0005")
    with begin_read(any_engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_entry")) == 4
