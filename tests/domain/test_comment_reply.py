"""A public summary never quotes a comment."""

from __future__ import annotations

import pytest

from survey_app.domain.comment_reply import is_quoting, may_name_theme

COMMENT = "Phải ngồi chờ cả buổi sáng mới tới lượt nộp hồ sơ đất đai."


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [
        ("Có người nói: ngồi chờ cả buổi sáng, mới tới lượt!", True),
        ("NGỒI CHỜ CẢ BUỔI SÁNG MỚI TỚI LƯỢT", True),
        ("ngồi chờ cả buổi sáng mới tới", False),
        ("Nhiều người phải đợi lâu vào buổi sáng.", False),
        ("", False),
    ],
)
def test_eight_words_in_a_row_are_a_quotation(text: str, is_quoted: bool):
    assert is_quoting(text, ["Tốt", COMMENT]) is is_quoted


def test_a_theme_is_named_from_a_batch_on():
    assert may_name_theme(10, 10)
    assert not may_name_theme(9, 10)
