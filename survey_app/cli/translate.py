"""``flask questionnaire translate``: sheets for translators, out and back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, told, told_by_line
from survey_app.domain.languages import BY_TAG, TRANSLATABLE
from survey_app.domain.translation import SourceText
from survey_app.services import translations
from survey_app.services.interface_languages import TRANSLATIONS
from survey_app.services.questionnaires import QuestionnaireProblems
from survey_app.services.translations import SheetProblems, Sources, UnknownQuestionnaire, UnreadableSheet

group = AppGroup("translate", help="Sheets for translators: export, import, what is missing.")

_LANGUAGE = click.Choice(TRANSLATABLE)
_FILE_ERRORS = (UnknownQuestionnaire, QuestionnaireProblems, UnreadableSheet, OSError)


def _sources() -> Sources:
    messages = Path(current_app.config.get("TRANSLATIONS_DIR", TRANSLATIONS))
    return Sources(Path(extensions.setting("QUESTIONNAIRES_DIR")), messages)


def _tell_missing(texts: Iterable[SourceText], language: str) -> int:
    lacking = list(texts)
    for text in lacking:
        click.echo(f"  {text.key}  {text.vietnamese}")
    name = BY_TAG[language].vietnamese_name
    click.echo(f"{name}: còn thiếu {len(lacking)} lời văn" if lacking else f"{name}: đã dịch đủ")
    return len(lacking)


@group.command("export")
@click.argument("slug")
@click.argument("language", type=_LANGUAGE)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The CSV to write.")
def export_file(slug: str, language: str, out: Path) -> None:
    """Write a CSV with one row for each text: key, Vietnamese, English, translation, note."""
    with told(*_FILE_ERRORS):
        count = translations.export_sheet(_sources(), slug, language, out)
    click.echo(f"{out}: {count} lời văn")


@group.command("import")
@click.argument("slug")
@click.argument("language", type=_LANGUAGE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(slug: str, language: str, file: Path) -> None:
    """Take a filled CSV, all or nothing, into the next version not yet published and the texts of the pages."""
    with told(*_FILE_ERRORS), told_by_line(file, SheetProblems):
        done = translations.import_sheet(extensions.engine(), _sources(), slug, language, file)
    for path in done.files:
        click.echo(f"đã ghi {path}")
    if not done.files:
        click.echo("không có gì mới để ghi")
    _tell_missing(done.missing, language)


@group.command("missing")
@click.argument("slug")
@click.argument("language", type=_LANGUAGE)
def missing(slug: str, language: str) -> None:
    """List texts without translation; exit status 1 while there are any."""
    with told(*_FILE_ERRORS):
        lacking = translations.missing(_sources(), slug, language)
    if _tell_missing(lacking, language):
        raise Failed("chưa dùng được ngôn ngữ này")


@group.command("slots")
def slots() -> None:
    """Bring the page texts of every language in line with the pages, new texts as empty slots."""
    with told(OSError):
        for path in translations.refresh_slots(_sources().messages):
            click.echo(f"đã ghi {path}")
