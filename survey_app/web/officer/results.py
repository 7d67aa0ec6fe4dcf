"""The results of a unit: province, commune, centre or counter, one address for all."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services.result_choices import unit_page
from survey_app.web.access import may_at, requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.filters import read_asked
from survey_app.web.officer.page import page_view


def _may_read(unit_code: str) -> bool:
    return may_at(unit_code, Permission.RESULTS_READ)


@blueprint.get("/units/<unit_code>")
@requires(Permission.RESULTS_READ)
def unit(unit_code: str) -> ResponseReturnValue:
    """A unit's figures, its months, and the units below it."""
    today = local_day(extensions.now())
    asked = read_asked(request.args)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today)
    view = page_view(page, request.args, _may_read)
    return render_template("officer/unit.html", view=view)
