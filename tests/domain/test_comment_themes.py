"""Themes as shipped, suggested for comments as people write them."""

from __future__ import annotations

import pytest

from survey_app.domain.comment_themes import Theme, Themes
from survey_app.domain.spelling import searchable
from survey_app.storage.theme_files import load_themes


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Phải chờ hơi lâu", {"waiting"}),
        ("phai cho doi lau qua", {"waiting"}),
        ("Cho tôi xin số điện thoại", {"other"}),
        ("Cán bộ quát mắng dân", {"attitude"}),
        ("Cần thêm quạt và ghế", {"place"}),
        ("Phí cao quá", {"fee"}),
        ("Chi phí đi lại", {"fee"}),
        ("phi ly", {"other"}),
        ("Nộp hồ sơ trên mạng bị lỗi mạng", {"procedure", "online"}),
        ("Trả kết quả đúng hẹn, cảm ơn", {"result", "praise"}),
        ("I waited an hour, but the staff were helpful", {"waiting", "praise"}),
        ("", {"other"}),
    ],
)
def test_themes_of_a_comment(text: str, themes: set[str]):
    assert set(load_themes().suggest(*searchable(text))) == themes


def test_a_phrase_with_marks_is_found_only_as_written():
    themes = Themes((Theme("wait", {"vi": "Chờ", "en": "Wait"}, ("chờ",)), Theme("rest", {}, (), is_rest=True)))
    assert themes.suggest(*searchable("chờ")) == ("wait",)
    assert themes.suggest(*searchable("cho")) == ("rest",)
    assert "wait" in themes
    assert "none" not in themes
