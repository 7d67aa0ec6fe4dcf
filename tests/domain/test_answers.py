"""A submitted form becomes answers, or a list of everything that is wrong with it."""

from __future__ import annotations

import json
import unicodedata

import pytest

from survey_app.domain.answers import (
    TEXT_LIMIT,
    CheckedAnswers,
    InvalidAnswers,
    ProblemKind,
    mask_personal_data,
    read_answers,
)
from survey_app.domain.questionnaire import Questionnaire, questionnaire_from_dict
from tests.scenes import canonical

COMMUNES = {"23293", "23368", "00000"}


def questionnaire(slug: str) -> Questionnaire:
    return questionnaire_from_dict(json.loads(canonical(slug)))


PULSE = questionnaire("quick_pulse")
SIPAS = questionnaire("sipas_desk")


def read(asked: Questionnaire, **fields: str | list[str]) -> CheckedAnswers:
    sent = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
    return read_answers(asked, sent, COMMUNES)


def problems(asked: Questionnaire, **fields: str | list[str]) -> list[tuple[str, ProblemKind]]:
    with pytest.raises(InvalidAnswers) as refused:
        read(asked, **fields)
    return [(problem.item, problem.kind) for problem in refused.value.problems]


def test_an_empty_form_is_a_valid_form() -> None:
    assert read(PULSE) == CheckedAnswers({}, None)


def test_a_blank_value_means_not_answered() -> None:
    assert read(PULSE, overall="", stage=" ", comment="  \n ") == CheckedAnswers({}, None)


def test_answers_are_read_item_by_item() -> None:
    checked = read(PULSE, overall="2", reasons_bad=["7", "2"], stage="1", comment="Chờ lâu quá")
    assert checked.answers == {"overall": "2", "reasons_bad": ("2", "7"), "stage": "1"}
    assert checked.comment == "Chờ lâu quá"


@pytest.mark.parametrize("missing", ["X", "K"])
def test_a_missing_code_the_item_offers_is_an_answer(missing: str) -> None:
    assert read(PULSE, overall=missing).answers == {"overall": missing}


@pytest.mark.parametrize("value", ["0", "6", "R", "55", "5 ", "x", "٣", "５", "-", "."])
def test_a_code_the_item_does_not_offer_is_refused(value: str) -> None:
    assert problems(PULSE, overall=value) == [("overall", ProblemKind.UNKNOWN_CODE)]


def test_an_item_takes_one_value_even_when_both_are_the_same() -> None:
    assert problems(PULSE, overall=["4", "4"]) == [("overall", ProblemKind.SEVERAL_VALUES)]
    assert read(PULSE, overall=["", "4"]).answers == {"overall": "4"}


def test_an_item_the_form_did_not_show_must_not_be_answered() -> None:
    assert problems(PULSE, overall="5", reasons_bad="1") == [("reasons_bad", ProblemKind.HIDDEN)]
    assert problems(PULSE, reasons_bad="1") == [("reasons_bad", ProblemKind.HIDDEN)]
    assert problems(SIPAS, stage="1", result_on_time="4") == [("result_on_time", ProblemKind.HIDDEN)]
    assert read(SIPAS, stage="2", result_on_time="4").answers == {"stage": "2", "result_on_time": "4"}


def test_several_choices_come_out_in_the_order_of_the_scale() -> None:
    assert read(PULSE, overall="5", reasons_good=["8", "1", "3"]).answers["reasons_good"] == ("1", "3", "8")


def test_several_choices_are_checked_one_by_one() -> None:
    assert problems(PULSE, overall="5", reasons_good=["1", "9"]) == [("reasons_good", ProblemKind.UNKNOWN_CODE)]
    assert problems(PULSE, overall="5", reasons_good=["1", "1"]) == [("reasons_good", ProblemKind.SEVERAL_VALUES)]


def test_a_residence_is_a_known_commune_or_no_wish() -> None:
    assert read(SIPAS, residence="23293").answers == {"residence": "23293"}
    assert read(SIPAS, residence="00000").answers == {"residence": "00000"}
    assert read(SIPAS, residence="R").answers == {"residence": "R"}
    assert problems(SIPAS, residence="99999") == [("residence", ProblemKind.UNKNOWN_COMMUNE)]
    assert problems(SIPAS, residence=["23293", "23368"]) == [("residence", ProblemKind.SEVERAL_VALUES)]


