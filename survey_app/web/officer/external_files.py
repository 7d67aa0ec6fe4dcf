"""External series as files: an empty one to fill in, and what is stored."""

from __future__ import annotations

from flask import Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services import external_series
from survey_app.services.external_series import NoSuchSeries
from survey_app.services.line_files import Lines
from survey_app.services.result_tables import TableFormat
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.reading import TYPES


def _send(table: Lines, name: str) -> Response:
    wanted = request.args.get("as") or TableFormat.CSV.value
    if wanted not in list(TableFormat):
        abort(404)
    is_csv = wanted == TableFormat.CSV
    reply = make_response(external_series.csv_file(table) if is_csv else external_series.xlsx_file(table))
    reply.headers["Content-Type"] = TYPES[TableFormat(wanted)]
    reply.headers["Content-Disposition"] = f"attachment; filename={name}.{wanted}"
    return reply


@blueprint.get("/units/<unit_code>/external/template", endpoint="external_template")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def template(unit_code: str) -> ResponseReturnValue:
    """A line for each figure of a questionnaire, to fill in; ``?form=`` names it."""
    forms = [slug for slug, _title in external_series.forms(extensions.engine())]
    slug = request.args.get("form") or (forms[0] if forms else "")
    if slug not in forms:
        abort(404)
    return _send(external_series.template(extensions.engine(), slug, unit_code), f"mau-so-lieu-{slug}")


@blueprint.get("/units/<unit_code>/external/<int:series_id>/file", endpoint="external_file")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def download(unit_code: str, series_id: int) -> ResponseReturnValue:
    """What is stored of a series, as a file that can be imported again."""
    try:
        found = external_series.one_series(extensions.engine(), series_id, unit_code)
    except NoSuchSeries:
        abort(404)
    return _send(external_series.as_table(found.figures), f"so-lieu-{series_id}")
