"""Migrations lead to exactly the tables of storage/tables.py, up and down, and lose nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, Engine, inspect, select, text

from survey_app.storage import audit_triggers, migrations
from survey_app.storage.database import begin_read, begin_write, is_postgresql, make_engine
from survey_app.storage.every_table import Base
from survey_app.storage.tables import VIEWS
from tests import scenes

Description = dict[str, set[str]]

COLUMNS = """
    SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
VIEW_TEXTS = "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"
TRIGGERS = """
    SELECT tgname, pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid) FROM pg_trigger WHERE NOT tgisinternal
"""
SEQUENCES = """
    SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'
"""


def _sqlite_parts(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every line of every statement: a table's columns and constraints stand one a line."""
    for name, statement in connection.execute(text("SELECT name, coalesce(sql, '') FROM sqlite_master")):
        for line in statement.splitlines():
            yield name, " ".join(line.strip().rstrip(",").split())


def _postgresql_parts(connection: Connection) -> Iterator[tuple[str, str]]:
    for query in (COLUMNS, CONSTRAINTS, INDEXES, VIEW_TEXTS, TRIGGERS, SEQUENCES):
        yield from connection.execute(text(query))


def describe(engine: Engine) -> Description:
    """What the schema consists of, by table, index or view; without Alembic's own table."""
    found: Description = {}
    with begin_read(engine) as connection:
        parts = _postgresql_parts if is_postgresql(connection) else _sqlite_parts
        for name, part in parts(connection):
            if "alembic_version" not in name and part:
                found.setdefault(name, set()).add(part)
    return found


@pytest.fixture
def empty_engine(any_engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database of the same kind as ``any_engine``."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if any_engine.dialect.name == "postgresql":
        url = request.getfixturevalue("new_postgresql_database")()
    made = make_engine(url)
    yield made
    made.dispose()


def test_head_is_the_tables_of_the_code(any_engine: Engine, empty_engine: Engine) -> None:
    with begin_write(empty_engine) as connection:
        Base.metadata.create_all(connection)
        for name, query in VIEWS.items():
            connection.execute(text(f"CREATE VIEW {name} AS {query}"))
        triggers = audit_triggers.POSTGRESQL if is_postgresql(connection) else audit_triggers.SQLITE
        for statement in triggers.values():
            connection.execute(text(statement))
    expected, found = describe(empty_engine), describe(any_engine)
    assert found.keys() == expected.keys()
    for name, parts in expected.items():
        assert found[name] == parts, name


def test_the_description_sees_checks_indexes_views_and_tables_without_rowid(any_engine: Engine) -> None:
    everything = " ".join(part for parts in describe(any_engine).values() for part in parts)
    assert "ck_response_inbox_record_alphabet" in everything
    assert "ix_response_inbox_batch" in everything
    assert "substr" in everything.lower()
    assert "append-only" in everything or "never deleted" in everything
    if any_engine.dialect.name == "sqlite":
        assert "WITHOUT ROWID" in " ".join(describe(any_engine)["response_inbox"])


def test_the_newest_revision_is_known(any_engine: Engine, empty_engine: Engine) -> None:
    assert migrations.current(empty_engine) is None
    assert not migrations.is_current(empty_engine, scenes.MIGRATIONS_DIR)
    assert migrations.current(any_engine) is not None
    assert migrations.is_current(any_engine, scenes.MIGRATIONS_DIR)


def test_upgrading_again_keeps_every_row(any_engine: Engine, any_province: scenes.Province, rng: Random) -> None:
    scenes.fill_inbox(any_engine, any_province, any_province.counters[0], 3, rng)

    def rows() -> dict[str, list[str]]:
        with begin_read(any_engine) as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in Base.metadata.sorted_tables
            }

    before = rows()
    assert len(before["response_inbox"]) == 3
    migrations.upgrade(any_engine, scenes.MIGRATIONS_DIR)
    assert rows() == before


def test_down_leaves_nothing_and_up_again_leads_back(any_engine: Engine) -> None:
    scenes.build_province(any_engine)
    at_head = describe(any_engine)
    migrations.downgrade(any_engine, scenes.MIGRATIONS_DIR, "base")
    assert describe(any_engine) == {}
    assert inspect(any_engine).get_table_names() == ["alembic_version"]
    assert migrations.current(any_engine) is None
    migrations.upgrade(any_engine, scenes.MIGRATIONS_DIR)
    assert describe(any_engine) == at_head


BROKEN_STEP = '''"""Breaks half-way."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("half_done", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half_done (id) VALUES (1)")
    raise RuntimeError("broken on purpose")
'''


def test_a_step_that_breaks_leaves_the_database_as_it_was(any_engine: Engine, tmp_path: Path) -> None:
    before, head = describe(any_engine), migrations.current(any_engine)
    folder = Path(shutil.copytree(scenes.MIGRATIONS_DIR, tmp_path / "migrations"))
    (folder / "versions" / "9999_broken.py").write_text(BROKEN_STEP.format(head=head))
    with pytest.raises(RuntimeError, match="broken on purpose"):
        migrations.upgrade(any_engine, folder)
    assert describe(any_engine) == before
    assert migrations.current(any_engine) == head
    assert not migrations.is_current(any_engine, folder)


UPGRADE = """
import sys
from pathlib import Path
from survey_app.storage import migrations
from survey_app.storage.database import make_engine

migrations.upgrade(make_engine(sys.argv[1]), Path(sys.argv[2]))
"""


def test_two_processes_may_upgrade_at_once(empty_engine: Engine) -> None:
    url = empty_engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", UPGRADE, url, str(scenes.MIGRATIONS_DIR)]
    running = [subprocess.Popen(command, cwd=scenes.ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], told
    assert migrations.is_current(empty_engine, scenes.MIGRATIONS_DIR)


@pytest.mark.postgresql
def test_migrations_open_no_table_to_everybody(
    new_postgresql_database: Callable[[str], str],
) -> None:
    engine = make_engine(new_postgresql_database())
    migrations.upgrade(engine, scenes.MIGRATIONS_DIR)
    query = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relacl::text ~ '[{,]='"
    with begin_read(engine) as connection:
        assert connection.scalar(text(query)) == 0
    engine.dispose()
