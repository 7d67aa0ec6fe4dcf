"""``flask tallies``: recount."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, bar, told
from survey_app.services.recount import recount

group = AppGroup("tallies", help="Recount the tallies.")


@group.command("verify")
def verify() -> None:
    """Recount every tally from the released responses; any difference is an error."""
    with told():
        differences = recount(extensions.engine(), lambda done, total: bar("Đếm lại", done, total))
    for difference in differences:
        click.echo(difference, err=True)
    if differences:
        raise Failed(f"{len(differences)} chỗ lệch")
    click.echo("bảng đếm khớp với phiếu đã công bố")
