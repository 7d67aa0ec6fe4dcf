"""``flask counter``: the printed codes of counters."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.domain.local_day import local_day
from survey_app.services import counters
from survey_app.services.posters import counter_address
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("counter", help="Issue, list, move, revoke and re-issue counter codes.")


@group.command("list")
@click.argument("unit")
def listing(unit: str) -> None:
    """List the counters at a unit and below with the address each poster carries."""
    with told(UnknownUnit):
        base = extensions.setting("PUBLIC_BASE_URL")
        for counter, code in counters.listing(extensions.engine(), unit, local_day(extensions.now())):
            address = counter_address(base, code.code) if code else "(chưa có mã)"
            click.echo(f"{counter.code}  {counter.name}  {address}")


@group.command("issue")
@click.argument("unit")
@click.option("--centres", is_flag=True, help="A code for each whole centre: its page asks at which counter one was.")
def issue(unit: str, centres: bool) -> None:
    """Give every counter at a unit and below that has none a code; or every centre, for one poster in its hall."""
    with told(UnknownUnit):
        issue_to = counters.issue_missing_for_centres if centres else counters.issue_missing
        issued = issue_to(extensions.engine(), unit, extensions.now(), SYSTEM)
    click.echo(f"đã cấp {len(issued)} mã")


@group.command("revoke")
@click.argument("code")
def revoke(code: str) -> None:
    """Revoke a code: its page says so kindly within ten seconds."""
    with told(counters.UnknownCounterCode):
        counters.revoke(extensions.engine(), code, extensions.now(), SYSTEM)
    click.echo(f"đã thu hồi mã {code}")


@group.command("reissue")
@click.argument("code")
def reissue(code: str) -> None:
    """Revoke a code and give its counter a new one in the same moment: print and hang the new poster."""
    with told(counters.UnknownCounterCode):
        fresh = counters.reissue(extensions.engine(), code, extensions.now(), SYSTEM)
        address = counter_address(extensions.setting("PUBLIC_BASE_URL"), fresh)
    click.echo(f"đã thu hồi mã {code}; mã mới: {address}")


@group.command("move")
@click.argument("code")
@click.argument("counter")
def move(code: str, counter: str) -> None:
    """Let a printed code stand for another counter from today."""
    with told(counters.UnknownCounterCode, counters.NotACounter, counters.AlreadyThere, UnknownUnit):
        counters.move(extensions.engine(), code, counter, extensions.now(), SYSTEM)
    click.echo(f"mã {code} nay thuộc {counter}")
