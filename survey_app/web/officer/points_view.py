"""What stands beside a sum of points: indices that citizens do not answer, what is not known, and the class."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.scorecard import Scorecard
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words


@dataclass(frozen=True)
class PointsView:
    """``imported``: (index, points, dossiers they stand for), points empty where nothing was imported.

    ``band``: the class, empty where there is none; ``reference``: by what, or why there is none.
    """

    imported: tuple[tuple[str, str, str], ...]
    known: str
    is_converted: bool
    band: str
    reference: str


def _band(card: Scorecard, class_reference: str) -> tuple[str, str]:
    """The class and what it rests on; nothing is classed without a legal basis."""
    if not class_reference or card.recipe.classes is None or card.overall.value is None:
        return "", ""
    if card.band is None:
        least = number(card.recipe.classes.least_known)
        return "", _("Không xếp loại: cần từ %(n)s chỉ số.", n=least)
    return words(card.band.title), class_reference


def class_of(card: Scorecard, class_reference: str) -> str:
    """The class with its legal reference, as one text; empty where none is given."""
    band, reference = _band(card, class_reference)
    return f"{band} ({reference})" if band else ""


def points_view(card: Scorecard, class_reference: str) -> PointsView | None:
    """As shown; None where the recipe sums no indices up."""
    recipe, known = card.recipe, card.overall.known
    if not recipe.indices:
        return None
    found, places = {entry.index.id: entry for entry in card.imported}, recipe.rounding.places
    band, reference = _band(card, class_reference)
    return PointsView(
        imported=tuple(
            (words(index.title), number(found[index.id].value, places), number(found[index.id].dossiers))
            if index.id in found
            else (words(index.title), "", "")
            for index in recipe.imported
        ),
        known=f"{number(len(known.names))}/{number(known.of)}" if known else "",
        is_converted=known is not None and known.is_converted,
        band=band,
        reference=reference,
    )
