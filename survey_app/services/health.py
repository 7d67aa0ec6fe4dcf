"""Whether the product can serve: the database answers and its tables are there."""

from __future__ import annotations

from sqlalchemy import Engine

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.storage import settings
from survey_app.storage.database import begin_read


def is_ready(engine: Engine) -> bool:
    """True when the settings table can be read."""
    try:
        with begin_read(engine) as connection:
            settings.read_all(connection)
    except DatabaseUnavailable:
        return False
    return True
