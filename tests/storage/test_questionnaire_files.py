"""Questionnaire files: every mistake with its file, its line and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey_app.storage.questionnaire_files import find_files, load_file

SHIPPED = Path(__file__).parents[2] / "questionnaires"

SOUND = """\
slug: mini
version: 1
title: {vi: Phiếu ngắn, en: Short form}
purpose: {vi: Để phục vụ tốt hơn., en: To serve better.}
seconds: 20
languages: [vi, en]
scales:
  satisfaction:
    codes:
      - {code: "0", label: {vi: Rất không hài lòng, en: Very dissatisfied}}
      - {code: "1", label: {vi: Không hài lòng, en: Dissatisfied}}
      - {code: "2", label: {vi: Hài lòng, en: Satisfied}}
sections:
  - id: overall
    title: {vi: Chung, en: Overall}
    scored: true
    items:
      - id: overall
        kind: choice
        scale: satisfaction
        text: {vi: "Ông/Bà hài lòng thế nào?", en: "How satisfied are you?"}
        polarity: positive
        missing: [X, K]
        criterion: {name: Hài lòng chung, source: Câu hỏi riêng}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SHIPPED / "schema.json", tmp_path)
    return tmp_path


def _write(folder: Path, text: str | bytes, place: str = "mini/v1.yaml") -> Path:
    path = folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _problems(folder: Path, text: str | bytes, place: str = "mini/v1.yaml") -> list[tuple[int, str]]:
    return [(found.line, found.message) for found in load_file(_write(folder, text, place)).problems]


