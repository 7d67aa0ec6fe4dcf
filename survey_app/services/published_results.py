"""Results as the public may read them: closed quarters, its own bases, never one counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine

from survey_app.domain.disclosure import Audience
from survey_app.domain.local_day import month_of
from survey_app.domain.org_tree import OrgTree, OrgUnit, UnitKind
from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.domain.recipe import Recipe
from survey_app.domain.series import Series
from survey_app.services.listings import listed_below, only_centre
from survey_app.services.result_choices import Asked, Reader, UnitPage, unit_page
from survey_app.services.results import NoSuchUnit, NoSuchVersion

MOST_QUARTERS = 8
PUBLIC = Reader(audience=Audience.PUBLIC)


@dataclass(frozen=True)
class PublishedPage:
    """The results of the ``quarter`` asked for.

    ``quarters`` are the closed ones, newest first; ``open_until`` is the last day of the one still open.
    """

    page: UnitPage
    quarter: Quarter
    quarters: tuple[Quarter, ...]
    open_until: date


def _listed(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    """Units below, as far down as the centre."""
    centre = only_centre(tree, unit)
    below = [centre] if centre else listed_below(tree, unit)
    return [child for child in below if child.kind is not UnitKind.COUNTER]


def closed_quarters(today: date) -> tuple[Quarter, ...]:
    """Quarters that have ended, the newest first."""
    found = [quarter_of(today).before]
    while len(found) < MOST_QUARTERS:
        found.append(found[-1].before)
    return tuple(found)


def published_page(
    engine: Engine, recipes: Mapping[str, Recipe], unit_code: str, asked: Asked, quarter: Quarter | None, today: date
) -> PublishedPage:
    """A unit's published results of a closed quarter (None: the newest).

    Only the questionnaire and the recipe of ``asked`` count: finer cuts are not published.

    Raises:
        NoSuchUnit, NoSuchVersion: no such unit, or a counter; no such choice, or a quarter that has not ended.
    """
    quarters = closed_quarters(today)
    chosen = quarter or quarters[0]
    if chosen not in quarters:
        raise NoSuchVersion(chosen.code)
    wanted = Asked(asked.form, asked.recipe, first_month=chosen.first_month, last_month=chosen.last_month)
    page = unit_page(engine, recipes, unit_code, wanted, today, PUBLIC, _listed)
    if page.path[-1].kind is UnitKind.COUNTER:
        raise NoSuchUnit(unit_code)
    if page.results is not None:
        page = replace(page, results=replace(page.results, trend=Series()))
    open_until = quarter_of(month_of(today)).last_day
    return PublishedPage(page, chosen, quarters, open_until)
