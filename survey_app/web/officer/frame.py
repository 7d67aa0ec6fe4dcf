"""What stands around every officer page: the places to go to, this page in the other language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.province_settings import is_sample_data
from survey_app.web import access, rendering
from survey_app.web.officer.assets import asset_url
from survey_app.web.rendering import gettext as _

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def _places() -> list[tuple[str, str, bool]]:
    """(address, label, is here) of the pages this officer may open."""
    shown = [
        ("officer.home", "officer.unit", _("Kết quả"), Permission.RESULTS_READ),
        ("officer.datasets", "officer.datasets", _("Xuất dữ liệu"), Permission.DATASET_EXPORT),
        ("officer.methods", "officer.methods", _("Cách tính"), Permission.RESULTS_READ),
    ]
    return [
        (url_for(endpoint), label, request.endpoint == page)
        for endpoint, page, label, permission in shown
        if access.holds(permission)
    ]


def _language_links() -> list[tuple[str, str, str]]:
    """(tag, name, address) of this page in each other language."""
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
        "places": _places(),
        "is_sample": is_sample_data(extensions.engine()),
        "asset_url": asset_url,
        "language_links": _language_links(),
    }
