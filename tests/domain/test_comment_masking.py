"""Masking: what belongs to a person is gone, names of officials are gone, ordinary sentences stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.comment_masking import TOKENS, NameList, mask_comment, name_words, split_masked
from survey_app.domain.personal_data import PersonalData
from survey_app.domain.spelling import fold

NAMES = ("Nguyễn Thị Thu Hà", "Trần Văn Minh", "Y Blơng", "Bà An")
LISTED = NameList(NAMES)
NOBODY = NameList(())

ORDINARY = (
    "chờ 30 phút",
    "phí 150.000 đồng",
    "Nộp 1.500.000.000 đồng tiền đất",
    "ngày 05/12/2026",
    "quầy số 3",
    "từ 7h30 đến 11h00 ngày 5-12-2026",
    "Các anh chị Trung tâm rất nhiệt tình",
    "cảm ơn anh chị, cô chú",
    "Ông/Bà vui lòng chờ",
    "hồ sơ số 3 phải sửa 2 lần",
    "Nghị định 118/2025/NĐ-CP",
    "đường Hà Nội, phố Minh Khai",
    "an toàn, minh bạch",
    "tỷ lệ 99,5 %, điểm 4.5/5",
    "Năm 2026 có 12345 hồ sơ",
    "CÁN BỘ RẤT TỐT",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_stay_as_they_are(text: str):
    assert mask_comment(text, LISTED) == text


@pytest.mark.parametrize(
    ("text", "hidden", "kind"),
    [
        ("Gọi 0905 123 456 nhé", "0905 123 456", PersonalData.PHONE),
        ("sđt +84 905.123.456", "905.123.456", PersonalData.PHONE),
        ("CCCD 051 090 001 234", "051 090 001 234", PersonalData.IDENTITY),
        ("cmnd 212345678", "212345678", PersonalData.IDENTITY),
        ("thư le.thu@vnpt.vn", "le.thu@vnpt.vn", PersonalData.EMAIL),
        ("hồ sơ H40.12-230801-0012 trễ", "H40.12-230801-0012", PersonalData.DOSSIER),
        ("hồ sơ 000.00.12.H40-230801-0012", "000.00.12.H40-230801-0012", PersonalData.DOSSIER),
        ("Mã hồ sơ: 20260012", "20260012", PersonalData.DOSSIER),
        ("ma ho so 12345/HT", "12345/HT", PersonalData.DOSSIER),
        ("xe 82B1-123.45", "82B1-123.45", PersonalData.PLATE),
        ("xe 76A 12345 đậu", "76A 12345", PersonalData.PLATE),
        ("xe 82b1-12345", "82b1-12345", PersonalData.PLATE),
        ("stk 1903 4567 890", "1903 4567 890", PersonalData.ACCOUNT),
        ("số tài khoản: 6512345", "6512345", PersonalData.ACCOUNT),
        ("chuyển vào 19034567890123", "19034567890123", PersonalData.ACCOUNT),
    ],
)
def test_numbers_that_belong_to_a_person_are_masked(text: str, hidden: str, kind: PersonalData):
    masked = mask_comment(text, NOBODY)
    assert hidden not in masked
    assert TOKENS[kind] in masked


@pytest.mark.parametrize(
    "text",
    [
        "nguyen thi thu ha rất tốt",
        "Nguyễn Thị Thu Hà rất tốt",
        "NGUYỄN THỊ THU HÀ rất tốt",
        "chị Hà rất tốt",
        "chi ha rất tốt",
        "cô Thu Hà rất tốt",
        "cán bộ Hà rất tốt",
        "ông Minh rất tốt",
        "dong chi minh rất tốt",
        "bà An rất tốt",
        "y blong rất tốt",
        "anh Blơng rất tốt",
    ],
)
def test_listed_names_are_masked_with_and_without_marks(text: str):
    assert TOKENS[PersonalData.STAFF_NAME] in mask_comment(text, LISTED)
    assert mask_comment(text, LISTED).endswith("rất tốt")


@pytest.mark.parametrize("text", ["hạ tầng", "Hà", "chị Hạ", "chỉ hà", "ông, Minh Khai"])
def test_a_given_name_alone_or_another_word_is_no_name_of_the_list(text: str):
    assert TOKENS[PersonalData.STAFF_NAME] not in mask_comment(text, LISTED)


def test_a_capitalised_name_after_a_form_of_address_is_masked_whoever_it_is():
    assert mask_comment("Chị Sương và anh Lê Quang Vinh giúp tôi", NOBODY) == (
        "Chị [đã che: tên người] và anh [đã che: tên người] giúp tôi"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Bà Nguyễn Thị An (Tư pháp)", ("Nguyễn", "Thị", "An")),
        ("Lãnh đạo xã (mẫu)", ()),
        ("Quản trị tỉnh", ()),
        ("canbo1", ()),
        ("", ()),
        ("Chị", ()),
    ],
)
def test_an_account_called_after_an_office_is_no_name(name: str, words: tuple[str, ...]):
    assert name_words(name) == words


@st.composite
def personal_data(draw: st.DrawFn) -> str:
    digits = draw(st.text("0123456789", min_size=8, max_size=8))
    shapes = (
        f"09{digits}",
        f"09{digits[:2]} {digits[2:5]} {digits[5:]}",
        f"0{digits}{digits[:3]}",
        f"ba{digits}@gmail.com",
        f"H40.{digits[:2]}-{digits[:6]}-{digits[4:]}",
        f"82B1-{digits[:3]}.{digits[3:5]}",
        f"1{digits}{digits[:5]}",
        "Nguyễn Thị Thu Hà",
        "nguyen thi thu ha",
        "Trần Văn Minh",
    )
    return draw(st.sampled_from(shapes))


@given(
    st.lists(st.tuples(st.sampled_from(ORDINARY), personal_data()), max_size=4),
    st.sampled_from([", ", "; ", "\n", " "]),
)
def test_masked_text_never_holds_what_was_masked(parts: list[tuple[str, str]], between: str):
    text = between.join(f"{ordinary} {private}" for ordinary, private in parts)
    masked = mask_comment(text, LISTED)
    for _, private in parts:
        assert private not in masked
        assert fold(private) not in fold(masked)
    assert mask_comment(masked, LISTED) == masked


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str):
    masked = mask_comment(text, LISTED)
    assert mask_comment(masked, LISTED) == masked
    assert "".join(part for part, _ in split_masked(masked)) == masked


def test_what_was_masked_can_be_told_from_what_was_written():
    assert split_masked("a [đã che: số điện thoại] b") == [
        ("a ", False),
        ("[đã che: số điện thoại]", True),
        (" b", False),
    ]
