"""The words of posters, one object for each language in ``templates/poster/texts.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

MAIN_LANGUAGE = "vi"
POSTERS = Path(__file__).resolve().parent.parent / "templates" / "poster"


class IncompleteTexts(ValueError):
    """The main language of the file is missing or has an empty text."""


@cache
def complete_texts(path: Path = POSTERS / "texts.json") -> Mapping[str, Mapping[str, str]]:
    """Language -> key -> text, Vietnamese first; a language that lacks a text is left out.

    Raises:
        IncompleteTexts: Vietnamese itself is not whole.
    """
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    main = found.get(MAIN_LANGUAGE, {})
    if not main or not all(text.strip() for text in main.values()):
        raise IncompleteTexts(str(path))
    whole = {tag: texts for tag, texts in found.items() if all(texts.get(key, "").strip() for key in main)}
    return {MAIN_LANGUAGE: main} | whole
