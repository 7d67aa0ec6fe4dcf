"""What goes with satisfaction: strengths to keep up, weaknesses to mend, with the evidence."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.driver_results import unit_drivers
from survey_app.services.exploring import these
from survey_app.services.result_choices import unit_page
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.driver_view import drivers_table, drivers_view
from survey_app.web.officer.filters import read_asked
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today


@blueprint.get("/drivers/<unit_code>")
@requires(Permission.RESULTS_READ)
def results_drivers(unit_code: str) -> ResponseReturnValue:
    """Importance and performance of every item of a unit."""
    asked, reader = read_asked(request.args), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(()))
    found = unit_drivers(extensions.engine(), extensions.recipes(), page)
    view = drivers_view(page, found, may_read)
    return page_or_file("officer/drivers.html", view, "drivers", unit_code, lambda: drivers_table(page, found))
