"""The kinds of figures that are entered by month, as tabs of their pages."""

from __future__ import annotations

from flask import url_for

from survey_app.domain.dossier_file import Report
from survey_app.web.rendering import gettext as _


def title_of(report: Report) -> str:
    """What a kind of report is called."""
    return _("Chỉ số 1, 2 của bộ phận một cửa") if report is Report.INDICES else _("Sổ hành chính (QĐ 766/QĐ-TTg)")


def report_tabs(unit_code: str, here: Report | None) -> tuple[tuple[str, str, bool], ...]:
    """(address, label, is here); None: the page of transactions."""
    own = (url_for("officer.transactions_unit", unit_code=unit_code), _("Lượt giao dịch"), here is None)
    reports = (
        (
            url_for("officer.transactions_reports", unit_code=unit_code, report=report.value),
            title_of(report),
            report == here,
        )
        for report in Report
    )
    return (own, *reports)
