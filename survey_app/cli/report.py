"""``flask report``: what the dossier system reports by month, imported from files and listed."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import read_utf8, told, told_by_line
from survey_app.domain.dossier_file import Report
from survey_app.domain.local_day import local_day
from survey_app.services import dossiers
from survey_app.services.transactions import TransactionFileProblems
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("report", help="Import and list what the dossier system reports by month.")
KIND = click.Choice([report.value for report in Report])


@group.command("import")
@click.argument("kind", type=KIND)
@click.argument("unit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(kind: str, unit: str, file: Path) -> None:
    """Import a CSV for UNIT and below, all or nothing: points of counters (indices) or dossiers of centres (ledger)."""
    text = read_utf8(file)
    shape = dossiers.shape_of(extensions.recipes(), Report(kind))
    with told(UnknownUnit), told_by_line(file, TransactionFileProblems):
        lines = dossiers.import_reports(extensions.engine(), shape, text, unit, extensions.now(), SYSTEM)
    click.echo(f"đã nhập {lines} dòng")


@group.command("list")
@click.argument("kind", type=KIND)
@click.argument("unit")
def listing(kind: str, unit: str) -> None:
    """Print the last twelve months of UNIT and below, as a file that can be imported again."""
    shape = dossiers.shape_of(extensions.recipes(), Report(kind))
    with told(UnknownUnit):
        text = dossiers.export_reports(extensions.engine(), shape, unit, local_day(extensions.now()))
    click.echo(text, nl=False)
