"""Themes of comments as a file: ``themes.yaml`` beside its ``themes.schema.json`` in the questionnaires' folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from survey_app.domain.comment_themes import Themes, themes_from_dict
from survey_app.storage.checked_yaml import FileProblem, find_schema_problems, read_yaml

FILE_NAME = "themes.yaml"
SCHEMA_NAME = "themes.schema.json"
SHIPPED = Path(__file__).resolve().parents[2] / "questionnaires"
"""The folder that comes with the product; a province may point to its own (QUESTIONNAIRES_DIR)."""


class ThemeFileError(Exception):
    """The file cannot be used; the text names file, line and problem, one a line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def load_themes(folder: Path = SHIPPED) -> Themes:
    """The themes in ``folder``, or the shipped ones where it holds no file of themes.

    Raises:
        ThemeFileError: the file is malformed, repeats a key, or lacks the one theme for the rest.
    """
    return _load(folder if (folder / FILE_NAME).is_file() else SHIPPED)


@cache
def _load(folder: Path) -> Themes:
    source = read_yaml(folder / FILE_NAME)
    problems = list(source.problems)
    if source.is_readable:
        schema = folder / SCHEMA_NAME
        problems += find_schema_problems(source, schema if schema.is_file() else SHIPPED / SCHEMA_NAME)
    if problems:
        raise ThemeFileError(problems)
    themes = themes_from_dict(source.data)
    keys = [theme.key for theme in themes.entries]
    if len(set(keys)) < len(keys):
        problems.append(source.problem(("themes",), "Hai chủ đề có cùng key. Hãy đổi một trong hai."))
    if sum(theme.is_rest for theme in themes.entries) != 1:
        problems.append(source.problem(("themes",), "Phải có đúng một chủ đề để trống phrases, cho ý kiến còn lại."))
    if problems:
        raise ThemeFileError(problems)
    return themes
