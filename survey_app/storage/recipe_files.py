"""Scoring recipes as files: ``<slug>.v<version>.yaml`` beside their ``schema.json``."""

from __future__ import annotations

from pathlib import Path

from survey_app.domain.recipe import Recipe, recipe_from_dict
from survey_app.storage.checked_yaml import FileProblem, find_schema_problems, read_yaml

SCHEMA_NAME = "schema.json"


class RecipeFileError(Exception):
    """A recipe file cannot be used; the text names file, line and problem, one a line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def _load(path: Path) -> Recipe:
    source = read_yaml(path)
    problems = list(source.problems)
    if source.is_readable:
        problems += find_schema_problems(source, path.parent / SCHEMA_NAME)
    if problems:
        raise RecipeFileError(problems)
    recipe = recipe_from_dict(source.data)
    expected = f"{recipe.slug}.v{recipe.version}.yaml"
    if path.name != expected:
        message = f"slug và version không khớp tên tệp. Hãy sửa slug, version hoặc đổi tên tệp thành {expected}."
        raise RecipeFileError([source.problem(("slug",), message)])
    return recipe


def load_recipes(folder: Path) -> dict[str, Recipe]:
    """The recipes in ``folder`` by slug, the highest version of each.

    Raises:
        RecipeFileError: a file is malformed, or the folder holds no recipe.
    """
    recipes = sorted((_load(path) for path in sorted(folder.glob("*.yaml"))), key=lambda recipe: recipe.version)
    if not recipes:
        raise RecipeFileError([FileProblem(str(folder), 1, "Không có tệp cách tính điểm nào trong thư mục này.")])
    return {recipe.slug: recipe for recipe in recipes}
