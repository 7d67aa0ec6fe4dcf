"""Results seen across units and items: heat map, items side by side, comparison."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.exploring import MOST_COMPARED, centres_below, neighbours, these
from survey_app.services.result_choices import unit_page
from survey_app.web.access import require_at, requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.comparison import compare_view
from survey_app.web.officer.filters import link_with, read_asked
from survey_app.web.officer.heat_map import heat_view
from survey_app.web.officer.item_list import items_view
from survey_app.web.officer.page import order_of
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today
from survey_app.web.officer.result_tables import compare_table, heat_table, items_table


@blueprint.get("/explore/<unit_code>")
@requires(Permission.RESULTS_READ)
def results_heat_map(unit_code: str) -> ResponseReturnValue:
    """Every centre below a unit against every factor."""
    asked, reader = read_asked(request.args), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, centres_below)
    view = heat_view(page, order_of(request.args), may_read)
    return page_or_file("officer/explore_heat_map.html", view, "heat-map", unit_code, lambda: heat_table(page))


@blueprint.get("/explore/<unit_code>/items")
@requires(Permission.RESULTS_READ)
def results_items(unit_code: str) -> ResponseReturnValue:
    """Every scored item of the questionnaire with the spread of its answers."""
    asked, reader = read_asked(request.args), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(()))
    view = items_view(page, order_of(request.args), may_read)
    return page_or_file("officer/explore_items.html", view, "items", unit_code, lambda: items_table(page))


def compared_units() -> list[str]:
    """The units an address asks to compare, each once. Aborts with 404 beyond the grant or for too many."""
    codes = dict.fromkeys(code for code in request.args.get("units", "").split(",") if code)
    if len(codes) > MOST_COMPARED:
        abort(404)
    for code in codes:
        require_at(code, Permission.RESULTS_READ)
    return list(codes)


@blueprint.get("/explore/<unit_code>/compare")
@requires(Permission.RESULTS_READ)
def results_compare(unit_code: str) -> ResponseReturnValue:
    """Up to five units side by side; the form sends each unit by itself and is led to the one address of them all."""
    sent = [code for code in request.args.getlist("units") if code]
    if len(request.args.getlist("units")) > 1:
        here = url_for("officer.results_compare", unit_code=unit_code)
        return redirect(here + link_with(units=",".join(sent) or None), 303)
    codes, asked = compared_units(), read_asked(request.args)
    reader = reader_at(unit_code, *codes)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(codes))
    view = compare_view(page, neighbours(extensions.engine(), unit_code), may_read)
    return page_or_file("officer/explore_compare.html", view, "compare", unit_code, lambda: compare_table(page))
