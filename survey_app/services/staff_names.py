"""The names of a unit's staff, listed so that they are masked in comments."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import Engine

from survey_app.domain.comment_masking import name_words
from survey_app.services.comment_release import mask_again, units_above
from survey_app.services.comments import places_below
from survey_app.storage import audit_log, staff_names
from survey_app.storage.database import RELEASE_LOCK, begin_read, begin_write, sweep, wait_for_lock

MOST_NAMES = 300
LONGEST_NAME = 120


class BadNames(ValueError):
    """A line is no name, or there are too many; ``line`` is the one (None: too many)."""

    def __init__(self, line: str | None) -> None:
        super().__init__(line or "too many names")
        self.line = line


def read_names(text: str) -> list[str]:
    """The names of a text, one a line, each once. Raises BadNames."""
    lines = [" ".join(unicodedata.normalize("NFC", line).split()) for line in text.splitlines()]
    names = list(dict.fromkeys(line for line in lines if line))
    for name in names:
        if len(name) > LONGEST_NAME or not name.isprintable() or not name_words(name):
            raise BadNames(name)
    if len(names) > MOST_NAMES:
        raise BadNames(None)
    return names


def listed_names(engine: Engine, unit_code: str) -> list[str]:
    """The names listed for a unit. Raises NoSuchUnit."""
    with begin_read(engine) as connection:
        _, places = places_below(connection, unit_code)
        return staff_names.listed(connection, places[unit_code])


def change_names(engine: Engine, now: datetime, actor: str, unit_code: str, names: list[str]) -> int:
    """List these names for a unit and mask comments that may be read already; returns how many comments changed.

    The audit entry counts names and holds none. Raises NoSuchUnit.
    """
    with begin_write(engine) as connection:
        wait_for_lock(connection, RELEASE_LOCK)
        _, places = places_below(connection, unit_code)
        before = set(staff_names.listed(connection, places[unit_code]))
        staff_names.replace(connection, places[unit_code], names)
        masked = mask_again(connection, units_above(connection))
        detail = {"added": len(set(names) - before), "removed": len(before - set(names)), "comments_masked": masked}
        audit_log.append(connection, now, actor, "comments.staff_names", unit_code, detail)
    sweep(engine)
    return masked
