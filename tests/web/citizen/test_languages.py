"""Languages on the page: only complete ones are offered, and no page mixes two."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from flask import Flask

from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.interface_languages import TRANSLATIONS, complete_languages
from survey_app.storage.message_catalogs import OFFICER_CATALOGS
from survey_app.web import rendering
from tests.scenes import Province


@pytest.fixture
def with_khmer_pages(app: Flask, tmp_path: Path) -> None:
    """The citizen's pages complete in Khmer: every text is its English between marks."""
    folder = Path(shutil.copytree(TRANSLATIONS, tmp_path / "translations"))
    for source in (folder / "en").glob("*.po"):
        if source.stem in OFFICER_CATALOGS:
            continue
        with source.open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            if message.id:
                message.string = f"‹{message.string}›"
        with (folder / "km" / source.name).open("wb") as file:
            write_po(file, catalog, omit_header=True)
    app.config["TRANSLATIONS_DIR"] = folder


def _asked_in(province: Province, *languages: str) -> Questionnaire:
    return replace(province.pulse.questionnaire, languages=languages)


def test_as_shipped_vietnamese_and_english_are_complete_and_the_slots_are_empty() -> None:
    assert complete_languages(TRANSLATIONS) == ("vi", "en")


def test_a_language_needs_the_questionnaire_and_the_pages(
    app: Flask, with_khmer_pages: None, province: Province
) -> None:
    with app.test_request_context():
        assert rendering.offered_languages(_asked_in(province, "vi", "km")) == [
            ("vi", "Tiếng Việt"),
            ("km", "ភាសាខ្មែរ"),
        ]
        assert rendering.offered_languages(_asked_in(province, "vi", "jra")) == [("vi", "Tiếng Việt")]
        assert rendering.offered_languages(_asked_in(province, "vi", "en")) == [
            ("vi", "Tiếng Việt"),
            ("en", "English"),
        ]


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("km", "km"), ("en", "en"), ("jra", "vi"), ("hmn", "vi"), ("../en", "vi"), (None, "vi")]
)
def test_a_request_is_answered_in_a_complete_language_or_in_vietnamese(
    app: Flask, with_khmer_pages: None, wanted: str | None, spoken: str
) -> None:
    with app.test_request_context():
        rendering.use_language(wanted)
        assert rendering.language() == spoken


def test_a_questionnaire_that_lacks_the_language_is_shown_wholly_in_vietnamese(
    app: Flask, with_khmer_pages: None, province: Province
) -> None:
    with app.test_request_context():
        rendering.use_language("km")
        rendering.keep_to_languages_of(_asked_in(province, "vi", "en", "km"))
        assert rendering.gettext("Gửi phiếu") == "‹Send›"
        rendering.keep_to_languages_of(_asked_in(province, "vi", "en"))
        assert rendering.gettext("Gửi phiếu") == "Gửi phiếu"


def _links(app: Flask, questionnaire: Questionnaire, spoken: str) -> str:
    with app.test_request_context():
        rendering.use_language(spoken)
        template = app.jinja_env.get_template("citizen/languages.html")
        return template.render(questionnaire=questionnaire)


def test_links_lead_to_the_other_languages_of_the_same_questionnaire(
    app: Flask, with_khmer_pages: None, province: Province
) -> None:
    html = _links(app, _asked_in(province, "vi", "en", "km"), "en")
    assert '<a href="?form=quick_pulse" lang="vi" hreflang="vi">Tiếng Việt</a>' in html
    assert '<a href="?lang=km&amp;form=quick_pulse" lang="km" hreflang="km">ភាសាខ្មែរ</a>' in html
    assert ">English<" not in html


def test_one_language_needs_no_links(app: Flask, province: Province) -> None:
    assert _links(app, _asked_in(province, "vi"), "vi").strip() == ""
