"""What the views of results have in common: who reads, and a page or the same page as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services.result_choices import Reader
from survey_app.services.result_tables import ResultTable, Shown, TableFormat, export_table
from survey_app.web.access import may_at, signed_in
from survey_app.web.officer.filters import FILTERS, kept_fields

TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def today() -> date:
    """The local day of this request."""
    return local_day(extensions.now())


def may_read(unit_code: str) -> bool:
    """Whether the officer reads results of this unit."""
    return may_at(unit_code, Permission.RESULTS_READ)


def reader_at(*unit_codes: str) -> Reader:
    """An officer at these units: sensitive items only where all of them allow it."""
    return Reader(sees_sensitive=all(may_at(code, Permission.INTEGRITY_READ) for code in unit_codes))


def _file(view_name: str, unit_code: str, table: ResultTable, file_format: TableFormat) -> ResponseReturnValue:
    shown = Shown(view_name, unit_code, dict(kept_fields((*FILTERS, "units", "quarter"))))
    content = export_table(extensions.engine(), extensions.now(), signed_in().login, table, file_format, shown)
    reply = make_response(content)
    reply.headers["Content-Type"] = TYPES[file_format]
    name = f"{view_name}-{unit_code}-{today():%Y%m%d}.{file_format.value}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def page_or_file(
    template: str, view: object, view_name: str, unit_code: str, table: Callable[[], ResultTable]
) -> ResponseReturnValue:
    """The page, or with ``?as=csv|xlsx`` the figures it shows as a file. Aborts with 404 for another format."""
    wanted = request.args.get("as")
    if not wanted:
        return render_template(template, view=view)
    if wanted not in list(TableFormat):
        abort(404)
    return _file(view_name, unit_code, table(), TableFormat(wanted))
