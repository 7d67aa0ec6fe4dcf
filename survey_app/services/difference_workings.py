"""The steps behind the differences of a page, read for "Cách tính": the same figures and tests the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.comparing import Difference, Measured, Steps, steps
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.questionnaire import Section
from survey_app.domain.ranking import RankRange
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure
from survey_app.services.comparisons import basis_of, change, measured, pairs, standings
from survey_app.services.results import ResultsPage


@dataclass(frozen=True)
class DifferenceWorking:
    """Two figures, the test of their difference, and what the page says of it after judging all of its kind together.

    Where one side is withheld nothing is told of the other either: the rest of a province would give the unit away.
    ``test`` is None where nothing is tested.
    """

    later: Measured | None
    earlier: Measured | None
    test: Steps | None
    found: Difference | None


@dataclass(frozen=True)
class ChangeWorking:
    """A unit against the period before: the overall figure (section None), then each factor."""

    first_month: date
    last_month: date
    rows: tuple[tuple[Section | None, DifferenceWorking], ...]


@dataclass(frozen=True)
class StandingWorking:
    """A unit against the rest of the province, and the range of its places where it is ranked."""

    unit: OrgUnit
    working: DifferenceWorking
    rank: RankRange | None


def _working(later: Measured | None, earlier: Measured | None, found: Difference | None) -> DifferenceWorking:
    if found is None or later is None or earlier is None:
        return DifferenceWorking(None, None, None, None)
    return DifferenceWorking(later, earlier, steps(later, earlier), found)


def change_working(page: ResultsPage) -> ChangeWorking | None:
    """The steps of the change; None where there is nothing to compare with."""
    found, card, earlier = change(page), page.result.card, page.comparands.earlier if page.comparands else None
    if found is None or card is None or earlier is None:
        return None
    basis, before = basis_of(page.query, card.recipe), earlier.card
    sides: list[tuple[Section | None, Figure, Figure | None, Difference | None]] = [
        (None, card.overall, before.overall if before else None, found.overall)
    ]
    if before and len(card.sections) > 1:
        sides += [
            (entry.section, now.figure, then.figure, entry.difference)
            for entry, now, then in zip(found.sections, card.sections, before.sections, strict=True)
        ]
    rows = tuple(
        (section, _working(measured(basis, now), measured(basis, then), entry)) for section, now, then, entry in sides
    )
    return ChangeWorking(found.first_month, found.last_month, rows)


def standing_workings(page: ResultsPage) -> tuple[StandingWorking, ...]:
    """The steps of every unit against the rest of the province, in the order of the page; none on other pages."""
    standing, card = standings(page), page.result.card
    if standing is None or card is None or page.comparands is None:
        return ()
    basis, rests = basis_of(page.query, card.recipe), page.comparands.rests
    return tuple(
        StandingWorking(
            result.unit,
            _working(
                measured(basis, result.card.overall if result.card else None),
                measured(basis, rests.get(result.unit.code)),
                standing.rests.get(result.unit.code),
            ),
            standing.ranks.get(result.unit.code),
        )
        for result in page.below
    )


def pair_workings(
    page: ResultsPage, recipe: Recipe, figures: Sequence[tuple[OrgUnit, Figure]]
) -> list[tuple[OrgUnit, OrgUnit, DifferenceWorking]]:
    """The steps of every pair of units in one measure."""
    basis, units = basis_of(page.query, recipe), {unit.code: unit for unit, _ in figures}
    sides = {unit.code: measured(basis, figure) for unit, figure in figures}
    return [
        (units[one], units[other], _working(sides[one], sides[other], found))
        for one, other, found in pairs(list(sides.items()), page.nested)
    ]
