"""One account: its name, roles, ways in and latest acts, and what an administrator changes of them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import ADMINISTRATORS, Permission
from survey_app.services import accounts, invitations, officers, second_factor
from survey_app.services.accounts import AccountPage, AccountState, HeldGrant, NoSuchGrant
from survey_app.services.invitations import ClosedAccount
from survey_app.services.officers import LastAdministrator, NoSuchOfficer, OwnAccount, WrongPlace
from survey_app.web.access import dangerous, requires, signed_in
from survey_app.web.officer import audit_words
from survey_app.web.officer.account_forms import GrantForm, NameForm, UntilForm, unit_label
from survey_app.web.officer.accounts import show_link, wrong_place
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.refusals import not_found
from survey_app.web.officer.role_names import role_name, state_name
from survey_app.web.rendering import gettext as _


@blueprint.errorhandler(NoSuchOfficer)
@blueprint.errorhandler(NoSuchGrant)
def no_such_account(error: Exception) -> tuple[str, int]:
    """An account or a grant that does not exist, or lies beyond what this administrator manages."""
    return not_found(error)


def _read(login: str) -> AccountPage:
    """The account of the address. Raises NoSuchOfficer."""
    return accounts.read_account(extensions.engine(), extensions.now(), signed_in(), login)


def _page(page: AccountPage, name_form: NameForm | None = None, grant_form: GrantForm | None = None) -> str:
    return render_template(
        "officer/accounts_one.html",
        page=page,
        account=page.account,
        is_own=page.account.login == signed_in().login,
        name_form=name_form or NameForm(formdata=None, name=page.account.name),
        grant_form=grant_form or _grant_form(is_empty=True),
        administrators=ADMINISTRATORS,
        states=AccountState,
        state_name=state_name,
        role_name=role_name,
        unit_label=unit_label,
        latest=[audit_words.line(entry, {}) for entry in page.latest],
        local_day=local_day,
        now=extensions.now(),
    )


def _grant_form(is_empty: bool = False) -> GrantForm:
    units = accounts.places_to_grant(extensions.engine(), extensions.now(), signed_in())
    return GrantForm(units, formdata=None) if is_empty else GrantForm(units)


def _back(login: str, told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("officer.accounts_one", login=login), 303)


def _refusal(told: str) -> tuple[str, int]:
    return render_template("officer/accounts_refusal.html", told=told), 422


@blueprint.errorhandler(OwnAccount)
def own_account(_error: OwnAccount) -> tuple[str, int]:
    """Administrators do not lock themselves out."""
    told = _("Không thể tự khóa, tự cấp lại mật khẩu hay tự bỏ quyền quản trị. Hãy nhờ một người quản trị khác.")
    return _refusal(told)


@blueprint.errorhandler(LastAdministrator)
def last_administrator(_error: LastAdministrator) -> tuple[str, int]:
    """Somebody must be able to manage accounts tomorrow."""
    return _refusal(_("Đây là người quản trị cuối cùng của tỉnh. Hãy cấp quyền quản trị cho một người khác trước."))


@blueprint.errorhandler(ClosedAccount)
def closed_account(_error: ClosedAccount) -> tuple[str, int]:
    """A link to a closed account would lead nowhere."""
    return _refusal(_("Tài khoản đang khóa. Hãy mở lại trước khi cấp liên kết mới."))


@blueprint.get("/accounts/<login>")
@requires(Permission.OFFICERS_MANAGE)
def accounts_one(login: str) -> ResponseReturnValue:
    """What the account is and may."""
    return _page(_read(login))


@blueprint.post("/accounts/<login>/name")
@requires(Permission.OFFICERS_MANAGE)
def accounts_rename(login: str) -> ResponseReturnValue:
    """Change the name pages show."""
    page, form = _read(login), NameForm()
    if not form.validate_on_submit():
        return _page(page, name_form=form), 422
    engine, now = extensions.engine(), extensions.now()
    accounts.rename(engine, now, login=login, name=form.name.data, actor=signed_in().login)
    return _back(login, _("Đã đổi tên."))


@blueprint.post("/accounts/<login>/grants")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_grant(login: str) -> ResponseReturnValue:
    """Grant one more role."""
    page, form = _read(login), _grant_form()
    if not form.validate_on_submit():
        return _page(page, grant_form=form), 422
    engine, now, actor = extensions.engine(), extensions.now(), signed_in().login
    try:
        officers.grant_role(engine, now, login=login, actor=actor, **form.grant)
    except WrongPlace as error:
        form.unit.errors = [wrong_place(error)]
        return _page(page, grant_form=form), 422
    return _back(login, _("Đã cấp vai trò."))


def _held(page: AccountPage, role: str, unit_code: str) -> HeldGrant:
    """The grant of the address; 404 unless it is in force."""
    held = (grant for grant in page.account.grants if grant.is_in_force)
    found = next((grant for grant in held if (grant.role.value, grant.unit_code) == (role, unit_code)), None)
    return found or abort(404)


@blueprint.get("/accounts/<login>/grants/<role>/<unit_code>")
@requires(Permission.OFFICERS_MANAGE)
def accounts_until(login: str, role: str, unit_code: str) -> ResponseReturnValue:
    """Until when one role holds, as a form."""
    page = _read(login)
    held = _held(page, role, unit_code)
    return _until_page(page, held, UntilForm(until=held.valid_to))


def _until_page(page: AccountPage, held: HeldGrant, form: UntilForm) -> str:
    return render_template(
        "officer/accounts_until.html", account=page.account, held=held, form=form, role_name=role_name
    )


@blueprint.post("/accounts/<login>/grants/<role>/<unit_code>")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_change_until(login: str, role: str, unit_code: str) -> ResponseReturnValue:
    """Change until when one role holds."""
    page, form = _read(login), UntilForm()
    held = _held(page, role, unit_code)
    if not form.validate_on_submit():
        return _until_page(page, held, form), 422
    engine, now, actor = extensions.engine(), extensions.now(), signed_in().login
    until = form.until.data
    officers.grant_role(engine, now, login=login, role=held.role, unit_code=unit_code, valid_to=until, actor=actor)
    return _back(login, _("Đã đổi thời hạn của vai trò."))


@blueprint.post("/accounts/<login>/grants/<role>/<unit_code>/end")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_end_grant(login: str, role: str, unit_code: str) -> ResponseReturnValue:
    """End one role at once."""
    held = _held(_read(login), role, unit_code)
    engine, now, actor = extensions.engine(), extensions.now(), signed_in().login
    accounts.end_grant(engine, now, login=login, role=held.role, unit_code=unit_code, actor=actor)
    return _back(login, _("Đã kết thúc vai trò."))


@blueprint.post("/accounts/<login>/reset")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_reset(login: str) -> ResponseReturnValue:
    """Void the password and show a new link."""
    account = _read(login).account
    made = invitations.invite_again(extensions.engine(), extensions.now(), account.login, signed_in().login)
    return show_link(account.login, account.name, made)


@blueprint.post("/accounts/<login>/close")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_close(login: str) -> ResponseReturnValue:
    """Let nobody sign in with the account."""
    _read(login)
    accounts.disable(extensions.engine(), extensions.now(), login, signed_in().login)
    return _back(login, _("Đã khóa tài khoản và đăng xuất mọi thiết bị."))


@blueprint.post("/accounts/<login>/open")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_open(login: str) -> ResponseReturnValue:
    """Let the account sign in again."""
    _read(login)
    accounts.enable(extensions.engine(), extensions.now(), login, signed_in().login)
    return _back(login, _("Đã mở lại tài khoản."))


@blueprint.post("/accounts/<login>/sign-out")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_sign_out(login: str) -> ResponseReturnValue:
    """Sign the officer out of every browser."""
    _read(login)
    accounts.sign_out_everywhere(extensions.engine(), extensions.now(), login, signed_in().login)
    return _back(login, _("Đã đăng xuất mọi thiết bị của tài khoản."))


@blueprint.post("/accounts/<login>/second-factor")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_take_second_factor(login: str) -> ResponseReturnValue:
    """Remove the second factor of who lost phone and recovery codes."""
    account, actor = _read(login).account, signed_in().login
    if account.login == actor:
        raise OwnAccount
    if second_factor.take_away(extensions.engine(), extensions.now(), account.login, actor):
        return _back(login, _("Đã gỡ xác thực lớp thứ hai."))
    return _back(login, _("Tài khoản này chưa bật xác thực lớp thứ hai nên không có gì để gỡ."))
