"""How it is calculated: formula, status, interval, and what is withheld."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.result_choices import thresholds_in_force
from survey_app.services.settings_desk import official_texts
from survey_app.web.access import requires
from survey_app.web.officer.blueprint import blueprint


@blueprint.get("/methods")
@requires(Permission.DESK)
def methods() -> ResponseReturnValue:
    """The page "Cách tính"."""
    thresholds = thresholds_in_force(extensions.engine())
    recipes = list(extensions.recipes().values())
    texts = official_texts(extensions.engine())
    return render_template("officer/methods.html", recipes=recipes, thresholds=thresholds, texts=texts)