def test_a_sound_file_gives_its_data_and_no_problem(folder: Path) -> None:
    loaded = load_file(_write(folder, SOUND))
    assert loaded.problems == ()
    assert loaded.data["scales"]["satisfaction"]["codes"][2]["label"]["vi"] == "Hài lòng"


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(folder: Path) -> None:
    assert _problems(folder, b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        ("seconds: 20\n", "", 1, "Thiếu khóa “seconds”. Hãy thêm “seconds: …”. Cách ghi: Thời gian trả lời"),
        ("    scored: true", "    score: true", 16, "Không có khóa “score” ở đây. Hãy sửa thành “scored”."),
        ("    scored: true", "    zzz: true", 16, "Hãy xóa, hoặc dùng: id, title, note, scored"),
        ("seconds: 20", "seconds: nhanh", 5, "“seconds” phải là số nguyên, đang là “nhanh”"),
        ("seconds: 20", "seconds:", 5, "“seconds” phải là số nguyên, đang là để trống"),
        ("seconds: 20", "seconds: 2", 5, "“seconds” quá nhỏ: 2"),
        ("seconds: 20", "seconds: 9999", 5, "“seconds” quá lớn: 9999"),
        ('- {code: "1",', "- {code: 1,", 11, "“code” phải là chữ, đang là 1. Cách ghi: Mã trả lời"),
        ('- {code: "1",', '- {code: "a",', 11, "“code” không hợp lệ: “a”"),
        ("en: Satisfied", "en: No", 12, "“en” phải là chữ, đang là false"),
        ("{vi: Chung, en: Overall}", "Chung", 15, "“title” phải là nhóm khóa: giá trị, đang là “Chung”"),
        ("kind: choice", "kind: chose", 19, "“kind” không nhận giá trị “chose”. Hãy chọn: choice, choices"),
        ("missing: [X, K]", "missing: [X, K, Z]", 23, "“missing” không nhận giá trị “Z”. Hãy chọn: X, K, R"),
        ("missing: [X, K]", "missing: [X, K, K]", 23, "“missing” có giá trị lặp lại"),
        ("- id: overall\n        kind", "- id: Hài Lòng\n        kind", 18, "“id” không hợp lệ: “Hài Lòng”"),
        ("- id: overall\n        kind", f"- id: {'a' * 25}\n        kind", 18, "“id” quá dài"),
        ("languages: [vi, en]", "languages: [en]", 6, "“languages” thiếu giá trị bắt buộc"),
        ("source: Câu hỏi riêng", 'source: ""', 24, "“source” đang để trống"),
        ("  satisfaction:\n", "  Satisfaction:\n", 8, "Tên “Satisfaction” không hợp lệ"),
        (", en: Overall}", "}", 15, "title thiếu lời văn “en”"),
        ("polarity: positive", "polarity: negative", 22, "phải có mã cao là tốt"),
        ("seconds: 20", "seconds: 20\nseconds: 30", 6, "Khóa “seconds” bị lặp"),
        ("{vi: Chung,", "{vi: Chung, vi: Riêng,", 15, "Khóa “vi” bị lặp"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_what_to_do(
    folder: Path, right: str, wrong: str, line: int, words: str
) -> None:
    assert SOUND.count(right) == 1
    found = _problems(folder, SOUND.replace(right, wrong))
    assert any(number == line and words in message for number, message in found), found
    assert all("Hãy" in message or "Cách ghi" in message for _, message in found)


def test_an_empty_list_of_items_is_reported(folder: Path) -> None:
    text = SOUND[: SOUND.index("      - id: overall")].replace("    items:\n", "    items: []\n")
    assert any(line == 17 and "“items” có quá ít dòng" in message for line, message in _problems(folder, text))


def test_all_mistakes_of_a_file_come_at_once_in_the_order_of_lines(folder: Path) -> None:
    text = SOUND.replace("seconds: 20", "second: 20").replace("kind: choice", "kind: x").replace("[X, K]", "[X]")
    found = _problems(folder, text)
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {1, 5, 19, 23} <= {line for line, _ in found}
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (SOUND.replace("seconds: 20", "\tseconds: 20"), 5, "phím Tab"),
        (SOUND.replace("seconds: 20", "seconds: [20"), 6, "Không đọc được YAML"),
        (SOUND.replace("seconds: 20", "seconds: 2024-13-45"), 5, "Không đọc được YAML"),
        (SOUND.replace("seconds: 20", "seconds: !mau 20"), 5, "Không đọc được YAML"),
        (SOUND.replace("seconds: 20", "seconds: &s 20\nversion: *s"), 6, "không dùng dấu *"),
        (SOUND.replace("seconds: 20", "seconds: \x07"), 5, "ký tự không hiển thị được"),
        (SOUND.encode("utf-16"), 1, "UTF-8"),
        ("", 1, "cặp khóa: giá trị"),
        ("- slug: mini\n", 1, "cặp khóa: giá trị"),
        ("chỉ là một câu\n", 1, "cặp khóa: giá trị"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_says_where_and_why(
    folder: Path, text: str | bytes, line: int, words: str
) -> None:
    found = _problems(folder, text)
    assert [number for number, _ in found] == [line]
    assert words in found[0][1]


def test_a_key_is_kept_as_written_even_where_yaml_reads_it_as_true_or_false(folder: Path) -> None:
    text = SOUND.replace("{vi: Phiếu ngắn, en: Short form}", "{vi: Phiếu ngắn, en: Short form, no: Kort}")
    loaded = load_file(_write(folder, text))
    assert loaded.problems == ()
    assert loaded.data["title"]["no"] == "Kort"


def test_folder_and_file_name_must_agree_with_slug_and_version(folder: Path) -> None:
    found = _problems(folder, SOUND, "other/v2.yaml")
    assert [line for line, _ in found] == [1, 2]
    assert "khác tên thư mục “other”" in found[0][1]
    assert "khác tên tệp “v2.yaml”" in found[1][1]


def test_the_follow_up_must_be_among_the_questionnaires(folder: Path) -> None:
    text = SOUND.replace("languages:", "follow_up: longer\nlanguages:")
    assert [line for line, _ in _problems(folder, text)] == [6]
    _write(folder, SOUND.replace("slug: mini", "slug: longer"), "longer/v1.yaml")
    assert _problems(folder, text) == []


def test_a_problem_reads_as_file_line_message(folder: Path) -> None:
    path = _write(folder, SOUND.replace("seconds: 20", "seconds: 2"))
    assert str(load_file(path).problems[0]).startswith(f"{path}:5: “seconds” quá nhỏ")


def test_files_are_found_by_slug_and_version_without_recipes(folder: Path) -> None:
    for place in ("b/v10.yaml", "b/v9.yaml", "a/v1.yaml", "recipes/mean.v1.yaml", "b/notes.txt"):
        _write(folder, SOUND, place)
    found = [path.relative_to(folder).as_posix() for path in find_files(folder)]
    assert found == ["a/v1.yaml", "b/v9.yaml", "b/v10.yaml"]
