"""Two ledgers side by side: what the dossier system says of satisfaction, and what those who answered say."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.two_ledgers import two_ledgers
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.filters import read_asked
from survey_app.web.officer.ledger_view import ledgers_table, ledgers_view
from survey_app.web.officer.reading import may_read, page_or_file, reader_at, today


@blueprint.get("/explore/<unit_code>/ledgers")
@requires(Permission.RESULTS_READ)
def results_ledgers(unit_code: str) -> ResponseReturnValue:
    """A unit and those below it in both ledgers, of months that are over."""
    engine, recipes, asked = extensions.engine(), extensions.recipes(), read_asked(request.args)
    found = two_ledgers(engine, recipes, unit_code, asked, today(), reader_at(unit_code))
    view = ledgers_view(found, may_read)
    return page_or_file("officer/explore_ledgers.html", view, "ledgers", unit_code, lambda: ledgers_table(found))
