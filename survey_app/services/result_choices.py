"""What a reader of results may choose from, and the page those choices lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.org_tree import OrgTree, OrgUnit, UnitKind
from survey_app.domain.questionnaire import Wording
from survey_app.domain.recipe import Recipe
from survey_app.domain.unit_succession import Boundaries
from survey_app.domain.wave import Wave
from survey_app.services.listings import Listing, listed_below
from survey_app.services.province_settings import read_settings
from survey_app.services.result_periods import in_order, months_of, months_with_fieldwork
from survey_app.services.result_source import read_source, read_units
from survey_app.services.results import NoSuchUnit, NoSuchVersion, ResultsPage, ResultsQuery, results_of
from survey_app.services.weighted_results import WeightedResult, weighted_of
from survey_app.storage import org_units, questionnaires, unit_successions, waves
from survey_app.storage.database import begin_read
from survey_app.storage.questionnaires import PublishedVersion

DEFAULT_RECIPE = "sipas-2022-mean5"
TREND_MONTHS = 12
STAGES = ("filing", "collecting", "asking", "other")
CHANNELS = ("poster", "ticket", "kiosk", "assisted", "paper", "phone", "online")


@dataclass(frozen=True)
class Asked:
    """What an address asks for; None takes the default. ``form`` is ``<slug>.v<version>``.

    Months, where given, go before ``period``, one of the quick choices.
    """

    form: str | None = None
    recipe: str | None = None
    wave: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    stage: str | None = None
    with_flagged: bool = True
    channel: str | None = None
    service_field: str | None = None
    period: str | None = None
    boundaries: Boundaries = Boundaries.NOW


@dataclass(frozen=True)
class Reader:
    """Who reads: the bases that hold for them, whether they see sensitive items.

    Whether figures are compared, and scores weighted by transactions, is a matter of what the page shows.
    """

    audience: Audience = Audience.OFFICER
    sees_sensitive: bool = False
    compares: bool = False
    weighs: bool = False


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
    service_fields: tuple[str, ...] = ()
    stages: tuple[str, ...] = STAGES
    channels: tuple[str, ...] = CHANNELS
    has_former_units: bool = False


@dataclass(frozen=True)
class UnitPage:
    """A unit's results as asked, with what else may be chosen.

    ``path`` leads from the province to the unit. ``results`` is None while no questionnaire is published.
    ``weighted``: the score weighted by transactions, for readers who asked for it.
    """

    path: tuple[OrgUnit, ...]
    choices: Choices
    asked: Asked
    recipe: Recipe
    results: ResultsPage | None
    weighted: WeightedResult | None = None


def _read_at_counters(connection: Connection) -> list[PublishedVersion]:
    """The published versions that have figures by counter: those scored by residence are read elsewhere."""
    return [v for v in questionnaires.every(connection) if not v.questionnaire.is_scored_by_residence]


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


def _waves_at(connection: Connection, tree: OrgTree, path: Sequence[OrgUnit], chosen: str | None) -> list[Wave]:
    """The waves that run at the unit, above it or below it, and the one chosen elsewhere, newest first."""
    near = {unit.code for unit in (*path, *tree.descendants(path[-1].code))}
    found = waves.every(connection).values()
    return [wave for wave in found if near.intersection(wave.units) or wave.code == chosen]


def _service_fields(tree: OrgTree, unit: OrgUnit, chosen: str | None) -> tuple[str, ...]:
    """The service fields of the counters at a unit and below, and the one chosen elsewhere."""
    every_counter = [counter for counter in tree.units.values() if counter.kind is UnitKind.COUNTER]
    if chosen and not any(chosen in counter.service_fields for counter in every_counter):
        raise NoSuchVersion(chosen)
    below = tree.descendants(unit.code, UnitKind.COUNTER)
    found = {field for counter in (unit, *below) for field in counter.service_fields}
    return tuple(sorted(found | ({chosen} if chosen else set())))


def _default_form(versions: list[PublishedVersion], found: Iterable[Wave], scale: str) -> PublishedVersion | None:
    """The version with most scored items among those the waves ask, the newest of equals."""
    asked = {pair for wave in found for pair in wave.questionnaires}
    by_wave = [v for v in versions if (v.questionnaire.slug, v.questionnaire.version) in asked]

    def fullness(version: PublishedVersion) -> tuple[int, int]:
        factors = version.questionnaire.scored_sections(scale)
        return sum(len(items) for _, items in factors), version.questionnaire.version

    return max(by_wave or versions, key=fullness, default=None)


def _with_months(asked: Asked, today: date) -> Asked:
    """Months in order; those of the quick choice where none is given, by default the last three unless a wave is."""
    first, last, period = asked.first_month, asked.last_month, asked.period
    if first is None and last is None:
        if period is None and asked.wave is None:
            period = "3-months"
        if period is not None:
            first, last = months_of(period, today)
    first, last = in_order(first, last)
    return replace(asked, first_month=first, last_month=last, period=period)


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
    return replace(_with_months(asked, today), form=form, recipe=recipe.slug)


def _fitting(version: PublishedVersion | None, recipes: Mapping[str, Recipe]) -> list[Recipe]:
    """The recipes that score this version, the usual one first; all of them where none does."""
    every = sorted(recipes.values(), key=lambda recipe: recipe.slug != DEFAULT_RECIPE)
    found = [recipe for recipe in every if version and version.questionnaire.scored_sections(recipe.scale)]
    return found or every


@dataclass(frozen=True)
class _Reading:
    """How a page is read: the recipes there are, the day, who reads, and which units are listed with it."""

    recipes: Mapping[str, Recipe]
    today: date
    reader: Reader
    listing: Listing


def _query(unit_code: str, version: PublishedVersion, asked: Asked, recipe: Recipe, reading: _Reading) -> ResultsQuery:
    """The query, with a trend that reaches a year back."""
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
        audience=reading.reader.audience,
        channel=asked.channel,
        service_field=asked.service_field,
        with_sensitive=reading.reader.sees_sensitive,
        with_comparands=reading.reader.compares,
        trend_since=months_back(asked.last_month or month_of(reading.today), TREND_MONTHS - 1),
        today=reading.today,
        boundaries=asked.boundaries if reading.reader.audience is Audience.OFFICER else Boundaries.THEN,
    )


def _page(connection: Connection, reading: _Reading, unit_code: str, wanted: Asked) -> UnitPage:
    recipe = reading.recipes.get(wanted.recipe or DEFAULT_RECIPE)
    if recipe is None:
        raise NoSuchVersion(wanted.recipe)
    units, versions = read_units(connection), _read_at_counters(connection)
    tree = units.tree
    path = _path(tree, unit_code)
    found = _waves_at(connection, tree, path, wanted.wave)
    asked = _settled(wanted, recipe, versions, found, reading.today)
    version = next((version for version in versions if _form_key(version) == asked.form), None)
    fitting = _fitting(version, reading.recipes)
    recipe = recipe if recipe in fitting else fitting[0]
    asked = replace(asked, recipe=recipe.slug)
    choices = Choices(
        forms=tuple(_form(version) for version in versions),
        recipes=tuple(recipe for recipe in reading.recipes.values() if recipe in fitting),
        waves=tuple(found),
        months=months_with_fieldwork(found, reading.today),
        service_fields=_service_fields(tree, path[-1], wanted.service_field),
        has_former_units=unit_successions.is_any(connection),
    )
    if version is None:
        return UnitPage(path, choices, asked, recipe, None)
    query = _query(unit_code, version, asked, recipe, reading)
    source = read_source(connection, reading.recipes, query, units)
    weighted = weighted_of(source, query, reading.today) if reading.reader.weighs else None
    return UnitPage(path, choices, asked, recipe, results_of(source, query, reading.listing), weighted)


def unit_page(
    engine: Engine,
    recipes: Mapping[str, Recipe],
    unit_code: str,
    asked: Asked,
    today: date,
    reader: Reader = Reader(),
    listing: Listing = listed_below,
) -> UnitPage:
    """A unit's results under the asked choices, read in one state of the database.

    Raises:
        NoSuchUnit, NoSuchVersion: the unit, form, recipe, wave or service field does not exist.
    """
    with begin_read(engine) as connection:
        return _page(connection, _Reading(recipes, today, reader, listing), unit_code, asked)


def thresholds_in_force(engine: Engine) -> Thresholds:
    """The smallest bases at which figures are shown."""
    with begin_read(engine) as connection:
        return read_settings(connection).thresholds


def default_query(
    connection: Connection, recipes: Mapping[str, Recipe], unit_code: str, today: date
) -> ResultsQuery | None:
    """What a unit's page shows when nothing was chosen; None while no questionnaire is published. Raises NoSuchUnit."""
    tree, versions, recipe = org_units.tree(connection), _read_at_counters(connection), recipes[DEFAULT_RECIPE]
    reading = _Reading(recipes, today, Reader(), listed_below)
    found = _waves_at(connection, tree, _path(tree, unit_code), None)
    asked = _settled(Asked(), recipe, versions, found, today)
    version = next((version for version in versions if _form_key(version) == asked.form), None)
    if version is None:
        return None
    recipe = _fitting(version, recipes)[0]
    return _query(unit_code, version, replace(asked, recipe=recipe.slug), recipe, reading)
