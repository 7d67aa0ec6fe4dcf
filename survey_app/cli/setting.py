"""``flask setting``: what a province may change."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.services import province_settings, settings_changes
from survey_app.storage.audit_log import SYSTEM
from survey_app.storage.database import begin_read

group = AppGroup("setting", help="List and change the province's settings.")


@group.command("list")
def listing() -> None:
    """Print the settings in force as JSON."""
    with told(), begin_read(extensions.engine()) as connection:
        settings = province_settings.read_settings(connection)
    click.echo(json.dumps(asdict(settings), ensure_ascii=False, indent=2))


@group.command("set")
@click.argument("name")
@click.argument("value")
def change(name: str, value: str) -> None:
    """Set NAME to a JSON VALUE, e.g. thresholds '{"public_score": 50}' or mixed_release_days 7."""
    try:
        parsed = json.loads(value)
    except ValueError as error:
        raise click.UsageError("VALUE phải là JSON") from error
    with told(province_settings.BadSetting):
        settings_changes.change_settings(extensions.engine(), extensions.now(), SYSTEM, {name: parsed})
    click.echo(f"đã đặt {name}")
