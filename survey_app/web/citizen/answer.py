"""Scan, answer, thank: the addresses under /q."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response as Reply
from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyReply

from survey_app import extensions
from survey_app.domain.answers import Problem, ProblemKind
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.domain.local_day import local_day
from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.collection import Submission, accept, is_response_key, new_response_key
from survey_app.services.collection_facts import NotCollecting, OpenForm, Place, RetiredCounter, RevokedCode
from survey_app.services.pace import Pacing
from survey_app.web.citizen import blueprint
from survey_app.web.citizen.facts import facts, open_form
from survey_app.web.citizen.forms import SentForm, fresh_token
from survey_app.web.citizen.helped import kept_mark
from survey_app.web.citizen.pages import document, empty_form, form_with_problems
from survey_app.web.citizen.states import resend_page
from survey_app.web.rendering import language

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def _pacing() -> Pacing:
    pacing = current_app.extensions.get("hailong_pacing")
    if pacing is None:
        pacing = current_app.extensions.setdefault("hailong_pacing", Pacing())
    assert isinstance(pacing, Pacing)
    return pacing


@blueprint.get("/q/<code>")
def show(code: str) -> AnyReply:
    """The questionnaire of a counter; with ``?debug`` the self-check page for a helper with the phone in hand."""
    if "debug" in request.args:
        return redirect(url_for(".check", code=code, lang=request.args.get("lang")))
    asked = open_form(code)
    return empty_form(asked, fresh_token(asked))


@blueprint.post("/q/<code>")
def receive(code: str) -> AnyReply:
    """Take one response: 303 to the thank-you page, or a page that says what is wrong and keeps what was typed."""
    if request.mimetype not in FORM_TYPES or request.files:
        return document("citizen/state.html", 415, state="wrong_type", code=code)
    asked = open_form(code)
    form = SentForm(request.form, asked)
    if not form.is_valid():
        return _refuse(asked, form)
    pacing, limits = _pacing(), facts().settings.pace
    try:
        delay = accept(extensions.inbox_group(), asked, _submission(form), extensions.now(), pacing, limits)
    except DatabaseUnavailable:
        return resend_page("busy", 503)
    pacing.slow(delay)
    return _to_thanks(asked)


def _to_thanks(asked: OpenForm) -> Reply:
    """The address is made by hand and the reply has no page: what both took was a tenth of taking a response."""
    asked_for = {"form": asked.version.questionnaire.slug, "lang": request.args.get("lang"), "via": kept_mark(asked)}
    query = urlencode({name: value for name, value in asked_for.items() if value is not None})
    return Reply(status=303, headers={"Location": f"{request.script_root}/q/{asked.code}/thanks?{query}"})


def _submission(form: SentForm) -> Submission:
    """What a form that has validated says."""
    return Submission(
        shown=form.shown,
        response_key=form.first("response_key"),
        language=language(),
        seconds_taken=form.seconds(),
        answers=form.answers,
        is_assisted=form.is_assisted(),
        is_suspect=form.is_trapped(),
    )


def _problems(form: SentForm) -> list[Problem]:
    """What the citizen can put right, consent first."""
    consent = [Problem("consent", ProblemKind.NO_CONSENT)] if "consent" in form.wrong else []
    filled_by = [Problem("filled_by", ProblemKind.UNKNOWN_CODE)] if "filled_by" in form.wrong else []
    return [*consent, *form.problems, *filled_by]


def _refuse(asked: OpenForm, form: SentForm) -> Reply:
    """Only the hidden fields are wrong: one tap sends again. Anything else: the form with its problems."""
    problems = _problems(form)
    key = form.first("response_key")
    response_key = key if is_response_key(key) else new_response_key()
    token = fresh_token(asked, form.first("page_token"))
    if not problems:
        state = "expired" if form.is_expired else "refused"
        fresh = {"page_token": token, "response_key": response_key}
        return resend_page(state, 400, fresh, place=asked.place)
    sent = dict(form.answers_sent) | form.own_values()
    if any(problem.kind is ProblemKind.PERSONAL_DATA for problem in problems):
        sent["comment_checked"] = ["1"]
    return form_with_problems(asked, token, response_key, sent, problems, 422)


def _after_sending(code: str) -> tuple[Place | None, Questionnaire | None]:
    """Where the response went, and the questionnaire that may follow; the wave may have ended since it was sent."""
    try:
        asked = open_form(code)
    except NotCollecting as error:
        return error.place, None
    except (RevokedCode, RetiredCounter):
        return None, None
    slug = asked.version.questionnaire.follow_up
    if slug not in asked.slugs:
        return asked.place, None
    more = facts().open_form(code, slug, local_day(extensions.now()))
    return asked.place, more.version.questionnaire


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
