"""What may be said of differences on a page of results; nothing is compared that is withheld, nor unlike things.

Every figure carries what it is compared by (``Figure.estimate``) only where it is shown, so that a withheld one can
not enter. The ``Basis`` is made from the query and the recipe, never by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from survey_app.domain import comparing
from survey_app.domain.comparing import (
    LEAST_BASE,
    MOST_FOR_ALL_PAIRS,
    Adjustment,
    Basis,
    Difference,
    Measured,
    difference,
    together,
)
from survey_app.domain.disclosure import Audience
from survey_app.domain.multiplicity import holm
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.questionnaire import Section
from survey_app.domain.ranking import RankRange, rank_ranges, shrink
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure, Outline
from survey_app.services.results import ResultsPage, ResultsQuery


@dataclass(frozen=True)
class SectionChange:
    """A factor's difference; None where a figure is withheld."""

    section: Section
    difference: Difference | None


@dataclass(frozen=True)
class Change:
    """A unit's period against the one before, whose months are given; a difference is None where one is withheld.

    The overall figure is judged by itself, the factors together.
    """

    first_month: date
    last_month: date
    overall: Difference | None
    sections: tuple[SectionChange, ...]


@dataclass(frozen=True)
class Standings:
    """How the units listed on a province's page stand, by code: against the rest, and among the communes."""

    rests: Mapping[str, Difference]
    ranks: Mapping[str, RankRange]


def basis_of(query: ResultsQuery, recipe: Recipe) -> Basis:
    """What a figure of this query may be compared with."""
    return comparing.basis_of(recipe, f"{query.slug}.v{query.version}", query.stage, query.channel)


def measured(basis: Basis, figure: Figure | None) -> Measured | None:
    """A figure as it is compared; None where it is withheld or nothing was released.

    Sums of indices are alike only where the same indices are known.
    """
    if figure is None or figure.estimate is None:
        return None
    own = replace(basis, known=figure.known.names) if figure.known else basis
    return Measured(own, figure.estimate, figure.base, 1.0)


def between(later: Measured | None, earlier: Measured | None) -> Difference | None:
    """The difference of two figures that are shown; None where they are sums of other indices. Raises NotComparable."""
    if later is None or earlier is None or later.basis.known != earlier.basis.known:
        return None
    return difference(later, earlier)


def judged(found: Sequence[Difference | None], adjustment: Adjustment = holm) -> list[Difference | None]:
    """The same differences judged together; None stays None."""
    adjusted = iter(together([entry for entry in found if entry is not None], adjustment))
    return [None if entry is None else next(adjusted) for entry in found]


def change_between(basis: Basis, now: Outline, before: Outline) -> tuple[Difference | None, list[SectionChange]]:
    """Overall, and each factor, of two cards of one questionnaire and recipe."""
    pairs = list(zip(now.sections, before.sections, strict=True))
    found = [between(measured(basis, one.figure), measured(basis, other.figure)) for one, other in pairs]
    sections = [SectionChange(one.section, entry) for (one, _), entry in zip(pairs, judged(found), strict=True)]
    return between(measured(basis, now.overall), measured(basis, before.overall)), sections


def change(page: ResultsPage) -> Change | None:
    """The unit's period against the one before; None where there is none, or nothing was released in this one."""
    card, earlier = page.result.card, page.comparands.earlier if page.comparands else None
    if card is None or earlier is None:
        return None
    if earlier.card is None:
        return Change(earlier.first_month, earlier.last_month, None, ())
    overall, sections = change_between(basis_of(page.query, card.recipe), card, earlier.card)
    return Change(earlier.first_month, earlier.last_month, overall, tuple(sections))


def _against_rest(page: ResultsPage, basis: Basis, rests: Mapping[str, Figure]) -> dict[str, Difference]:
    cards = {result.unit.code: result.card for result in page.below if result.card and result.unit.code in rests}
    found = {code: between(measured(basis, card.overall), measured(basis, rests[code])) for code, card in cards.items()}
    return {code: entry for code, entry in zip(found, judged(list(found.values())), strict=True) if entry}


def _ranks(page: ResultsPage, basis: Basis) -> dict[str, RankRange]:
    communes = {
        result.unit.code: measured(basis, result.card.overall)
        for result in page.below
        if result.card and result.unit.kind is UnitKind.COMMUNE
    }
    enough = {code: figure for code, figure in communes.items() if figure and figure.n >= LEAST_BASE}
    known = Counter(figure.basis.known for figure in enough.values()).most_common(1)
    entered = {code: figure for code, figure in enough.items() if figure.basis.known == known[0][0]}
    if len(entered) < 2:
        return {}
    found = zip(entered, rank_ranges(list(entered.values())), strict=True)
    return {code: places for code, places in found if places}


ORDERED = (UnitKind.COMMUNE, UnitKind.CENTRE, UnitKind.DEPARTMENT)
"""Kinds of unit put in order by their figures where no other order is asked for; counters, one person each, are not."""


def shrunken(page: ResultsPage) -> dict[str, float]:
    """Overall figures of the communes and centres listed, on 0..100, drawn to their common mean by how little is known.

    To order and shade by, never to show. Empty where fewer than two are shown, and for the public.
    """
    card = page.result.card or next((result.card for result in page.below if result.card), None)
    if card is None or page.query.audience is not Audience.OFFICER or page.nested:
        return {}
    basis = basis_of(page.query, card.recipe)
    listed = [result for result in page.below if result.card and result.unit.kind in ORDERED]
    every = {result.unit.code: measured(basis, result.card.overall) for result in listed if result.card}
    found = {code: figure for code, figure in every.items() if figure}
    if len(found) < 2:
        return {}
    values = shrink(list(found.values())).values
    return {code: figure.factor * value for (code, figure), value in zip(found.items(), values, strict=True)}


def standings(page: ResultsPage) -> Standings | None:
    """How the units of a province's page stand; None on other pages, or where no figure is compared."""
    rests = page.comparands.rests if page.comparands else {}
    if page.result.card is None or not rests:
        return None
    basis = basis_of(page.query, page.result.card.recipe)
    return Standings(_against_rest(page, basis, rests), _ranks(page, basis))


def pairs(
    units: Sequence[tuple[str, Measured | None]], nested: frozenset[frozenset[str]]
) -> list[tuple[str, str, Difference | None]]:
    """Every pair of at most five units (code, figure), judged together by Holm.

    None: a figure is withheld, or one unit lies within the other, so that the two share responses.
    Raises ValueError for more than five, NotComparable.
    """
    if len(units) > MOST_FOR_ALL_PAIRS:
        raise ValueError(f"all pairs only for at most {MOST_FOR_ALL_PAIRS} units")
    both = list(combinations(units, 2))
    found = [
        None if frozenset((one, other)) in nested else between(first, second) for (one, first), (other, second) in both
    ]
    return [(one, other, entry) for ((one, _), (other, _)), entry in zip(both, judged(found), strict=True)]
