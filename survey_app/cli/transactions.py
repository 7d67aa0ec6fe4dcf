"""``flask transactions``: how many dossiers each counter took, by month."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, told
from survey_app.services import transactions
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("transactions", help="Import and list counters' transactions, which weights are taken from.")


@group.command("import")
@click.argument("unit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(unit: str, file: Path) -> None:
    """Import a CSV (counter, month, transactions) for counters at UNIT and below: all or nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failed("tệp không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”") from error
    with told(UnknownUnit):
        try:
            lines = transactions.import_transactions(extensions.engine(), text, unit, extensions.now(), SYSTEM)
        except transactions.TransactionFileProblems as error:
            for problem in error.problems:
                click.echo(f"{file}: dòng {problem.line}: {problem.message}", err=True)
            raise Failed(f"{len(error.problems)} lỗi; chưa nhập dòng nào") from error
    click.echo(f"đã nhập {lines} dòng")


@group.command("list")
@click.argument("unit")
def listing(unit: str) -> None:
    """Print what is stored for UNIT and below, as a file that can be imported again."""
    with told(UnknownUnit):
        click.echo(transactions.export_transactions(extensions.engine(), unit), nl=False)
