"""Accounts from a terminal: made with a password shown once, granted, reset, listed."""

from __future__ import annotations

import re

import pyotp
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from survey_app import create_app
from survey_app.cli.officer import group
from survey_app.services import officers, second_factor, sign_in
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
    assert sign_in.sign_in(engine, scenes.NOW, "lan", _password(made.output))
    reset = _run(commands, "officer", "reset", "lan")
    assert reset.exit_code == 0
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(engine, scenes.NOW, "lan", _password(made.output))
    assert sign_in.sign_in(engine, scenes.NOW, "lan", _password(reset.output))


def test_granting_and_listing(commands: Flask, province: scenes.Province):
    _run(commands, *CREATE)
    assert _run(commands, "officer", "grant", "lan", "centre_director", province.centres[1]).exit_code == 0
    listed = _run(commands, "officer", "list").output
    assert "lan" in listed
    assert "Bà Lan" in listed
    assert province.centres[1] in listed


def test_the_list_says_who_is_invited_closed_or_active(commands: Flask, engine: Engine, province: scenes.Province):
    for login in ("lan", "mai", "thu"):
        assert _run(commands, "officer", "create", login, *CREATE[3:]).exit_code == 0
    assert _run(commands, "officer", "invite", "mai").exit_code == 0
    assert _run(commands, "officer", "disable", "thu").exit_code == 0
    lines = _run(commands, "officer", "list").output.splitlines()
    common = ["Bà Lan", "commune_leader", "51-23293", "-"]
    assert [line.split("\t") for line in lines] == [
        ["lan", *common, "active"],
        ["mai", *common, "invited"],
        ["thu", *common, "closed"],
    ]


def test_a_role_is_ended_and_an_account_closed_and_opened(commands: Flask, engine: Engine, province: scenes.Province):
    password = _password(_run(commands, *CREATE).output)
    assert _run(commands, "officer", "revoke", "lan", "commune_leader", "51-23293").exit_code == 0
    [lan] = officers.list_officers(engine)
    assert [entry.is_in_force_on(scenes.NOW.date()) for entry in lan.grants] == [False]
    assert _run(commands, "officer", "disable", "lan").exit_code == 0
    with pytest.raises(sign_in.SignInFailed):
        sign_in.sign_in(engine, scenes.NOW, "lan", password)
    assert _run(commands, "officer", "enable", "LAN").exit_code == 0
    assert sign_in.sign_in(engine, scenes.NOW, "lan", password)


def test_an_invitation_is_printed_as_a_link_that_works_once(commands: Flask, engine: Engine, province: scenes.Province):
    _run(commands, *CREATE)
    printed = _run(commands, "officer", "invite", "lan")
    assert "23/11/2026" in printed.output
    link = re.search(r"https://khaosat\.example(/officer/invitations/[\w-]{43})\n", printed.output)
    assert link is not None
    assert commands.test_client().get(link[1]).status_code == 200


def test_an_invitation_needs_the_address_of_the_site(commands: Flask, engine: Engine, province: scenes.Province):
    password = _password(_run(commands, *CREATE).output)
    commands.config["PUBLIC_BASE_URL"] = None
    result = _run(commands, "officer", "invite", "lan")
    assert (result.exit_code, "PUBLIC_BASE_URL" in result.output) == (2, True)
    assert sign_in.sign_in(engine, scenes.NOW, "lan", password), "nothing was changed"


def test_the_last_administrator_is_kept_and_may_still_get_a_new_password(
    commands: Flask, engine: Engine, province: scenes.Province
):
    _run(commands, *CREATE[:3], "--name", "Ông Tư", "--role", "province_admin", "--unit", "51")
    for words in (["disable", "lan"], ["revoke", "lan", "province_admin", "51"]):
        refused = _run(commands, "officer", *words)
        assert (refused.exit_code, "người quản trị cuối cùng" in refused.output) == (1, True)
    assert _run(commands, "officer", "reset", "lan").exit_code == 0
    assert _run(commands, "officer", "invite", "lan").exit_code == 0
    assert _run(commands, "officer", "disable", "lan").exit_code == 0, "invited, so nobody administers already"
    assert _run(commands, "officer", "invite", "lan").exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", "--help"], "first administrator"),
        (["reset", "--help"], "lost password"),
        (["invite", "--help"], "PUBLIC_BASE_URL"),
    ],
)
def test_the_help_says_what_it_is_for(commands: Flask, words: list[str], told: str):
    assert told in _run(commands, "officer", *words).output


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["officer", "grant", "lan", "centre_director", "51-23293"], 1),
        (["officer", "grant", "lan", "helper", "51-23293-TT-Q1"], 1),
        (["officer", "revoke", "lan", "helper", "51-23293"], 1),
        (["officer", "revoke", "nobody", "helper", "51-23293"], 1),
        (["officer", "disable", "nobody"], 1),
        (["officer", "enable", "nobody"], 1),
        (["officer", "invite", "nobody"], 1),
        (CREATE, 1),
        ([*CREATE[:-1], "none"], 1),
        ([*CREATE[:2], "x y", *CREATE[3:]], 2),
        (["officer", "grant", "nobody", "commune_leader", "51"], 1),
        (["officer", "grant", "lan", "king", "51"], 2),
        (["officer", "reset", "nobody"], 1),
        (["officer", "create", "lan"], 2),
    ],
    ids=[
        "wrong place",
        "at a counter",
        "role not held",
        "revoke nobody",
        "disable nobody",
        "enable nobody",
        "invite nobody",
        "taken",
        "no such unit",
        "bad login",
        "nobody",
        "no such role",
        "reset nobody",
        "missing options",
    ],
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


def test_a_lost_phone_is_forgotten_and_the_password_stays(commands: Flask, engine: Engine, province: scenes.Province):
    password = _password(_run(commands, *CREATE).output)
    refused = _run(commands, "officer", "reset", "lan", "--second-factor")
    assert refused.exit_code == 1
    (lan,) = officers.list_officers(engine)
    offer = second_factor.new_offer(["key"], scenes.NOW, lan)
    code = pyotp.TOTP(offer.key.replace(" ", "")).at(scenes.NOW)
    second_factor.enrol(engine, ["key"], scenes.NOW, lan, "", offer, code)
    with pytest.raises(sign_in.CodeNeeded):
        sign_in.sign_in(engine, scenes.NOW, "lan", password)
    assert _run(commands, "officer", "reset", "lan", "--second-factor").exit_code == 0
    assert sign_in.sign_in(engine, scenes.NOW, "lan", password)
