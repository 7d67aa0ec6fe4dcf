"""What the dossier system reports by month: what is stored, a file taken in whole or not at all, one month typed in."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.dossier_file import Report, Shape
from survey_app.domain.permissions import Permission
from survey_app.domain.unit_lines import LineProblem
from survey_app.services import dossiers
from survey_app.services.transactions import TransactionFileProblems
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.line_words import problem_text
from survey_app.web.officer.reading import today
from survey_app.web.officer.report_view import reports_view
from survey_app.web.officer.transaction_files import LARGEST_FORM, MOST_SHOWN, send_csv, sent_file
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    if endpoint == "officer.transactions_send_report_file":
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


def _shape(report: str) -> Shape:
    """The kind of file an address names; 404 for another."""
    if report not in list(Report):
        abort(404)
    return dossiers.shape_of(extensions.recipes(), Report(report))


def _page(
    unit_code: str, shape: Shape, problems: tuple[LineProblem, ...] = (), typed: dict[str, str] | None = None
) -> ResponseReturnValue:
    page = dossiers.reports_page(extensions.engine(), shape, unit_code, today())
    shown = render_template(
        "officer/transactions_reports.html",
        view=reports_view(page, extensions.recipes()),
        problems=problems if typed is None else (),
        wrong={problem.column: problem_text(problem) for problem in problems} if typed is not None else {},
        typed=typed or {},
        problem_text=problem_text,
        most=MOST_SHOWN,
    )
    return shown, 422 if problems else 200


@blueprint.get("/units/<unit_code>/reports/<report>", endpoint="transactions_reports")
@requires(Permission.TRANSACTIONS_ENTER)
def show(unit_code: str, report: str) -> ResponseReturnValue:
    """The last twelve months, a file to take in, a month to type in."""
    return _page(unit_code, _shape(report))


@blueprint.post("/units/<unit_code>/reports/<report>/file", endpoint="transactions_send_report_file")
@requires(Permission.TRANSACTIONS_ENTER)
def store(unit_code: str, report: str) -> ResponseReturnValue:
    """Take the file in, or list every bad line and store nothing."""
    shape, engine = _shape(report), extensions.engine()
    try:
        lines = dossiers.import_reports(engine, shape, sent_file(), unit_code, extensions.now(), signed_in().login)
    except TransactionFileProblems as error:
        return _page(unit_code, shape, error.problems)
    flash(_("Đã nhập %(n)s dòng.", n=number(lines)))
    return redirect(url_for("officer.transactions_reports", unit_code=unit_code, report=report), 303)


@blueprint.post("/units/<unit_code>/reports/<report>", endpoint="transactions_send_report")
@requires(Permission.TRANSACTIONS_ENTER)
def enter(unit_code: str, report: str) -> ResponseReturnValue:
    """Keep one month, or tell what is wrong with it and keep nothing."""
    shape, engine = _shape(report), extensions.engine()
    typed = {name: request.form.get(name, "") for name in shape.columns}
    try:
        dossiers.enter_report(engine, shape, typed, unit_code, extensions.now(), signed_in().login)
    except TransactionFileProblems as error:
        return _page(unit_code, shape, error.problems, typed)
    flash(_("Đã lưu số liệu của một tháng."))
    return redirect(url_for("officer.transactions_reports", unit_code=unit_code, report=report), 303)


@blueprint.get("/units/<unit_code>/reports/<report>.csv", endpoint="transactions_report_download")
@requires(Permission.TRANSACTIONS_ENTER)
def download(unit_code: str, report: str) -> ResponseReturnValue:
    """What is stored, as a file that can be imported again."""
    text = dossiers.export_reports(extensions.engine(), _shape(report), unit_code, today(), ";")
    return send_csv(text, f"so-lieu-ho-so-{report}-{unit_code}.csv")


@blueprint.get("/units/<unit_code>/reports/<report>/empty.csv", endpoint="transactions_report_empty")
@requires(Permission.TRANSACTIONS_ENTER)
def empty(unit_code: str, report: str) -> ResponseReturnValue:
    """A line for everyone who could report on the last month that is over, to fill in."""
    text = dossiers.empty_file(extensions.engine(), _shape(report), unit_code, today(), ";")
    return send_csv(text, f"mau-so-lieu-{report}-{unit_code}.csv")
