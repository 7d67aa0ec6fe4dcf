"""One's own account: roles, password, second factor, sessions."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from survey_app import extensions
from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.domain.permissions import Permission
from survey_app.services import own_account, second_factor, units
from survey_app.services.passwords import LEAST_PASSWORD, MOST_PASSWORD
from survey_app.services.qr_picture import qr_data_address
from survey_app.services.sign_in import SignInFailed, TooManyTries
from survey_app.web.access import NEXT_KEY, SESSION_KEY, dangerous, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.role_names import role_name
from survey_app.web.proof import problem_of
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


class PasswordForm(FlaskForm):
    """The old password, and the new one twice."""

    old_password = PasswordField()
    new_password = PasswordField()
    new_again = PasswordField()

    def __init__(self) -> None:
        super().__init__()
        length = _("Mật khẩu mới cần từ %(least)s đến %(most)s ký tự.", least=LEAST_PASSWORD, most=MOST_PASSWORD)
        self.old_password.validators = [InputRequired(_("Hãy nhập mật khẩu đang dùng."))]
        self.new_password.validators = [Length(LEAST_PASSWORD, MOST_PASSWORD, length)]
        self.new_again.validators = [EqualTo("new_password", _("Hai lần nhập mật khẩu mới không giống nhau."))]


def day_and_hour(moment: datetime) -> str:
    """When a session was used, no closer than the hour."""
    local = moment.astimezone(VIET_NAM)
    return _("%(day)s, lúc %(hour)s giờ", day=day(local.date()), hour=local.hour)


def _roles() -> list[tuple[str, str, str, bool]]:
    """(role, unit, until when, whether it holds today) of everything granted."""
    known, today = units.unit_tree(extensions.engine()).units, local_day(extensions.now())
    return [
        (
            role_name(grant.role),
            known[grant.unit_code].name,
            day(grant.valid_to) if grant.valid_to else "",
            grant.is_in_force_on(today),
        )
        for grant in signed_in().grants
    ]


def _page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    engine, now, officer = extensions.engine(), extensions.now(), signed_in()
    page = render_template(
        "officer/account.html",
        form=form,
        roles=_roles(),
        standing=second_factor.standing(engine, now, officer),
        sessions=own_account.sessions(engine, now, officer, session[SESSION_KEY]),
        day_and_hour=day_and_hour,
        local_day=local_day,
    )
    return page, status


@blueprint.get("/account")
@requires(Permission.DESK)
def account() -> ResponseReturnValue:
    """What this account may do, its password, second factor and sessions."""
    return _page(PasswordForm())


@blueprint.post("/account/password")
@requires(Permission.DESK)
def account_password() -> ResponseReturnValue:
    """Change the own password."""
    form, now = PasswordForm(), extensions.now()
    if not form.validate():
        return _page(form, 422)
    old, new = form.old_password.data, form.new_password.data
    try:
        own_account.change_password(extensions.engine(), now, signed_in(), session[SESSION_KEY], old, new)
    except SignInFailed:
        form.old_password.errors = [_("Mật khẩu đang dùng không đúng.")]
        return _page(form, 422)
    except TooManyTries as error:
        told, status = problem_of(error)
        form.old_password.errors = [told]
        return _page(form, status)
    flash(_("Đã đổi mật khẩu. Các phiên khác của tài khoản này đã kết thúc."))
    return redirect(url_for("officer.account"), 303)


def _enrolment(offer: second_factor.Offer, problem: str, status: int) -> ResponseReturnValue:
    standing = second_factor.standing(extensions.engine(), extensions.now(), signed_in())
    nowhere_else: dict[str, list[str]] = {} if standing.may_go_on else {"places": []}
    page = render_template(
        "officer/account_second_factor.html",
        **nowhere_else,
        offer=offer,
        picture=qr_data_address(offer.address),
        problem=problem,
        standing=standing,
    )
    return page, status


def _new_offer() -> second_factor.Offer:
    return second_factor.new_offer(extensions.keys("SECRET_KEY"), extensions.now(), signed_in())


@blueprint.get("/account/second-factor")
@requires(Permission.DESK)
@dangerous
def account_second_factor() -> ResponseReturnValue:
    """Show a new key, as QR and to type; it holds once a code proves that the device has it."""
    return _enrolment(_new_offer(), "", 200)


@blueprint.post("/account/second-factor")
@requires(Permission.DESK)
@dangerous
def account_enrol() -> ResponseReturnValue:
    """Check the first code, turn the second factor on and show the recovery codes, this once."""
    engine, keys, now, officer = extensions.engine(), extensions.keys("SECRET_KEY"), extensions.now(), signed_in()
    try:
        offer = second_factor.open_offer(keys, now, officer, request.form.get("offer", ""))
    except second_factor.OfferEnded:
        return _enrolment(_new_offer(), _("Mã QR đã hết hạn. Hãy quét mã mới dưới đây."), 422)
    try:
        code = request.form.get("code", "")
        codes = second_factor.enrol(engine, keys, now, officer, session[SESSION_KEY], offer, code)
    except second_factor.WrongCode:
        told = _("Mã không đúng. Hãy nhập mã ứng dụng đang hiện; kiểm tra giờ của điện thoại.")
        return _enrolment(offer, told, 422)
    return _codes_page(codes)


def _codes_page(codes: list[str]) -> str:
    leads_to = session.pop(NEXT_KEY, None) or url_for("officer.home")
    return render_template("officer/account_recovery_codes.html", codes=codes, leads_to=leads_to)


@blueprint.post("/account/recovery-codes")
@requires(Permission.DESK)
@dangerous
def account_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    try:
        return _codes_page(second_factor.new_recovery_codes(extensions.engine(), extensions.now(), signed_in()))
    except second_factor.NotEnrolled:
        flash(_("Tài khoản này chưa bật xác thực lớp thứ hai."))
        return redirect(url_for("officer.account"), 303)


@blueprint.post("/account/second-factor/off")
@requires(Permission.DESK)
@dangerous
def account_second_factor_off() -> ResponseReturnValue:
    """Do without a second factor, where the province allows it."""
    try:
        second_factor.turn_off(extensions.engine(), extensions.now(), signed_in())
        flash(_("Đã tắt xác thực lớp thứ hai."))
    except second_factor.SecondFactorRequired:
        flash(_("Tài khoản quản trị phải dùng xác thực lớp thứ hai."))
    return redirect(url_for("officer.account"), 303)


@blueprint.post("/account/sessions/end")
@requires(Permission.DESK)
def account_end_session() -> ResponseReturnValue:
    """End one of the own sessions."""
    if own_account.end_session(extensions.engine(), extensions.now(), signed_in(), request.form.get("session", "")):
        flash(_("Đã kết thúc phiên đăng nhập đó."))
    else:
        flash(_("Phiên đăng nhập đó đã kết thúc từ trước."))
    return redirect(url_for("officer.account"), 303)


@blueprint.post("/account/sessions/end-all")
@requires(Permission.DESK)
def account_end_all() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    own_account.sign_out_everywhere(extensions.engine(), extensions.now(), signed_in())
    session.pop(SESSION_KEY, None)
    flash(_("Đã đăng xuất mọi thiết bị."))
    return redirect(url_for("officer.sign_in"), 303)
