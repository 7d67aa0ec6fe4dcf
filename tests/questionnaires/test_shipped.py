"""The shipped questionnaires hold what the survey field and plain language ask of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire, questionnaire_from_dict
from survey_app.domain.record import decode, encode, layout
from survey_app.storage.questionnaire_files import find_files, load_file

FOLDER = Path(__file__).parents[2] / "questionnaires"
FILES = find_files(FOLDER)
DESK = FOLDER / "sipas_desk" / "v1.yaml"
PULSE = FOLDER / "quick_pulse" / "v1.yaml"


def _read(path: Path) -> Questionnaire:
    return questionnaire_from_dict(load_file(path).data)


def _scored_items(path: Path) -> list[Item]:
    return [item for _, items in _read(path).scored_sections("satisfaction") for item in items]


def _wordings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping) and "vi" in value:
        yield value
    elif isinstance(value, Mapping | list):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _wordings(entry)


def test_both_questionnaires_are_shipped() -> None:
    assert {DESK, PULSE} <= set(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
class TestEveryShippedFile:
    def test_has_no_problem(self, path: Path) -> None:
        assert [str(problem) for problem in load_file(path).problems] == []

    def test_is_complete_in_vietnamese_and_english(self, path: Path) -> None:
        wordings = list(_wordings(load_file(path).data))
        assert len(wordings) > 20
        assert all(set(wording) == {"vi", "en"} and all(wording.values()) for wording in wordings)

    def test_names_criterion_and_source_of_every_item(self, path: Path) -> None:
        assert all(item.criterion.name and item.criterion.source for item in _read(path).items())

    def test_addresses_the_citizen_in_every_question(self, path: Path) -> None:
        for item in _read(path).items():
            assert "Ông/Bà" in item.text["vi"]
            assert item.full_text is None or "Ông/Bà" in item.full_text["vi"]

    def test_keeps_every_main_line_to_twelve_words(self, path: Path) -> None:
        too_long = [item.id for item in _read(path).items() if len(item.text["vi"].split()) > 12]
        assert too_long == []

    def test_reads_easily_on_the_whole(self, path: Path) -> None:
        """Words a line and letters a word drive reading levels; fuller wordings may take 30 words."""
        lines = [re.findall(r"\w+", item.text["vi"]) for item in _read(path).items()]
        words = [word for line in lines for word in line]
        fuller = [item.full_text["vi"] for item in _read(path).items() if item.full_text]
        assert len(words) / len(lines) <= 12
        assert sum(map(len, words)) / len(words) <= 3.5
        assert max((len(text.split()) for text in fuller), default=0) <= 30

    def test_never_calls_itself_sipas(self, path: Path) -> None:
        questionnaire = _read(path)
        shown = [questionnaire.title, questionnaire.purpose, *(item.text for item in questionnaire.items())]
        assert not any("SIPAS" in text for wording in shown for text in wording.values())

    def test_says_that_it_is_no_complaint(self, path: Path) -> None:
        assert "không phải đơn khiếu nại, tố cáo" in _read(path).purpose["vi"]

    def test_survives_the_record(self, path: Path) -> None:
        questionnaire = _read(path)
        first = {i.id: i.scale.codes[0].code for i in questionnaire.items() if i.scale and i.kind is ItemKind.CHOICE}
        record = encode(questionnaire, first)
        assert len(record) == len(layout(questionnaire))
        always = {i.id: first[i.id] for i in questionnaire.items() if i.id in first and i.show_if is None}
        assert decode(questionnaire, record).items() >= always.items()


def test_the_desk_form_has_the_nineteen_criteria_in_five_factors() -> None:
    factors = _read(DESK).scored_sections("satisfaction")
    assert [(section.id, len(items)) for section, items in factors] == [
        ("access", 4),
        ("procedures", 4),
        ("officials", 5),
        ("result", 3),
        ("feedback", 3),
    ]
    assert len({item.criterion.name for item in _scored_items(DESK)}) == 19
    assert {item.criterion.source for item in _scored_items(DESK)} == {"QĐ 1001/QĐ-BNV (2023); mẫu phiếu SIPAS 2022"}


@pytest.mark.parametrize("path", [DESK, PULSE], ids=lambda path: path.parent.name)
def test_every_scored_item_has_five_faces_and_both_ways_out(path: Path) -> None:
    for item in _scored_items(path):
        assert item.scale is not None
        assert (item.scale.characters, item.scale.drawn_as) == ("12345", "faces")
        assert [code.label["vi"] for code in item.scale.codes] == [
            "Rất không hài lòng",
            "Không hài lòng",
            "Bình thường",
            "Hài lòng",
            "Rất hài lòng",
        ]
        assert set(item.missing) == {"X", "K"}


def test_only_who_collects_a_result_judges_the_result() -> None:
    questionnaire = _read(DESK)
    conditional = {item.section for item in questionnaire.items() if item.show_if is not None}
    assert conditional == {"result"}
    shown = questionnaire.item("result_fair").show_if
    assert shown is not None
    assert (shown.item, shown.codes) == ("stage", ("2",))
    assert questionnaire.stage_item == next(questionnaire.items()).id


def test_perceptions_ask_what_people_think_and_may_be_declined() -> None:
    questionnaire = _read(DESK)
    for item_id in ("officials_trouble", "extra_payment"):
        item = questionnaire.item(item_id)
        assert item.text["vi"].startswith("Theo Ông/Bà")
        assert item.is_sensitive
    perceptions = [item for item in questionnaire.items() if item.section == "perceptions"]
    assert [set(item.missing) for item in perceptions] == [{"K", "R"}] * 3


def test_who_the_citizen_is_stays_optional_and_marked_as_demographic() -> None:
    about = [item for item in _read(DESK).items() if item.section == "about_you"]
    assert [item.id for item in about] == [
        "gender",
        "age_group",
        "ethnicity",
        "education",
        "occupation",
        "area",
        "residence",
    ]
    assert all(item.is_demographic and item.missing == "R" for item in about)
    assert [item.id for item in about if item.is_sensitive] == ["ethnicity"]
    assert about[-1].kind is ItemKind.COMMUNE


def test_the_pulse_takes_half_a_minute_and_then_offers_the_desk_form() -> None:
    pulse = _read(PULSE)
    assert (pulse.seconds, pulse.follow_up) == (30, "sipas_desk")
    assert next(pulse.items()).id == "overall"
    assert [item.id for item in _scored_items(PULSE)] == ["overall"]


def test_the_pulse_asks_for_reasons_that_fit_the_face() -> None:
    pulse = _read(PULSE)
    fits = {item.id: item.show_if.codes for item in pulse.items() if item.show_if}
    assert fits == {"reasons_bad": ("1", "2", "3"), "reasons_good": ("4", "5")}


def test_stages_mean_the_same_in_both_forms() -> None:
    assert _read(DESK).scales["stage"] == _read(PULSE).scales["stage"]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("      - id: access_signs\n", "      - id: access_info\n", "bị trùng mã"),
        ('show_if: {item: stage, codes: ["2"]}', 'show_if: {item: stage, codes: ["8"]}', "không có mã “8”"),
        ("stage_item: stage\n", "stage_item: purpose\n", "stage_item phải là id"),
        ("{vi: Nghỉ hưu, en: Retired}", "{vi: Nghỉ hưu}", "label thiếu lời văn “en”"),
        ("      - id: residence\n", "      - id: lang\n", "tên dành riêng"),
        ("        kind: commune\n", "        kind: xa\n", "“kind” không nhận giá trị “xa”"),
        ("seconds: 180\n", "seconds: ba phút\n", "“seconds” phải là số nguyên"),
    ],
)
def test_a_mistake_planted_in_the_desk_form_is_found_on_its_line(
    tmp_path: Path, right: str, wrong: str, words: str
) -> None:
    text = DESK.read_text("utf-8")
    assert text.count(right) == 1
    path = tmp_path / "sipas_desk" / "v1.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(right, wrong), "utf-8")
    (tmp_path / "schema.json").write_text((FOLDER / "schema.json").read_text("utf-8"), "utf-8")
    line = text[: text.index(right)].count("\n") + 1
    found = [(problem.line, problem.message) for problem in load_file(path).problems]
    assert any(number == line and words in message for number, message in found), found


ONE_STOP = FOLDER / "one_stop_desk" / "v1.yaml"


def test_the_one_stop_form_asks_indices_three_to_nine_for_nought_to_two_points() -> None:
    sections = _read(ONE_STOP).scored_sections("points")
    assert [section.id for section, _ in sections] == [f"index_{number}" for number in range(3, 10)]
    for number, (_, [item]) in enumerate(sections, 3):
        assert item.scale is not None
        assert (item.scale.characters, item.scale.drawn_as) == ("012", "plain")
        assert set(item.missing) == {"X", "K"}
        assert f"TT 01/2018/TT-VPCP, chỉ số {number};" in item.criterion.source
        assert item.full_text is not None
    assert len({item.scale.id for _, [item] in sections if item.scale}) == 7


def test_the_one_stop_form_asks_few_facts_about_the_citizen() -> None:
    about = [item.id for item in _read(ONE_STOP).items() if item.is_demographic]
    assert about == ["gender", "age_group", "ethnicity", "residence"]
    assert _read(ONE_STOP).stage_item == "stage"
