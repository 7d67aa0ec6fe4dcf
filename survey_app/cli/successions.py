"""``flask unit successions``: which units took the place of which."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import read_utf8, told, told_by_line
from survey_app.services import unit_successions
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("successions", help="Import and list which units took the place of which.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Import a CSV (predecessor, successor, first_day, share = whole|part): all or nothing."""
    text = read_utf8(file)
    with told(), told_by_line(file, unit_successions.SuccessionFileProblems):
        lines = unit_successions.import_successions(extensions.engine(), text, extensions.now(), SYSTEM)
    click.echo(f"đã nhập {lines} dòng")


@group.command("former")
@click.argument("province")
def former(province: str) -> None:
    """Add the communes that PROVINCE had until 30 June 2025, and what took their place."""
    with told(UnknownUnit):
        added, lines = unit_successions.adopt_country_mapping(extensions.engine(), province, extensions.now(), SYSTEM)
    click.echo(f"thêm {added} đơn vị cũ, {lines} dòng kế thừa")


@group.command("list")
def listing() -> None:
    """Print what is stored, as a file that can be imported again."""
    with told():
        click.echo(unit_successions.export_successions(extensions.engine()), nl=False)
