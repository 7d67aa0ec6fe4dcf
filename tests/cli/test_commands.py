"""Commands: exit status 0 done, 1 failed, 2 bad usage; every one explains itself."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask

from survey_app import create_app
from survey_app.cli import main
from tests import scenes


@pytest.fixture
def commands(app: Flask) -> Flask:
    """The application with every command."""
    main.register(app)
    return app


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def _own_commands(app: Flask) -> list[list[str]]:
    found: list[list[str]] = []
    for name, command in app.cli.commands.items():
        subcommands = command.commands if isinstance(command, click.Group) else {}
        found += [[name, sub] for sub in subcommands] or [[name]]
    return found


def test_every_command_has_help(commands: Flask):
    for words in _own_commands(commands):
        result = _run(commands, *words, "--help")
        assert (result.exit_code, "Usage:" in result.output) == (0, True), words


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["unit", "list"], 0, "51-23293-TT-Q1  Quầy 1"),
        (["unit", "list", "--under", "51-23368"], 0, "Xã Đăk Long"),
        (["unit", "list", "--under", "none"], 1, "không có đơn vị"),
        (["unit", "retire", "51-23293-TT-Q1", "2026-12-01"], 0, "01/12/2026"),
        (["unit", "retire", "51-23293", "2026-12-01"], 1, "đang có hiệu lực"),
        (["unit", "move", "51-23293-TT-Q1", "51-23368-TT"], 0, "nay thuộc 51-23368-TT"),
        (["unit", "move", "51-23293-TT-Q1", "51"], 1, "cấp trên của quầy phải là"),
        (["unit", "move", "none", "51"], 1, "không có đơn vị mã none"),
        (["unit", "restore", "51-23293-TT-Q1"], 0, "khôi phục"),
        (["unit", "restore", "none"], 1, "không có đơn vị mã none"),
        (["unit", "import", "no-such-file.csv"], 2, "no-such-file.csv"),
        (["counter", "list", "51-23293"], 0, "https://khaosat.example/q/k0nt0m1"),
        (["counter", "issue", "51"], 0, "đã cấp 0 mã"),
        (["counter", "issue", "51", "--centres"], 0, "đã cấp 3 mã"),
        (["counter", "reissue", "K0NT0M1"], 0, "mã mới: https://khaosat.example/q/"),
        (["counter", "reissue", "zzzzzzz"], 1, "không có mã zzzzzzz"),
        (["counter", "revoke", "K0NT0M1"], 0, "đã thu hồi"),
        (["counter", "revoke", "zzzzzzz"], 1, "không có mã zzzzzzz"),
        (["counter", "move", "k0nt0m1", "51-23293-TT-Q2"], 0, "nay thuộc"),
        (["counter", "move", "k0nt0m1", "51-23293-TT-Q1"], 1, "đã thuộc"),
        (["counter", "move", "k0nt0m1", "51"], 1, "51 không phải là quầy"),
        (["wave", "list"], 0, "2026-q4  open"),
        (["wave", "pause", "2026-q4"], 0, "đã tạm dừng"),
        (["wave", "open", "none"], 1, "không có đợt khảo sát mã none"),
        (
            ["wave", "create", "q", "Q", "--from", "2027-01-01", "--to", "2027-02-01", "--unit", "51"],
            2,
            "--questionnaire",
        ),
        (["questionnaire", "list"], 0, "sipas_desk v1"),
        (["questionnaire", "check"], 0, "không có lỗi"),
        (["questionnaire", "publish"], 0, "đã ban hành papi_d8 v1"),
        (["release", "run"], 0, "0 lượt công bố"),
        (["release", "run", "--patient"], 0, "0 lượt công bố"),
        (["tallies", "verify"], 0, "khớp"),
        (["setting", "list"], 0, '"release": 10'),
        (["setting", "set", "mixed_release_days", "7"], 0, "đã đặt"),
        (["setting", "set", "mixed_release_days", "seven"], 2, "JSON"),
        (["setting", "set", "nothing", "7"], 1, "nothing"),
        (["posters", "none", "--out", "x.pdf"], 1, "không có đơn vị mã none"),
        (["serve", "--surface", "nothing"], 2, "--surface"),
        (["no-such-command"], 2, "no-such-command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_status_and_words(commands: Flask, province: scenes.Province, words: list[str], status: int, says: str):
    result = _run(commands, *words)
    assert (result.exit_code, says in result.output) == (status, True), result.output


def test_a_missing_setting_is_named(tmp_path: Path):
    app = create_app({"QUESTIONNAIRES_DIR": scenes.QUESTIONNAIRES_DIR})
    main.register(app)
    result = _run(app, "unit", "list")
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.output


def test_a_database_that_is_away_is_named(tmp_path: Path):
    app = create_app({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"})
    main.register(app)
    result = _run(app, "unit", "list")
    assert result.exit_code == 1
    assert "DATABASE_URL" in result.output


def test_every_bad_line_of_a_unit_file_is_told(commands: Flask, tmp_path: Path):
    path = tmp_path / "units.csv"
    header = "code,kind,name,parent_code,valid_from,valid_to,service_fields\n"
    path.write_text(header + "51,province,,,2025-07-01,,\n52,city,Tên,,ngày,,\n", encoding="utf-8")
    result = _run(commands, "unit", "import", str(path))
    assert result.exit_code == 1
    assert "dòng 2" in result.output
    assert "dòng 3" in result.output
    assert "chưa nhập dòng nào" in result.output


def test_settings_are_listed_as_json(commands: Flask):
    assert json.loads(_run(commands, "setting", "list").output)["exact_minute_hours"] == 72
