"""Every state that is not the questionnaire: one kind page each, saying what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response as Reply
from flask import redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyReply

from survey_app.domain.availability import DatabaseUnavailable
from survey_app.services.collection_facts import NotCollecting, RetiredCounter, RevokedCode, UnknownCode
from survey_app.web.citizen import blueprint
from survey_app.web.citizen.pages import document

KEPT_LONGEST = 4000
"""Characters of a field that a page to send again carries on."""


def resend_page(state: str, status: int, fresh: Mapping[str, str] | None = None, **values: object) -> Reply:
    """A page that keeps everything that was sent in hidden fields, with one button that sends it again.

    ``fresh`` replaces fields that were sent.
    """
    replaced = fresh or {}
    kept = [
        (name, value[:KEPT_LONGEST]) for name, found in request.form.lists() for value in found if name not in replaced
    ]
    kept += replaced.items()
    return document("citizen/state.html", status, state=state, kept=kept, action=request.full_path, **values)


def _state(state: str, status: int, **values: object) -> Reply:
    if request.method == "POST":
        return resend_page(state, status, None, **values)
    return document("citizen/state.html", status, state=state, **values)


@blueprint.errorhandler(UnknownCode)
def _unknown_code(_error: UnknownCode) -> Reply:
    return _state("unknown_code", 404)


@blueprint.errorhandler(RevokedCode)
def _revoked(_error: RevokedCode) -> Reply:
    return _state("revoked", 410)


@blueprint.errorhandler(RetiredCounter)
def _retired(error: RetiredCounter) -> Reply:
    return _state("retired", 410, place=error.place)


@blueprint.errorhandler(NotCollecting)
def _not_collecting(error: NotCollecting) -> Reply:
    return _state("not_yet" if error.opens_on else "closed", 409, place=error.place, opens_on=error.opens_on)


@blueprint.errorhandler(DatabaseUnavailable)
def _busy(_error: DatabaseUnavailable) -> Reply:
    return _state("busy", 503, settings=None)


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Reply:
    return document("citizen/state.html", 413, state="too_large")


@blueprint.get("/")
def home() -> Reply:
    """For who typed the address: a field for the code printed on the poster."""
    return document("citizen/state.html", 200, state="home")


@blueprint.get("/q")
def typed_code() -> AnyReply:
    """Go to the questionnaire of a typed code."""
    code = request.args.get("code", "").strip()[:40].replace("/", "")
    if not code:
        return redirect(url_for(".home", lang=request.args.get("lang")))
    return redirect(url_for(".show", code=code, lang=request.args.get("lang")))
