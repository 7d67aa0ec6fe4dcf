"""The choices of a results page: read from its address, offered as a form, told in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import abort, request

from survey_app.services.result_choices import STAGES, Asked, UnitPage
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, words

FILTERS = ("form", "recipe", "wave", "from", "to", "stage", "flagged")
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


def read_asked(values: Mapping[str, str]) -> Asked:
    """What an address asks for. Aborts with 404 for what cannot be."""
    stage = values.get("stage") or None
    if stage == "all":
        stage = None
    if stage is not None and stage not in STAGES:
        abort(404)
    return Asked(
        form=values.get("form") or None,
        recipe=values.get("recipe") or None,
        wave=values.get("wave") or None,
        first_month=_month(values.get("from")),
        last_month=_month(values.get("to")),
        stage=stage,
        with_flagged=values.get("flagged") != "without",
    )


def stage_label(stage: str | None) -> str:
    """A visit stage as officials say it."""
    return {
        None: _("Mọi mục đích"),
        "filing": _("Nộp hồ sơ"),
        "collecting": _("Nhận kết quả"),
        "asking": _("Hỏi, được hướng dẫn"),
        "other": _("Việc khác"),
    }[stage]


def flagged_label(with_flagged: bool) -> str:
    """Whether responses under check are counted."""
    return _("Gồm") if with_flagged else _("Không gồm")


def link_with(**changes: str | None) -> str:
    """This page's address with some of its parameters changed (None: left out)."""
    kept = {name: value for name, value in request.args.items() if value and name != "lang"}
    merged = {name: value for name, value in (kept | changes).items() if value}
    return "?" + urlencode(merged)


def kept_fields(names: Iterable[str]) -> list[tuple[str, str]]:
    """This address's parameters among ``names``, to be carried along by another form."""
    return [(name, request.args[name]) for name in names if request.args.get(name)]


def _select(name: str, label: str, chosen: str, options: Iterable[tuple[str, str]]) -> Select:
    return Select(name, label, tuple(Option(value, text, value == chosen) for value, text in options))


def _month_select(page: UnitPage, name: str, label: str) -> Select:
    chosen = _month(request.args.get(name))
    months = dict.fromkeys([*page.choices.months, *([chosen] if chosen else [])])
    options = [(f"{entry:%Y-%m}", month(entry)) for entry in sorted(months, reverse=True)]
    return _select(name, label, f"{chosen:%Y-%m}" if chosen else "", [("", "–"), *options])


def chosen_form_has_factors(page: UnitPage) -> bool:
    """Whether the chosen questionnaire's index is made of several factors (True while none is published)."""
    return next((form.has_factors for form in page.choices.forms if form.key == page.asked.form), True)


def form_label(page: UnitPage) -> str:
    """The chosen questionnaire version, by its title."""
    found = next((form for form in page.choices.forms if form.key == page.asked.form), None)
    return _("Chưa có mẫu phiếu") if found is None else f"{words(found.title)} (v{found.version})"


def selects(page: UnitPage) -> list[Select]:
    """The filter form of a page."""
    choices, asked = page.choices, page.asked
    forms = [(form.key, f"{words(form.title)} (v{form.version})") for form in choices.forms]
    recipes = [(recipe.slug, words(recipe.short_title)) for recipe in choices.recipes]
    waves = [("", _("Mọi đợt")), *((wave.code, wave.title) for wave in choices.waves)]
    stages = [("all", stage_label(None)), *((stage, stage_label(stage)) for stage in choices.stages)]
    flagged = [("with", flagged_label(True)), ("without", flagged_label(False))]
    return [
        _select("form", _("Mẫu phiếu"), asked.form or "", forms),
        _select("recipe", _("Cách tính"), page.recipe.slug, recipes),
        _select("wave", _("Đợt khảo sát"), asked.wave or "", waves),
        _month_select(page, "from", _("Từ tháng")),
        _month_select(page, "to", _("Đến tháng")),
        _select("stage", _("Mục đích đến"), asked.stage or "all", stages),
        _select("flagged", _("Phiếu đang kiểm tra"), "with" if asked.with_flagged else "without", flagged),
    ]


def period_label(page: UnitPage) -> str:
    """The period of the figures: a wave, months, or both."""
    asked = page.asked
    months = " – ".join(month(entry) for entry in (asked.first_month, asked.last_month) if entry)
    if asked.first_month is None and asked.last_month is not None:
        months = _("đến %(month)s", month=months)
    elif asked.last_month is None and asked.first_month is not None:
        months = _("từ %(month)s", month=months)
    wave = next((wave.title for wave in page.choices.waves if wave.code == asked.wave), None)
    return ", ".join(part for part in (wave, months) if part) or _("Toàn bộ thời gian")


def summary(page: UnitPage) -> list[tuple[str, str]]:
    """(label, value) of every choice in force."""
    asked = page.asked
    return [
        (_("Kỳ"), period_label(page)),
        (_("Mẫu phiếu"), form_label(page)),
        (_("Cách tính"), words(page.recipe.short_title)),
        (_("Mục đích đến"), stage_label(asked.stage)),
        (_("Phiếu đang kiểm tra"), flagged_label(asked.with_flagged)),
    ]
