"""What changed: the overall index of the last three months beside that of the three months before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from survey_app.domain.comparing import Difference, Verdict
from survey_app.domain.disclosure import Audience
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.multiplicity import benjamini_hochberg
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.quarter import Quarter, quarter_of
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure
from survey_app.services.comparisons import basis_of, between, judged, measured
from survey_app.services.listings import Listing, listed_below
from survey_app.services.result_choices import default_query
from survey_app.services.results import ResultsQuery, overall_results

MONTHS = 3


@dataclass(frozen=True)
class UnitChange:
    """A unit's index now and before; ``difference`` is None where one of the two is withheld."""

    unit: OrgUnit
    now: Figure | None
    before: Figure | None
    difference: Difference | None

    @property
    def verdict(self) -> Verdict:
        """What may be said of the change."""
        return self.difference.verdict if self.difference else Verdict.TOO_FEW

    @property
    def size(self) -> float:
        """Points gained or lost, without a sign."""
        return abs(self.difference.value) if self.difference else 0.0


@dataclass(frozen=True)
class Changes:
    """A unit's own change and those of the units looked at with it; months are first days, inclusive.

    The own change is judged by itself. The others are a list to look into, so they are judged together by Benjamini
    and Hochberg, as alerts are: of the changes called clear, one in twenty is expected to be chance.
    """

    first_month: date
    last_month: date
    own: UnitChange
    below: tuple[UnitChange, ...]
    recipe: Recipe

    def with_verdict(self, verdict: Verdict) -> tuple[UnitChange, ...]:
        """The units of which this may be said, the largest difference first."""
        found = [entry for entry in self.below if entry.verdict is verdict]
        return tuple(sorted(found, key=lambda entry: -entry.size))


def compared(tree: OrgTree, unit: OrgUnit) -> list[OrgUnit]:
    """Above the centre: every centre below; at a centre: its counters."""
    if unit.kind is UnitKind.CENTRE:
        return listed_below(tree, unit)
    return list(tree.descendants(unit.code, UnitKind.CENTRE))


def alone(_tree: OrgTree, _unit: OrgUnit) -> list[OrgUnit]:
    """No unit is looked at beside the unit itself."""
    return []


@dataclass(frozen=True)
class HomeReader:
    """What figures are read with: one state of the database, the recipes, the units, the day."""

    connection: Connection
    recipes: Mapping[str, Recipe]
    tree: OrgTree
    today: date


def read_changes(reader: HomeReader, unit_code: str, listing: Listing = compared) -> Changes | None:
    """A unit's change and those of the units listed with it. None: no questionnaire is published yet."""
    query = default_query(reader.connection, reader.recipes, unit_code, reader.today)
    if query is None:
        return None
    month, unit = month_of(reader.today), reader.tree.units[unit_code]
    queries = [_months(query, months_back(month, back + MONTHS - 1), months_back(month, back)) for back in (0, MONTHS)]
    now, before = overall_results(reader.connection, reader.recipes, queries, listing)
    units = (unit, *(other for other in listing(reader.tree, unit) if other.is_valid_on(reader.today)))
    recipe = reader.recipes[query.recipe]
    basis = basis_of(query, recipe)
    found = [between(measured(basis, now.get(u.code)), measured(basis, before.get(u.code))) for u in units]
    verdicts = [found[0], *judged(found[1:], benjamini_hochberg)]
    own, *below = [
        UnitChange(entry, now.get(entry.code), before.get(entry.code), verdict)
        for entry, verdict in zip(units, verdicts, strict=True)
    ]
    return Changes(months_back(month, MONTHS - 1), month, own, tuple(below), recipe)


def _months(query: ResultsQuery, first: date, last: date) -> ResultsQuery:
    return replace(query, first_month=first, last_month=last)


@dataclass(frozen=True)
class PublishedFigure:
    """A unit's overall index of the last closed quarter at the bases of the public; None: nothing released in it.

    ``recipe``: what it is calculated by; None where no questionnaire is published yet.
    """

    unit: OrgUnit
    quarter: Quarter
    figure: Figure | None
    recipe: Recipe | None


def read_published(reader: HomeReader, unit_code: str) -> PublishedFigure:
    """The figure of the last closed quarter as the public reads it."""
    quarter, unit = quarter_of(reader.today).before, reader.tree.units[unit_code]
    query = default_query(reader.connection, reader.recipes, unit_code, reader.today)
    if query is None:
        return PublishedFigure(unit, quarter, None, None)
    asked = _months(replace(query, audience=Audience.PUBLIC), quarter.first_month, quarter.last_month)
    [found] = overall_results(reader.connection, reader.recipes, [asked], alone)
    return PublishedFigure(unit, quarter, found.get(unit_code), reader.recipes[query.recipe])
