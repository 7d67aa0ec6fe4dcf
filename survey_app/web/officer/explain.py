""" "Cách tính" of one figure, for each of the ways results are read."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.alerts import read_alerts
from survey_app.services.driver_results import unit_drivers
from survey_app.services.explaining import OVERALL, NoSuchFigure, explained
from survey_app.services.exploring import centre_at, these
from survey_app.services.listings import listed_below
from survey_app.services.published_results import published_page
from survey_app.services.result_choices import DEFAULT_RECIPE, UnitPage, unit_page
from survey_app.services.weighted_results import NoWeights, weighted_result
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.explain_alert import drop_explanation
from survey_app.web.officer.explain_differences import DIFFERENCES, difference_explanation
from survey_app.web.officer.explain_drivers import drivers_explanation
from survey_app.web.officer.explain_names import ASSOCIATION, DROP, PAIRS, STANDINGS, WEIGHTED
from survey_app.web.officer.explain_view import ExplainView, explain_view
from survey_app.web.officer.explain_weighted import weighted_explanation
from survey_app.web.officer.explore import compared_units
from survey_app.web.officer.faces import OFFICER, PUBLISHED, WHOLE_CENTRE, Face
from survey_app.web.officer.filters import PUBLISHED_FILTERS, WHOLE_CENTRE_FILTERS, read_asked
from survey_app.web.officer.published import asked_quarter
from survey_app.web.officer.reading import reader_at, today


def _drawn(view: ExplainView | None) -> ResponseReturnValue:
    if view is None:
        abort(404)
    return render_template("officer/explain.html", view=view)


def _explanation(page: UnitPage, face: Face) -> ResponseReturnValue:
    name = request.args.get("figure", OVERALL)
    try:
        if face is OFFICER and name == WEIGHTED:
            return _drawn(_weighted(page))
        if face is OFFICER and name == ASSOCIATION:
            return _drawn(drivers_explanation(page, unit_drivers(extensions.engine(), extensions.recipes(), page)))
        return _drawn(explain_view(explained(extensions.engine(), extensions.recipes(), page, name), face))
    except NoSuchFigure:
        abort(404)


def _weighted(page: UnitPage) -> ExplainView | None:
    """None at a counter, and where nothing was released: there is nothing to weigh."""
    overall = explained(extensions.engine(), extensions.recipes(), page, OVERALL)
    assert page.results is not None
    found = weighted_result(extensions.engine(), extensions.recipes(), page.results.query, today())
    if found is None or found.why is NoWeights.NOTHING_RELEASED:
        return None
    return weighted_explanation(overall, found)


def _difference(unit_code: str, name: str) -> ResponseReturnValue:
    """A difference that the unit's page shows, or the comparison of the units named in the address."""
    codes = compared_units() if name == PAIRS else []
    listing = listed_below if name == STANDINGS else these(codes)
    asked, reader = read_asked(request.args), replace(reader_at(unit_code, *codes), compares=name != PAIRS)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, listing)
    return _drawn(difference_explanation(page, name))


def _drop(unit_code: str) -> ResponseReturnValue:
    """The clear drop of a centre that the page of alerts tells of."""
    found = read_alerts(extensions.engine(), extensions.recipes(), unit_code, extensions.now())
    return _drawn(drop_explanation(found, extensions.recipes()[DEFAULT_RECIPE]))


@blueprint.get("/units/<unit_code>/explain")
@requires(Permission.RESULTS_READ)
def results_explain(unit_code: str) -> ResponseReturnValue:
    """A figure of a unit's page, or a difference."""
    if (name := request.args.get("figure", OVERALL)) in DIFFERENCES:
        return _difference(unit_code, name)
    if name == DROP:
        return _drop(unit_code)
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
