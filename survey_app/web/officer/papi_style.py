"""PAPI-style scores by commune of residence."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.residence_results import ResidencePage, is_place, residence_page
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.page import order_of
from survey_app.web.officer.papi_style_explain import NoSuchFigure, papi_explain_view
from survey_app.web.officer.papi_style_table import papi_table
from survey_app.web.officer.papi_style_view import papi_view
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today


def _page(unit_code: str) -> ResidencePage:
    """The page of the period asked for. Aborts with 404 for what no period is called."""
    period = request.args.get("period") or None
    if period and not period.isprintable():
        abort(404)
    sees_sensitive = reader_at(unit_code).sees_sensitive
    engine, recipes = extensions.engine(), extensions.recipes()
    return residence_page(engine, recipes, unit_code, period, today(), with_sensitive=sees_sensitive)


@blueprint.get("/papi-style")
@requires(Permission.RESULTS_READ)
def papi_style() -> ResponseReturnValue:
    """To the highest unit whose results the officer may read."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.RESULTS_READ, today())
    if code is None:
        abort(403)
    return redirect(url_for("officer.papi_style_unit", unit_code=code), 303)


@blueprint.get("/papi-style/<unit_code>")
@requires(Permission.RESULTS_READ)
def papi_style_unit(unit_code: str) -> ResponseReturnValue:
    """A place's dimensions, their parts, and the communes below it; why there are none where nobody lives."""
    if not is_place(extensions.engine(), unit_code):
        return render_template("officer/papi_style.html", view=None)
    page = _page(unit_code)
    view = papi_view(page, order_of(request.args), may_read)
    return page_or_file("officer/papi_style.html", view, "papi-style", unit_code, lambda: papi_table(page))


@blueprint.get("/papi-style/<unit_code>/explain")
@requires(Permission.RESULTS_READ)
def papi_style_explain(unit_code: str) -> ResponseReturnValue:
    """How a dimension, or the total, of a place was worked out."""
    if not is_place(extensions.engine(), unit_code):
        return render_template("officer/papi_style.html", view=None)
    try:
        view = papi_explain_view(_page(unit_code), request.args.get("figure", "total"))
    except NoSuchFigure:
        abort(404)
    return render_template("officer/explain.html", view=view)
