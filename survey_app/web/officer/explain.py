""" "Cách tính" of one figure, for each of the ways results are read."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.explaining import OVERALL, NoSuchFigure, explained
from survey_app.services.exploring import centre_at, these
from survey_app.services.published_results import published_page
from survey_app.services.result_choices import UnitPage, unit_page
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.explain_view import explain_view
from survey_app.web.officer.filters import PUBLISHED_FILTERS, WHOLE_CENTRE_FILTERS, read_asked
from survey_app.web.officer.page import OFFICER, PUBLISHED, WHOLE_CENTRE, Face
from survey_app.web.officer.published import asked_quarter
from survey_app.web.officer.reading import reader_at, today


def _explanation(page: UnitPage, face: Face) -> ResponseReturnValue:
    name = request.args.get("figure", OVERALL)
    try:
        found = explained(extensions.engine(), extensions.recipes(), page, name)
    except NoSuchFigure:
        abort(404)
    return render_template("officer/explain.html", view=explain_view(found, face))


@blueprint.get("/units/<unit_code>/explain")
@requires(Permission.RESULTS_READ)
def results_explain(unit_code: str) -> ResponseReturnValue:
    """A figure of a unit's page."""
    asked, reader = read_asked(request.args), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(()))
    return _explanation(page, OFFICER)


@blueprint.get("/published/<unit_code>/explain")
@requires(Permission.PUBLISHED_READ)
def published_explain(unit_code: str) -> ResponseReturnValue:
    """A published figure, at the bases of the public."""
    asked, quarter = read_asked(request.args, PUBLISHED_FILTERS), asked_quarter()
    found = published_page(extensions.engine(), extensions.recipes(), unit_code, asked, quarter, today())
    return _explanation(found.page, PUBLISHED)


@blueprint.get("/centre/<unit_code>/explain")
@requires(Permission.CENTRE_SCORES_READ)
def centre_scores_explain(unit_code: str) -> ResponseReturnValue:
    """A figure of a whole centre; any other kind of unit does not exist here."""
    if centre_at(extensions.engine(), unit_code) != unit_code:
        abort(404)
    asked, reader = read_asked(request.args, WHOLE_CENTRE_FILTERS), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(()))
    return _explanation(page, WHOLE_CENTRE)
