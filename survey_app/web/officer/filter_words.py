"""What the choices of a results page are called."""

from __future__ import annotations

from survey_app.domain.unit_succession import Boundaries
from survey_app.services.result_choices import UnitPage
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, words


def stage(chosen: str | None) -> str:
    """A visit stage as officials say it."""
    return {
        None: _("Mọi mục đích"),
        "filing": _("Nộp hồ sơ"),
        "collecting": _("Nhận kết quả"),
        "asking": _("Hỏi, được hướng dẫn"),
        "other": _("Việc khác"),
    }[chosen]


def channel(chosen: str | None) -> str:
    """A channel as officials say it."""
    return {
        None: _("Mọi hình thức"),
        "poster": _("Mã QR tại quầy"),
        "ticket": _("Thẻ mời"),
        "kiosk": _("Máy tại chỗ"),
        "assisted": _("Có người hỗ trợ"),
        "paper": _("Phiếu giấy"),
        "phone": _("Điện thoại"),
        "online": _("Trực tuyến"),
    }[chosen]


def service_field(chosen: str | None) -> str:
    """A service field by its own name."""
    return _("Mọi lĩnh vực") if chosen is None else chosen


def flagged(with_flagged: bool) -> str:
    """Whether responses under check are counted."""
    return _("Gồm") if with_flagged else _("Không gồm")


def boundaries(chosen: Boundaries) -> str:
    """In which units a period is reported."""
    return {Boundaries.NOW: _("Hiện nay"), Boundaries.THEN: _("Tại thời điểm đó")}[chosen]


def period(chosen: str) -> str:
    """A quick choice of the period."""
    return {
        "3-months": _("Ba tháng gần nhất"),
        "quarter": _("Quý này"),
        "last-quarter": _("Quý trước"),
        "12-months": _("12 tháng gần nhất"),
        "whole": _("Toàn bộ thời gian"),
    }[chosen]


def form_of(page: UnitPage) -> str:
    """The chosen questionnaire version, by its title."""
    found = next((form for form in page.choices.forms if form.key == page.asked.form), None)
    return _("Chưa có mẫu phiếu") if found is None else f"{words(found.title)} (v{found.version})"


def form_has_factors(page: UnitPage) -> bool:
    """Whether the chosen questionnaire's index is made of several factors (True while none is published)."""
    return next((form.has_factors for form in page.choices.forms if form.key == page.asked.form), True)


def period_of(page: UnitPage) -> str:
    """The period of the figures: a wave, months, or both."""
    asked = page.asked
    months = " – ".join(month(entry) for entry in (asked.first_month, asked.last_month) if entry)
    if asked.first_month is None and asked.last_month is not None:
        months = _("đến %(month)s", month=months)
    elif asked.last_month is None and asked.first_month is not None:
        months = _("từ %(month)s", month=months)
    wave = next((wave.title for wave in page.choices.waves if wave.code == asked.wave), None)
    return ", ".join(part for part in (wave, months) if part) or _("Toàn bộ thời gian")
