"""A really empty database: the schema, then the first administrator, and everything else is done on the pages."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from survey_app.cli import main
from survey_app.domain.first_run import SetUp, StepState
from survey_app.services import first_run, units
from tests import scenes

CREATE = ["officer", "create", "lan", "--name", "Bà Lan", "--role"]


def test_the_first_administrator_needs_no_unit_before(any_app: Flask, any_engine: Engine):
    main.register(any_app)
    done = any_app.test_cli_runner().invoke(args=[*CREATE, "province_admin", "--unit", "51"])
    assert done.exit_code == 0, done.output
    assert units.unit_tree(any_engine).units["51"].name == "Tỉnh Quảng Ngãi"
    assert first_run.state(any_engine, scenes.NOW).states[SetUp.UNITS] is StepState.NEXT


def test_only_a_province_administrator_may_be_first(any_app: Flask, any_engine: Engine):
    main.register(any_app)
    runner = any_app.test_cli_runner()
    assert runner.invoke(args=[*CREATE, "province_analyst", "--unit", "51"]).exit_code == 1
    assert runner.invoke(args=[*CREATE, "province_admin", "--unit", "77777"]).exit_code == 1
    assert not units.unit_tree(any_engine).units
