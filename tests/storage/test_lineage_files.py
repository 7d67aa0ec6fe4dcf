"""What ``comparable_to`` names must be there, on the same scale; every mistake with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey_app.domain.questionnaire import questionnaire_from_dict
from survey_app.storage.questionnaire_files import load_file
from tests.scenes import QUESTIONNAIRES_DIR

PLACE = "      - id: access_info\n"


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """Version 2 of the pulse beside the shipped files; its text is the first version's."""
    folder = tmp_path / "questionnaires"
    shutil.copytree(QUESTIONNAIRES_DIR, folder)
    path = folder / "sipas_desk" / "v2.yaml"
    text = (folder / "sipas_desk" / "v1.yaml").read_text("utf-8").replace("version: 1\n", "version: 2\n")
    assert PLACE in text
    path.write_text(text, "utf-8")
    return path


def with_reference(path: Path, reference: str) -> list[str]:
    """Let one item name another; what is wrong with the file then."""
    text = path.read_text("utf-8").replace(PLACE, f"{PLACE}        comparable_to: [{reference}]\n")
    path.write_text(text, "utf-8")
    return [f"{problem.line}: {problem.message}" for problem in load_file(path).problems]


def test_an_item_names_the_item_it_goes_on_from(second: Path) -> None:
    assert with_reference(second, "sipas_desk.v1.access_info") == []
    item = questionnaire_from_dict(load_file(second).data).item("access_info")
    assert item.comparable_to == ("sipas_desk.v1.access_info",)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("sipas_desk.v2.access_signs", "chính phiên bản này"),
        ("sipas_desk.v9.access_info", "Không có tệp sipas_desk/v9.yaml"),
        ("nothing.v1.access_info", "Không có tệp nothing/v1.yaml"),
        ("sipas_desk.v1.nothing", "không có câu “nothing”"),
        ("sipas_desk.v1.gender", "thang trả lời khác"),
        ("sipas_desk.access_info", "Cách ghi"),
        ('"../../etc.v1.x"', "Cách ghi"),
    ],
)
def test_every_mistake_is_told_at_its_line(second: Path, reference: str, told: str) -> None:
    line = second.read_text("utf-8").split(PLACE)[0].count("\n") + 2
    [problem] = with_reference(second, reference)
    assert problem.startswith(f"{line}: ")
    assert told in problem
