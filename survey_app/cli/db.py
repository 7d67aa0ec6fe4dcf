"""``flask db``: the tables of the database and who may touch them."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import bar, told
from survey_app.services import database_roles
from survey_app.services.schema import upgrade_schema

group = AppGroup("db", help="The tables of the database, and what its roles may do.")


@group.command()
def upgrade() -> None:
    """Bring the tables to the newest revision: all steps or none.

    Nothing happens where they stand at it already. On PostgreSQL run "flask db grant" afterwards.
    """
    with told():
        folder = Path(extensions.setting("MIGRATIONS_DIR"))
        before, after = upgrade_schema(
            extensions.engine(), folder, lambda done, total: bar("Đếm lại phiếu đã công bố", done, total)
        )
    if before == after:
        click.echo(f"Cơ sở dữ liệu đã ở phiên bản {after}.")
    else:
        click.echo(f"Cơ sở dữ liệu đã lên phiên bản {after} (trước đó: {before or 'trống'}).")


@group.command()
@click.option(
    "--citizen-role",
    default=database_roles.CITIZEN_ROLE,
    show_default=True,
    metavar="NAME",
    help="The role of processes that serve citizens: reads the questionnaire, adds to the inbox.",
)
@click.option(
    "--officer-role",
    default=database_roles.OFFICER_ROLE,
    show_default=True,
    metavar="NAME",
    help="The role of processes that serve officers, of commands and of the releaser; it cannot add to the inbox.",
)
def grant(citizen_role: str, officer_role: str) -> None:
    """Create both roles and give them what they need, nothing else (PostgreSQL only).

    Run it as the owner of the tables, after every "flask db upgrade"; running it again changes nothing.
    Roles are created without a password: set one with ALTER ROLE.
    """
    try:
        with told(database_roles.GrantRefused):
            engine, now = extensions.engine(), extensions.now()
            is_granted = database_roles.grant_roles(engine, now, citizen_role, officer_role)
    except database_roles.BadRoleName as error:
        raise click.UsageError(str(error)) from error
    if is_granted:
        click.echo(f"Đã cấp quyền: {citizen_role} (trang người dân), {officer_role} (cán bộ, lệnh, công bố).")
    else:
        click.echo("SQLite không có vai trò: không có gì để cấp.")
