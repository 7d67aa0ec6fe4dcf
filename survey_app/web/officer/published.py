"""Published results: closed quarters at the bases of the public, province to centre."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.domain.quarter import Quarter, quarter_from_code
from survey_app.services import officers
from survey_app.services.published_results import published_page
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.faces import PUBLISHED
from survey_app.web.officer.filters import PUBLISHED_FILTERS, read_asked
from survey_app.web.officer.page import page_view
from survey_app.web.officer.published_page import published_view
from survey_app.web.officer.reading import page_or_file, today
from survey_app.web.officer.result_tables import overview_table


def _may_read(unit_code: str) -> bool:
    return may_at(unit_code, Permission.PUBLISHED_READ)


def asked_quarter() -> Quarter | None:
    """The quarter of the address. Aborts with 404 for what is none."""
    code = request.args.get("quarter")
    found = quarter_from_code(code) if code else None
    if code and found is None:
        abort(404)
    return found


@blueprint.get("/published")
@requires(Permission.PUBLISHED_READ)
def published() -> ResponseReturnValue:
    """To the highest unit whose published results the officer may read."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.PUBLISHED_READ, today())
    if code is None:
        abort(403)
    return redirect(url_for("officer.published_unit", unit_code=code), 303)


@blueprint.get("/published/<unit_code>")
@requires(Permission.PUBLISHED_READ)
def published_unit(unit_code: str) -> ResponseReturnValue:
    """A unit's published figures of one closed quarter."""
    asked, quarter = read_asked(request.args, PUBLISHED_FILTERS), asked_quarter()
    found = published_page(extensions.engine(), extensions.recipes(), unit_code, asked, quarter, today())
    view = published_view(found, page_view(found.page, request.args, PUBLISHED, _may_read))
    return page_or_file(
        "officer/published.html", view, "published", unit_code, lambda: overview_table(found.page, PUBLISHED)
    )
