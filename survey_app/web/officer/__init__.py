"""The officer surface: signed-in people read results. Denied by default (see web/access.py)."""

from __future__ import annotations

from flask import Flask, Response, request, session
from flask_wtf.csrf import CSRFProtect

from survey_app.web import access, rendering
from survey_app.web.officer import (  # noqa: F401 - importing a module hangs its views on the blueprint
    account,
    accounts,
    alerts,
    assets,
    audit,
    calendar,
    centre_scores,
    comment_replies,
    comments,
    confirm,
    cookies,
    datasets,
    drivers,
    explain,
    explore,
    external,
    external_files,
    first_run,
    frame,
    helping,
    home,
    invitations,
    methods,
    one_account,
    papi_style,
    places,
    places_codes,
    places_edit,
    places_import,
    print_jobs,
    published,
    refusals,
    report_files,
    results,
    settings,
    sign_in,
    staff_names,
    styles,
    transaction_files,
    transactions,
    trend,
    two_ledgers,
    wave_targets,
    waves,
)
from survey_app.web.officer.blueprint import blueprint

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

csrf = CSRFProtect()


@blueprint.before_request
def _language() -> None:
    """``?lang=`` chooses the language and is remembered."""
    if request.args.get("lang") in rendering.LANGUAGES:
        session[cookies.LANGUAGE_KEY] = request.args["lang"]
    rendering.use_language(session.get(cookies.LANGUAGE_KEY))


@blueprint.before_request
def _csrf() -> None:
    """Every officer POST carries a token; the citizen surface has its own and is left alone."""
    cookies.give_csrf_key()
    csrf.protect()


blueprint.before_request(access.guard)
blueprint.context_processor(frame.on_every_page)


@blueprint.after_request
def _policy(reply: Response) -> Response:
    reply.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    reply.headers.setdefault("Cache-Control", "no-store")
    return reply


def init_app(app: Flask) -> None:
    """Register the surface on ``app``.

    No Referer is asked of secure POSTs: our own pages forbid browsers to send it.
    """
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None)
    app.session_interface = cookies.OfficerCookies()
    csrf.init_app(app)
    app.register_blueprint(blueprint)
