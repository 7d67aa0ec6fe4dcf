"""The PAPI-style modules: eight dimensions, 29 sub-dimensions, own wording, answered in a minute or two."""

from __future__ import annotations

from collections import Counter

import pytest

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, questionnaire_from_dict
from survey_app.domain.questionnaire_rules import find_problems
from survey_app.storage.questionnaire_files import load_file
from survey_app.storage.recipe_files import load_recipes
from tests.scenes import QUESTIONNAIRES_DIR

ABOUT_HOME = ("papi_d1", "papi_d2", "papi_d3", "papi_d4", "papi_d6", "papi_d7", "papi_d8")
DESK = "papi_d5_desk"
SLUGS = tuple(sorted((*ABOUT_HOME, DESK)))
RECIPE = load_recipes(QUESTIONNAIRES_DIR / "recipes")["papi-style"]
SUB_DIMENSIONS = {
    "papi_d1": ["Tri thức công dân", "Cơ hội tham gia", "Chất lượng bầu cử", "Đóng góp tự nguyện"],
    "papi_d2": ["Tiếp cận thông tin", "Danh sách hộ nghèo", "Ngân sách cấp xã", "Quy hoạch và giá đất"],
    "papi_d3": ["Tương tác với chính quyền", "Giải quyết khiếu nại", "Tiếp cận tư pháp"],
    "papi_d4": [
        "Kiểm soát tham nhũng trong chính quyền",
        "Kiểm soát tham nhũng trong dịch vụ công",
        "Công bằng trong tuyển dụng",
        "Quyết tâm chống tham nhũng",
    ],
    "papi_d5_desk": [
        "Chứng thực",
        "Cấp phép xây dựng",
        "Giấy chứng nhận quyền sử dụng đất",
        "Thủ tục hành chính cấp xã",
    ],
    "papi_d6": ["Y tế công lập", "Giáo dục tiểu học công lập", "Cơ sở hạ tầng căn bản", "An ninh, trật tự"],
    "papi_d7": ["Nghiêm túc bảo vệ môi trường", "Chất lượng không khí", "Chất lượng nước"],
    "papi_d8": ["Cổng thông tin điện tử", "Tiếp cận và sử dụng internet", "Phúc đáp qua cổng thông tin"],
}


def _read(slug: str) -> Questionnaire:
    return questionnaire_from_dict(load_file(QUESTIONNAIRES_DIR / slug / "v1.yaml").data)


def _scored(slug: str) -> list[Item]:
    return [item for _, items in _read(slug).scored_sections("papi_level") for item in items]


def test_eight_dimensions_are_the_eight_modules_part_by_part() -> None:
    assert [list(dimension.sections) for dimension in RECIPE.dimensions] == [
        [section.id for section, _ in _read(slug).scored_sections(RECIPE.scale)] for slug in SLUGS
    ]
    assert [dimension.title["vi"] for dimension in RECIPE.dimensions] == [
        _read(slug).title["vi"].removeprefix("Điểm theo kiểu PAPI – ") for slug in SLUGS
    ]
    assert sum(len(dimension.sections) for dimension in RECIPE.dimensions) == 29


