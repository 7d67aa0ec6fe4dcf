"""Checking questionnaire files and publishing them: what is published is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.domain.questionnaire_rules import canonical_json, sha256_of
from survey_app.storage import audit_log, questionnaires, recipe_files
from survey_app.storage.checked_yaml import FileProblem
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.questionnaire_files import LoadedFile, find_files, load_file
from survey_app.storage.questionnaires import PublishedVersion


class QuestionnaireProblems(Exception):
    """The files have mistakes; ``problems`` lists every one with file and line."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def load_files(folder: Path) -> list[LoadedFile]:
    """Every questionnaire file, with its mistakes."""
    return [load_file(path) for path in find_files(folder)]


def check_recipes(folder: Path, files: Sequence[LoadedFile]) -> tuple[int, list[FileProblem]]:
    """How many recipe files there are, and every mistake in them; weights must name what ``files`` score."""
    sections = [section for file in files for section in file.data.get("sections", ()) if isinstance(section, dict)]
    scored = [section for section in sections if section.get("scored") is True]
    items = [item for section in scored for item in section.get("items", ()) if isinstance(item, dict)]
    known = {"items": {item.get("id") for item in items}, "sections": {section.get("id") for section in scored}}
    loaded = recipe_files.load_every(folder)
    problems = recipe_files.changed_recipes(folder)
    for entry in loaded:
        problems += [*entry.problems, *recipe_files.unknown_weights(entry, known)]
        problems += recipe_files.unknown_parts(entry, known["sections"])
    problems += _unlike_scales(files, {entry.recipe.scale for entry in loaded if entry.recipe})
    return len(loaded), problems


def _unlike_scales(files: Sequence[LoadedFile], scales: Iterable[str]) -> list[FileProblem]:
    """Questionnaires whose scored items of one kind of scale do not all have the same codes."""
    problems = []
    for file in files:
        questionnaire = questionnaire_from_dict(file.data) if not file.problems else None
        for scale in sorted(scales) if questionnaire else ():
            scored = questionnaire.scored_sections(scale) if questionnaire else ()
            codes = {frozenset(item.scale.characters) for _, items in scored for item in items if item.scale}
            if len(codes) > 1:
                told = f"Các thang “{scale}…” của câu tính điểm phải có cùng các mã. Hãy sửa mã hoặc đổi tên thang."
                problems.append(FileProblem(str(file.path), 1, told))
    return problems


def published(engine: Engine) -> list[PublishedVersion]:
    """All published versions."""
    with begin_read(engine) as connection:
        return questionnaires.every(connection)


def newest_version(engine: Engine, slug: str) -> int:
    """The newest published version of a questionnaire; 0 when there is none."""
    found = (v.questionnaire for v in published(engine) if v.questionnaire.slug == slug)
    return max((questionnaire.version for questionnaire in found), default=0)


def changed_after_publication(engine: Engine, files: Sequence[LoadedFile]) -> list[FileProblem]:
    """Files that no longer say what was published under their version."""
    frozen = {(v.questionnaire.slug, v.questionnaire.version): v.sha256 for v in published(engine)}
    return [
        FileProblem(
            str(file.path),
            1,
            "tệp này đã ban hành rồi nhưng nội dung đã đổi: hãy trả lại nội dung cũ và tạo phiên bản mới",
        )
        for file in files
        if not file.problems
        and frozen.get((file.data["slug"], file.data["version"]), "") not in ("", sha256_of(canonical_json(file.data)))
    ]


def publish(engine: Engine, files: Sequence[LoadedFile], now: datetime, actor: str) -> list[str]:
    """Freeze every file not yet published, all or none; returns what was published as ``slug vN``.

    Raises:
        QuestionnaireProblems: a file has mistakes, or was changed after its publication.
    """
    problems = [problem for file in files for problem in file.problems]
    problems = problems or changed_after_publication(engine, files)
    if problems:
        raise QuestionnaireProblems(problems)
    done: list[str] = []
    with begin_write(engine) as connection:
        for file in files:
            slug, version = file.data["slug"], file.data["version"]
            if questionnaires.find(connection, slug, version) is not None:
                continue
            canonical = canonical_json(file.data)
            sha256 = sha256_of(canonical)
            questionnaires.add(connection, canonical, sha256, now)
            detail = {"slug": slug, "version": version, "sha256": sha256}
            audit_log.append(connection, now, actor, "questionnaire.publish", None, detail)
            done.append(f"{slug} v{version}")
    return done
