"""``flask demo``: the sample province, prepared if absent, and served."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

import config
from survey_app import extensions
from survey_app.cli.serve import start_server
from survey_app.cli.speaking import Failed, bar, told
from survey_app.domain.local_day import local_day
from survey_app.services import counters, sample_province, sample_stretches
from survey_app.services.poster_sheet import terminal_qr
from survey_app.services.posters import counter_address
from survey_app.services.schema import upgrade_schema

FORGOTTEN = "đã in ở lần chạy đầu; đặt lại: SURVEY_CONFIG=demo .venv/bin/flask officer reset"
NOT_SAMPLE = "Cơ sở dữ liệu này có dữ liệu thật; bản mẫu không đụng vào. Hãy dùng --database với địa chỉ khác."


def _lan_address() -> str:
    """This machine's address on its local network (no packet is sent)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def _use_demo_settings(database: str | None, base_url: str) -> None:
    for name in dir(config.Demo):
        if name.isupper():
            current_app.config[name] = getattr(config.Demo, name)
    if database:
        current_app.config["DATABASE_URL"] = os.environ["DATABASE_URL"] = database
    current_app.config["PUBLIC_BASE_URL"] = os.environ["PUBLIC_BASE_URL"] = base_url


def _print_addresses(base_url: str, signs: list[sample_province.SignIn]) -> None:
    today = local_day(extensions.now())
    found = counters.listing(extensions.engine(), sample_stretches.PROVINCE, today)
    counter, code = next((counter, code) for counter, code in found if code)
    address = counter_address(base_url, code.code)
    click.echo("\n== DỮ LIỆU MẪU / sample data ==")
    click.echo(terminal_qr(address))
    click.echo(f"Công dân / citizen:  {address}   ({counter.name}, {counter.parent_code})")
    click.echo(f"  phiếu đầy đủ / full questionnaire:  {address}?form=sipas_desk")
    click.echo(f"Cán bộ / officers:   {base_url}/officer/")
    for sign in signs:
        password = sign.password or f"({FORGOTTEN} {sign.login})"
        click.echo(f"  {sign.login:<12} {password}   {sign.name}")
    click.echo("  (bản mẫu không đòi xác thực lớp thứ hai / the sample asks administrators for no second factor)")


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Prepare and print only.")
@click.option("--responses", type=click.IntRange(0, 5_000_000), default=40_000, show_default=True)
@click.option("--database", metavar="URL", help="Another database (default: SQLite in instance/).")
@click.option("--lan", is_flag=True, help="Listen on the local network, so that a phone can scan the QR.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@with_appcontext
def command(no_serve: bool, responses: int, database: str | None, lan: bool, port: int) -> None:
    """Prepare the sample province if absent, print addresses, sign-ins and a QR, and serve."""
    base_url = f"http://{_lan_address() if lan else '127.0.0.1'}:{port}"
    _use_demo_settings(database, base_url)
    with told():
        engine = extensions.engine()
        upgrade_schema(engine, Path(extensions.setting("MIGRATIONS_DIR")))
        folder = Path(extensions.setting("QUESTIONNAIRES_DIR"))
        try:
            signs = sample_province.prepare(engine, folder, responses, extensions.now(), bar)
        except sample_province.NotSampleData as error:
            raise Failed(NOT_SAMPLE) from error
    _print_addresses(base_url, signs)
    if not no_serve:
        click.echo(f"\nĐang phục vụ tại {base_url} (dừng: Ctrl+C)")
        start_server("all", "0.0.0.0" if lan else "127.0.0.1", port, 1)  # noqa: S104 (--lan asks for it)
