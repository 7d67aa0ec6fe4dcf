"""manifest.json: what a package holds and where it comes from, with the SHA-256 of every file; and its recipes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from survey_app.domain.local_day import local_day
from survey_app.domain.recipe import Recipe
from survey_app.services.datasets_public import PublicDataset
from survey_app.services.datasets_rows import DatasetQuery
from survey_app.services.datasets_scores import usable_recipes
from survey_app.services.datasets_source import Source

PRODUCT = {"name": "hai-long", "version": "0.1.0"}
MANIFEST, RECIPES = "manifest.json", "recipes.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class Written:
    """A file of the package."""

    name: str
    rows: int | None
    sha256: str
    bytes: int


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value


def recipe_data(recipe: Recipe) -> dict[str, Any]:
    """A recipe as JSON holds it; fractions are texts like ``1/3``."""
    return {key: _plain(value) for key, value in asdict(recipe).items()}


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def recipes_json(source: Source) -> bytes:
    """The recipes whose scores the package holds, whole: enough to recompute every one of them."""
    return _json([recipe_data(recipe) for recipe in usable_recipes(source.dataset, source.recipes)])


def filter_data(query: DatasetQuery) -> dict[str, Any]:
    """The filter as the manifest and the audit entry tell it."""
    months = (f"{month:%Y-%m}" if month else None for month in (query.first_month, query.last_month))
    first, last = months
    return {
        "questionnaire": query.slug,
        "version": query.version,
        "units": list(query.unit_codes),
        "wave": query.wave,
        "first_month": first,
        "last_month": last,
    }


def _protection(source: Source) -> dict[str, Any]:
    """How answers are protected: the k of demographics, and at the public level what that cost."""
    dataset = source.dataset
    if not isinstance(dataset, PublicDataset):
        return {"k": dataset.settings.thresholds.demographic, "within": "place and year"}
    tell = dataset.tell
    return {
        "k": tell.k,
        "within": "unit, period and demographic answers",
        "unit": tell.step.unit.value,
        "period": tell.step.period.value,
        "items_left_out": list(tell.items_left_out),
        "answers_withheld": {item: number for item, number in sorted(tell.withheld.items()) if number},
    }


def manifest_json(source: Source, file_format: str, files: Sequence[Written]) -> bytes:
    """The manifest; written last, it holds the hashes of all other files."""
    dataset, thresholds = source.dataset, source.dataset.settings.thresholds
    recipes = [
        {"slug": r.slug, "version": r.version, "sha256": hashlib.sha256(_json(recipe_data(r))).hexdigest()}
        for r in usable_recipes(dataset, source.recipes)
    ]
    form = dataset.version.questionnaire
    return _json(
        {
            "manifest_version": FORMAT_VERSION,
            "product": PRODUCT,
            "questionnaire": {"slug": form.slug, "version": form.version, "sha256": dataset.version.sha256},
            "recipes": recipes,
            "filter": filter_data(dataset.query),
            "level": dataset.level,
            "format": file_format,
            "shape": source.shape.value,
            "language": source.language,
            "created": local_day(source.now).isoformat(),
            "is_sample_data": dataset.settings.is_sample,
            "responses": source.total,
            "least_base_of_scores": thresholds.score(dataset.audience),
            "protection": _protection(source),
            "files": [asdict(entry) for entry in files],
        }
    )
