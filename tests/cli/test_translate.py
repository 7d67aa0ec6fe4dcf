"""A translation goes out as a sheet, comes back, and is offered once it is complete."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from survey_app.cli import main
from survey_app.services.interface_languages import TRANSLATIONS
from survey_app.storage.questionnaire_files import load_file
from survey_app.web import rendering
from tests import scenes

Run = Callable[..., Result]
PULSE = "quick_pulse"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """Copies of questionnaires and page texts that commands may change."""
    app.config["QUESTIONNAIRES_DIR"] = shutil.copytree(scenes.QUESTIONNAIRES_DIR, tmp_path / "questionnaires")
    app.config["TRANSLATIONS_DIR"] = shutil.copytree(TRANSLATIONS, tmp_path / "translations")
    return tmp_path


@pytest.fixture
def run(app: Flask, folder: Path) -> Run:
    main.register(app)

    def translate(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=["questionnaire", "translate", *map(str, words)])

    return translate


@pytest.fixture
def sheet(run: Run, tmp_path: Path) -> Path:
    """The sheet of the pulse for Gia Rai, nothing filled in."""
    path = tmp_path / "jra.csv"
    assert run("export", PULSE, "jra", "--out", path).exit_code == 0
    return path


def _fill(sheet: Path, only: str = "") -> None:
    """Put “‹…›” with the Vietnamese in each empty cell whose key begins with ``only``."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    for row in rows:
        row[3] = f"‹{row[1]}›" if row[0].startswith(only) else ""
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def test_a_full_sheet_becomes_the_next_version_and_the_language_is_offered(
    app: Flask, run: Run, sheet: Path, folder: Path, province: scenes.Province
) -> None:
    frozen = (folder / "questionnaires" / PULSE / "v1.yaml").read_bytes()
    _fill(sheet)
    result = run("import", PULSE, "jra", sheet)
    assert (result.exit_code, "đã dịch đủ" in result.output) == (0, True), result.output
    draft = load_file(folder / "questionnaires" / PULSE / "v2.yaml")
    assert draft.problems == ()
    assert (draft.data["version"], draft.data["languages"]) == (2, ["vi", "en", "jra"])
    assert draft.data["sections"][2]["items"][0]["text"]["jra"] == "‹Ông/Bà đến đây hôm nay để làm gì?›"
    assert "# Hai danh sách, không phải một" in draft.path.read_text("utf-8")
    assert (folder / "questionnaires" / PULSE / "v1.yaml").read_bytes() == frozen
    assert run("missing", PULSE, "jra").exit_code == 0
    with app.test_request_context():
        rendering.use_language("jra")
        assert rendering.gettext("Gửi phiếu") == "‹Gửi phiếu›"
        assert rendering.number(1234) == "1.234"


def test_half_a_sheet_is_kept_but_not_offered_and_the_rest_is_told(
    app: Flask, run: Run, sheet: Path, folder: Path, province: scenes.Province
) -> None:
    _fill(sheet, only="s")
    result = run("import", PULSE, "jra", sheet)
    assert result.exit_code == 0
    assert "  title  Đánh giá nhanh tại quầy" in result.output
    assert "scales.stage.codes.1.label" not in result.output
    draft = load_file(folder / "questionnaires" / PULSE / "v2.yaml")
    assert draft.problems == ()
    assert draft.data["languages"] == ["vi", "en"]
    assert run("missing", PULSE, "jra").exit_code == 1
    with app.test_request_context():
        rendering.use_language("jra")
        assert rendering.language() == "vi"


def test_the_same_sheet_again_changes_nothing(run: Run, sheet: Path, folder: Path, province: scenes.Province) -> None:
    _fill(sheet)
    run("import", PULSE, "jra", sheet)
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.suffix in (".yaml", ".po")}
    assert "không có gì mới" in run("import", PULSE, "jra", sheet).output
    assert {path: path.read_bytes() for path in before} == before
    assert not (folder / "questionnaires" / PULSE / "v3.yaml").exists()


def test_a_version_not_yet_published_is_filled_in_place(run: Run, sheet: Path, folder: Path) -> None:
    _fill(sheet)
    result = run("import", PULSE, "jra", sheet)
    assert f"đã ghi {folder}/questionnaires/{PULSE}/v1.yaml" in result.output
    assert load_file(folder / "questionnaires" / PULSE / "v1.yaml").data["version"] == 1


def test_a_sheet_with_mistakes_writes_nothing(run: Run, sheet: Path, folder: Path, province: scenes.Province) -> None:
    _fill(sheet)
    sheet.write_text(sheet.read_text("utf-8-sig").replace("‹Kết quả chỉ hiện khi có từ %(n)s", "‹Kết quả"), "utf-8")
    result = run("import", PULSE, "jra", sheet)
    assert result.exit_code == 1
    assert "chỗ giữ nguyên phải là: %(n)s" in result.output
    assert "chưa nhập dòng nào" in result.output
    assert not (folder / "questionnaires" / PULSE / "v2.yaml").exists()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["missing", PULSE, "en"], 0, "đã dịch đủ"),
        (["missing", "nothing", "jra"], 1, "không có mẫu phiếu “nothing”"),
        (["missing", PULSE, "vi"], 2, "'vi'"),
        (["missing", PULSE, "hmn"], 2, "'hmn'"),
        (["export", PULSE, "jra", "--out", "no-such-folder/x.csv"], 1, "no-such-folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_status_and_words(run: Run, words: list[str], status: int, says: str) -> None:
    result = run(*words)
    assert (result.exit_code, says in result.output) == (status, True), result.output


def test_slots_follow_the_pages_and_keep_what_is_translated(run: Run, sheet: Path, folder: Path) -> None:
    _fill(sheet)
    run("import", PULSE, "jra", sheet)
    reference = folder / "translations" / "en" / "citizen.po"
    reference.write_text(reference.read_text("utf-8") + '\nmsgid "Lời mới"\nmsgstr "New words"\n', "utf-8")
    assert run("slots").exit_code == 0
    own = (folder / "translations" / "jra" / "citizen.po").read_text("utf-8")
    assert 'msgid "Lời mới"\nmsgstr ""' in own
    assert 'msgstr "‹Gửi phiếu›"' in own
    assert run("slots").output == ""
