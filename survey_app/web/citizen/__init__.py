"""The citizen surface: append only, without cookie, session or address."""

from __future__ import annotations

from flask import Blueprint, request

from survey_app.web.compression import compress
from survey_app.web.rendering import use_language

blueprint = Blueprint("citizen", __name__)


@blueprint.before_request
def _choose_language() -> None:
    use_language(request.args.get("lang"))


blueprint.after_request(compress)


from survey_app.web.citizen import answer, centre, statements, states, voice  # noqa: E402,F401 (views register on the blueprint above)
