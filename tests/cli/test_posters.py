"""``flask posters``: every format, PDF or ZIP, languages, and what it says about bad usage."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from survey_app.cli import main
from survey_app.services import counters
from tests import scenes


@pytest.fixture
def commands(app: Flask) -> Flask:
    main.register(app)
    return app


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["posters", *words])


def test_a_pdf_of_a_commune_and_a_zip_of_the_province(commands: Flask, province: scenes.Province, tmp_path: Path):
    pdf, archive = tmp_path / "a.pdf", tmp_path / "a.zip"
    done = _run(commands, province.communes[0], "--out", str(pdf))
    assert (done.exit_code, done.output) == (0, f"2 bảng mã QR trong {pdf}\n")
    assert len(pypdfium2.PdfDocument(pdf.read_bytes())) == 2
    assert _run(commands, "51", "--out", str(archive), "--format", "a6", "--language", "vi").exit_code == 0
    with zipfile.ZipFile(archive) as found:
        assert len(found.namelist()) == 3


def test_places_without_a_code_are_named(commands: Flask, engine: Engine, province: scenes.Province, tmp_path: Path):
    counters.issue_missing_for_centres(engine, province.communes[0], scenes.NOW, "an")
    done = _run(commands, "51", "--out", str(tmp_path / "n.pdf"), "--format", "notice_a3")
    assert done.exit_code == 0
    assert "2 quầy hoặc trung tâm chưa có mã" in done.output


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["51", "--out", "x.doc"], 2),
        (["51", "--out", "x.pdf", "--format", "a5"], 2),
        (["51", "--out", "x.pdf", "--language", "fr"], 2),
        (["none", "--out", "x.pdf"], 1),
        (["51", "--out", "x.pdf", "--format", "notice"], 1),
    ],
)
def test_what_cannot_be_done_is_said(commands: Flask, province: scenes.Province, words: list[str], status: int):
    assert _run(commands, *words).exit_code == status
    assert not Path("x.pdf").exists()
