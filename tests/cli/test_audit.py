"""``flask audit`` from a terminal."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, text

from survey_app.cli.audit import group
from survey_app.services import counters
from survey_app.services.audit import verify_chain
from survey_app.storage.database import begin_write
from tests import scenes
from tests.storage.test_audit_log import without_triggers


@pytest.fixture
def commands(app: Flask, engine: Engine, province: scenes.Province) -> Flask:
    """The application with the command group, and a log of three entries."""
    app.cli.add_command(group)
    for counter in province.counters[:3]:
        counters.revoke(engine, province.codes[counter], scenes.NOW, "quantri")
    return app


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["audit", *words])


def tamper(engine: Engine, statement: str) -> None:
    with begin_write(engine) as connection:
        without_triggers(connection)
        connection.execute(text(statement))


def test_a_whole_chain_is_told_with_its_heads(commands: Flask, engine: Engine) -> None:
    done = run(commands, "verify")
    assert done.exit_code == 0
    assert "3 mục, chuỗi nhật ký nguyên vẹn" in done.output
    assert "đầu chuỗi của ngày" in done.output
    assert verify_chain(engine).heads[0].hash in done.output


def test_a_broken_chain_names_the_entry(commands: Flask, engine: Engine) -> None:
    tamper(engine, "UPDATE audit_entry SET actor = 'nguoikhac' WHERE id = 2")
    done = run(commands, "verify")
    assert done.exit_code == 1
    assert "mục 2 (16/11/2026, nguoikhac, counter.revoke)" in done.output
    assert "đã bị sửa" in done.output


def test_a_cut_end_is_found_by_a_kept_head(commands: Flask, engine: Engine) -> None:
    head = verify_chain(engine).heads[-1].hash
    assert run(commands, "verify", "--head", head.upper()).exit_code == 0
    tamper(engine, "DELETE FROM audit_entry WHERE id = 3")
    assert run(commands, "verify").exit_code == 0
    done = run(commands, "verify", "--head", head)
    assert done.exit_code == 1
    assert "đã bị cắt" in done.output


def test_heads_of_days(commands: Flask, engine: Engine) -> None:
    head = verify_chain(engine).heads[-1].hash
    assert head in run(commands, "heads", "--from", "2026-11-16", "--to", "16/11/2026").output
    assert head not in run(commands, "heads", "--from", "2026-11-17").output
    assert run(commands, "heads", "--from", "hôm qua").exit_code == 2
