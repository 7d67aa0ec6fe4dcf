"""Dangerous acts: who does them has just proved who they are, or is asked, and the request then goes on as it was.

The page that asks carries the request: the address of a GET, the fields of a POST. One submission proves and acts.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from survey_app import extensions
from survey_app.services import sign_in
from survey_app.web.rendering import gettext as _

PASSWORD_FIELD = "proof_password"  # noqa: S105 - a field's name
CODE_FIELD = "proof_code"
NOT_CARRIED = (PASSWORD_FIELD, CODE_FIELD, "csrf_token")


def problem_of(error: Exception) -> tuple[str, int]:
    """What a page says of a password or code that was not taken, and its status."""
    if isinstance(error, sign_in.TooManyTries):
        minutes = max(1, -(-error.wait // timedelta(minutes=1)))
        return _("Nhập sai quá nhiều lần. Hãy thử lại sau %(minutes)s phút.", minutes=minutes), 429
    return _("Mật khẩu hoặc mã không đúng."), 422


def this_address() -> str:
    """The address of this request, below whatever sub-path the product is served at."""
    query = quote(request.query_string, safe="%&=+;,/:@!$'()*~[]")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")


def is_own_address(address: str) -> bool:
    """Whether this is an address of an officer page and leads nowhere else."""
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    return is_plain and address.startswith(url_for("officer.home")) and not address.startswith("//")


def _carried() -> list[tuple[str, str]]:
    """The fields of the request in their order, repeated ones too; passwords are typed again instead."""
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if name not in NOT_CARRIED and "password" not in name]


def _form_address() -> str:
    """Where the form of this POST stands: the page of the same address, else the home page."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        adapter.match(request.path, method="GET")
    except HTTPException:
        return url_for("officer.home")
    return this_address()


def page(opened: sign_in.OpenSession, leads_to: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Ask for the password, then go on to a page."""
    action, carried = url_for("officer.confirm_send"), [("next", leads_to)]
    return _page(opened, action, carried, problem, status)


def _page(
    opened: sign_in.OpenSession, action: str, carried: list[tuple[str, str]], problem: str, status: int
) -> ResponseReturnValue:
    return (
        render_template(
            "officer/confirm.html", action=action, carried=carried, problem=problem, asks_code=opened.is_enrolled
        ),
        status,
    )


def prove(opened: sign_in.OpenSession, token: str) -> None:
    """Take password and code from the form. Raises SignInFailed, TooManyTries."""
    password, code = request.form.get(PASSWORD_FIELD, ""), request.form.get(CODE_FIELD, "")
    engine, keys, now = extensions.engine(), extensions.keys("SECRET_KEY"), extensions.now()
    sign_in.prove(engine, keys, now, token, opened, password, code)


def ask_again(opened: sign_in.OpenSession, token: str) -> ResponseReturnValue | None:
    """Before a dangerous view: the page that asks who this is; None: it was proved, the view goes on."""
    problem, status = "", 200
    if not opened.is_proved(extensions.now()):
        if request.method != "POST":
            return page(opened, this_address())
        if any(file.filename for file in request.files.values()):
            told = _("Chưa gửi tệp nào. Sau khi xác nhận, hãy chọn lại tệp.")
            return page(opened, _form_address(), told)
        if PASSWORD_FIELD not in request.form:
            return _page(opened, this_address(), _carried(), problem, status)
        try:
            prove(opened, token)
        except (sign_in.SignInFailed, sign_in.TooManyTries) as error:
            problem, status = problem_of(error)
            return _page(opened, this_address(), _carried(), problem, status)
    _forget_proof()
    return None


def _forget_proof() -> None:
    """No view ever sees the password typed for the proof."""
    if PASSWORD_FIELD in request.form:
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED[:2]]
        request.form = ImmutableMultiDict(kept)
