"""Scoring recipes as files: ``<slug>.v<version>.yaml`` beside their ``schema.json``.

A file named in ``frozen.sha256`` (the form ``sha256sum`` writes) has scored published figures: it never changes again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.domain.recipe import Overall, Recipe, ShortItem, recipe_from_dict
from survey_app.storage.checked_yaml import FileProblem, Source, find_schema_problems, read_yaml

SCHEMA_NAME = "schema.json"
FROZEN_NAME = "frozen.sha256"


class RecipeFileError(Exception):
    """A recipe file cannot be used; the text names file, line and problem, one a line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class LoadedRecipe:
    """A recipe file: the recipe where it has no problems, and what was read."""

    recipe: Recipe | None
    source: Source
    problems: tuple[FileProblem, ...]


def _place_problems(path: Path, source: Source, recipe: Recipe) -> Iterator[FileProblem]:
    expected = f"{recipe.slug}.v{recipe.version}.yaml"
    if path.name != expected:
        message = f"slug và version không khớp tên tệp. Hãy sửa slug, version hoặc đổi tên tệp thành {expected}."
        yield source.problem(("slug",), message)
    yield from _sum_problems(source, recipe)
    if recipe.section_weights and recipe.overall != "mean_of_sections":
        message = "Trọng số của yếu tố chỉ dùng với overall: mean_of_sections. Hãy xóa sections hoặc sửa overall."
        yield source.problem(("weights", "sections"), message)


def _sum_problems(source: Source, recipe: Recipe) -> Iterator[FileProblem]:
    """A recipe that sums up says what; one that does not, says nothing of it."""
    needs = {Overall.SUM_OF_INDICES: ("indices", "spans"), Overall.SUM_OF_DIMENSIONS: ("dimensions", "spans")}
    for key in needs.get(recipe.overall, ()):
        if key not in source.data:
            yield source.problem(("overall",), f"Cách tính overall: {recipe.overall} cần có “{key}”. Hãy thêm “{key}”.")
    for key, overall in (
        ("indices", Overall.SUM_OF_INDICES),
        ("imported", Overall.SUM_OF_INDICES),
        ("classes", Overall.SUM_OF_INDICES),
        ("dimensions", Overall.SUM_OF_DIMENSIONS),
    ):
        if key in source.data and recipe.overall is not overall:
            yield source.problem((key,), f"“{key}” chỉ dùng với overall: {overall}. Hãy xóa dòng này hoặc sửa overall.")
    if recipe.missing.short_item is ShortItem.IS_CONVERTED and recipe.overall is not Overall.SUM_OF_INDICES:
        message = "is_converted chỉ dùng với overall: sum_of_indices. Hãy ghi short_item: withholds."
        yield source.problem(("missing", "short_item"), message)


def load_recipe(path: Path) -> LoadedRecipe:
    """One recipe file, with everything wrong with it in itself."""
    source = read_yaml(path)
    problems = list(source.problems)
    if source.is_readable:
        problems += find_schema_problems(source, path.parent / SCHEMA_NAME)
    if problems:
        return LoadedRecipe(None, source, tuple(problems))
    recipe = recipe_from_dict(source.data)
    problems += _place_problems(path, source, recipe)
    return LoadedRecipe(None if problems else recipe, source, tuple(problems))


def load_every(folder: Path) -> list[LoadedRecipe]:
    """Every recipe file of the folder, by name."""
    return [load_recipe(path) for path in sorted(folder.glob("*.yaml"))]


def load_recipes(folder: Path) -> dict[str, Recipe]:
    """The recipes in ``folder`` by slug, the highest version of each.

    Raises:
        RecipeFileError: a file is malformed, or the folder holds no recipe.
    """
    loaded = load_every(folder)
    if not loaded:
        raise RecipeFileError([FileProblem(str(folder), 1, "Không có tệp cách tính điểm nào trong thư mục này.")])
    problems = [problem for entry in loaded for problem in entry.problems]
    if problems:
        raise RecipeFileError(problems)
    recipes = sorted((entry.recipe for entry in loaded if entry.recipe), key=lambda recipe: recipe.version)
    return {recipe.slug: recipe for recipe in recipes}


def unknown_weights(loaded: LoadedRecipe, known: Mapping[str, Collection[Any]]) -> list[FileProblem]:
    """Weights of items or sections that no questionnaire scores; ``known`` names them under these two words."""
    weights = loaded.source.data.get("weights", {}) if loaded.recipe else {}
    return [
        loaded.source.problem(
            ("weights", kind, name), f"Không có mẫu phiếu nào tính điểm “{name}”. Hãy sửa mã hoặc xóa dòng này."
        )
        for kind, named in weights.items()
        for name in named
        if name not in known[kind]
    ]


def unknown_parts(loaded: LoadedRecipe, sections: Collection[Any]) -> list[FileProblem]:
    """Parts of dimensions that no questionnaire scores."""
    dimensions = loaded.recipe.dimensions if loaded.recipe else ()
    return [
        loaded.source.problem(
            ("dimensions", dimension.id, "sections"),
            f"Không có mẫu phiếu nào có mục tính điểm “{name}”. Hãy sửa mã hoặc xóa mã này.",
        )
        for dimension in dimensions
        for name in dimension.sections
        if name not in sections
    ]


def changed_recipes(folder: Path) -> list[FileProblem]:
    """Files that no longer hold what was frozen under their name, and those that are gone."""
    path = folder / FROZEN_NAME
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    problems: list[FileProblem] = []
    for line, text in enumerate(lines, 1):
        digest, _, name = text.partition("  ")
        frozen = folder / name
        if not name or not frozen.is_file():
            problems.append(FileProblem(str(path), line, f"Không có tệp “{name}” đã ban hành. Hãy trả lại tệp đó."))
        elif hashlib.sha256(frozen.read_bytes()).hexdigest() != digest:
            message = "Cách tính đã ban hành nhưng nội dung đã đổi. Hãy trả lại nội dung cũ và tạo phiên bản mới."
            problems.append(FileProblem(str(frozen), 1, message))
    return problems
