"""Scoring recipes as files: the shipped two, and a file that cannot be used says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey_app.domain.recipe import Formula
from survey_app.storage.recipe_files import (
    RecipeFileError,
    changed_recipes,
    load_every,
    load_recipe,
    load_recipes,
    unknown_parts,
    unknown_weights,
)

SHIPPED = Path(__file__).parents[2] / "questionnaires" / "recipes"
MEAN = "sipas-2022-mean5.v1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SHIPPED / "schema.json", tmp_path)
    shutil.copy(SHIPPED / MEAN, tmp_path)
    return tmp_path


def _change(folder: Path, old: str, new: str) -> None:
    text = (folder / MEAN).read_text("utf-8")
    assert old in text
    (folder / MEAN).write_text(text.replace(old, new), "utf-8")


def test_both_ways_of_sipas_are_shipped_as_inferred_and_for_people_at_a_desk() -> None:
    recipes = {slug: recipe for slug, recipe in load_recipes(SHIPPED).items() if slug.startswith("sipas")}
    assert {slug: recipe.formula for slug, recipe in recipes.items()} == {
        "sipas-2017-top2": Formula.TOP_TWO_BOX,
        "sipas-2022-mean5": Formula.MEAN_TO_100,
    }
    assert {(r.scale, r.status, r.population) for r in recipes.values()} == {("satisfaction", "inferred", "desk")}
    assert recipes["sipas-2017-top2"].published_until == 2021
    assert recipes["sipas-2022-mean5"].applies_from == 2022


def test_points_of_the_one_stop_desk_are_shipped_for_reference_with_their_classes_as_data() -> None:
    recipe = load_recipes(SHIPPED)["one-stop-2018"]
    assert (recipe.formula, recipe.is_reference, recipe.indices) == (Formula.POINTS, True, 9)
    assert [index.id for index in recipe.imported] == ["total_time", "agency_time"]
    assert recipe.classes is not None
    assert recipe.classes.least_known == 7
    assert [(band.low, band.title["vi"]) for band in recipe.classes.bands] == [
        (15, "Xuất sắc"),
        (12, "Tốt"),
        (9, "Khá"),
        (6, "Trung bình"),
        (0, "Yếu"),
    ]


@pytest.mark.parametrize("slug", ["sipas-2017-top2", "sipas-2022-mean5"])
def test_each_sipas_recipe_says_in_both_languages_how_it_is_calculated_and_that_it_is_not_sipas(slug: str) -> None:
    for recipe in [load_recipes(SHIPPED)[slug]]:
        assert "không phải là chỉ số SIPAS chính thức" in recipe.explanation["vi"]
        assert "not the official SIPAS" in recipe.explanation["en"]
        assert recipe.sources


def test_the_highest_version_of_a_recipe_is_used(folder: Path) -> None:
    text = (folder / MEAN).read_text("utf-8").replace("version: 1\n", "version: 10\n")
    (folder / "sipas-2022-mean5.v10.yaml").write_text(text, "utf-8")
    (folder / "sipas-2022-mean5.v9.yaml").write_text(text.replace("version: 10", "version: 9"), "utf-8")
    assert load_recipes(folder)["sipas-2022-mean5"].version == 10


def test_a_malformed_recipe_names_file_line_and_problem(folder: Path) -> None:
    _change(folder, "formula: mean_to_100", "formula: median")
    with pytest.raises(RecipeFileError, match=r"mean5\.v1\.yaml:9: “formula” không nhận giá trị “median”"):
        load_recipes(folder)


def test_every_mistake_of_a_recipe_is_named(folder: Path) -> None:
    _change(folder, "status: inferred\n", "")
    _change(folder, "population: desk", "population: street")
    with pytest.raises(RecipeFileError) as caught:
        load_recipes(folder)
    assert len(caught.value.problems) == 2


def test_the_file_name_must_agree_with_slug_and_version(folder: Path) -> None:
    _change(folder, "version: 1\n", "version: 2\n")
    with pytest.raises(RecipeFileError, match=r"sipas-2022-mean5\.v2\.yaml"):
        load_recipes(folder)


def test_a_folder_without_recipes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeFileError, match="Không có tệp cách tính điểm"):
        load_recipes(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("  places: 1\n", "  places: 5\n", 16, "“places” quá lớn: 5"),
        ("  mode: half_up\n", "  mode: down\n", 17, "“mode” không nhận giá trị “down”"),
        ("  short_item: withholds\n", "  short_item: ignored\n", 14, "“short_item” không nhận giá trị “ignored”"),
        ("mode: opt_in\n", "mode: street\n", 20, "“mode” không nhận giá trị “street”"),
        ("missing:\n", "weights: {items: {info: 0}}\nmissing:\n", 12, "“info” quá nhỏ: 0"),
        ("missing:\n", "weights: {sections: {access: 2}}\nmissing:\n", 12, "mean_of_sections"),
        ("missing:\n", "indices: 9\nmissing:\n", 12, "“indices” chỉ dùng với overall: sum_of_indices"),
        (
            "overall: mean_of_items",
            "overall: mean_of_sections\nspans: {item: [1], section: [1, 2], overall: [1, 2]}",
            12,
            "item",
        ),
        ("short_item: withholds", "short_item: is_converted", 14, "is_converted chỉ dùng với overall"),
    ],
)
def test_every_rule_is_data_and_a_mistake_in_it_is_told_with_its_line(
    folder: Path, old: str, new: str, line: int, told: str
) -> None:
    _change(folder, old, new)
    [problem] = load_recipe(folder / MEAN).problems
    assert told in problem.message
    assert problem.line == line


def test_weights_name_items_that_a_questionnaire_scores(folder: Path) -> None:
    _change(folder, "missing:\n", "weights:\n  items:\n    info: 2\n    seat: 3\nmissing:\n")
    loaded = load_recipe(folder / MEAN)
    assert loaded.recipe is not None
    assert loaded.recipe.item_weights == {"info": 2, "seat": 3}
    [problem] = unknown_weights(loaded, {"items": {"info"}, "sections": set()})
    assert (problem.line, "seat" in problem.message) == (15, True)


def test_parts_of_dimensions_are_sections_that_a_questionnaire_scores(folder: Path) -> None:
    dimensions = "overall: sum_of_dimensions\ndimensions:\n  air: {title: {vi: a, en: a}, sections: [effort, water]}\n"
    spans = "spans: {item: [1, 10], section: [0.25, 3.34], overall: [1, 10]}\n"
    _change(folder, "overall: mean_of_items\n", dimensions + spans)
    loaded = load_recipe(folder / MEAN)
    [problem] = unknown_parts(loaded, {"effort"})
    assert (problem.line, "water" in problem.message) == (13, True)


def test_the_shipped_recipes_are_as_they_were_frozen() -> None:
    assert changed_recipes(SHIPPED) == []


def test_a_frozen_recipe_that_changed_or_went_is_told(folder: Path) -> None:
    shutil.copy(SHIPPED / "frozen.sha256", folder)
    _change(folder, "  places: 1\n", "  places: 2\n")
    problems = changed_recipes(folder)
    gone, [changed] = problems[0], [problem for problem in problems if problem.file.endswith(MEAN)]
    assert (gone.line, "sipas-2017-top2.v1.yaml" in gone.message) == (1, True)
    assert changed.file.endswith(MEAN)


def test_two_versions_coexist_and_only_what_is_frozen_must_stay(folder: Path) -> None:
    text = (folder / MEAN).read_text("utf-8").replace("version: 1\n", "version: 2\n").replace("places: 1", "places: 2")
    (folder / "sipas-2022-mean5.v2.yaml").write_text(text, "utf-8")
    loaded = [entry.recipe for entry in load_every(folder)]
    assert [(r.slug, r.version, r.rounding.places) for r in loaded if r] == [
        ("sipas-2022-mean5", 1, 1),
        ("sipas-2022-mean5", 2, 2),
    ]
