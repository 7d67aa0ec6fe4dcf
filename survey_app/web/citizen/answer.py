"""Scan, answer, thank: the addresses under /q."""

from __future__ import annotations

from flask import Response as Reply
from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyReply

from survey_app import extensions
from survey_app.domain.answers import Problem, ProblemKind
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.services.collection import Submission, is_response_key, new_response_key, store
from survey_app.services.collection_facts import NotCollecting, OpenForm, Place, RevokedCode
from survey_app.web.citizen import blueprint
from survey_app.web.citizen.facts import facts, open_form
from survey_app.web.citizen.forms import EXPIRED, ResponseForm
from survey_app.web.citizen.pages import document, empty_form, form_with_problems
from survey_app.web.citizen.states import resend_page
from survey_app.web.rendering import language

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def _fresh_token(form: ResponseForm) -> str:
    return str(form.page_token.current_token)


@blueprint.get("/q/<code>")
def show(code: str) -> Reply:
    """The questionnaire of a counter."""
    asked = open_form(code)
    return empty_form(asked, _fresh_token(ResponseForm(None, asked)))


@blueprint.post("/q/<code>")
def receive(code: str) -> AnyReply:
    """Take one response: 303 to the thank-you page, or a page that says what is wrong and keeps what was typed."""
    if request.mimetype not in FORM_TYPES or request.files:
        return document("citizen/state.html", 415, state="wrong_type", code=code)
    asked = open_form(code)
    form = ResponseForm(request.form, asked)
    if not form.validate():
        return _refuse(asked, form)
    submission = Submission(form.shown, form.response_key.data, language(), form.seconds(), form.answers.checked())
    try:
        store(extensions.engine(), asked, submission, extensions.now())
    except DatabaseUnavailable:
        return resend_page("busy", 503)
    done = url_for(".thanks", code=asked.code, form=asked.version.questionnaire.slug, lang=request.args.get("lang"))
    return redirect(done, 303)


def _refuse(asked: OpenForm, form: ResponseForm) -> Reply:
    """Only the hidden fields are wrong: one tap sends again. Anything else: the form with its problems."""
    problems = list(form.answers.problems)
    if form.consent.errors:
        problems.insert(0, Problem("consent", ProblemKind.NO_CONSENT))
    key = form.response_key.data or ""
    response_key = key if is_response_key(key) else new_response_key()
    if not problems:
        state = "expired" if EXPIRED in form.page_token.errors else "refused"
        fresh = {"page_token": _fresh_token(form), "response_key": response_key}
        return resend_page(state, 400, fresh, place=asked.place)
    sent = dict(form.answers.sent) | {"consent": [form.consent.data or ""]}
    return form_with_problems(asked, _fresh_token(form), response_key, sent, problems, 422)


def _after_sending(code: str) -> tuple[Place | None, str | None]:
    """Where the response went, and the questionnaire that may follow; the wave may have ended since it was sent."""
    try:
        asked = open_form(code)
    except NotCollecting as error:
        return error.place, None
    except RevokedCode:
        return None, None
    slug = asked.version.questionnaire.follow_up
    return asked.place, slug if slug in asked.slugs else None


@blueprint.get("/q/<code>/thanks")
def thanks(code: str) -> Reply:
    """What happens next, and an offer to answer more where the questionnaire has one."""
    settings = facts().settings
    place, more = _after_sending(code)
    return document("citizen/thanks.html", 200, code=code, place=place, settings=settings, more=more)


@blueprint.get("/q/<code>/no-thanks")
def no_thanks(code: str) -> Reply:
    """“Tôi không trả lời”: a kind word; nothing is stored."""
    return document("citizen/state.html", 200, state="declined", code=code)
