"""The way of a translation: out as a sheet, back checked, into the next draft version and the pages' texts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.languages import BY_TAG, TRANSLATABLE
from survey_app.domain.translation import RowProblem, SourceText, check_rows, questionnaire_texts
from survey_app.services.questionnaires import QuestionnaireProblems, newest_version
from survey_app.storage.message_catalogs import REFERENCE_LANGUAGE, read_citizen_messages, write_citizen_messages
from survey_app.storage.questionnaire_drafts import Draft, write_draft
from survey_app.storage.questionnaire_files import LoadedFile, find_files, load_file
from survey_app.storage.translation_sheets import UnreadableSheet, read_sheet, write_sheet

__all__ = ["UnreadableSheet"]


@dataclass(frozen=True)
class Sources:
    """The folders that hold what is translated: questionnaires, and the texts of the pages."""

    questionnaires: Path
    messages: Path


@dataclass(frozen=True)
class Imported:
    """What an import wrote, and what is still to be translated."""

    files: tuple[Path, ...]
    missing: tuple[SourceText, ...]


class UnknownQuestionnaire(LookupError):
    """No file of this questionnaire."""


class SheetProblems(Exception):
    """The sheet has mistakes; nothing was written. ``problems`` lists every one with its line."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__("\n".join(f"dòng {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def _newest(folder: Path, slug: str) -> LoadedFile:
    """The questionnaire's highest version, published or not."""
    paths = [path for path in find_files(folder) if path.parent.name == slug]
    if not paths:
        raise UnknownQuestionnaire(f"không có mẫu phiếu “{slug}” trong {folder}")
    file = load_file(paths[-1])
    if file.problems:
        raise QuestionnaireProblems(file.problems)
    return file


def _page_key(text: str) -> str:
    """Changes with the Vietnamese, so that a translation of an older text never slips in."""
    return f"page.{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _page_texts(folder: Path, language: str) -> list[SourceText]:
    """Texts of the citizen's pages."""
    english, own = (read_citizen_messages(folder, tag) for tag in (REFERENCE_LANGUAGE, language))
    return [
        SourceText(_page_key(text), text, said, own.get(text, ""), "lời văn của trang phiếu")
        for text, said in english.items()
    ]


def _texts(sources: Sources, file: LoadedFile, language: str) -> list[SourceText]:
    return [*questionnaire_texts(file.data, language), *_page_texts(sources.messages, language)]


def export_sheet(sources: Sources, slug: str, language: str, out: Path) -> int:
    """Write the sheet for a translator; returns how many texts it has.

    Raises:
        UnknownQuestionnaire; QuestionnaireProblems when the file has mistakes.
    """
    texts = _texts(sources, _newest(sources.questionnaires, slug), language)
    write_sheet(out, language, texts)
    return len(texts)


def missing(sources: Sources, slug: str, language: str) -> list[SourceText]:
    """Texts without translation, of the newest version and of the citizen's pages. Raises as ``export_sheet``."""
    texts = _texts(sources, _newest(sources.questionnaires, slug), language)
    return [text for text in texts if not text.translation]


def import_sheet(engine: Engine, sources: Sources, slug: str, language: str, sheet: Path) -> Imported:
    """Take a filled sheet, all or nothing. A published version is never touched: the next one is written instead.

    The language is listed as complete when no text of the questionnaire lacks it.

    Raises:
        UnreadableSheet, SheetProblems, UnknownQuestionnaire, QuestionnaireProblems.
    """
    file = _newest(sources.questionnaires, slug)
    texts = _texts(sources, file, language)
    given, problems = check_rows(read_sheet(sheet, language), texts)
    if problems:
        raise SheetProblems(problems)
    left = tuple(text for text in texts if not text.translation and text.key not in given)
    changed = {text: given[text.key] for text in texts if given.get(text.key, text.translation) != text.translation}
    own = {text.path: words for text, words in changed.items() if text.path}
    is_complete = not any(text.path for text in left)
    written: list[Path] = []
    if own or (is_complete and language not in file.data["languages"]):
        published = newest_version(engine, slug)
        written.append(_write_version(file, published, language, own, is_complete))
    pages = {text.vietnamese: words for text, words in changed.items() if not text.path}
    if pages:
        present = read_citizen_messages(sources.messages, language)
        written += _write_pages(sources.messages, language, present | pages)
    return Imported(tuple(written), left)


def _write_version(
    file: LoadedFile, published: int, language: str, texts: Mapping[tuple[str | int, ...], str], is_complete: bool
) -> Path:
    version = file.data["version"] + (1 if file.data["version"] <= published else 0)
    target = file.path.with_name(f"v{version}.yaml")
    write_draft(file.path, target, Draft(version, language, texts, is_complete))
    return target


def _write_pages(folder: Path, language: str, texts: Mapping[str, str]) -> list[Path]:
    return write_citizen_messages(folder, language, BY_TAG[language].vietnamese_name, texts)


def refresh_slots(folder: Path) -> list[Path]:
    """Bring the citizen texts of every language in line with the pages: new texts empty, vanished ones dropped."""
    written: list[Path] = []
    reference = read_citizen_messages(folder, REFERENCE_LANGUAGE)
    for tag in TRANSLATABLE:
        present = read_citizen_messages(folder, tag)
        if list(present) != list(reference):
            written += _write_pages(folder, tag, present)
    return written
