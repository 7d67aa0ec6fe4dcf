"""Scores and codebook of a dataset as data frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pandas as pd

from survey_app.domain.disclosure import Withheld
from survey_app.domain.quality import STAGES, UNKNOWN_STAGE
from survey_app.domain.questionnaire import MAIN_LANGUAGE, Criterion, Item, Wording, say
from survey_app.domain.recipe import Recipe
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import Figure, Scorecard
from survey_app.services.datasets_columns import DatasetColumn, Labels
from survey_app.services.datasets_rows import Dataset
from survey_app.services.results import ResultsQuery, unit_results
from survey_app.services.unit_result import UnitScorecard

ALL_STAGES = "all"
CUTS = (None, *STAGES.values(), UNKNOWN_STAGE)
FULL_PLACES = 6
PUBLISHED_PLACES = 1

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
CODEBOOK_COLUMNS = (
    "column",
    "item",
    "kind",
    "label_vi",
    "label_en",
    "section",
    "section_en",
    "criterion",
    "source",
    "codes_vi",
    "codes_en",
    "missing_vi",
    "missing_en",
    "polarity",
    "sensitive",
    "demographic",
    "show_if",
)


def _figure_cells(figure: Figure) -> tuple[Any, ...]:
    """(base, value, published, low, high, withheld, reason)"""
    if figure.value is None or figure.interval is None:
        return figure.base, None, None, None, None, 1, (figure.reason or Withheld.FEW).value
    low, high = (rounded(Fraction(end), FULL_PLACES) for end in (figure.interval.low, figure.interval.high))
    value = rounded(figure.value, FULL_PLACES)
    return figure.base, value, rounded(figure.value, PUBLISHED_PLACES), low, high, 0, ""


def _figures(card: Scorecard) -> Iterator[tuple[str, str, str, Figure]]:
    """(level, id, label, figure) of everything scored."""
    yield "overall", "", "Chỉ số chung", card.overall
    for section in card.sections:
        yield "factor", section.section.id, say(section.section.title, MAIN_LANGUAGE), section.figure
        for score in section.items:
            yield "item", score.item.id, say(score.item.text, MAIN_LANGUAGE), score.figure


def _score_rows(
    dataset: Dataset, recipe: Recipe, stage: str | None, result: UnitScorecard
) -> Iterator[tuple[Any, ...]]:
    if result.card is None:
        return
    query, unit = dataset.query, result.unit
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
    for level, name, label, figure in _figures(result.card):
        yield (*before, level, name, label, result.card.responses, *_figure_cells(figure), sample)


def _cut_frame(dataset: Dataset, recipes: Mapping[str, Recipe], recipe: Recipe, asked: ResultsQuery) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for result in unit_results(dataset.connection, recipes, asked):
        rows += _score_rows(dataset, recipe, asked.stage, result)
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS), dtype=object)


def scores_frames(dataset: Dataset, recipes: Mapping[str, Recipe], today: date) -> Iterator[pd.DataFrame]:
    """Every score of the dataset's units, one frame a recipe and visit stage: unit × overall, factor, item.

    A stage counts only releases that are wholly of that stage, as on the pages.
    """
    query, questionnaire = dataset.query, dataset.version.questionnaire
    usable = [recipe for recipe in recipes.values() if questionnaire.scored_sections(recipe.scale)]
    for root, recipe, stage in product(dataset.roots, usable, CUTS):
        asked = ResultsQuery(
            unit_code=root,
            slug=query.slug,
            version=query.version,
            recipe=recipe.slug,
            wave=query.wave,
            first_month=query.first_month,
            last_month=query.last_month,
            stage=stage,
            with_sensitive=True,
            today=today,
        )
        yield _cut_frame(dataset, recipes, recipe, asked)


def _listed(labels: Labels) -> str:
    return " | ".join(f"{code} = {label}" for code, label in labels.items() if label)


def _codes(column: DatasetColumn) -> tuple[str, str]:
    """What the codes of a column mean, in Vietnamese and in English."""
    if column.item is not None and not column.labels:
        return "mã đơn vị hành chính cấp xã (5 chữ số)", "code of the commune-level unit (5 digits)"
    return _listed(column.labels), _listed(column.labels_en)


def _condition(item: Item | None) -> str:
    return f"{item.show_if.item} = {', '.join(item.show_if.codes)}" if item and item.show_if else ""


def _codebook_row(column: DatasetColumn, sections: Mapping[str, Wording]) -> tuple[Any, ...]:
    item = column.item
    criterion = item.criterion if item else Criterion("", "")
    return (
        column.name,
        item.id if item else "",
        item.kind.value if item else "fact",
        column.label_vi,
        column.label_en,
        say(sections[item.section], MAIN_LANGUAGE) if item else "",
        sections[item.section].get("en", "") if item else "",
        criterion.name,
        criterion.source,
        *_codes(column),
        _listed(column.missing),
        _listed(column.missing_en),
        item.polarity.value if item else "",
        int(item.is_sensitive) if item else 0,
        int(item.is_demographic) if item else 0,
        _condition(item),
    )


def codebook_frame(dataset: Dataset) -> pd.DataFrame:
    """What every column of the responses means, one row a column."""
    titles = {s.id: s.title for s in dataset.version.questionnaire.sections}
    rows: Sequence[tuple[Any, ...]] = [_codebook_row(column, titles) for column in dataset.columns]
    return pd.DataFrame(rows, columns=list(CODEBOOK_COLUMNS), dtype=object)
