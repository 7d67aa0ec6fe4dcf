"""``flask transactions``: how many dossiers each counter took, by month."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import read_utf8, told, told_by_line
from survey_app.services import transactions
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("transactions", help="Import and list counters' transactions, which weights are taken from.")


@group.command("import")
@click.argument("unit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(unit: str, file: Path) -> None:
    """Import a CSV (counter, month, transactions) for counters at UNIT and below: all or nothing."""
    text = read_utf8(file)
    with told(UnknownUnit), told_by_line(file, transactions.TransactionFileProblems):
        lines = transactions.import_transactions(extensions.engine(), text, unit, extensions.now(), SYSTEM)
    click.echo(f"đã nhập {lines} dòng")


@group.command("list")
@click.argument("unit")
def listing(unit: str) -> None:
    """Print what is stored for UNIT and below, as a file that can be imported again."""
    with told(UnknownUnit):
        click.echo(transactions.export_transactions(extensions.engine(), unit), nl=False)
