"""The revision of the database's tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from survey_app.services import recount
from survey_app.storage import migrations


def upgrade_schema(
    engine: Engine, migrations_dir: Path, progress: Callable[[int, int], None] | None = None
) -> tuple[str | None, str | None]:
    """Bring the tables to the newest revision; returns the revision (before, after), None for no tables.

    Releases whose tally has an older form are counted anew; ``progress`` is told (done, in all).

    Raises:
        DatabaseUnavailable: nothing was changed.
    """
    before = migrations.current(engine)
    migrations.upgrade(engine, migrations_dir)
    recount.count_missing(engine, progress)
    return before, migrations.current(engine)