@pytest.mark.parametrize("slug", SLUGS)
class TestEveryModule:
    def test_has_at_least_two_items_for_each_of_its_sub_dimensions(self, slug: str) -> None:
        sections = _read(slug).scored_sections("papi_level")
        assert [section.title["vi"] for section, _ in sections] == SUB_DIMENSIONS[slug]
        assert min(len(items) for _, items in sections) >= 2

    def test_asks_twelve_questions_at_most(self, slug: str) -> None:
        assert len(list(_read(slug).items())) <= 12

    def test_is_called_in_the_manner_of_papi_never_papi(self, slug: str) -> None:
        questionnaire = _read(slug)
        assert questionnaire.title["vi"].startswith("Điểm theo kiểu PAPI – ")
        assert questionnaire.title["en"].startswith("PAPI-style score – ")
        assert "không phải khảo sát PAPI" in questionnaire.purpose["vi"]
        assert "điểm papi" not in (QUESTIONNAIRES_DIR / slug / "v1.yaml").read_text("utf-8").lower()

    def test_every_scored_item_names_its_sub_dimension_and_says_whose_words_it_has(self, slug: str) -> None:
        titles = {section.id: section.title["vi"] for section in _read(slug).sections}
        for item in _scored(slug):
            assert item.criterion.name.removeprefix("Nhận định: ") == titles[item.section]
            assert item.criterion.source == "theo kiểu PAPI; lời văn của Hài Lòng"

    def test_every_scored_item_has_five_faces_and_ways_out(self, slug: str) -> None:
        for item in _scored(slug):
            assert item.scale is not None
            assert (item.scale.id, item.scale.characters, item.scale.drawn_as) == ("papi_level", "12345", "faces")
            labels = [code.label["vi"] for code in item.scale.codes]
            assert labels == ["Rất kém", "Kém", "Bình thường", "Tốt", "Rất tốt"]
            assert item.missing == ("XKR" if slug == "papi_d4" else "XK")

    def test_who_the_citizen_is_stays_optional(self, slug: str) -> None:
        about = [item for item in _read(slug).items() if item.is_demographic]
        residence = ["residence"] if slug in ABOUT_HOME else []
        assert [item.id for item in about] == [*residence, "gender", "age_group"]
        assert all(item.missing == "R" for item in about)


@pytest.mark.parametrize("slug", ABOUT_HOME)
def test_what_asks_about_home_is_scored_by_residence(slug: str) -> None:
    questionnaire = _read(slug)
    assert questionnaire.is_scored_by_residence
    assert next(questionnaire.items()).kind is ItemKind.COMMUNE


def test_the_desk_block_asks_one_procedure_only_and_no_residence() -> None:
    questionnaire = _read(DESK)
    assert not questionnaire.is_scored_by_residence
    assert questionnaire.stage_item == "stage"
    asked = Counter(item.show_if.codes for item in _scored(DESK) if item.show_if)
    assert asked == {(place,): 2 for place in "1234"}


def test_corruption_is_asked_as_what_people_think_and_is_sensitive() -> None:
    for item in _scored("papi_d4"):
        assert item.text["vi"].startswith("Theo Ông/Bà")
        assert item.text["en"].startswith("In your opinion")
        assert item.criterion.name.startswith("Nhận định: ")
        assert item.is_sensitive
    assert not any(item.is_sensitive for slug in SLUGS if slug != "papi_d4" for item in _scored(slug))


def test_no_item_has_the_name_of_another_modules_item() -> None:
    names = Counter(item.id for slug in SLUGS for item in _scored(slug))
    assert len(names) >= 58
    assert max(names.values()) == 1


def test_the_recipe_says_that_it_is_not_papi_and_is_frozen() -> None:
    assert (RECIPE.status, RECIPE.mode, RECIPE.is_reference) == ("inferred", "opt_in", True)
    assert "không phải là kết quả PAPI" in " ".join(RECIPE.explanation["vi"].split())
    assert "not a PAPI result" in " ".join(RECIPE.explanation["en"].split())
    assert "papi-style.v1.yaml" in (QUESTIONNAIRES_DIR / "recipes" / "frozen.sha256").read_text("utf-8")


@pytest.mark.parametrize("kept", [0, 2])
def test_scored_by_residence_needs_one_question_for_it(kept: int) -> None:
    data = load_file(QUESTIONNAIRES_DIR / "papi_d1" / "v1.yaml").data
    [residence] = data["sections"][0]["items"]
    more = [residence | {"id": f"home_{place}"} for place in range(kept)]
    changed = dict(data) | {"sections": [{**data["sections"][0], "items": more}, *data["sections"][1:]]}
    assert any("đúng một câu kind: commune" in problem.message for problem in find_problems(changed))
