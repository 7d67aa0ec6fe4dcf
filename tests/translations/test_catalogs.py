"""Every text of the interface has its English, every English text is used, and their placeholders agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.scenes import ROOT

SOURCES = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None}
CATALOGS = sorted((ROOT / "survey_app" / "translations" / "en").glob("*.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@cache
def used_in_the_product() -> dict[str, str]:
    """Message id -> the place where it was first met."""
    found: dict[str, str] = {}
    for file, line, message, *_ in extract_from_dir(ROOT / "survey_app", SOURCES, {}, KEYWORDS):
        assert isinstance(message, str), f"{file}:{line} is no plain message"
        found.setdefault(message, f"{file}:{line}")
    return found


def texts(catalog: Path) -> dict[str, str]:
    with catalog.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def every_text() -> Iterator[tuple[str, str]]:
    for catalog in CATALOGS:
        yield from texts(catalog).items()


def test_every_text_of_the_interface_has_its_english() -> None:
    translated = {message for message, text in every_text() if text.strip()}
    missing = [f"{where} {message}" for message, where in used_in_the_product().items() if message not in translated]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda catalog: catalog.stem)
def test_every_english_text_is_used(catalog: Path) -> None:
    assert texts(catalog).keys() - used_in_the_product().keys() == set()


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message, text in every_text():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(message)), message
        if "%(" in message:
            assert "%" not in PLACEHOLDER.sub("", message + text), f"a lone % would break the filling in of: {message}"


def test_no_text_is_kept_as_fuzzy_or_obsolete() -> None:
    for catalog in CATALOGS:
        with catalog.open("rb") as file:
            read = read_po(file)
        assert not [message.id for message in read if message.fuzzy and message.id], catalog
        assert not read.obsolete, catalog


def test_two_catalogs_never_say_the_same_thing_differently() -> None:
    for first, second in combinations(map(texts, CATALOGS), 2):
        assert {m for m in first.keys() & second.keys() if first[m] != second[m]} == set()
