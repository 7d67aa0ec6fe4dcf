"""The page that asks who this is before a dangerous page is opened (web/proof.py asks before a form is taken)."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app.domain.permissions import Permission
from survey_app.services.sign_in import OpenSession, SignInFailed, TooManyTries
from survey_app.web import access, proof
from survey_app.web.officer.blueprint import blueprint


def _leads_to() -> str:
    """Where to go on: an officer page, whatever the form says."""
    wanted = request.values.get("next", "")
    return wanted if proof.is_own_address(wanted) else url_for("officer.home")


def _opened() -> OpenSession:
    opened = access.current_session()
    assert opened is not None
    return opened


@blueprint.get("/confirm")
@access.requires(Permission.DESK)
def confirm() -> ResponseReturnValue:
    """Ask for the password."""
    return proof.page(_opened(), _leads_to())


@blueprint.post("/confirm")
@access.requires(Permission.DESK)
def confirm_send() -> ResponseReturnValue:
    """Check it and go on."""
    try:
        proof.prove(_opened(), session[access.SESSION_KEY])
    except (SignInFailed, TooManyTries) as error:
        return proof.page(_opened(), _leads_to(), *proof.problem_of(error))
    return redirect(_leads_to(), 303)
