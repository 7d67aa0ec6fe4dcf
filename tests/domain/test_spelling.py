"""Words compared with marks, with the tone in either place, and without any."""

from __future__ import annotations

import unicodedata

import pytest

from survey_app.domain.spelling import WordSet, find_words, fold, folded_words, has_marks, is_same_word, spell


@pytest.mark.parametrize(
    ("text", "folded"), [("Chậm", "cham"), ("ĐƯỜNG", "duong"), ("Y Blơng", "y blong"), ("Waiting", "waiting")]
)
def test_folding_takes_every_mark(text: str, folded: str):
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("Thuỷ", "thủy"), ("QUÝ", "quý"), ("lý", "lý")])
def test_the_tone_may_stand_in_either_place(one: str, other: str):
    assert spell(one) == spell(other)


@pytest.mark.parametrize(("one", "other"), [("chậm", "cham"), ("chợ", "chờ"), ("ơn", "on"), ("đa", "da")])
def test_other_letters_are_other_words(one: str, other: str):
    assert spell(one) != spell(other)


def test_a_word_typed_without_marks_means_every_spelling_of_it():
    assert is_same_word("ha", "Hà")
    assert is_same_word("Hà", "hà")
    assert not is_same_word("hạ", "Hà")
    assert not is_same_word("hạ", "ha")


def test_a_set_of_words_is_looked_up_the_same_way():
    words = WordSet.of(["chị", "Ông"])
    assert all(word in words for word in ("chị", "CHỊ", "chi", "ong", "ông"))
    assert "chỉ" not in words
    assert "cho" not in words


def test_words_are_found_between_anything_else():
    assert find_words("Chờ… lâu_quá! 30 phút\x00\ud800") == ["Chờ", "lâu", "quá", "30", "phút"]
    assert folded_words("Chờ, đợi!") == " cho doi "
    assert has_marks("đ")
    assert not has_marks("Cham")
