"""``flask wave``: the operator's way says that nobody approved."""

from __future__ import annotations

from flask import Flask

from survey_app.cli import main
from tests import scenes

PLAN = ["create", "q1", "Quý I", "--from", "2027-01-01", "--to", "2027-03-31", "--questionnaire", "quick_pulse:1"]


def test_creating_and_opening_tell_that_no_second_person_approved(app: Flask, province: scenes.Province):
    main.register(app)
    for words in ([*PLAN, "--unit", "51"], ["open", "q1"]):
        result = app.test_cli_runner().invoke(args=["wave", *words])
        assert result.exit_code == 0
        assert "không có người thứ hai phê duyệt" in result.output
