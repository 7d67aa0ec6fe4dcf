"""The released scores of one's own centre, for the people who work at its counters: the whole centre only."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.exploring import centre_at, these
from survey_app.services.result_choices import unit_page
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.faces import WHOLE_CENTRE
from survey_app.web.officer.filters import WHOLE_CENTRE_FILTERS, read_asked
from survey_app.web.officer.page import page_view
from survey_app.web.officer.reading import page_or_file, reader_at, today
from survey_app.web.officer.result_tables import overview_table


def _may_read(unit_code: str) -> bool:
    return may_at(unit_code, Permission.CENTRE_SCORES_READ)


@blueprint.get("/centre")
@requires(Permission.CENTRE_SCORES_READ)
def centre_scores() -> ResponseReturnValue:
    """To the officer's own centre."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.CENTRE_SCORES_READ, today())
    centre = centre_at(extensions.engine(), code) if code else None
    if centre is None:
        abort(404)
    return redirect(url_for("officer.centre_scores_unit", unit_code=centre), 303)


@blueprint.get("/centre/<unit_code>")
@requires(Permission.CENTRE_SCORES_READ)
def centre_scores_unit(unit_code: str) -> ResponseReturnValue:
    """A centre's figures; any other kind of unit does not exist here."""
    if centre_at(extensions.engine(), unit_code) != unit_code:
        abort(404)
    asked, reader = read_asked(request.args, WHOLE_CENTRE_FILTERS), reader_at(unit_code)
    page = unit_page(extensions.engine(), extensions.recipes(), unit_code, asked, today(), reader, these(()))
    view = page_view(page, request.args, WHOLE_CENTRE, _may_read)
    return page_or_file(
        "officer/centre_scores.html", view, "centre", unit_code, lambda: overview_table(page, WHOLE_CENTRE)
    )
