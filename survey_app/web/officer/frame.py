"""What stands around every officer page: the places to go to, this page in the other language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.province_settings import is_sample_data
from survey_app.web import access, rendering
from survey_app.web.officer.assets import asset_url
from survey_app.web.rendering import gettext as _

STANDS_FOR = {"unit": "results", "send": "datasets"}
"""First words of endpoints that are not the word of their menu entry."""

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def _entries() -> list[tuple[str, str, str, Permission]]:
    """(endpoint, first word of the endpoints it stands for, label, permission) of the menu, in order."""
    return [
        ("officer.home", "home", _("Trang chủ"), Permission.DESK),
        ("officer.results", "results", _("Kết quả"), Permission.RESULTS_READ),
        ("officer.alerts", "alerts", _("Cảnh báo"), Permission.RESULTS_READ),
        ("officer.centre_scores", "centre", _("Kết quả của trung tâm"), Permission.CENTRE_SCORES_READ),
        ("officer.published", "published", _("Kết quả đã công bố"), Permission.PUBLISHED_READ),
        ("officer.papi_style", "papi", _("Điểm theo kiểu PAPI"), Permission.RESULTS_READ),
        ("officer.comments", "comments", _("Ý kiến khác"), Permission.COMMENTS_READ),
        ("officer.waves", "waves", _("Đợt khảo sát"), Permission.WAVES_READ),
        ("officer.calendar", "calendar", _("Lịch làm việc"), Permission.CALENDAR_MANAGE),
        ("officer.transactions", "transactions", _("Lượt giao dịch"), Permission.TRANSACTIONS_ENTER),
        ("officer.external", "external", _("Số liệu nhập từ trước"), Permission.EXTERNAL_SERIES_ENTER),
        ("officer.places", "places", _("Đơn vị, quầy, mã QR"), Permission.POSTERS_PRINT),
        ("officer.helping", "helping", _("Hỗ trợ người dân"), Permission.CITIZENS_HELP),
        ("officer.accounts", "accounts", _("Tài khoản"), Permission.OFFICERS_MANAGE),
        ("officer.settings", "settings", _("Cài đặt"), Permission.SETTINGS_CHANGE),
        ("officer.audit", "audit", _("Nhật ký"), Permission.AUDIT_READ),
        ("officer.datasets", "datasets", _("Xuất dữ liệu"), Permission.DATASET_EXPORT),
        ("officer.methods", "methods", _("Cách tính"), Permission.DESK),
    ]


MANAGING = {"calendar", "transactions", "external", "places", "accounts", "settings", "audit", "datasets", "methods"}
"""Words of the entries that stand under "Quản lý" in a menu too long for one line."""
FLAT = 7
"""A menu of at most so many entries is one list."""


@dataclass(frozen=True)
class Menu:
    """(address, label, is here) of the pages this officer may open: in one list, the rest under one heading."""

    first: tuple[tuple[str, str, bool], ...]
    rest: tuple[tuple[str, str, bool], ...]

    @property
    def is_in_rest(self) -> bool:
        return any(is_here for _address, _label, is_here in self.rest)


def _menu() -> Menu:
    opened = access.current_session()
    if opened is None or opened.must_enrol:
        return Menu((), ())
    first_word = (request.endpoint or "").removeprefix("officer.").split("_")[0]
    here = STANDS_FOR.get(first_word, first_word)
    held = [entry for entry in _entries() if access.holds(entry[3])]
    shown = [(word, (url_for(endpoint), label, here == word)) for endpoint, word, label, _permission in held]
    if len(shown) <= FLAT:
        return Menu(tuple(entry for _word, entry in shown), ())
    return Menu(
        tuple(entry for word, entry in shown if word not in MANAGING),
        tuple(entry for word, entry in shown if word in MANAGING),
    )


def _language_links() -> list[tuple[str, str, str]]:
    """(tag, name, address) of this page in each other language; none on the answer to a form, whose content a link
    would lose."""
    if request.method == "POST":
        return []
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [
        (tag, name, "?" + urlencode([*kept, ("lang", tag)]))
        for tag, name in LANGUAGE_NAMES.items()
        if tag != rendering.language()
    ]


def on_every_page() -> dict[str, Any]:
    """The frame's values for templates."""
    return {
        "officer": access.current_officer(),
        "menu": _menu(),
        "is_sample": is_sample_data(extensions.engine()),
        "asset_url": asset_url,
        "language_links": _language_links(),
    }
