"""Figures by commune of residence: the one tap for questionnaires about home, closed quarters only.

The dimension asked at desks has no residence: it counts where the procedure was done, in the same quarters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, Engine

from survey_app.domain.dimensions import dimension_figures, total_of
from survey_app.domain.disclosure import Audience, Days, Thresholds, is_too_fine
from survey_app.domain.integrity import without_sensitive
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Dimension, Recipe
from survey_app.domain.scorecard import Figure, Reading, Scorecard
from survey_app.domain.scoring import score
from survey_app.domain.tally import Tally, add
from survey_app.services.province_settings import read_settings
from survey_app.services.residence_closing import home_communes
from survey_app.services.residence_periods import Period, period_of, periods_on
from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.storage import org_units, questionnaires, residence, tallies
from survey_app.storage.database import begin_read
from survey_app.storage.questionnaires import PublishedVersion
from survey_app.storage.tallies import TallyFilter

RECIPE = "papi-style"
PLACES = (UnitKind.PROVINCE, UnitKind.COMMUNE)


@dataclass(frozen=True)
class Asked:
    """A dimension and the published version that asks all of it; None while none is published."""

    dimension: Dimension
    version: PublishedVersion | None

    @property
    def is_by_residence(self) -> bool:
        return self.version is None or self.version.questionnaire.is_scored_by_residence

    @property
    def is_sensitive(self) -> bool:
        """Whether one of its items is: then the dimension is for those who may read sensitive items."""
        items = self.version.questionnaire.items() if self.version else ()
        return any(item.is_sensitive and not item.is_demographic for item in items)


@dataclass(frozen=True)
class PlaceScores:
    """A place's figures, dimension by dimension (None: nothing readable), and their total."""

    unit: OrgUnit
    figures: tuple[Figure | None, ...]

    @cached_property
    def total(self) -> Figure:
        return total_of(self.figures)


@dataclass(frozen=True)
class Counted:
    """What stands behind a place's figures of one dimension: its tally, how it is read, and the scorecard."""

    asked: Asked
    tally: Tally
    reading: Reading
    card: Scorecard


@dataclass(frozen=True)
class ResidencePage:
    """A place's figures by residence in a period, and those of the communes below it.

    ``details``: for each dimension the place's own counts, where there are any. ``placed``: of the province, how many
    responses were counted for a commune and how many for the province only.
    """

    path: tuple[OrgUnit, ...]
    recipe: Recipe
    periods: tuple[Period, ...]
    period: Period | None
    asked: tuple[Asked, ...]
    place: PlaceScores
    details: tuple[Counted | None, ...]
    below: tuple[PlaceScores, ...]
    thresholds: Thresholds
    placed: tuple[int, int]

    @property
    def has_figures(self) -> bool:
        return any(detail is not None for detail in self.details)


def _asked(recipe: Recipe, versions: Sequence[PublishedVersion]) -> tuple[Asked, ...]:
    """For each dimension the newest version that asks every part of it."""
    found: list[Asked] = []
    for dimension in recipe.dimensions:
        whole = [version for version in versions if _asks(version, dimension, recipe)]
        found.append(Asked(dimension, max(whole, key=lambda v: v.questionnaire.version, default=None)))
    return tuple(found)


def _asks(version: PublishedVersion, dimension: Dimension, recipe: Recipe) -> bool:
    return {s.id for s, _ in version.questionnaire.scored_sections(recipe.scale)}.issuperset(dimension.sections)


Sums = dict[int, dict[str, Tally]]
"""Version -> code of a place -> its tally."""


@dataclass(frozen=True)
class _Source:
    """Everything read once to answer."""

    reading: Reading
    with_sensitive: bool
    sums: Sums

    def counted(self, asked: Asked, code: str) -> Counted | None:
        tally = self._tally(asked, code)
        if asked.version is None or tally is None:
            return None
        card = score(asked.version.layout, tally, self.reading)
        return Counted(asked, tally, self.reading, card if self.with_sensitive else without_sensitive(card))

    def figures(self, asked: Asked, codes: Sequence[str]) -> dict[str, Figure]:
        """A dimension's figures of these places, where there are any; hidden where sensitive and not to be read."""
        found = {code: tally for code in codes if (tally := self._tally(asked, code)) is not None}
        if asked.version is None or not found:
            return {}
        layout, tallies_ = asked.version.layout, list(found.values())
        figures = dimension_figures(layout, tallies_, asked.dimension, self.reading)
        if asked.is_sensitive and not self.with_sensitive:
            figures = [Figure(figure.base, None, None) for figure in figures]
        return dict(zip(found, figures, strict=True))

    def _tally(self, asked: Asked, code: str) -> Tally | None:
        return self.sums.get(asked.version.id, {}).get(code) if asked.version else None

    def places(self, units: Sequence[OrgUnit], asked: Iterable[Asked]) -> list[PlaceScores]:
        """Every dimension of these places."""
        codes = [unit.code for unit in units]
        found = [self.figures(one, codes) for one in asked]
        return [PlaceScores(unit, tuple(figures.get(unit.code) for figures in found)) for unit in units]


