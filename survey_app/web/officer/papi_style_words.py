"""What the pages of PAPI-style scores call things: dimensions in short, periods, why a figure is not there."""

from __future__ import annotations

from survey_app.domain.disclosure import Withheld
from survey_app.domain.recipe import Dimension
from survey_app.domain.scorecard import Figure
from survey_app.services.residence_periods import Period
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words

ROMAN = ("I", "II", "III", "IV")


def short_title(dimension: Dimension) -> str:
    """A dimension's name as a column is headed."""
    named = {
        "participation": _("Tham gia"),
        "transparency": _("Công khai"),
        "accountability": _("Giải trình"),
        "corruption_control": _("Kiểm soát tham nhũng"),
        "public_procedures": _("Thủ tục"),
        "public_services": _("Dịch vụ công"),
        "environment": _("Môi trường"),
        "e_governance": _("Quản trị điện tử"),
    }
    return named.get(dimension.id, words(dimension.title))


def period_name(period: Period) -> str:
    """A year with how far it has come, or a quarter."""
    last = period.quarters[-1]
    if not period.is_year:
        return _("Quý %(number)s năm %(year)s", number=ROMAN[last.number - 1], year=last.year)
    if len(period.quarters) == len(ROMAN):
        return _("Năm %(year)s", year=last.year)
    first, end = ROMAN[period.quarters[0].number - 1], ROMAN[last.number - 1]
    return _("Năm %(year)s (quý %(first)s – %(last)s)", year=last.year, first=first, last=end)


def why_missing(figure: Figure | None) -> str:
    """Why there is no value: nothing to read, not for this reader (no reason is told), or withheld."""
    if figure is None:
        return _("Chưa có phiếu được công bố")
    if figure.reason is None:
        return _("Chỉ người được giao đọc câu nhạy cảm mới xem được")
    return _("Chưa đủ cả tám chỉ số") if figure.reason is Withheld.INCOMPLETE else label(figure.reason)
