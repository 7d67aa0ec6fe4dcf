"""One figure of a unit over time: any figure of the questionnaire, by month or quarter."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.lineage import OVERALL
from survey_app.domain.permissions import Permission
from survey_app.services.exploring import these
from survey_app.services.result_choices import Asked, UnitPage, unit_page
from survey_app.services.trend_points import Step
from survey_app.services.trends import unit_trend
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.filters import read_asked
from survey_app.web.officer.page_top import page_top
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today
from survey_app.web.officer.trend_view import HERE, trend_table, trend_view

PERIOD = ("period", "from", "to", "wave")


def _asked() -> Asked:
    """What the address asks for; without a period everything there is, for a trend is about time."""
    asked = read_asked(request.args)
    return asked if any(request.args.get(name) for name in PERIOD) else replace(asked, period="whole")


def _step() -> Step:
    """The step of the address, a month by default. Aborts with 404 for another."""
    text = request.args.get("step") or Step.MONTH.value
    if text not in list(Step):
        abort(404)
    return Step(text)


def _unpublished(page: UnitPage) -> ResponseReturnValue:
    return render_template("officer/trend.html", view=None, top=page_top(page, OFFICER, may_read, HERE))


@blueprint.get("/trend/<unit_code>")
@requires(Permission.RESULTS_READ)
def results_trend(unit_code: str) -> ResponseReturnValue:
    """A figure of a unit by month or quarter, with its breaks and what was measured before."""
    reader, step = reader_at(unit_code), _step()
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, _asked(), today(), reader, these(()))
    if page.results is None:
        return _unpublished(page)
    figure = request.args.get("figure") or OVERALL
    trend = unit_trend(extensions.engine(), extensions.recipes(), page.results.query, figure, step)
    view = trend_view(page, trend, may_read)
    return page_or_file("officer/trend.html", view, "trend", unit_code, lambda: trend_table(page, trend))
