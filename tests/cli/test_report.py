"""``flask report``: files of the dossier system in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from survey_app.cli import main
from tests.scenes import CENTRES, Province

HEADER = "centre,month,dossiers,overdue,complaints,disliked\n"


@pytest.fixture
def run(app: Flask, province: Province):
    main.register(app)
    return app.test_cli_runner().invoke


def test_a_file_goes_in_and_comes_out(run, tmp_path: Path) -> None:
    file = tmp_path / "sổ.csv"
    file.write_text(f"{HEADER}{CENTRES[0]},2026-10,500,10,1,2\n", "utf-8")
    assert run(args=["report", "import", "ledger", "51", str(file)]).output == "đã nhập 1 dòng\n"
    listed = run(args=["report", "list", "ledger", "51"]).output
    assert f"{CENTRES[0]},Trung tâm" in listed
    assert ",2026-10,500,10,1,2,,," in listed


def test_bad_lines_are_named_and_nothing_is_stored(run, tmp_path: Path) -> None:
    file = tmp_path / "sổ.csv"
    file.write_text(f"{HEADER}{CENTRES[0]},2026-10,500,501,1,2\n", "utf-8")
    refused = run(args=["report", "import", "ledger", "51", str(file)])
    assert refused.exit_code == 1
    assert "dòng 2: Cột “overdue” không được lớn hơn cột “dossiers”" in refused.output
    assert run(args=["report", "list", "ledger", "51"]).output.count("\n") == 1


def test_a_file_that_is_no_text_and_an_unknown_unit_are_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "sổ.csv"
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in run(args=["report", "import", "indices", "51", str(file)]).output
    assert run(args=["report", "list", "indices", "51-NOPE"]).exit_code == 1
    assert run(args=["report", "list", "nothing", "51"]).exit_code == 2
