"""``flask officer``: accounts of those who read results."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.domain.permissions import Role
from survey_app.services import officers

ROLE = click.Choice([role.value for role in Role])

group = AppGroup("officer", help="Accounts of those who read results.")


@contextmanager
def _told() -> Iterator[None]:
    """Name what went wrong: exit status 2 for bad usage, 1 for what could not be done."""
    try:
        with told():
            yield
    except officers.BadOfficer as error:
        raise click.UsageError(str(error)) from error
    except officers.LoginTaken as error:
        raise click.ClickException(f"there is already an officer {error}") from error
    except officers.NoSuchOfficer as error:
        raise click.ClickException(f"there is no officer {error.args[0]}") from error
    except officers.NoSuchPlace as error:
        raise click.ClickException(f"there is no unit {error.args[0]} (see flask unit list)") from error


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name as pages show it.")
@click.option("--role", type=ROLE, required=True, help="The first role.")
@click.option("--unit", required=True, help="Code of the unit the role covers, with everything below it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; show none.")
def create(login: str, name: str, role: str, unit: str, password_stdin: bool) -> None:
    """Create an officer; print a random password once."""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with _told():
        engine, now = extensions.engine(), extensions.now()
        password = officers.create_officer(
            engine, now, login=login, name=name, role=Role(role), unit_code=unit, password=given
        )
    click.echo(f"Created {login.lower()}: {role} at {unit}.")
    if given is None:
        click.echo(f"Password (shown once): {password}")


@group.command()
@click.argument("login")
@click.argument("role", type=ROLE)
@click.argument("unit")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last valid day, for example 2026-12-31.")
def grant(login: str, role: str, unit: str, until: datetime | None) -> None:
    """Grant ROLE at UNIT and everything below it."""
    with _told():
        last = until.date() if until else None
        engine, now = extensions.engine(), extensions.now()
        officers.grant_role(engine, now, login=login, role=Role(role), unit_code=unit, valid_to=last)
    click.echo(f"Granted {role} at {unit} to {login.lower()}.")


@group.command()
@click.argument("login")
def reset(login: str) -> None:
    """Give LOGIN a new random password, printed once, and sign it out everywhere."""
    with _told():
        password = officers.reset_password(extensions.engine(), extensions.now(), login)
    click.echo(f"Password (shown once): {password}")


@group.command("list")
def list_() -> None:
    """Print every officer with what was granted, one grant a line, tab between columns."""
    with _told():
        found = officers.list_officers(extensions.engine())
    for officer in found:
        for entry in officer.grants:
            until = f"{entry.valid_to}" if entry.valid_to else "-"
            click.echo("\t".join((officer.login, officer.name, entry.role.value, entry.unit_code, until)))
