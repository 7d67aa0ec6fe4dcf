"""How values look: two languages, Vietnamese numbers and dates, and the headers every page carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date as babel_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal as babel_decimal
from flask import Flask, g

from survey_app.domain.questionnaire import MAIN_LANGUAGE, Wording, say
from survey_app.domain.rounding import rounded

LANGUAGES = ("vi", "en")
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@cache
def _catalog(language: str) -> Mapping[str, str]:
    """Every message of ``translations/<language>/*.po``; the message ids are the Vietnamese texts."""
    found: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            found.update({str(m.id): str(m.string) for m in read_po(file) if m.id and m.string})
    return found


def language() -> str:
    """The language of this request; Vietnamese until a view sets another."""
    return str(g.get("language", MAIN_LANGUAGE))


def use_language(wanted: str | None) -> None:
    """Answer this request in ``wanted`` if the interface has it."""
    g.language = wanted if wanted in LANGUAGES else MAIN_LANGUAGE


def gettext(message: str, **values: object) -> str:
    """``message`` (Vietnamese) in the request's language, with ``%(name)s`` filled in."""
    text = message if language() == MAIN_LANGUAGE else _catalog(language()).get(message, message)
    return text % values if values else text


def number(value: int | Decimal | Fraction | float, places: int = 0) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; rounded once, half-up."""
    exact = rounded(Fraction(value), places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(babel_decimal(exact, format=pattern, locale=language(), decimal_quantization=False))


def day(value: date) -> str:
    """05/12/2026 in Vietnamese, 5 Dec 2026 in English."""
    return str(babel_date(value, "dd/MM/yyyy" if language() == "vi" else "d MMM y", locale=language()))


def month(value: date) -> str:
    """12/2026 in Vietnamese, Dec 2026 in English."""
    return str(babel_date(value, "MM/yyyy" if language() == "vi" else "MMM y", locale=language()))


def words(wording: Wording) -> str:
    """A questionnaire's text in the request's language."""
    return say(wording, language())


def init_app(app: Flask) -> None:
    """Template functions and headers shared by every surface."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    shared: dict[str, Any] = {"_": gettext, "number": number, "day": day, "month": month, "words": words}
    app.jinja_env.globals.update(shared, current_language=language)

    @app.after_request
    def _headers(reply: Any) -> Any:
        for name, value in SECURITY_HEADERS.items():
            reply.headers.setdefault(name, value)
        reply.headers.setdefault("Cache-Control", "no-store")
        reply.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return reply
