"""Signing in and out: the password, then the code of the second factor where there is one."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from survey_app import extensions
from survey_app.services import sign_in as signing_in
from survey_app.web.access import NEXT_KEY, SESSION_KEY, current_officer, open_to_everyone
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.cookies import LANGUAGE_KEY
from survey_app.web.proof import problem_of
from survey_app.web.rendering import gettext as _

HALF_OPEN_KEY = "half_open"


class SignInForm(FlaskForm):
    """Login and password, as typed."""

    login = StringField()
    password = PasswordField()


class CodeForm(FlaskForm):
    """A code of the device, or a recovery code, as typed."""

    code = StringField()


def _problem(error: Exception) -> tuple[str, int]:
    """What the page says, and its status; alike for logins that exist and logins that do not."""
    if isinstance(error, signing_in.SignInFailed):
        return _("Tên đăng nhập hoặc mật khẩu không đúng."), 422
    return problem_of(error)


def _fresh_cookie(**held: str) -> None:
    """Nothing of the earlier cookie but the language goes on into the next step: no session can be planted."""
    kept = {name: session[name] for name in (LANGUAGE_KEY,) if name in session}
    session.clear()
    session.update(kept | held)


def _heading_for() -> str:
    return session.get(NEXT_KEY) or url_for("officer.home")


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
    """Check login and password; go where the officer was heading, or to the page that asks for the code."""
    form, heading_for = SignInForm(), _heading_for()
    engine, now = extensions.engine(), extensions.now()
    try:
        token = signing_in.sign_in(engine, now, form.login.data or "", form.password.data or "")
    except signing_in.CodeNeeded as needed:
        _fresh_cookie(**{HALF_OPEN_KEY: needed.token, NEXT_KEY: heading_for})
        return redirect(url_for("officer.second_factor"), 303)
    except (signing_in.SignInFailed, signing_in.TooManyTries) as error:
        told, status = _problem(error)
        return render_template("officer/sign_in.html", form=form, problem=told), status
    _fresh_cookie(**{SESSION_KEY: token})
    return redirect(heading_for, 303)


def _code_page(problem: str | None, status: int) -> ResponseReturnValue:
    return render_template("officer/second_factor.html", form=CodeForm(), problem=problem), status


@blueprint.get("/second-factor")
@open_to_everyone
def second_factor() -> ResponseReturnValue:
    """The page that asks for the code; without a right password before it, back to the sign-in page."""
    half_open = session.get(HALF_OPEN_KEY)
    if not half_open or not signing_in.is_half_open(extensions.engine(), extensions.now(), half_open):
        return redirect(url_for("officer.sign_in"), 303)
    return _code_page(None, 200)


@blueprint.post("/second-factor")
@open_to_everyone
def send_second_factor() -> ResponseReturnValue:
    """Check the code and open the session."""
    form, heading_for = CodeForm(), _heading_for()
    engine, keys, now = extensions.engine(), extensions.keys("SECRET_KEY"), extensions.now()
    try:
        token = signing_in.send_code(engine, keys, now, session.get(HALF_OPEN_KEY, ""), form.code.data or "")
    except signing_in.HalfOpenEnded:
        flash(_("Đăng nhập chờ mã quá lâu. Hãy nhập lại mật khẩu."))
        return redirect(url_for("officer.sign_in"), 303)
    except signing_in.SignInFailed:
        return _code_page(_("Mã không đúng hoặc đã dùng. Hãy chờ mã mới rồi nhập lại."), 422)
    except signing_in.TooManyTries as error:
        return _code_page(*problem_of(error))
    _fresh_cookie(**{SESSION_KEY: token})
    return redirect(heading_for, 303)


@blueprint.post("/sign-out")
@open_to_everyone
def sign_out() -> ResponseReturnValue:
    """End the session here and in the database."""
    officer = current_officer()
    if officer:
        signing_in.sign_out(extensions.engine(), extensions.now(), session[SESSION_KEY], officer)
    _fresh_cookie()
    return redirect(url_for("officer.sign_in"), 303)
