"""The results of a unit: province, commune, centre or counter, one address for all."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.result_choices import unit_page
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.filters import read_asked
from survey_app.web.officer.page import page_view
from survey_app.web.officer.published_elsewhere import published_boxes
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today
from survey_app.web.officer.result_tables import overview_table
from survey_app.web.officer.weighted_view import weighted_view, with_weighted


@blueprint.get("/results")
@requires(Permission.RESULTS_READ)
def results() -> ResponseReturnValue:
    """To the highest unit whose results the officer may read."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.RESULTS_READ, today())
    if code is None:
        abort(403)
    return redirect(url_for("officer.unit", unit_code=code), 303)


@blueprint.get("/units/<unit_code>")
@requires(Permission.RESULTS_READ)
def unit(unit_code: str) -> ResponseReturnValue:
    """A unit's figures, its months, and the units below it."""
    asked, reader = read_asked(request.args), replace(reader_at(unit_code), compares=True, weighs=True)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader)
    weighted, places = page.weighted, page.recipe.rounding.places
    shown = weighted_view(weighted, unit_code, places)
    boxes = published_boxes(page.path[-1])
    view = replace(page_view(page, request.args, OFFICER, may_read), weighted=shown, published=boxes)
    return page_or_file(
        "officer/unit.html", view, "results", unit_code, lambda: with_weighted(overview_table(page), weighted, places)
    )
