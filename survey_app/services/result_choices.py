"""What a reader of results may choose from, and the page those choices lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.disclosure import Thresholds
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.org_tree import OrgTree, OrgUnit
from survey_app.domain.questionnaire import Wording
from survey_app.domain.recipe import Recipe
from survey_app.domain.wave import Wave
from survey_app.services.province_settings import read_settings
from survey_app.services.results import (
    NoSuchUnit,
    NoSuchVersion,
    ResultsPage,
    ResultsQuery,
    results_page,
    unit_trend,
)
from survey_app.storage import org_units, questionnaires, waves
from survey_app.storage.database import begin_read
from survey_app.storage.questionnaires import PublishedVersion

DEFAULT_RECIPE = "sipas-2022-mean5"
WINDOW_MONTHS = 3
"""Months, this one included, that a page covers when no period was chosen."""
TREND_MONTHS = 12
STAGES = ("filing", "collecting", "asking", "other")


@dataclass(frozen=True)
class Asked:
    """What an address asks for; None takes the default. ``form`` is ``<slug>.v<version>``."""

    form: str | None = None
    recipe: str | None = None
    wave: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    stage: str | None = None
    with_flagged: bool = True


@dataclass(frozen=True)
class Form:
    """A published questionnaire version one can choose. ``has_factors``: its index is made of several factors."""

    key: str
    title: Wording
    version: int
    has_factors: bool


@dataclass(frozen=True)
class Choices:
    """What may be chosen at a unit; ``months`` runs from the newest to the oldest with fieldwork."""

    forms: tuple[Form, ...]
    recipes: tuple[Recipe, ...]
    waves: tuple[Wave, ...]
    months: tuple[date, ...]
    stages: tuple[str, ...] = STAGES


@dataclass(frozen=True)
class UnitPage:
    """A unit's results as asked, with what else may be chosen.

    ``path`` leads from the province to the unit. ``results`` is None while no questionnaire is published.
    """

    path: tuple[OrgUnit, ...]
    choices: Choices
    asked: Asked
    recipe: Recipe
    results: ResultsPage | None


def _form(version: PublishedVersion) -> Form:
    questionnaire = version.questionnaire
    factors = sum(section.is_scored for section in questionnaire.sections)
    return Form(_form_key(version), questionnaire.title, questionnaire.version, factors > 1)


def _form_key(version: PublishedVersion) -> str:
    return f"{version.questionnaire.slug}.v{version.questionnaire.version}"


def _path(tree: OrgTree, unit_code: str) -> tuple[OrgUnit, ...]:
    if unit_code not in tree.units:
        raise NoSuchUnit(unit_code)
    return (*reversed(tree.ancestors(unit_code)), tree.units[unit_code])


def _waves_at(connection: Connection, tree: OrgTree, path: Sequence[OrgUnit]) -> list[Wave]:
    """The waves that run at the unit, above it or below it, newest first."""
    near = {unit.code for unit in (*path, *tree.descendants(path[-1].code))}
    return [wave for wave in waves.every(connection).values() if near.intersection(wave.units)]


def _months(found: Iterable[Wave], today: date) -> tuple[date, ...]:
    """The months since fieldwork began, newest first, at least the default window."""
    this_month = month_of(today)
    first = min([*(month_of(wave.opens_on) for wave in found), months_back(this_month, WINDOW_MONTHS - 1)])
    number = (this_month.year - first.year) * 12 + this_month.month - first.month + 1
    return tuple(months_back(this_month, back) for back in range(number))


def _default_form(versions: list[PublishedVersion], found: Iterable[Wave], scale: str) -> PublishedVersion | None:
    """The version with most scored items among those the waves ask, the newest of equals."""
    asked = {pair for wave in found for pair in wave.questionnaires}
    by_wave = [v for v in versions if (v.questionnaire.slug, v.questionnaire.version) in asked]

    def fullness(version: PublishedVersion) -> tuple[int, int]:
        factors = version.questionnaire.scored_sections(scale)
        return sum(len(items) for _, items in factors), version.questionnaire.version

    return max(by_wave or versions, key=fullness, default=None)


def _with_default_period(asked: Asked, today: date) -> Asked:
    """The last three months unless a wave or a month was chosen; months in order."""
    first, last = asked.first_month, asked.last_month
    if asked.wave is None and first is None and last is None:
        first, last = months_back(month_of(today), WINDOW_MONTHS - 1), month_of(today)
    if first is not None and last is not None and first > last:
        first, last = last, first
    return replace(asked, first_month=first, last_month=last)


def _settled(
    asked: Asked, recipe: Recipe, versions: list[PublishedVersion], found: Iterable[Wave], today: date
) -> Asked:
    """What is asked with every default filled in."""
    form = asked.form
    if form is None:
        default = _default_form(versions, found, recipe.scale)
        form = _form_key(default) if default else None
    elif form not in {_form_key(version) for version in versions}:
        raise NoSuchVersion(form)
    return replace(_with_default_period(asked, today), form=form, recipe=recipe.slug)


def _query(unit_code: str, version: PublishedVersion, asked: Asked, recipe: Recipe) -> ResultsQuery:
    return ResultsQuery(
        unit_code=unit_code,
        slug=version.questionnaire.slug,
        version=version.questionnaire.version,
        recipe=recipe.slug,
        wave=asked.wave,
        first_month=asked.first_month,
        last_month=asked.last_month,
        stage=asked.stage,
        with_flagged=asked.with_flagged,
    )


def _results(connection: Connection, recipes: Mapping[str, Recipe], query: ResultsQuery, today: date) -> ResultsPage:
    """The page with a trend that reaches a year back, however short the period of its figures."""
    page = results_page(connection, recipes, query)
    last = query.last_month or month_of(today)
    first = query.first_month and min(query.first_month, months_back(last, TREND_MONTHS - 1))
    if first == query.first_month:
        return page
    return replace(page, trend=unit_trend(connection, recipes, replace(query, first_month=first)))


def _page(
    connection: Connection, recipes: Mapping[str, Recipe], unit_code: str, wanted: Asked, today: date
) -> UnitPage:
    recipe = recipes.get(wanted.recipe or DEFAULT_RECIPE)
    if recipe is None:
        raise NoSuchVersion(wanted.recipe)
    tree, versions = org_units.tree(connection), questionnaires.every(connection)
    path = _path(tree, unit_code)
    found = _waves_at(connection, tree, path)
    asked = _settled(wanted, recipe, versions, found, today)
    forms = tuple(_form(version) for version in versions)
    choices = Choices(forms, tuple(recipes.values()), tuple(found), _months(found, today))
    version = next((version for version in versions if _form_key(version) == asked.form), None)
    if version is None:
        return UnitPage(path, choices, asked, recipe, None)
    query = _query(unit_code, version, asked, recipe)
    return UnitPage(path, choices, asked, recipe, _results(connection, recipes, query, today))


def unit_page(engine: Engine, recipes: Mapping[str, Recipe], unit_code: str, asked: Asked, today: date) -> UnitPage:
    """A unit's results under the asked choices, read in one state of the database.

    Raises:
        NoSuchUnit, NoSuchVersion: the unit, form, recipe or wave does not exist.
    """
    with begin_read(engine) as connection:
        return _page(connection, recipes, unit_code, asked, today)


def thresholds_in_force(engine: Engine) -> Thresholds:
    """The smallest bases at which figures are shown."""
    with begin_read(engine) as connection:
        return read_settings(connection).thresholds
