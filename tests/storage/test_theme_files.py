"""The file of themes: shipped whole, changed by a province, refused with line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.storage.theme_files import FILE_NAME, SHIPPED, ThemeFileError, load_themes

TWO = """themes:
  - {key: waiting, title: {vi: Chờ, en: Waiting}, phrases: [cho lau]}
  - {key: other, title: {vi: Khác, en: Other}, phrases: []}
"""


def test_the_shipped_themes_have_titles_in_both_languages():
    themes = load_themes(SHIPPED)
    assert len(themes.entries) == 9
    assert all(theme.title["vi"] and theme.title["en"] for theme in themes.entries)
    assert [theme.key for theme in themes.entries if theme.is_rest] == ["other"]


def test_a_folder_without_a_file_takes_the_shipped_themes(tmp_path: Path):
    assert load_themes(tmp_path) == load_themes()


def test_a_province_has_its_own_themes(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text(TWO, "utf-8")
    assert [theme.key for theme in load_themes(tmp_path).entries] == ["waiting", "other"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("phrases: []", "phrases: [khac]", "đúng một chủ đề"),
        ("key: waiting", "key: other", "cùng key"),
        ("key: waiting", "key: all", "key"),
        ("phrases: [cho lau]", "words: [cho lau]", "phrases"),
        ("themes:", "themes: [", "YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, old: str, new: str, told: str):
    (tmp_path / FILE_NAME).write_text(TWO.replace(old, new), "utf-8")
    with pytest.raises(ThemeFileError, match=told):
        load_themes(tmp_path)
