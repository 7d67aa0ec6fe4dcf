"""The choices of a results page: read from its address, kept in every link, told in one line.

What they are called stands in ``filter_words``, the form that offers them is drawn from ``selects``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import abort, request, url_for

from survey_app.domain.unit_succession import Boundaries
from survey_app.services.result_choices import CHANNELS, STAGES, Asked, UnitPage
from survey_app.services.result_periods import PERIODS
from survey_app.web.officer import filter_words
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, words

FILTERS = ("form", "recipe", "wave", "period", "from", "to", "stage", "channel", "field", "flagged", "boundaries")
"""Parameters of an address that choose what its figures are about; links to other units carry them along."""
WHOLE_CENTRE_FILTERS = ("form", "recipe", "period", "from", "to")
"""Those that never cut a centre down to one of its counters."""
PUBLISHED_FILTERS = ("form", "recipe", "quarter")
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Option:
    """One choice of a select."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Select:
    """A labelled select of the filter form."""

    name: str
    label: str
    options: tuple[Option, ...]


def _month(text: str | None) -> date | None:
    """The month of an address, ``YYYY-MM``; anything else does not exist."""
    if not text:
        return None
    found = MONTH.fullmatch(text)
    if found is None:
        abort(404)
    return date(int(found[1]), int(found[2]), 1)


def _one_of(text: str | None, allowed: Iterable[str]) -> str | None:
    """One of the known values; none, or ``all``, leaves it open. Aborts with 404 for any other."""
    if not text or text == "all":
        return None
    if text not in allowed:
        abort(404)
    return text


def _name(text: str | None) -> str | None:
    """A name to look up. Aborts with 404 for what no name has in it."""
    if text and not text.isprintable():
        abort(404)
    return text or None


def read_asked(values: Mapping[str, str], allowed: Iterable[str] = FILTERS) -> Asked:
    """What an address asks for; parameters not among ``allowed`` are not read. Aborts with 404 for what cannot be."""
    given = {name: values[name] for name in allowed if name in values}
    return Asked(
        form=_name(given.get("form")),
        recipe=_name(given.get("recipe")),
        wave=_name(given.get("wave")),
        first_month=_month(given.get("from")),
        last_month=_month(given.get("to")),
        stage=_one_of(given.get("stage"), STAGES),
        with_flagged=given.get("flagged") != "without",
        channel=_one_of(given.get("channel"), CHANNELS),
        service_field=_name(given.get("field")),
        period=_one_of(given.get("period"), PERIODS),
        boundaries=Boundaries(_one_of(given.get("boundaries"), list(Boundaries)) or Boundaries.NOW),
    )


def link_with(**changes: str | None) -> str:
    """This page's address with some of its parameters changed (None: left out)."""
    kept = {name: value for name, value in request.args.items() if value and name not in ("lang", "as")}
    merged = {name: value for name, value in (kept | changes).items() if value}
    return "?" + urlencode(merged)


def kept_fields(names: Iterable[str]) -> list[tuple[str, str]]:
    """This address's parameters among ``names``, to be carried along by another form or link."""
    given = {name: value for name, value in request.args.items() if value}
    return [(name, given[name]) for name in names if name in given] if given else []


def address(endpoint: str, unit_code: str, names: Iterable[str], **more: str) -> str:
    """Another page about a unit, with this address's parameters among ``names`` and some ``more``."""
    kept: dict[str, Any] = dict(kept_fields(names))
    return url_for(endpoint, unit_code=unit_code, **(kept | more))


_quoted = lru_cache(maxsize=4096)(quote)
"""Of the few names that stand in the hundreds of addresses of a table."""


def unit_addresses(endpoint: str, names: Iterable[str]) -> Callable[[str], str]:
    """Unit -> what ``address`` gives, worked out once: for a table of many units."""
    start, _unit, end = address(endpoint, "UNIT", names).partition("UNIT")

    def of(unit_code: str) -> str:
        return f"{start}{_quoted(unit_code)}{end}"

    return of


def addresses(endpoint: str, names: Iterable[str]) -> Callable[[str, str], str]:
    """(unit, figure) -> what ``address`` gives with ``figure``, worked out once: for a table of many figures."""
    pattern = address(endpoint, "UNIT", names, figure="FIGURE")
    start, _unit, rest = pattern.partition("UNIT")
    middle, _figure, end = rest.rpartition("FIGURE")

    def of(unit_code: str, figure: str) -> str:
        return f"{start}{_quoted(unit_code)}{middle}{_quoted(figure)}{end}"

    return of


