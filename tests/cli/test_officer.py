"""Accounts from a terminal: made with a password shown once, granted, reset, listed."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from survey_app import create_app
from survey_app.cli.officer import group
from survey_app.services import officers
from tests import scenes

CREATE = ["officer", "create", "lan", "--name", "Bà Lan", "--role", "commune_leader", "--unit", "51-23293"]


@pytest.fixture
def commands(app: Flask) -> Flask:
    """The application with the command group."""
    app.cli.add_command(group)
    return app


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def _password(output: str) -> str:
    found = re.search(r"\b[0-9a-z]{20}\b", output)
    assert found
    return found[0]


def test_the_printed_password_opens_and_a_reset_replaces_it(commands: Flask, engine: Engine, province: scenes.Province):
    assert province.communes[0] == "51-23293"
    made = _run(commands, *CREATE)
    assert made.exit_code == 0
    assert officers.sign_in(engine, scenes.NOW, "lan", _password(made.output))
    reset = _run(commands, "officer", "reset", "lan")
    assert reset.exit_code == 0
    with pytest.raises(officers.SignInFailed):
        officers.sign_in(engine, scenes.NOW, "lan", _password(made.output))
    assert officers.sign_in(engine, scenes.NOW, "lan", _password(reset.output))


def test_granting_and_listing(commands: Flask, province: scenes.Province):
    _run(commands, *CREATE)
    assert _run(commands, "officer", "grant", "lan", "centre_director", province.centres[1]).exit_code == 0
    listed = _run(commands, "officer", "list").output
    assert "lan" in listed
    assert "Bà Lan" in listed
    assert province.centres[1] in listed


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (CREATE, 1),
        ([*CREATE[:-1], "none"], 1),
        ([*CREATE[:2], "x y", *CREATE[3:]], 2),
        (["officer", "grant", "nobody", "commune_leader", "51"], 1),
        (["officer", "grant", "lan", "king", "51"], 2),
        (["officer", "reset", "nobody"], 1),
        (["officer", "create", "lan"], 2),
    ],
    ids=["taken", "no such unit", "bad login", "nobody", "no such role", "reset nobody", "missing options"],
)
def test_what_cannot_be_done(commands: Flask, province: scenes.Province, words: list[str], status: int):
    assert _run(commands, *CREATE).exit_code == 0
    assert _run(commands, *words).exit_code == status


@pytest.mark.parametrize(
    ("settings", "status"),
    [({}, 2), ({"DATABASE_URL": "nothing"}, 2), ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, 1)],
    ids=["no address", "bad address", "database away"],
)
@pytest.mark.parametrize(
    "words", [CREATE, ["officer", "reset", "lan"], ["officer", "list"]], ids=lambda words: words[1]
)
def test_a_database_that_cannot_be_used_is_named(words: list[str], settings: dict[str, str], status: int):
    app = create_app(settings)
    app.cli.add_command(group)
    result = _run(app, *words)
    assert (result.exit_code, "DATABASE_URL" in result.output) == (status, True), result.output
