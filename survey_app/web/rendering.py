"""How values look: the languages of the pages, Vietnamese numbers and dates, and the headers every page carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date as babel_date
from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol
from flask import Flask, current_app, g

from survey_app.domain.questionnaire import MAIN_LANGUAGE, Questionnaire, Wording, say
from survey_app.domain.rounding import rounded_ratio
from survey_app.services import interface_languages

LANGUAGES = ("vi", "en")
"""What the officer surface speaks; citizens choose from ``offered_languages``."""

Number = int | Decimal | Fraction | float

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every reply that does not set its own."""


def _folder() -> Path:
    """Where the texts of the pages are; tests set ``TRANSLATIONS_DIR``."""
    found = current_app.config.get("TRANSLATIONS_DIR", interface_languages.TRANSLATIONS)
    return found if isinstance(found, Path) else Path(found)


def language() -> str:
    """The language of this request; Vietnamese until a view sets another."""
    return str(g.get("language", MAIN_LANGUAGE))


def use_language(wanted: str | None) -> None:
    """Answer this request in ``wanted`` if the citizen's pages are complete in it, else in Vietnamese."""
    is_other = wanted not in (None, MAIN_LANGUAGE)
    is_complete = is_other and wanted in interface_languages.complete_languages(_folder())
    g.language = wanted if is_complete else MAIN_LANGUAGE


def offered_languages(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """(tag, own name) of every language a citizen may choose for this questionnaire."""
    return [(found.tag, found.own_name) for found in interface_languages.offered(_folder(), questionnaire)]


def keep_to_languages_of(questionnaire: Questionnaire) -> None:
    """Back to Vietnamese where this questionnaire is not offered in the request's language: no page mixes two."""
    if language() != MAIN_LANGUAGE and language() not in dict(offered_languages(questionnaire)):
        g.language = MAIN_LANGUAGE


def gettext(message: str, **values: object) -> str:
    """``message`` (Vietnamese) in the request's language, with ``%(name)s`` filled in."""
    spoken = language()
    text = message
    if spoken != MAIN_LANGUAGE:
        text = interface_languages.messages(_folder(), spoken).get(message, message)
    return text % values if values else text


def _locale() -> str:
    """How numbers and dates are written: the English way in English, the Vietnamese way in every other language."""
    return "en" if language() == "en" else MAIN_LANGUAGE


@cache
def _marks(locale: str) -> tuple[str, str, str]:
    """What stands between thousands, before decimals and before a number below zero."""
    return get_group_symbol(locale), get_decimal_symbol(locale), get_minus_sign_symbol(locale)


def number(value: Number, places: int = 0) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; rounded once, half-up."""
    return numbers()(value, places)


def numbers() -> Callable[[Number, int], str]:
    """``number`` for many numbers of a page, which all are in its language."""
    group, decimal, minus = _marks(_locale())

    def written(value: Number, places: int) -> str:
        units = rounded_ratio(*value.as_integer_ratio(), places)
        whole, rest = divmod(abs(units), 10**places)
        decimals = f"{decimal}{rest:0{places}}" if places else ""
        return f"{minus if units < 0 else ''}{f'{whole:,}'.replace(',', group)}{decimals}"

    return written


def day(value: date) -> str:
    """05/12/2026 in Vietnamese, 5 Dec 2026 in English."""
    return str(babel_date(value, "dd/MM/yyyy" if _locale() == "vi" else "d MMM y", locale=_locale()))


def month(value: date) -> str:
    """12/2026 in Vietnamese, Dec 2026 in English."""
    return str(babel_date(value, "MM/yyyy" if _locale() == "vi" else "MMM y", locale=_locale()))


def words(wording: Wording) -> str:
    """A questionnaire's text in the request's language."""
    return say(wording, language())


def init_app(app: Flask) -> None:
    """Template functions and headers shared by every surface."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    shared: dict[str, Any] = {"_": gettext, "number": number, "day": day, "month": month, "words": words}
    shared |= {"current_language": language, "offered_languages": offered_languages}
    app.jinja_env.globals.update(shared)

    @app.after_request
    def _headers(reply: Any) -> Any:
        given = {name.lower() for name, _ in reply.headers}
        reply.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in given)
        return reply
