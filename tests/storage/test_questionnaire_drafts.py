"""Translations enter a questionnaire file; whatever else stands in it stays as it was written."""

from __future__ import annotations

import yaml

from survey_app.storage.questionnaire_drafts import Draft, edited

WRITTEN = """\
slug: mini  # tên
version: 1
languages: [vi, en]
title: {vi: "Chào, Ông/Bà", en: Hello,}
purpose:
  vi: Để phục vụ
    tốt hơn.
  en: |
    To serve
    better.

# lời ghi
items:
  - vi: Một  # số
    en: 'One'
"""


def _edit(text: str = WRITTEN, language: str = "jra", is_listed: bool = True, **texts: str) -> str:
    places = {"title": ("title",), "purpose": ("purpose",), "one": ("items", 0)}
    return edited(text, Draft(2, language, {places[name]: words for name, words in texts.items()}, is_listed))


def test_a_new_language_stands_behind_the_others_and_comments_stay() -> None:
    text = _edit(title="a: b", purpose="câu “trích”", one='"x" # y')
    assert yaml.safe_load(text) == {
        "slug": "mini",
        "version": 2,
        "languages": ["vi", "en", "jra"],
        "title": {"vi": "Chào, Ông/Bà", "en": "Hello", "jra": "a: b"},
        "purpose": {"vi": "Để phục vụ tốt hơn.", "en": "To serve\nbetter.\n", "jra": "câu “trích”"},
        "items": [{"vi": "Một", "en": "One", "jra": '"x" # y'}],
    }
    added = [line for line in text.splitlines() if "jra" not in line and not line.startswith("version")]
    assert added == [line for line in WRITTEN.splitlines() if not line.startswith(("version", "languages", "title"))]


def test_a_language_that_is_there_is_said_anew_and_not_listed_twice() -> None:
    text = _edit(language="en", title="Welcome", purpose="To do better.", one="1")
    data = yaml.safe_load(text)
    assert (data["title"]["en"], data["purpose"]["en"], data["items"][0]["en"]) == ("Welcome", "To do better.", "1")
    assert data["languages"] == ["vi", "en"]
    assert "# lời ghi" in text


def test_a_language_in_progress_is_not_listed() -> None:
    assert yaml.safe_load(_edit(is_listed=False, title="x"))["languages"] == ["vi", "en"]


def test_languages_written_one_a_line_grow_by_a_line() -> None:
    written = WRITTEN.replace("languages: [vi, en]", "languages:\n  - vi\n  - en")
    assert "  - vi\n  - en\n  - jra\n" in _edit(written)


def test_a_last_line_without_an_end_is_no_obstacle() -> None:
    assert _edit(WRITTEN.rstrip(), one="Sa").endswith("en: 'One'\n    jra: \"Sa\"")
