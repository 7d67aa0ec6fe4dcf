"""``flask questionnaire``: check, publish, list, translate."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli import translate
from survey_app.cli.speaking import Failed, told
from survey_app.domain.questionnaire import say
from survey_app.services import benchmarks, questionnaires
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("questionnaire", help="Check, publish, list and translate questionnaires.")
group.add_command(translate.group)


def _folder() -> Path:
    return Path(extensions.setting("QUESTIONNAIRES_DIR"))


@group.command("check")
def check() -> None:
    """Report every mistake in the questionnaire, recipe and benchmark files, with file, line and what to do."""
    files = questionnaires.load_files(_folder())
    problems = [problem for file in files for problem in file.problems]
    with told():
        problems += questionnaires.changed_after_publication(extensions.engine(), files)
    recipes, wrong = questionnaires.check_recipes(_folder() / "recipes", files)
    problems += [*wrong, *benchmarks.problems()]
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise Failed(f"{len(problems)} lỗi trong {len(files)} mẫu phiếu, {recipes} cách tính")
    click.echo(f"{len(files)} mẫu phiếu, {recipes} cách tính: không có lỗi")


@group.command("publish")
def publish() -> None:
    """Freeze every questionnaire file not yet published (all or none)."""
    with told(questionnaires.QuestionnaireProblems):
        files = questionnaires.load_files(_folder())
        done = questionnaires.publish(extensions.engine(), files, extensions.now(), SYSTEM)
    for name in done:
        click.echo(f"đã ban hành {name}")
    if not done:
        click.echo("không có gì mới để ban hành")


@group.command("list")
def listing() -> None:
    """List published versions with their SHA-256."""
    with told():
        for version in questionnaires.published(extensions.engine()):
            asked = version.questionnaire
            items = sum(1 for _ in asked.items())
            click.echo(f"{asked.slug} v{asked.version}  {items} câu  {version.sha256}  {say(asked.title, 'vi')}")
