"""One poster for a whole centre: the citizen says at which counter they were, then that counter's page opens.

Nothing is ever stored for a centre. The chosen counter stands in the address (``/q/<code>.<number>``), so that no
script, cookie or further right of the process is needed, and a counter without a code of its own can be answered for.
"""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyReply

from survey_app.services.collection_facts import ChooseCounter
from survey_app.web.citizen import blueprint
from survey_app.web.citizen.pages import document
from survey_app.web.rendering import keep_to_languages_of


@blueprint.errorhandler(ChooseCounter)
def _choose(asked: ChooseCounter) -> AnyReply:
    """The centre's counters, one large row each; what is sent to a centre is sent back to choose."""
    choice, form = asked.choice, request.args.get("form")
    if request.method == "POST":
        return redirect(url_for(".show", code=choice.code, form=form, lang=request.args.get("lang")), 303)
    questionnaire = choice.version.questionnaire if choice.version else None
    if questionnaire:
        keep_to_languages_of(questionnaire)
    return document("citizen/centre.html", 200, choice=choice, form=form, questionnaire=questionnaire)
