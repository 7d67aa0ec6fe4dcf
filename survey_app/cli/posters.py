"""``flask posters``: printable posters."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.services import posters
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM


@click.command("posters")
@click.argument("unit")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@with_appcontext
def command(unit: str, out: Path) -> None:
    """Write one A4 poster per counter at UNIT and below into a PDF."""
    with told(UnknownUnit, posters.NothingToPrint, OSError):
        base = extensions.setting("PUBLIC_BASE_URL")
        pdf, number = posters.print_posters(extensions.engine(), unit, base, extensions.now(), SYSTEM)
        out.write_bytes(pdf)
    click.echo(f"{number} bảng mã QR trong {out}")