def select(name: str, label: str, chosen: str, options: Iterable[tuple[str, str]]) -> Select:
    """A select with ``options`` (value, text)."""
    return Select(name, label, tuple(Option(value, text, value == chosen) for value, text in options))


def _month_select(page: UnitPage, name: str, label: str) -> Select:
    chosen = _month(request.args.get(name))
    months = dict.fromkeys([*page.choices.months, *([chosen] if chosen else [])])
    options = [(f"{entry:%Y-%m}", month(entry)) for entry in sorted(months, reverse=True)]
    return select(name, label, f"{chosen:%Y-%m}" if chosen else "", [("", "–"), *options])


def _what_is_asked(page: UnitPage) -> list[Select]:
    forms = [(form.key, f"{words(form.title)} (v{form.version})") for form in page.choices.forms]
    recipes = [(recipe.slug, words(recipe.short_title)) for recipe in page.choices.recipes]
    return [
        select("form", _("Mẫu phiếu"), page.asked.form or "", forms),
        select("recipe", _("Cách tính"), page.recipe.slug, recipes),
    ]


def _when(page: UnitPage) -> list[Select]:
    waves = [("", _("Mọi đợt")), *((wave.code, wave.title) for wave in page.choices.waves)]
    periods = [(period, filter_words.period(period)) for period in PERIODS]
    return [
        select("wave", _("Đợt khảo sát"), page.asked.wave or "", waves),
        select("period", _("Kỳ"), request.args.get("period", ""), [("", "–"), *periods]),
        _month_select(page, "from", _("Từ tháng")),
        _month_select(page, "to", _("Đến tháng")),
    ]


def _which_responses(page: UnitPage) -> list[Select]:
    asked, choices = page.asked, page.choices
    stages = [("all", filter_words.stage(None)), *((name, filter_words.stage(name)) for name in choices.stages)]
    channels = [("all", filter_words.channel(None)), *((name, filter_words.channel(name)) for name in choices.channels)]
    fields = [(field, field) for field in choices.service_fields]
    flagged = [("with", filter_words.flagged(True)), ("without", filter_words.flagged(False))]
    return [
        select("stage", _("Mục đích đến"), asked.stage or "all", stages),
        select("channel", _("Hình thức trả lời"), asked.channel or "all", channels),
        select("field", _("Lĩnh vực"), asked.service_field or "", [("", filter_words.service_field(None)), *fields]),
        select("flagged", _("Phiếu đang kiểm tra"), "with" if asked.with_flagged else "without", flagged),
    ]


def _which_units(page: UnitPage) -> list[Select]:
    """Offered where units have changed."""
    options = [(found.value, filter_words.boundaries(found)) for found in Boundaries]
    chosen = select("boundaries", _("Theo đơn vị"), page.asked.boundaries.value, options)
    return [chosen] if page.choices.has_former_units else []


def selects(page: UnitPage, allowed: Iterable[str] = FILTERS) -> list[Select]:
    """The filter form of a page."""
    every = [*_what_is_asked(page), *_when(page), *_which_responses(page), *_which_units(page)]
    return [entry for entry in every if entry.name in allowed]


def _boundaries_told(page: UnitPage) -> str:
    return filter_words.boundaries(page.asked.boundaries) if page.choices.has_former_units else ""


def summary(page: UnitPage, allowed: Iterable[str] = FILTERS) -> list[tuple[str, str]]:
    """(label, value) of every choice in force; what was left open is told only where the eye looks for it."""
    asked, allowed = page.asked, set(allowed)
    told = [
        ("", _("Kỳ"), filter_words.period_of(page)),
        ("", _("Mẫu phiếu"), filter_words.form_of(page)),
        ("", _("Cách tính"), words(page.recipe.short_title)),
        ("stage", _("Mục đích đến"), filter_words.stage(asked.stage)),
        ("channel", _("Hình thức trả lời"), filter_words.channel(asked.channel) if asked.channel else ""),
        ("field", _("Lĩnh vực"), asked.service_field or ""),
        ("flagged", _("Phiếu đang kiểm tra"), filter_words.flagged(asked.with_flagged)),
        ("boundaries", _("Theo đơn vị"), _boundaries_told(page)),
    ]
    return [(label, value) for name, label, value in told if value and (not name or name in allowed)]
