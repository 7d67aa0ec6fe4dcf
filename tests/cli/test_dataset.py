"""``flask dataset export``: files, exit statuses, and what it says."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from survey_app.cli.dataset import group
from survey_app.services.release import run_releases
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes


@pytest.fixture
def released(engine: Engine, province: scenes.Province, rng: Random) -> scenes.Province:
    scenes.fill_inbox(engine, province, province.counters[0], 15, rng, stage="filing")
    run_releases(engine, scenes.NOW)
    return province


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(group, ["export", *words])


@pytest.mark.parametrize(
    ("kind", "name"), [("csv", "o.zip"), ("csv-excel", "o.csv"), ("xlsx", "o.xlsx"), ("sav", "o.sav"), ("dta", "o.zip")]
)
def test_writes_the_file_and_says_so(
    app: Flask, engine: Engine, released: scenes.Province, tmp_path: Path, kind: str, name: str
) -> None:
    out = tmp_path / name
    done = run(
        app, "sipas_desk", "--version", "1", "--format", kind, "--out", str(out), "--unit", "51", "--wave", "2026-q4"
    )
    assert done.exit_code == 0, done.output
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "dataset.export")
    assert (actor, unit, detail["format"], detail["rows"]) == (audit_log.SYSTEM, "51", kind, 15)
    assert done.output == f"{out}: 15 phiếu, SHA-256 {detail['sha256']}\n"


def test_months_narrow(app: Flask, released: scenes.Province, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    words = ("sipas_desk", "--version", "1", "--out", str(out))
    assert run(app, *words, "--from", "2026-11", "--to", "2026-11").exit_code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert {row["release_month"] for row in csv.DictReader(io.StringIO(text))} == {"2026-11"}
    refused = run(app, *words, "--to", "2026-10")
    assert refused.exit_code == 1
    assert "Không có phiếu nào đã công bố" in refused.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sipas_desk", "--version", "9"), "Không có sipas_desk v9"),
        (("sipas_desk", "--version", "1", "--unit", "99"), "Không có đơn vị 99"),
        (("sipas_desk", "--version", "1", "--wave", "none"), "Không có none"),
    ],
)
def test_what_does_not_exist_fails(
    app: Flask, released: scenes.Province, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    failed = run(app, *words, "--out", str(tmp_path / "o.zip"))
    assert failed.exit_code == 1
    assert told in failed.output
    assert not (tmp_path / "o.zip").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "xlsx", "--out", "o.zip"),
        ("--format", "csv", "--out", "o.xlsx"),
        ("--format", "sas", "--out", "o.sas"),
        ("--out", "no/such/folder/o.zip"),
        ("--out", "o.zip", "--from", "november"),
        ("--format", "sav", "--shape", "long", "--out", "o.zip"),
        ("--level", "secret", "--out", "o.zip"),
        (),
    ],
)
def test_bad_usage(app: Flask, words: tuple[str, ...]) -> None:
    assert run(app, "sipas_desk", "--version", "1", *words).exit_code == 2


def test_an_unknown_questionnaire_is_named_in_words(app: Flask, released: scenes.Province, tmp_path: Path) -> None:
    refused = run(app, "nope", "--out", str(tmp_path / "o.zip"))
    assert refused.exit_code == 2
    assert "chưa ban hành mẫu phiếu nào tên nope" in refused.output
    assert "v0" not in refused.output


def test_a_folder_that_takes_no_file_is_named_in_words(app: Flask, released: scenes.Province) -> None:
    refused = run(app, "sipas_desk", "--out", "/proc/o.zip")
    assert refused.exit_code == 1
    assert "Không ghi được tệp /proc/o.zip: " in refused.output
    assert "Errno" not in refused.output
    assert "No such file" not in refused.output


def test_a_public_package_is_audited_as_such(
    app: Flask, engine: Engine, released: scenes.Province, tmp_path: Path
) -> None:
    done = run(app, "sipas_desk", "--level", "public", "--lang", "en", "--out", str(tmp_path / "o.zip"))
    assert done.exit_code == 0, done.output
    with begin_read(engine) as connection:
        [(_, _, detail)] = audit_log.entries(connection, "dataset.export")
    assert (detail["level"], detail["shape"]) == ("public", "wide")


def recompute(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(group, ["recompute", str(path)])


def test_recompute_tells_that_all_agrees_or_what_does_not(
    app: Flask, released: scenes.Province, tmp_path: Path
) -> None:
    run(app, "sipas_desk", "--out", str(tmp_path / "o.zip"))
    agreed = recompute(app, tmp_path / "o.zip")
    assert agreed.exit_code == 0, agreed.output
    assert "Khớp đến chữ số cuối cùng." in agreed.output
    folder = tmp_path / "folder"
    with zipfile.ZipFile(tmp_path / "o.zip") as bundle:
        bundle.extractall(folder)
    text = (folder / "responses.csv").read_text("utf-8-sig")
    (folder / "responses.csv").write_text(text.replace(",4,", ",5,", 1), "utf-8-sig")
    differs = recompute(app, folder)
    assert differs.exit_code == 1
    assert "responses.csv: thiếu hoặc không khớp SHA-256" in differs.output
    assert "Gói dữ liệu KHÔNG khớp." in differs.output


def test_recompute_refuses_what_is_no_package(app: Flask, tmp_path: Path) -> None:
    assert recompute(app, tmp_path).exit_code == 2
    assert recompute(app, tmp_path / "none").exit_code == 2
