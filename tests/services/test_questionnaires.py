"""Publishing freezes: what was published cannot change under its version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey_app.services import questionnaires
from tests import scenes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped questionnaires that a test may change."""
    return Path(shutil.copytree(scenes.QUESTIONNAIRES_DIR, tmp_path / "questionnaires"))


def _publish(engine: Engine, folder: Path) -> list[str]:
    return questionnaires.publish(engine, questionnaires.load_files(folder), scenes.NOW, "an")


def test_publishing_twice_publishes_once(any_engine: Engine, folder: Path):
    published = _publish(any_engine, folder)
    assert {"one_stop_desk v1", "quick_pulse v1", "sipas_desk v1"} <= set(published)
    assert _publish(any_engine, folder) == []
    lengths = {v.questionnaire.slug: v.record_length for v in questionnaires.published(any_engine)}
    assert (lengths["quick_pulse"], lengths["sipas_desk"], lengths["one_stop_desk"]) == (18, 39, 16)


def test_a_published_file_that_changed_is_refused(engine: Engine, folder: Path):
    _publish(engine, folder)
    path = folder / "quick_pulse" / "v1.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Hôm nay", "Lần này"), encoding="utf-8")
    with pytest.raises(questionnaires.QuestionnaireProblems, match="đã ban hành"):
        _publish(engine, folder)


def test_new_comments_in_a_published_file_are_no_change(engine: Engine, folder: Path):
    _publish(engine, folder)
    path = folder / "quick_pulse" / "v1.yaml"
    path.write_text("# lời ghi thêm\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert _publish(engine, folder) == []


def test_a_file_with_mistakes_publishes_nothing(engine: Engine, folder: Path):
    path = folder / "sipas_desk" / "v1.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("scale: satisfaction", "scale: nothing", 1), encoding="utf-8"
    )
    with pytest.raises(questionnaires.QuestionnaireProblems, match=r"v1\.yaml"):
        _publish(engine, folder)
    assert questionnaires.published(engine) == []


def test_recipes_are_checked_with_the_questionnaires_their_weights_name(folder: Path):
    recipe = folder / "recipes" / "sipas-2022-mean5.v2.yaml"
    text = recipe.with_name("sipas-2022-mean5.v1.yaml").read_text("utf-8").replace("version: 1\n", "version: 2\n")
    files = questionnaires.load_files(folder)
    scored = scenes.scored_items()[0]

    recipe.write_text(text.replace("missing:\n", f"weights: {{items: {{{scored}: 2}}}}\nmissing:\n"), "utf-8")
    assert questionnaires.check_recipes(folder / "recipes", files) == (len(list(recipe.parent.glob("*.yaml"))), [])
    recipe.write_text(text.replace("missing:\n", "weights: {items: {nobody_asks: 2}}\nmissing:\n"), "utf-8")
    _, [problem] = questionnaires.check_recipes(folder / "recipes", files)
    assert problem.line == 12
    assert "nobody_asks" in problem.message


def test_scored_scales_of_one_kind_have_the_same_codes(folder: Path):
    path = folder / "one_stop_desk" / "v1.yaml"
    text = path.read_text("utf-8")
    worst = '{code: "0", label: {vi: "Không trả lời", en: "No answer"}}'
    assert worst in text
    path.write_text(text.replace(worst, worst.replace('"0"', '"3"')), "utf-8")
    [problem] = questionnaires.check_recipes(folder / "recipes", questionnaires.load_files(folder))[1]
    assert "cùng các mã" in problem.message
