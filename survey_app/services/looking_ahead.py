"""Reading ahead: a process works out a province's figures before anybody asks, at its start and after each release.

Whoever opens the page first then waits no longer than the next (services/kept_figures.py has what is kept and why it
is still right; this only fills it).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine

from survey_app.domain.recipe import Recipe
from survey_app.services.result_choices import Asked, Reader, unit_page
from survey_app.storage import org_units
from survey_app.storage.database import begin_read


def look_ahead(engine: Engine, recipes: Mapping[str, Recipe], today: date) -> None:
    """Read the page of each province as it opens, without a table of units. Raises DatabaseUnavailable."""
    with begin_read(engine) as connection:
        units = org_units.tree(connection).units.values()
    for unit in units:
        if unit.parent_code is None and unit.is_valid_on(today):
            unit_page(engine, recipes, unit.code, Asked(), today, Reader(weighs=True), lambda *_: [])
