"""Every pair of the units compared: difference, interval, and what may be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.domain.comparing import Difference
from survey_app.domain.scoring import Figure
from survey_app.services.comparisons import basis_of, measured, pairs
from survey_app.services.result_choices import UnitPage
from survey_app.services.unit_result import UnitResult
from survey_app.web.officer.verdicts import DifferenceView, difference_view, unit_words
from survey_app.web.rendering import gettext as _


@dataclass(frozen=True)
class PairView:
    """One unit against another: the first less the second."""

    one: str
    other: str
    view: DifferenceView
    difference: Difference | None


def pair_views(page: UnitPage, figures: Sequence[tuple[UnitResult, Figure]]) -> tuple[PairView, ...]:
    """The pairs of one measure, judged together; none where fewer than two figures are shown."""
    results = page.results
    if results is None or sum(figure.estimate is not None for _, figure in figures) < 2:
        return ()
    basis, names = basis_of(results.query, page.recipe), {result.unit.code: result.unit.name for result, _ in figures}
    units = [(result.unit.code, measured(basis, figure)) for result, figure in figures]
    places = page.recipe.rounding.places
    return tuple(
        PairView(
            names[one], names[other], difference_view(found, _told(one, other, found, results.nested), places), found
        )
        for one, other, found in pairs(units, results.nested)
    )


def _told(one: str, other: str, found: Difference | None, nested: frozenset[frozenset[str]]) -> str:
    if frozenset((one, other)) in nested:
        return _("không so sánh: đơn vị này thuộc đơn vị kia")
    return unit_words(found)
