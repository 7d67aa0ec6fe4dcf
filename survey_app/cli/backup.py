"""``flask backup``: the whole database in one file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.services.backup import BackupFailed, back_up


@click.command("backup")
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it must not exist yet.",
)
@with_appcontext
def command(out: Path) -> None:
    """Back up the whole database while it is in use.

    SQLite: a database file, checked. PostgreSQL: an archive of pg_dump for pg_restore. Only its owner may read
    the file. Keys are not in the database: keep SECRET_KEY, PAGE_KEY and the ticket keys apart.
    """
    with told(BackupFailed):
        size = back_up(extensions.engine(), extensions.now(), out)
    click.echo(f"Đã sao lưu vào {out} ({size} byte).")
