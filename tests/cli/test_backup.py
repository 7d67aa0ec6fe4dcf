"""``flask backup``: the whole database in one private file, from a database in use."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, text

from survey_app.cli.backup import command
from survey_app.storage.audit_log import entries
from survey_app.storage.backup import write_backup
from survey_app.storage.database import begin_read, begin_write
from tests.postgresql_server import WITH_PASSWORD, PostgresqlServer, binaries
from tests.scenes import Province, build_province, fill_inbox

PASSWORD = "mat-khau-that-dai"


def back_up(app: Flask, out: Path) -> Result:
    return app.test_cli_runner().invoke(command, ["--out", str(out)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_a_copy_holds_everything_and_is_private(
    app: Flask, engine: Engine, province: Province, rng: Random, folder: Path
) -> None:
    fill_inbox(engine, province, province.counters[0], 5, rng)
    result = back_up(app, folder / "copy.sqlite3")
    assert result.exit_code == 0, result.output
    assert [path.name for path in folder.iterdir()] == ["copy.sqlite3"]
    assert stat.S_IMODE((folder / "copy.sqlite3").stat().st_mode) == 0o600
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        found = {table: copy.execute(f"SELECT * FROM {table}").fetchall() for table in ("response_inbox", "org_unit")}
    with begin_read(engine) as connection:
        for table, rows in found.items():
            assert rows == [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")], table
        size = (folder / "copy.sqlite3").stat().st_size
        assert entries(connection, "database.backup") == [("system", None, {"file": "copy.sqlite3", "bytes": size})]


def test_a_copy_is_whole_while_others_write(engine: Engine, folder: Path) -> None:
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('done', '1')"))
    with begin_write(engine) as connection:
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('half', '1')"))
        write_backup(engine, folder / "copy.sqlite3")
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT name FROM setting").fetchall() == [("done",)]


def test_nothing_is_overwritten(app: Flask, folder: Path) -> None:
    (folder / "copy.sqlite3").write_text("something dear")
    result = back_up(app, folder / "copy.sqlite3")
    assert (result.exit_code, "sao lưu không ghi đè" in result.output) == (1, True)
    assert [path.read_text() for path in folder.iterdir()] == ["something dear"]


def test_a_folder_that_is_not_there_is_named(app: Flask, folder: Path) -> None:
    result = back_up(app, folder / "none" / "copy.sqlite3")
    assert (result.exit_code, str(folder / "none") in result.output) == (1, True)


def test_a_damaged_database_makes_no_backup(app: Flask, engine: Engine, province: Province, folder: Path) -> None:
    engine.dispose()
    assert engine.url.database is not None
    database = Path(engine.url.database)
    content = bytearray(database.read_bytes())
    for page in range(5, len(content) // 4096):
        content[page * 4096 + 8 : page * 4096 + 200] = b"\xff" * 192
    database.write_bytes(content)
    result = back_up(app, folder / "copy.sqlite3")
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert list(folder.iterdir()) == []


def test_bad_usage(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(command, []).exit_code == 2
    assert back_up(app, folder).exit_code == 2
    app.config["DATABASE_URL"] = None
    assert back_up(app, folder / "copy.sqlite3").exit_code == 2
    assert list(folder.iterdir()) == []


def test_help(app: Flask) -> None:
    result = app.test_cli_runner().invoke(command, ["--help"])
    assert (result.exit_code, "--out FILE" in result.output) == (0, True)


@pytest.fixture
def password_app(postgresql_server: PostgresqlServer, postgresql_engine: Engine, app: Flask) -> Iterator[Flask]:
    """The application on PostgreSQL, as a role that must give its password."""
    postgresql_server.execute(f"CREATE ROLE {WITH_PASSWORD} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
    database = postgresql_engine.url.database
    assert database is not None
    app.config["DATABASE_URL"] = postgresql_server.url(database, WITH_PASSWORD, PASSWORD)
    yield app
    postgresql_server.execute(f"DROP ROLE {WITH_PASSWORD}")


@pytest.mark.postgresql
def test_an_archive_restores_to_the_same_rows(
    password_app: Flask,
    postgresql_engine: Engine,
    new_postgresql_database: Callable[[], str],
    rng: Random,
    folder: Path,
) -> None:
    province = build_province(postgresql_engine)
    fill_inbox(postgresql_engine, province, province.counters[0], 5, rng, comment="Tốt")
    archive = folder / "copy.dump"
    result = back_up(password_app, archive)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["copy.dump"]
    restored = new_postgresql_database()
    restore = [binaries() / "pg_restore", "--exit-on-error", "--dbname", restored, archive]
    subprocess.run(restore, check=True, capture_output=True)
    query = ["--no-align", "--tuples-only", "--command", "SELECT * FROM response_inbox ORDER BY key"]
    rows = subprocess.run([binaries() / "psql", restored, *query], check=True, capture_output=True, text=True).stdout
    assert len(rows.splitlines()) == 5
    with begin_read(postgresql_engine) as connection:
        assert connection.scalar(text("SELECT min(key) FROM response_inbox")) == rows[:64]


@pytest.fixture
def recorded_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a pg_dump on PATH that notes its arguments and goes on as the real one; returns the notes."""
    seen, program = tmp_path / "seen", tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s " "$@" >> {seen}\nexec {binaries() / "pg_dump"} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return seen


@pytest.mark.postgresql
def test_the_password_never_stands_on_a_command_line(
    password_app: Flask, folder: Path, recorded_arguments: Path
) -> None:
    result = back_up(password_app, folder / "copy.dump")
    assert result.exit_code == 0, result.output
    assert "--dbname=" in recorded_arguments.read_text()
    assert PASSWORD not in recorded_arguments.read_text()
    assert PASSWORD not in result.output


@pytest.mark.postgresql
def test_a_password_in_the_query_is_hidden_as_well(password_app: Flask, folder: Path, recorded_arguments: Path) -> None:
    with_password = password_app.config["DATABASE_URL"]
    password_app.config["DATABASE_URL"] = with_password.replace(f":{PASSWORD}@", "@") + f"&password={PASSWORD}"
    result = back_up(password_app, folder / "copy.dump")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in recorded_arguments.read_text()


@pytest.mark.postgresql
def test_an_older_pg_dump_on_path_is_passed_over(
    password_app: Flask, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.18'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    result = back_up(password_app, folder / "copy.dump")
    assert result.exit_code == 0, result.output
    assert (folder / "copy.dump").read_bytes().startswith(b"PGDMP")


@pytest.mark.postgresql
def test_a_failing_dump_leaves_nothing(password_app: Flask, postgresql_server: PostgresqlServer, folder: Path) -> None:
    postgresql_server.execute(f"ALTER ROLE {WITH_PASSWORD} NOSUPERUSER")
    result = back_up(password_app, folder / "copy.dump")
    assert (result.exit_code, "permission denied" in result.output) == (1, True), result.output
    assert PASSWORD not in result.output
    assert list(folder.iterdir()) == []


@pytest.mark.postgresql
def test_a_wrong_password_is_not_repeated(password_app: Flask, folder: Path) -> None:
    password_app.config["DATABASE_URL"] = password_app.config["DATABASE_URL"].replace(PASSWORD, "wrong-one")
    result = back_up(password_app, folder / "copy.dump")
    assert result.exit_code == 1
    assert "wrong-one" not in result.output
    assert list(folder.iterdir()) == []
