"""Bringing a database to a revision: all steps in one transaction, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from survey_app.storage.database import MIGRATION_LOCK, begin_read, begin_write, wait_for_lock


def _config(migrations_dir: Path, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    return config


def upgrade(engine: Engine, migrations_dir: Path, revision: str = "head") -> None:
    """Bring the database to ``revision``, all steps or none. Raises DatabaseUnavailable."""
    with begin_write(engine) as connection:
        wait_for_lock(connection, MIGRATION_LOCK)
        command.upgrade(_config(migrations_dir, connection), revision)


def downgrade(engine: Engine, migrations_dir: Path, revision: str) -> None:
    """Take the database back to ``revision`` (``base``: empty). Raises DatabaseUnavailable."""
    with begin_write(engine) as connection:
        wait_for_lock(connection, MIGRATION_LOCK)
        command.downgrade(_config(migrations_dir, connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database stands at; None for an empty one. Raises DatabaseUnavailable."""
    with begin_read(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine, migrations_dir: Path) -> bool:
    """Whether the database stands at the newest revision. Raises DatabaseUnavailable."""
    return current(engine) == ScriptDirectory.from_config(_config(migrations_dir)).get_current_head()
