"""All scored items of a questionnaire in one table: score, spread, and the shares of its two best and worst answers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from survey_app.domain.scoring import ItemScore
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import ItemView, common_labels, item_view, percent
from survey_app.web.officer.page import bases_of
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.sorting import Column, Order, by_place, places, sort_column
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words

SORTED_BY = ("asked", "score", "top", "bottom")


@dataclass(frozen=True)
class ItemRow:
    """An item with its factor; ``places`` by each of ``SORTED_BY``."""

    factor: str
    item: ItemView
    top: str
    bottom: str
    places: dict[str, int]


@dataclass(frozen=True)
class ItemsView:
    """The page; ``columns`` by their keys, ``labels`` the levels from worst to best."""

    top: Top
    columns: dict[str, Column]
    labels: tuple[str, ...]
    rows: tuple[ItemRow, ...]
    is_empty: bool


def two_lowest(score: ItemScore) -> tuple[int, int] | None:
    """(answers in the two lowest codes, all answers); None when the spread is withheld."""
    counts = score.distribution.counts
    return (sum(list(counts.values())[:2]), score.distribution.base) if counts else None


def two_highest(score: ItemScore) -> tuple[int, int] | None:
    """(answers in the two highest codes, all answers); None when the spread is withheld."""
    counts = score.distribution.counts
    return (sum(list(counts.values())[-2:]), score.distribution.base) if counts else None


def _share(part: tuple[int, int] | None) -> str:
    return percent(*part) if part else ""


def _exact(part: tuple[int, int] | None) -> Fraction | None:
    return Fraction(*part) if part else None


def _rows(page: UnitPage) -> list[ItemRow]:
    results = page.results
    if results is None or results.result.card is None:
        return []
    card, bases = results.result.card, bases_of(results)
    explain = partial(OFFICER.explain_addresses(), results.result.unit.code)
    course = partial(OFFICER.trend_addresses(), results.result.unit.code)
    scores = [(words(section.section.title), score) for section in card.sections for score in section.items]
    by = {
        "asked": places(range(len(scores))),
        "score": places([score.figure.value for _, score in scores]),
        "top": places([_exact(two_highest(score)) for _, score in scores]),
        "bottom": places([_exact(two_lowest(score)) for _, score in scores]),
    }
    return [
        ItemRow(
            factor,
            item_view(score, card.recipe, bases, explain, course),
            _share(two_highest(score)),
            _share(two_lowest(score)),
            {key: found[index] for key, found in by.items()},
        )
        for index, (factor, score) in enumerate(scores)
    ]


def _columns(sort: str, order: str) -> dict[str, Column]:
    heads = (
        ("asked", _("Tiêu chí")),
        ("score", _("Điểm")),
        ("top", _("Hai mức cao nhất")),
        ("bottom", _("Hai mức thấp nhất")),
    )
    return {key: sort_column(key, label, sort, order, first_key="asked") for key, label in heads}


def items_view(page: UnitPage, asked: Order, may_read: MayRead) -> ItemsView:
    """The items as the template shows them."""
    sort = asked.sort if asked.sort in SORTED_BY else "asked"
    order = asked.direction("asc" if sort == "asked" else "desc")
    rows = _rows(page)
    card = page.results.result.card if page.results else None
    return ItemsView(
        top=page_top(page, OFFICER, may_read, "officer.results_items"),
        columns=_columns(sort, order),
        labels=common_labels(card) if card else (),
        rows=tuple(by_place(rows, [row.places[sort] for row in rows], order)),
        is_empty=not rows,
    )
