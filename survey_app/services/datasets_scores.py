"""The scores of a dataset: every figure of its units, as it stands on the pages, one row a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from survey_app.domain.disclosure import Audience, Withheld
from survey_app.domain.quality import STAGES, UNKNOWN_STAGE
from survey_app.domain.questionnaire import say
from survey_app.domain.recipe import Recipe
from survey_app.domain.rounding import rounded
from survey_app.domain.scorecard import Figure, Scorecard
from survey_app.services.datasets_rows import Dataset
from survey_app.services.datasets_source import Source
from survey_app.services.results import ResultsQuery, unit_results
from survey_app.services.unit_result import UnitScorecard

ALL_STAGES = "all"
CUTS = (None, *STAGES.values(), UNKNOWN_STAGE)
FULL_PLACES = 6
SMALLEST = Decimal(1).scaleb(-FULL_PLACES)
OVERALL_LABELS = {"vi": "Chỉ số chung", "en": "Overall index"}

SCORE_COLUMNS = (
    "unit",
    "unit_name",
    "unit_kind",
    "questionnaire",
    "version",
    "recipe",
    "recipe_version",
    "status",
    "population",
    "wave",
    "first_month",
    "last_month",
    "stage",
    "level",
    "id",
    "label",
    "responses",
    "base",
    "value",
    "published",
    "low",
    "high",
    "withheld",
    "reason",
    "sample",
)


def _figure_cells(figure: Figure, places: int) -> tuple[Any, ...]:
    """(base, value, published, low, high, withheld, reason)"""
    if figure.value is None or figure.interval is None:
        return figure.base, None, None, None, None, 1, (figure.reason or Withheld.FEW).value
    low, high = (Decimal(end).quantize(SMALLEST, ROUND_HALF_UP) for end in (figure.interval.low, figure.interval.high))
    value = rounded(figure.value, FULL_PLACES)
    return figure.base, value, rounded(figure.value, places), low, high, 0, ""


def _figures(card: Scorecard, language: str) -> Iterator[tuple[str, str, str, tuple[Any, ...]]]:
    """(level, id, label, cells) of everything scored, and of the indices imported for the overall figure."""
    places = card.recipe.rounding.places
    yield "overall", "", OVERALL_LABELS[language], _figure_cells(card.overall, places)
    for part in card.dimensions:
        dimension = part.dimension
        yield "dimension", dimension.id, say(dimension.title, language), _figure_cells(part.figure, places)
    for section in card.sections:
        title = say(section.section.title, language)
        yield "factor", section.section.id, title, _figure_cells(section.figure, places)
        for score in section.items:
            yield "item", score.item.id, say(score.item.text, language), _figure_cells(score.figure, places)
    for entry in card.imported:
        value = rounded(entry.value, FULL_PLACES)
        cells = (entry.dossiers, value, rounded(entry.value, places), None, None, 0, "")
        yield "imported", entry.index.id, say(entry.index.title, language), cells


def _score_rows(source: Source, recipe: Recipe, stage: str | None, result: UnitScorecard) -> Iterator[tuple[Any, ...]]:
    if result.card is None:
        return
    dataset, unit = source.dataset, result.unit
    query = dataset.query
    months = (f"{month:%Y-%m}" if month else "" for month in (query.first_month, query.last_month))
    before = (
        unit.code,
        unit.name,
        unit.kind.value,
        query.slug,
        query.version,
        recipe.slug,
        recipe.version,
        recipe.status,
        recipe.population,
        query.wave or "",
        *months,
        stage or ALL_STAGES,
    )
    sample = int(dataset.settings.is_sample)
    for level, name, label, cells in _figures(result.card, source.language):
        yield (*before, level, name, label, result.card.responses, *cells, sample)


def usable_recipes(dataset: Dataset, recipes: Mapping[str, Recipe]) -> list[Recipe]:
    """The recipes that score anything this questionnaire asks; none where it is scored by residence, on other pages."""
    questionnaire = dataset.version.questionnaire
    if questionnaire.is_scored_by_residence:
        return []
    return [recipe for recipe in recipes.values() if questionnaire.scored_sections(recipe.scale)]


def score_rows(source: Source, today: date) -> Iterator[tuple[Any, ...]]:
    """Every score of the dataset's units, recipe by recipe and visit stage by visit stage.

    A stage counts only releases that are wholly of that stage, as on the pages. A public dataset holds the figures of
    the units it shows, at the thresholds of the public pages, and none by stage: its responses do not tell it.
    """
    dataset, query = source.dataset, source.dataset.query
    is_public = dataset.audience is Audience.PUBLIC
    cuts = (None,) if is_public else CUTS
    for root, recipe, stage in product(dataset.roots, usable_recipes(dataset, source.recipes), cuts):
        asked = ResultsQuery(
            unit_code=root,
            slug=query.slug,
            version=query.version,
            recipe=recipe.slug,
            wave=query.wave,
            first_month=query.first_month,
            last_month=query.last_month,
            stage=stage,
            audience=dataset.audience,
            with_sensitive=not is_public,
            today=today,
        )
        for result in unit_results(dataset.connection, source.recipes, asked):
            if dataset.shows(result.unit):
                yield from _score_rows(source, recipe, stage, result)
