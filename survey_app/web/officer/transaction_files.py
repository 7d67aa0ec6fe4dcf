"""Transactions as files: taken in whole or not at all, what is stored, and an empty one to fill in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import month_of, months_back
from survey_app.domain.permissions import Permission
from survey_app.domain.unit_lines import LineProblem
from survey_app.services import transaction_pages, transactions
from survey_app.services.transactions import TransactionFileProblems
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.line_words import problem_text
from survey_app.web.officer.reading import today
from survey_app.web.officer.transactions import path_of
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

LARGEST_FILE = 256 * 1024
LARGEST_FORM = LARGEST_FILE + 64 * 1024
"""A file and the fields around it."""

MOST_SHOWN = 200
FOR_EXCEL = "\ufeff"
"""A byte-order mark: without it Excel does not see that the file is UTF-8."""


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    if endpoint == "officer.transactions_send_import":
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


def _page(unit_code: str, problems: tuple[LineProblem, ...] = ()) -> ResponseReturnValue:
    page = transaction_pages.page(extensions.engine(), unit_code, today())
    shown = render_template(
        "officer/transactions_import.html",
        unit=page.unit,
        path=path_of((*page.path, page.unit)),
        problems=problems,
        problem_text=problem_text,
        most=MOST_SHOWN,
    )
    return shown, 422 if problems else 200


@blueprint.get("/units/<unit_code>/transactions/import", endpoint="transactions_import")
@requires(Permission.TRANSACTIONS_ENTER)
def choose(unit_code: str) -> ResponseReturnValue:
    """The form for a file, and the files to begin from."""
    return _page(unit_code)


def sent_file() -> str:
    """The file that was sent. Raises TransactionFileProblems for none, one too large, or no text."""
    file = request.files.get("file")
    content = file.read(LARGEST_FILE + 1) if file else b""
    if not content:
        raise TransactionFileProblems([LineProblem(1, "", _("Hãy chọn tệp CSV rồi bấm Nhập tệp."))])
    if len(content) > LARGEST_FILE:
        raise TransactionFileProblems([LineProblem(1, "", _("Tệp lớn hơn 256 kB. Hãy tách thành nhiều tệp."))])
    return transactions.decode(content)


@blueprint.post("/units/<unit_code>/transactions/import", endpoint="transactions_send_import")
@requires(Permission.TRANSACTIONS_ENTER)
def store(unit_code: str) -> ResponseReturnValue:
    """Take the file in, or list every bad line and store nothing."""
    engine, now, login = extensions.engine(), extensions.now(), signed_in().login
    try:
        lines = transactions.import_transactions(engine, sent_file(), unit_code, now, login)
    except TransactionFileProblems as error:
        return _page(unit_code, error.problems)
    flash(_("Đã nhập %(n)s dòng.", n=number(lines)))
    return redirect(url_for("officer.transactions_unit", unit_code=unit_code), 303)


def send_csv(text: str, name: str) -> Response:
    """A file for Vietnamese Excel."""
    reply = make_response((FOR_EXCEL + text).encode("utf-8"))
    reply.headers["Content-Type"] = "text/csv; charset=utf-8"
    reply.headers["Content-Disposition"] = f"attachment; filename={name}"
    return reply


@blueprint.get("/units/<unit_code>/transactions.csv", endpoint="transactions_download")
@requires(Permission.TRANSACTIONS_ENTER)
def download(unit_code: str) -> ResponseReturnValue:
    """What is stored here and below, as a file that can be imported again."""
    text = transactions.export_transactions(extensions.engine(), unit_code, ";")
    return send_csv(text, f"luot-giao-dich-{unit_code}.csv")


@blueprint.get("/units/<unit_code>/transactions/empty.csv", endpoint="transactions_empty_file")
@requires(Permission.TRANSACTIONS_ENTER)
def empty(unit_code: str) -> ResponseReturnValue:
    """A line for each counter here and below in the last month that is over, to fill in."""
    month = months_back(month_of(today()), 1)
    text = transactions.empty_file(extensions.engine(), unit_code, month, ";")
    return send_csv(text, f"mau-luot-giao-dich-{unit_code}.csv")
