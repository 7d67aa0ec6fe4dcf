"""``flask db``: upgrading and granting from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect

from survey_app.cli.db import group
from survey_app.services.database_roles import CITIZEN_ROLE, OFFICER_ROLE
from survey_app.storage import migrations
from survey_app.storage.audit_log import entries
from survey_app.storage.database import begin_read, make_engine
from tests.postgresql_server import PostgresqlServer
from tests.scenes import MIGRATIONS_DIR


@pytest.fixture
def no_roles(postgresql_server: PostgresqlServer) -> Iterator[None]:
    """Roles belong to the server: none stays after the test."""
    yield
    postgresql_server.execute(f"DROP ROLE IF EXISTS {CITIZEN_ROLE}, {OFFICER_ROLE}, a_citizen, an_officer")


@pytest.fixture
def postgresql_app(no_roles: None, postgresql_engine: Engine, app: Flask) -> Flask:
    """The application on PostgreSQL."""
    app.config["DATABASE_URL"] = postgresql_engine.url.render_as_string(hide_password=False)
    return app


def test_upgrade_makes_the_tables_once(app: Flask, tmp_path: Path) -> None:
    url = app.config["DATABASE_URL"] = f"sqlite:///{tmp_path / 'new' / 'empty.sqlite3'}"
    first = app.test_cli_runner().invoke(group, ["upgrade"])
    assert (first.exit_code, "(trước đó: trống)" in first.output) == (0, True), first.output
    engine = make_engine(url)
    assert migrations.is_current(engine, MIGRATIONS_DIR)
    assert "response_inbox" in inspect(engine).get_table_names()
    engine.dispose()
    again = app.test_cli_runner().invoke(group, ["upgrade"])
    assert (again.exit_code, "đã ở phiên bản" in again.output) == (0, True), again.output


def test_upgrade_says_that_the_database_is_away(app: Flask) -> None:
    app.config["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    result = app.test_cli_runner().invoke(group, ["upgrade"])
    assert result.exit_code == 1
    assert "DATABASE_URL" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["upgrade", "grant"])
def test_without_an_address_the_setting_is_named(app: Flask, command: str) -> None:
    app.config["DATABASE_URL"] = None
    result = app.test_cli_runner().invoke(group, [command])
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.output


def test_grant_on_sqlite_says_there_is_nothing_to_grant(app: Flask) -> None:
    result = app.test_cli_runner().invoke(group, ["grant"])
    assert (result.exit_code, result.output) == (0, "SQLite không có vai trò: không có gì để cấp.\n")


@pytest.mark.postgresql
def test_grant_makes_both_roles_and_may_be_repeated(postgresql_app: Flask, postgresql_engine: Engine) -> None:
    for _ in range(2):
        result = postgresql_app.test_cli_runner().invoke(group, ["grant"])
        assert result.exit_code == 0, result.output
        assert CITIZEN_ROLE in result.output
        assert OFFICER_ROLE in result.output
    with begin_read(postgresql_engine) as connection:
        written = entries(connection, "database.grant")
    assert written == [("system", None, {"citizen_role": CITIZEN_ROLE, "officer_role": OFFICER_ROLE})] * 2


@pytest.mark.postgresql
def test_grant_takes_other_names(postgresql_app: Flask, postgresql_server: PostgresqlServer) -> None:
    options = ["grant", "--citizen-role", "a_citizen", "--officer-role", "an_officer"]
    assert postgresql_app.test_cli_runner().invoke(group, options).exit_code == 0
    postgresql_server.execute("ALTER ROLE a_citizen NOCREATEDB", "ALTER ROLE an_officer NOCREATEDB")


@pytest.mark.parametrize(
    "options",
    [
        ["--citizen-role", "Robert'); DROP TABLE response; --"],
        ["--citizen-role", "UPPER"],
        ["--officer-role", ""],
        ["--officer-role", "pg_monitor"],
        ["--citizen-role", "x" * 64],
        ["--citizen-role", "the_same", "--officer-role", "the_same"],
        ["--unknown"],
    ],
)
def test_bad_names_are_bad_usage(app: Flask, options: list[str]) -> None:
    result = app.test_cli_runner().invoke(group, ["grant", *options])
    assert result.exit_code == 2, result.output


@pytest.mark.postgresql
def test_a_superuser_is_not_bound_by_grants(postgresql_app: Flask) -> None:
    result = postgresql_app.test_cli_runner().invoke(group, ["grant", "--citizen-role", "postgres"])
    assert (result.exit_code, "superuser" in result.output) == (1, True), result.output


@pytest.mark.postgresql
def test_who_may_not_grant_is_told_so(postgresql_app: Flask, postgresql_engine: Engine) -> None:
    runner = postgresql_app.test_cli_runner()
    assert runner.invoke(group, ["grant"]).exit_code == 0
    postgresql_app.extensions.pop("hailong_engine").dispose()
    mere = postgresql_engine.url.set(username=CITIZEN_ROLE).render_as_string(hide_password=False)
    postgresql_app.config["DATABASE_URL"] = mere
    result = runner.invoke(group, ["grant", "--citizen-role", "a_citizen"])
    assert (result.exit_code, "PostgreSQL từ chối" in result.output) == (1, True), result.output


@pytest.mark.parametrize("arguments", [["--help"], ["upgrade", "--help"], ["grant", "--help"]])
def test_help(app: Flask, arguments: list[str]) -> None:
    result = app.test_cli_runner().invoke(group, arguments)
    assert (result.exit_code, result.output.startswith("Usage:")) == (0, True)
