"""In which languages the pages speak: a language counts when every text of the citizen's pages is translated."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from survey_app.domain.languages import LANGUAGES, TRANSLATABLE, Language
from survey_app.domain.questionnaire import MAIN_LANGUAGE, Questionnaire
from survey_app.storage.message_catalogs import REFERENCE_LANGUAGE, read_citizen_messages, read_messages

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


@cache
def messages(folder: Path, language: str) -> Mapping[str, str]:
    """Vietnamese text -> its translation, of every surface; read once."""
    return {text: said for text, said in read_messages(folder, language).items() if said}


def untranslated(folder: Path, language: str) -> list[str]:
    """Texts of the citizen's pages that have no translation."""
    reference = read_citizen_messages(folder, REFERENCE_LANGUAGE)
    return [text for text in reference if text not in messages(folder, language)]


@cache
def complete_languages(folder: Path) -> tuple[str, ...]:
    """Vietnamese, and every language whose citizen pages are complete; read once."""
    return (MAIN_LANGUAGE, *(tag for tag in TRANSLATABLE if not untranslated(folder, tag)))


def offered(folder: Path, questionnaire: Questionnaire) -> list[Language]:
    """Languages a citizen may choose: complete in the questionnaire and on the pages around it."""
    usable = set(questionnaire.languages).intersection(complete_languages(folder))
    return [language for language in LANGUAGES if language.tag in usable]
