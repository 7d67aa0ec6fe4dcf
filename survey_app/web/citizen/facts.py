"""The facts of this request: who is asked what at this code."""

from __future__ import annotations

from flask import current_app, request

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.services.collection_facts import CollectionFacts, FactsKeeper, OpenForm
from survey_app.web.rendering import keep_to_languages_of


def facts() -> CollectionFacts:
    """Facts at most ten seconds old. Raises DatabaseUnavailable when none were ever read."""
    keeper = current_app.extensions.get("hailong_facts")
    if keeper is None:
        keeper = current_app.extensions.setdefault("hailong_facts", FactsKeeper())
    assert isinstance(keeper, FactsKeeper)
    return keeper.facts(extensions.engine())


def open_form(code: str) -> OpenForm:
    """The questionnaire open at this code. Raises UnknownCode, RevokedCode, RetiredCounter, NotCollecting."""
    found = facts().open_form(code, request.args.get("form"), local_day(extensions.now()))
    keep_to_languages_of(found.version.questionnaire)
    return found