def test_a_field_the_questionnaire_does_not_ask_is_refused_even_when_empty() -> None:
    assert problems(PULSE, role="admin") == [("role", ProblemKind.UNKNOWN_FIELD)]
    assert problems(PULSE, access_info="") == [("access_info", ProblemKind.UNKNOWN_FIELD)]


def test_every_problem_is_told_at_once_in_the_order_of_the_questionnaire() -> None:
    found = problems(PULSE, comment="\0", stage="9", overall="6", note="x")
    assert found == [
        ("overall", ProblemKind.UNKNOWN_CODE),
        ("stage", ProblemKind.UNKNOWN_CODE),
        ("comment", ProblemKind.CONTROL_CHARACTERS),
        ("note", ProblemKind.UNKNOWN_FIELD),
    ]


def test_a_comment_may_fill_its_limit_and_no_more() -> None:
    assert read(PULSE, comment="ă" * TEXT_LIMIT).comment == "ă" * TEXT_LIMIT
    assert problems(PULSE, comment="ă" * (TEXT_LIMIT + 1)) == [("comment", ProblemKind.TOO_LONG)]


def test_a_comment_is_stored_composed_with_plain_line_ends() -> None:
    typed = unicodedata.normalize("NFD", "Cán bộ\r\nnhiệt tình")
    assert read(PULSE, comment=typed).comment == "Cán bộ\nnhiệt tình"


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x07", "\x7f", "\x85", "\ud800", "\uf8ff", "\ufffe", "\ufdd0"])
def test_a_comment_with_a_control_character_is_refused(character: str) -> None:
    assert problems(PULSE, comment=f"tốt{character}lắm") == [("comment", ProblemKind.CONTROL_CHARACTERS)]


@pytest.mark.parametrize("text", ["một\thai\nba", "tốt 👍🏽", "👨‍👩‍👧", "emoji of 2022: \U0001fae8", "ꞌBơ̆ng", "ខ្មែរ"])
def test_a_comment_in_any_script_is_kept_as_typed(text: str) -> None:
    assert read(PULSE, comment=text).comment == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gọi 0912345678 nhé", "gọi […] nhé"),
        ("gọi 0912.345.678", "gọi […]"),
        ("gọi +84 912 345 678", "gọi […]"),
        ("máy bàn 0255 3822 888", "máy bàn […]"),
        ("CCCD 051203004567", "CCCD […]"),
        ("CCCD 051 203 004 567", "CCCD […]"),
        ("CCCD 0512 0300 4567", "CCCD […]"),
        ("gọi (091) 234 5678", "gọi ([…]"),
        ("CMND 212345678", "CMND […]"),
        ("thư lan.nguyen+1@gmail.com.vn nhé", "thư […] nhé"),
        ("0912345678 và 0987654321", "[…] và […]"),
    ],
)
def test_numbers_and_addresses_of_people_are_asked_about_once_then_masked(typed: str, kept: str) -> None:
    assert mask_personal_data(typed) == kept
    assert problems(PULSE, comment=typed) == [("comment", ProblemKind.PERSONAL_DATA)]
    assert read_answers(PULSE, {"comment": [typed]}, COMMUNES, asked_again=["comment"]).comment == kept


@pytest.mark.parametrize(
    "text",
    [
        "chờ 3 lần, 45 phút",
        "nộp 50.000 đồng",
        "đất 1.500.000.000 đồng",
        "phí 500.000.000",
        "ngày 05/12/2026",
        "hồ sơ 1234567",
        "Nghị định 118/2025/NĐ-CP",
        "@ quầy 1",
    ],
)
def test_what_is_no_personal_number_is_kept(text: str) -> None:
    assert mask_personal_data(text) == text
    assert read(PULSE, comment=text).comment == text


def test_the_question_about_personal_data_comes_with_every_other_problem() -> None:
    found = problems(PULSE, stage="9", comment="gọi 0912345678", note="x")
    assert found == [
        ("stage", ProblemKind.UNKNOWN_CODE),
        ("comment", ProblemKind.PERSONAL_DATA),
        ("note", ProblemKind.UNKNOWN_FIELD),
    ]


def test_masking_never_makes_a_comment_longer_than_its_column() -> None:
    shortest_address = "a@b.c "
    assert len(mask_personal_data(shortest_address * (TEXT_LIMIT // len(shortest_address)))) <= TEXT_LIMIT
