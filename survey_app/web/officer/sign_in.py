"""Signing in and out, and the way to one's own unit."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.web.access import NEXT_KEY, SESSION_KEY, current_officer, open_to_everyone, requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.cookies import LANGUAGE_KEY
from survey_app.web.rendering import gettext as _


class SignInForm(FlaskForm):
    """Login and password, as typed."""

    login = StringField()
    password = PasswordField()


def _problem(error: Exception) -> tuple[str, int]:
    """What the page says, and its status; alike for logins that exist and logins that do not."""
    if isinstance(error, officers.TooManyTries):
        minutes = max(1, -(-error.wait // timedelta(minutes=1)))
        return _("Đăng nhập sai quá nhiều lần. Hãy thử lại sau %(minutes)s phút.", minutes=minutes), 429
    return _("Tên đăng nhập hoặc mật khẩu không đúng."), 422


@blueprint.get("/sign-in")
@open_to_everyone
def sign_in() -> ResponseReturnValue:
    """The sign-in page; who is signed in already goes on."""
    if current_officer():
        return redirect(url_for("officer.home"), 303)
    return render_template("officer/sign_in.html", form=SignInForm(), problem=None)


@blueprint.post("/sign-in")
@open_to_everyone
def send_sign_in() -> ResponseReturnValue:
    """Check login and password; go where the officer was heading."""
    form = SignInForm()
    try:
        token = officers.sign_in(extensions.engine(), extensions.now(), form.login.data or "", form.password.data or "")
    except (officers.SignInFailed, officers.TooManyTries) as error:
        told, status = _problem(error)
        return render_template("officer/sign_in.html", form=form, problem=told), status
    return redirect(_begin_session(token), 303)


def _begin_session(token: str) -> str:
    """Put the token into a fresh cookie; returns where to go on."""
    kept = {name: session[name] for name in (LANGUAGE_KEY,) if name in session}
    heading_for: str = session.get(NEXT_KEY) or url_for("officer.home")
    session.clear()
    session.update(kept | {SESSION_KEY: token})
    return heading_for


@blueprint.post("/sign-out")
@open_to_everyone
def sign_out() -> ResponseReturnValue:
    """End the session here and in the database."""
    officer = current_officer()
    if officer:
        officers.sign_out(extensions.engine(), extensions.now(), session[SESSION_KEY], officer)
    session.clear()
    return redirect(url_for("officer.sign_in"), 303)


@blueprint.get("/")
@requires(Permission.RESULTS_READ)
def home() -> ResponseReturnValue:
    """To the highest unit whose results the officer may read."""
    officer = current_officer()
    assert officer is not None
    code = officers.home_unit(extensions.engine(), officer, Permission.RESULTS_READ, local_day(extensions.now()))
    if code is None:
        abort(403)
    return redirect(url_for("officer.unit", unit_code=code), 303)
