"""The ``flask`` command of this product."""

from __future__ import annotations

import os

import click
from flask import Flask

import config
from survey_app import create_app
from survey_app.cli import (
    audit,
    backup,
    counter,
    dataset,
    db,
    demo,
    external,
    officer,
    posters,
    questionnaire,
    release,
    report,
    serve,
    setting,
    tallies,
    transactions,
    unit,
    wave,
)


def command_app() -> Flask:
    """The application commands run in: ``SURVEY_CONFIG`` names its settings, development when unset."""
    name = os.environ.get("SURVEY_CONFIG", "development")
    if name not in config.BY_NAME:
        raise click.UsageError(f"SURVEY_CONFIG must be one of {', '.join(config.BY_NAME)}")
    app = create_app(config.BY_NAME[name])
    register(app)
    return app


def register(app: Flask) -> None:
    """Put every command on an application."""
    groups = (
        audit,
        counter,
        dataset,
        db,
        external,
        officer,
        questionnaire,
        release,
        report,
        setting,
        tallies,
        transactions,
        unit,
        wave,
    )
    for module in groups:
        app.cli.add_command(module.group)
    for module in (backup, demo, posters, serve):
        app.cli.add_command(module.command)
