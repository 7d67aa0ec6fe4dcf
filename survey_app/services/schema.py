"""Bringing a database to the schema this version of the software needs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from survey_app.storage import migrations


def upgrade_schema(engine: Engine, migrations_dir: Path) -> None:
    """Run every migration not yet run. Raises DatabaseUnavailable."""
    migrations.upgrade(engine, migrations_dir)
