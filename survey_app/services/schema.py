"""The revision of the database's tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from survey_app.storage import migrations


def upgrade_schema(engine: Engine, migrations_dir: Path) -> tuple[str | None, str | None]:
    """Bring the tables to the newest revision; returns the revision (before, after), None for no tables.

    Raises:
        DatabaseUnavailable: nothing was changed.
    """
    before = migrations.current(engine)
    migrations.upgrade(engine, migrations_dir)
    return before, migrations.current(engine)
