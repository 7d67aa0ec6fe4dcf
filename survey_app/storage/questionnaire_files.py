"""Questionnaire files, ``<slug>/v<version>.yaml`` beside ``schema.json``: every mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.domain.questionnaire_rules import find_problems
from survey_app.storage.checked_yaml import FileProblem, Source, find_schema_problems, read_yaml
from survey_app.storage.lineage_files import lineage_problems

SCHEMA_NAME = "schema.json"


@dataclass(frozen=True)
class LoadedFile:
    """A questionnaire file: its data (empty when unreadable) and its problems, in the order of lines."""

    path: Path
    data: dict[str, Any]
    problems: tuple[FileProblem, ...]


def find_files(folder: Path) -> list[Path]:
    """The questionnaire files under ``folder``, by slug and version."""

    def order(path: Path) -> tuple[str, int, str]:
        digits = re.match(r"v(\d+)", path.name)
        return path.parent.name, int(digits[1]) if digits else 0, path.name

    return sorted((path for path in folder.glob("*/v*.yaml") if path.is_file()), key=order)


def _check_place(path: Path, source: Source) -> Iterator[FileProblem]:
    """The file must stand where its slug and version say, and its follow-up must be there."""
    slug, version, follow_up = (source.data.get(key) for key in ("slug", "version", "follow_up"))
    if isinstance(slug, str) and slug != path.parent.name:
        message = f"slug “{slug}” khác tên thư mục “{path.parent.name}”. Hãy sửa slug hoặc đổi tên thư mục."
        yield source.problem(("slug",), message)
    if isinstance(version, int | float) and path.name != f"v{version}.yaml":
        message = f"version {version} khác tên tệp “{path.name}”. Hãy sửa version hoặc đổi tên tệp."
        yield source.problem(("version",), message)
    folder = path.parent.parent
    if isinstance(follow_up, str) and not any(file.parent.name == follow_up for file in find_files(folder)):
        message = f"Không có mẫu phiếu “{follow_up}” trong thư mục mẫu phiếu. Hãy sửa follow_up hoặc xóa dòng này."
        yield source.problem(("follow_up",), message)


def load_file(path: Path) -> LoadedFile:
    """Read and check one questionnaire file against the schema beside its folder, the rules and its place.

    Raises:
        FileNotFoundError: no such file, or no ``schema.json`` in the folder that holds the questionnaires.
    """
    source = read_yaml(path)
    problems = list(source.problems)
    if source.is_readable:
        problems += find_schema_problems(source, path.parent.parent / SCHEMA_NAME)
        problems += [source.problem(rule.path, rule.message) for rule in find_problems(source.data)]
        problems += _check_place(path, source)
        problems += lineage_problems(path, source)
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    return LoadedFile(path, source.data, tuple(ordered))
