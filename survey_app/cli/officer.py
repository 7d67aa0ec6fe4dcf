"""``flask officer``: accounts, from the first administrator to the lost password. Pages do the same for others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, told
from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import KIND_LABELS
from survey_app.domain.permissions import ROLE_PLACES, Role
from survey_app.services import accounts, first_run, invitations, officers
from survey_app.services import second_factor as second_factors
from survey_app.storage.audit_log import SYSTEM

ROLE = click.Choice([role.value for role in Role])

group = AppGroup("officer", help="Accounts of those who work at the officer's desk.")


def _fitting(role: Role) -> str:
    return ", ".join(label for kind, label in KIND_LABELS.items() if kind in ROLE_PLACES[role])


@contextmanager
def _told() -> Iterator[None]:
    """Name what went wrong: exit status 2 for bad usage, 1 for what could not be done."""
    try:
        with told():
            yield
    except officers.BadOfficer as error:
        raise click.UsageError(str(error)) from error
    except officers.LoginTaken as error:
        raise Failed(f"đã có tài khoản {error}") from error
    except officers.NoSuchOfficer as error:
        raise Failed(f"không có tài khoản {error.args[0]} (xem flask officer list)") from error
    except officers.NoSuchPlace as error:
        raise Failed(f"không có đơn vị mã {error.args[0]} (xem flask unit list)") from error
    except officers.WrongPlace as error:
        raise Failed(f"vai trò {error.role.value} chỉ được cấp tại: {_fitting(error.role)}") from error
    except accounts.NoSuchGrant as error:
        raise Failed("tài khoản này không có vai trò đó tại đơn vị đó (xem flask officer list)") from error
    except invitations.ClosedAccount as error:
        raise Failed("tài khoản đang khóa; hãy mở lại trước (flask officer enable)") from error
    except officers.LastAdministrator as error:
        raise Failed("đây là người quản trị cuối cùng; hãy cấp quyền quản trị cho người khác trước") from error


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name as pages show it.")
@click.option("--role", type=ROLE, required=True, help="The first role.")
@click.option("--unit", required=True, help="Code of the unit the role covers, with everything below it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; show none.")
def create(login: str, name: str, role: str, unit: str, password_stdin: bool) -> None:
    """Create an officer; print a random password once.

    This is how a new installation gets its first administrator:
    flask officer create LOGIN --name NAME --role province_admin --unit PROVINCE. That person invites the others
    by link at /officer/accounts. Where no unit exists yet, PROVINCE (34 codes, for example 51) is added first.
    """
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with _told():
        engine, now = extensions.engine(), extensions.now()
        if role == Role.PROVINCE_ADMIN.value:
            first_run.ensure_province(engine, unit, now, SYSTEM)
        password = officers.create_officer(
            engine, now, login=login, name=name, role=Role(role), unit_code=unit, password=given
        )
    click.echo(f"Đã tạo tài khoản {login.lower()}: {role} tại {unit}.")
    if given is None:
        click.echo(f"Mật khẩu (chỉ hiện một lần): {password}")


@group.command()
@click.argument("login")
@click.argument("role", type=ROLE)
@click.argument("unit")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last valid day, for example 2026-12-31.")
def grant(login: str, role: str, unit: str, until: datetime | None) -> None:
    """Grant ROLE at UNIT and everything below it, or change until when it holds."""
    with _told():
        last = until.date() if until else None
        engine, now = extensions.engine(), extensions.now()
        officers.grant_role(engine, now, login=login, role=Role(role), unit_code=unit, valid_to=last)
    click.echo(f"Đã cấp {role} tại {unit} cho {login.lower()}.")


@group.command()
@click.argument("login")
@click.argument("role", type=ROLE)
@click.argument("unit")
def revoke(login: str, role: str, unit: str) -> None:
    """End ROLE at UNIT at once. Refused for the last administrator."""
    with _told():
        engine, now = extensions.engine(), extensions.now()
        accounts.end_grant(engine, now, login=login, role=Role(role), unit_code=unit)
    click.echo(f"Đã kết thúc {role} tại {unit} của {login.lower()}.")


@group.command()
@click.argument("login")
@click.option("--second-factor", is_flag=True, help="Take the second factor away instead; the password stays.")
def reset(login: str, second_factor: bool) -> None:
    """Give LOGIN a new random password, printed once, and sign it out everywhere.

    For a lost password: no e-mail is needed, and it works for the only administrator too. With --second-factor, for
    a lost phone: an administrator is led to enrol again at the next sign-in.
    """
    if second_factor:
        _take_second_factor_away(login)
        return
    with _told():
        password = officers.reset_password(extensions.engine(), extensions.now(), login)
    click.echo(f"Mật khẩu (chỉ hiện một lần): {password}")


def _take_second_factor_away(login: str) -> None:
    with _told():
        was_there = second_factors.take_away(extensions.engine(), extensions.now(), login)
    if not was_there:
        raise Failed(f"tài khoản {login.lower()} không bật xác thực lớp thứ hai")
    click.echo(f"Đã gỡ xác thực lớp thứ hai của {login.lower()}; mọi phiên đăng nhập đã kết thúc.")


@group.command()
@click.argument("login")
def invite(login: str) -> None:
    """Print a new link by which LOGIN sets a password, once, within 7 days.

    The old password and an older link are void at once. Needs PUBLIC_BASE_URL.
    """
    with _told():
        base_url = extensions.setting("PUBLIC_BASE_URL").rstrip("/")
        made = invitations.invite_again(extensions.engine(), extensions.now(), login)
    click.echo(
        f"Liên kết đặt mật khẩu của {login.lower()}, dùng một lần, đến hết {local_day(made.expires_at):%d/%m/%Y}:"
    )
    click.echo(f"{base_url}/officer/invitations/{made.secret}")


@group.command()
@click.argument("login")
def disable(login: str) -> None:
    """Close the account LOGIN and sign it out everywhere. Refused for the last administrator."""
    with _told():
        accounts.disable(extensions.engine(), extensions.now(), login)
    click.echo(f"Đã khóa tài khoản {login.lower()}.")


@group.command()
@click.argument("login")
def enable(login: str) -> None:
    """Open the closed account LOGIN again."""
    with _told():
        accounts.enable(extensions.engine(), extensions.now(), login)
    click.echo(f"Đã mở lại tài khoản {login.lower()}.")


@group.command("list")
def list_() -> None:
    """Print every officer with what was granted, one grant a line, tab between columns.

    The last column: invited (the link was not used yet), active or closed.
    """
    with _told():
        found = accounts.list_accounts(extensions.engine(), extensions.now())
    for account in found:
        granted = [(entry.role.value, entry.unit_code, str(entry.valid_to or "-")) for entry in account.grants]
        for columns in granted or [("-", "-", "-")]:
            click.echo("\t".join((account.login, account.name, *columns, account.state.value)))