def _by_residence(connection: Connection, versions: Sequence[PublishedVersion], period: Period, province: str) -> Sums:
    """Sums of batches: of each commune its own, of the province all."""
    communes, layouts = home_communes(connection), {version.id: version.layout for version in versions}
    found: dict[int, dict[str, list[Tally]]] = defaultdict(lambda: defaultdict(list))
    first, last = period.quarters[0].first_month, period.quarters[-1].first_month
    for batch in residence.batches(connection, list(layouts), first, last):
        found[batch.version_id][province].append(batch.tally)
        if batch.commune in communes:
            found[batch.version_id][communes[batch.commune]].append(batch.tally)
    return {
        number: {code: add(layouts[number], own) for code, own in places.items()} for number, places in found.items()
    }


def _at_desks(
    connection: Connection, versions: Sequence[PublishedVersion], period: Period, codes: Mapping[int, str]
) -> Sums:
    """Sums of the releases made at a commune's desks, or anywhere in the province."""
    sums: Sums = {}
    for version in versions:
        wanted = TallyFilter(
            list(codes), version.id, None, period.first_month, period.last_month, None, None, with_flagged=False
        )
        found = tallies.sums(connection, wanted, ("unit_id",))
        sums[version.id] = {codes[unit_id]: tally for (unit_id,), tally in found.items()}
    return sums


def _path(tree: OrgTree, unit_code: str) -> tuple[OrgUnit, ...]:
    if unit_code not in tree.units or tree.units[unit_code].kind not in PLACES:
        raise NoSuchUnit(unit_code)
    return (*reversed(tree.ancestors(unit_code)), tree.units[unit_code])


def _listed(tree: OrgTree, path: Sequence[OrgUnit], period: Period | None) -> list[OrgUnit]:
    """The communes of a province that were there in the period, in the order of the tree."""
    if period is None:
        return []
    last_day = period.quarters[-1].last_day
    return [
        unit
        for unit in tree.children(path[-1].code)
        if unit.kind is UnitKind.COMMUNE and unit.valid_from <= last_day and unit.outlasts(period.first_month)
    ]


def _sums(
    connection: Connection, asked: Sequence[Asked], period: Period | None, province: str, codes: Mapping[int, str]
) -> Sums:
    if period is None:
        return {}
    found = [one for one in asked if one.version is not None]
    homes = [one.version for one in found if one.version and one.is_by_residence]
    desks = [one.version for one in found if one.version and not one.is_by_residence]
    return _by_residence(connection, homes, period, province) | _at_desks(connection, desks, period, codes)


def _placed(sums: Sums, asked: Sequence[Asked], province: str) -> tuple[int, int]:
    homes = [sums.get(one.version.id, {}) for one in asked if one.version and one.is_by_residence]
    whole = sum(places[province].responses for places in homes if province in places)
    own = sum(tally.responses for places in homes for code, tally in places.items() if code != province)
    return own, whole - own


def residence_page(
    engine: Engine,
    recipes: Mapping[str, Recipe],
    unit_code: str,
    period_code: str | None,
    today: date,
    *,
    with_sensitive: bool,
) -> ResidencePage:
    """A province's or commune's figures by residence.

    Raises:
        NoSuchUnit: no such unit, or neither a province nor a commune.
        NoSuchVersion: a period that is not over or does not exist, or no such recipe.
    """
    recipe = recipes.get(RECIPE)
    if recipe is None:
        raise NoSuchVersion(RECIPE)
    with begin_read(engine) as connection:
        every_unit, ids = org_units.read_all(connection)
        tree, thresholds = OrgTree(every_unit), read_settings(connection).thresholds
        path, asked = _path(tree, unit_code), _asked(recipe, questionnaires.every(connection))
        periods = periods_on(residence.first_month(connection, _versions(asked)), today)
        period = period_of(periods, period_code)
        places = [path[0], *_listed(tree, path[:1], period)]
        sums = _sums(connection, asked, period, path[0].code, {ids[unit.code]: unit.code for unit in places})
    source = _Source(_reading(recipe, thresholds, path[-1].kind, period, today), with_sensitive, sums)
    place, *below = source.places([path[-1], *_listed(tree, path, period)], asked)
    return ResidencePage(
        path=path,
        recipe=recipe,
        periods=periods,
        period=period,
        asked=asked,
        place=place,
        details=tuple(source.counted(one, unit_code) for one in asked),
        below=tuple(below),
        thresholds=thresholds,
        placed=_placed(sums, asked, path[0].code),
    )


def _versions(asked: Iterable[Asked]) -> list[int]:
    return [one.version.id for one in asked if one.version]


def _reading(recipe: Recipe, thresholds: Thresholds, kind: UnitKind, period: Period | None, today: date) -> Reading:
    days = Days.of_months(period.first_month, period.last_month) if period else Days()
    return Reading(recipe, thresholds, Audience.OFFICER, is_too_fine(kind, days, today))


def is_place(engine: Engine, unit_code: str) -> bool:
    """Whether this is a province or a commune: where people live."""
    with begin_read(engine) as connection:
        unit = org_units.tree(connection).units.get(unit_code)
    return unit is not None and unit.kind in PLACES
