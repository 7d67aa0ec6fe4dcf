"""A translator's sheet is taken whole or not at all, and every mistake is told with its line."""

from __future__ import annotations

import pytest

from survey_app.domain.languages import BY_TAG, LANGUAGES, LONGEST_TAG, TRANSLATABLE
from survey_app.domain.translation import SheetRow, SourceText, check_rows, questionnaire_texts, tidy
from survey_app.storage.questionnaire_files import load_file
from tests.scenes import QUESTIONNAIRES_DIR

TITLE = SourceText("title", "Đánh giá nhanh", "Quick rating", "", "tiêu đề")
MINUTES = SourceText("page.1", "Khoảng %(n)s phút", "About %(n)s minutes", "", "trang phiếu")


def _row(source: SourceText, translation: str, line: int = 2) -> SheetRow:
    return SheetRow(line, source.key, source.vietnamese, translation)


def _problems(row: SheetRow) -> list[str]:
    return [problem.message for problem in check_rows([row], [TITLE, MINUTES])[1]]


def test_filled_rows_are_taken_and_empty_ones_say_nothing() -> None:
    rows = [_row(TITLE, "  Lời \n dịch "), _row(MINUTES, "   ", 3)]
    assert check_rows(rows, [TITLE, MINUTES]) == ({"title": "Lời dịch"}, [])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (SheetRow(2, "titel", "Đánh giá nhanh", "x"), "không có khóa “titel”"),
        (SheetRow(2, "title", "Đánh giá cũ", "x"), "nay là “Đánh giá nhanh”"),
        (_row(MINUTES, "Mấy phút"), "%(n)s"),
        (_row(MINUTES, "%(m)s phút"), "%(n)s"),
        (_row(TITLE, "%(n)s phút"), "không có chỗ nào"),
        (_row(MINUTES, "%(n)s phút, 50 %"), "dấu % đứng riêng"),
        (_row(TITLE, "x" * 69), "dài 69 ký tự, tối đa 68"),
        (_row(TITLE, "a\x07b"), "không hiển thị được"),
    ],
)
def test_a_mistake_is_told(row: SheetRow, says: str) -> None:
    (message,) = _problems(row)
    assert says in message


def test_one_mistake_keeps_every_row_out() -> None:
    given, problems = check_rows([_row(TITLE, "Tốt"), _row(MINUTES, "Không có chỗ", 7)], [TITLE, MINUTES])
    assert (given, [problem.line for problem in problems]) == ({}, [7])


def test_a_key_given_twice_is_told() -> None:
    problems = check_rows([_row(TITLE, "Một"), _row(TITLE, "Hai", 3)], [TITLE])[1]
    assert [(problem.line, "bị lặp" in problem.message) for problem in problems] == [(3, True)]


def test_khmer_may_break_its_words_without_a_space() -> None:
    assert check_rows([_row(TITLE, "ក\u200bខ")], [TITLE])[0] == {"title": "ក\u200bខ"}


@pytest.mark.parametrize("slug", ["quick_pulse", "sipas_desk"])
def test_the_english_of_the_shipped_questionnaires_would_pass_as_a_sheet(slug: str) -> None:
    texts = list(questionnaire_texts(load_file(QUESTIONNAIRES_DIR / slug / "v1.yaml").data, "en"))
    rows = [_row(text, text.english) for text in texts]
    assert check_rows(rows, texts) == ({text.key: tidy(text.english) for text in texts}, [])
    assert len({text.key for text in texts}) == len(texts) > 20


def test_keys_name_ids_and_codes_so_that_they_outlive_a_new_order() -> None:
    data = load_file(QUESTIONNAIRES_DIR / "quick_pulse" / "v1.yaml").data
    keys = {text.key: text.vietnamese for text in questionnaire_texts(data, "jra")}
    assert keys["scales.stage.codes.2.label"] == "Nhận kết quả"
    assert keys["sections.visit.items.stage.text"] == "Ông/Bà đến đây hôm nay để làm gì?"


def test_every_tag_fits_where_a_response_stores_it() -> None:
    assert len(BY_TAG) == len(LANGUAGES)
    assert max(map(len, BY_TAG)) <= LONGEST_TAG


def test_mong_is_translated_only_into_a_named_dialect() -> None:
    assert "hmn" not in TRANSLATABLE
    assert "hmn-x-do" in TRANSLATABLE
    assert {"sed", "bdq", "jra", "jeh", "hre", "cua", "km"} < set(TRANSLATABLE)
