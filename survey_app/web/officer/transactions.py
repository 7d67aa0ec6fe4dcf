"""Transactions by counter and month: the last twelve months, and one month of all counters typed in at once."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import months_back
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.permissions import Permission
from survey_app.domain.transaction_file import MOST, month_from, number_from
from survey_app.services import officers, transaction_pages, transactions
from survey_app.services.transaction_pages import MonthPage
from survey_app.services.units import UnknownUnit
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.reading import today
from survey_app.web.officer.report_tabs import report_tabs
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month as month_name
from survey_app.web.rendering import number


@blueprint.get("/transactions", endpoint="transactions")
@requires(Permission.TRANSACTIONS_ENTER)
def begin() -> ResponseReturnValue:
    """To the highest unit whose transactions the officer enters."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.TRANSACTIONS_ENTER, today())
    if code is None:
        abort(403)
    return redirect(url_for("officer.transactions_unit", unit_code=code), 303)


def path_of(path: tuple[OrgUnit, ...]) -> list[tuple[str, str]]:
    """(name, address) of the units above; no address beyond the grant."""
    return [
        (unit.name, url_for("officer.transactions_unit", unit_code=unit.code))
        if may_at(unit.code, Permission.TRANSACTIONS_ENTER)
        else (unit.name, "")
        for unit in path
    ]


@blueprint.get("/units/<unit_code>/transactions", endpoint="transactions_unit")
@requires(Permission.TRANSACTIONS_ENTER)
def show(unit_code: str) -> ResponseReturnValue:
    """Twelve months, and what is missing in them."""
    page = transaction_pages.page(extensions.engine(), unit_code, today())
    tabs = report_tabs(unit_code, None)
    path = path_of(page.path)
    return render_template("officer/transactions.html", page=page, path=path, unit_code=unit_code, report_tabs=tabs)


def _month_page(unit_code: str) -> MonthPage:
    """The month the address asks for; 404 for one that is none of the twelve."""
    asked = request.args.get("month")
    month = month_from(asked) if asked is not None else None
    if asked is not None and month is None:
        abort(404)
    try:
        return transaction_pages.month_page(extensions.engine(), unit_code, month, today())
    except UnknownUnit:
        abort(404)


def _neighbours(page: MonthPage) -> list[tuple[str, str]]:
    """(address, label) of the months before and after, as far as there are any."""
    labels = ((months_back(page.month, 1), _("Tháng trước")), (months_back(page.month, -1), _("Tháng sau")))
    return [(_address(page.unit.code, month), label) for month, label in labels if month in page.months]


def _address(unit_code: str, month: date) -> str:
    return url_for("officer.transactions_month", unit_code=unit_code, month=f"{month:%Y-%m}")


def _form(page: MonthPage, typed: dict[str, str], problems: dict[str, str]) -> ResponseReturnValue:
    shown = render_template(
        "officer/transactions_month.html",
        page=page,
        path=path_of((*page.path, page.unit)),
        neighbours=_neighbours(page),
        typed=typed,
        problems=problems,
        is_running=page.month == page.months[0],
    )
    return shown, 422 if problems else 200


def _text(known: int | None) -> str:
    return "" if known is None else str(known)


@blueprint.get("/units/<unit_code>/transactions/month", endpoint="transactions_month")
@requires(Permission.TRANSACTIONS_ENTER)
def month(unit_code: str) -> ResponseReturnValue:
    """The form of one month."""
    page = _month_page(unit_code)
    return _form(page, {counter.code: _text(known) for counter, known in page.counters}, {})


def _changed(typed: dict[str, str]) -> tuple[dict[str, int | None], dict[str, str]]:
    """The numbers that differ from what the form began with, and the problems of those that are none."""
    found: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    for code, text in typed.items():
        read = number_from(text)
        if text.strip() and read is None:
            problems[code] = _("Hãy nhập số nguyên từ 0 đến %(most)s, hoặc để trống.", most=number(MOST))
        elif read != number_from(request.form.get(f"was-{code}", "")):
            found[code] = read
    return found, problems


@blueprint.post("/units/<unit_code>/transactions/month", endpoint="transactions_send_month")
@requires(Permission.TRANSACTIONS_ENTER)
def send_month(unit_code: str) -> ResponseReturnValue:
    """Keep what was changed, or tell which numbers are none and keep nothing."""
    page = _month_page(unit_code)
    typed = {counter.code: request.form.get(f"n-{counter.code}", "") for counter, _known in page.counters}
    numbers, problems = _changed(typed)
    if problems:
        return _form(page, typed, problems)
    transactions.enter_month(extensions.engine(), unit_code, page.month, numbers, extensions.now(), signed_in().login)
    told = _("Đã lưu lượt giao dịch tháng %(month)s.", month=month_name(page.month))
    flash(told if numbers else _("Không có số nào thay đổi."))
    return redirect(url_for("officer.transactions_unit", unit_code=unit_code), 303)
