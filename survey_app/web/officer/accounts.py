"""Who has an account: the list, and a new account invited by link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission, Role
from survey_app.domain.spelling import fold
from survey_app.services import accounts as service
from survey_app.services import invitations
from survey_app.services.accounts import Account, AccountState
from survey_app.services.officers import LoginTaken, WrongPlace
from survey_app.services.qr_picture import qr_data_address
from survey_app.web.access import dangerous, requires, signed_in
from survey_app.web.officer.account_forms import InviteForm, unit_label
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.role_names import place_name, role_name, state_name
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _

MOST = 50
"""So many accounts are on one page of the list."""


@dataclass(frozen=True)
class Shown:
    """A page of the list: the places of its first and last account, the addresses of the pages around it."""

    accounts: list[Account]
    first: int
    last: int
    back: str | None
    on: str | None


@dataclass(frozen=True)
class Wanted:
    """Which accounts the list is to show, as the address says."""

    search: str
    role: Role | None
    state: AccountState | None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.role or self.state)

    def fits(self, account: Account) -> bool:
        """Whether an account belongs into the list; a role counts while it is in force."""
        roles = {grant.role for grant in account.grants if grant.is_in_force}
        units = " ".join(f"{grant.unit_name} {grant.unit_code}" for grant in account.grants)
        return (
            fold(self.search) in fold(f"{account.login} {account.name} {units}")
            and (self.role is None or self.role in roles)
            and (self.state is None or self.state is account.state)
        )


def _wanted() -> Wanted:
    role, state = request.args.get("role") or None, request.args.get("state") or None
    if (role is not None and role not in list(Role)) or (state is not None and state not in list(AccountState)):
        abort(404)
    search = " ".join(request.args.get("q", "").split())
    return Wanted(search, Role(role) if role else None, AccountState(state) if state else None)


def _page_address(page: int) -> str:
    """This list at another page, narrowed as it is."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "role", "state") if request.args.get(name)}
    return url_for("officer.accounts", **kept, page=page if page > 1 else None)


def _shown(found: list[Account]) -> Shown:
    """The page the address names; 404 for one that is not there."""
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    before = (page - 1) * MOST
    if page < 1 or (page > 1 and before >= len(found)):
        abort(404)
    accounts = found[before : before + MOST]
    last = before + len(accounts)
    back = _page_address(page - 1) if page > 1 else None
    return Shown(accounts, before + 1, last, back, _page_address(page + 1) if last < len(found) else None)


def show_link(login: str, name: str, invitation: invitations.Invitation) -> str:
    """The page that shows a link, the only time it is shown: it stands in no address and no cookie.

    The link leads to where the administrator is: the desk may be served under another name than the survey.
    """
    link = url_for("officer.invitation", secret=invitation.secret, _external=True)
    until = day(local_day(invitation.expires_at))
    values = {"link": link, "picture": qr_data_address(link), "until": until, "login": login, "name": name}
    return render_template("officer/accounts_link.html", **values)


def _invite_page(form: InviteForm) -> str:
    role_places = [(place_name(role), role_name(role)) for role in Role]
    return render_template(
        "officer/accounts_new.html", form=form, units=form.units, unit_label=unit_label, role_places=role_places
    )


def _invite_form() -> InviteForm:
    return InviteForm(service.places_to_grant(extensions.engine(), extensions.now(), signed_in()))


@blueprint.get("/accounts")
@requires(Permission.OFFICERS_MANAGE)
def accounts() -> ResponseReturnValue:
    """Every account, narrowed by search, role and state."""
    wanted = _wanted()
    every = service.list_accounts(extensions.engine(), extensions.now(), signed_in())
    found = [account for account in every if wanted.fits(account)]
    return render_template(
        "officer/accounts.html",
        found=found,
        shown=_shown(found),
        total=len(every),
        wanted=wanted,
        roles=[(role, role_name(role)) for role in Role],
        states=[(state, state_name(state)) for state in AccountState],
        role_name=role_name,
        state_name=state_name,
        today=local_day(extensions.now()),
        local_day=local_day,
    )


@blueprint.get("/accounts/new")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_new() -> ResponseReturnValue:
    """The form of an invitation."""
    return _invite_page(_invite_form())


@blueprint.post("/accounts/new")
@requires(Permission.OFFICERS_MANAGE)
@dangerous
def accounts_invite() -> ResponseReturnValue:
    """Make the account and show its link, or the form with what is wrong."""
    form = _invite_form()
    if not form.validate_on_submit():
        return _invite_page(form), 422
    login, name = form.login.data.strip().lower(), form.name.data
    engine, now, actor = extensions.engine(), extensions.now(), signed_in().login
    try:
        made = invitations.invite_officer(engine, now, login=login, name=name, actor=actor, **form.grant)
    except LoginTaken:
        form.login.errors = [_("Đã có tài khoản với tên đăng nhập này. Hãy chọn tên khác.")]
        return _invite_page(form), 422
    except WrongPlace as error:
        form.unit.errors = [wrong_place(error)]
        return _invite_page(form), 422
    return show_link(login, name, made)


def wrong_place(error: WrongPlace) -> str:
    """Where the role is granted instead."""
    role, place = role_name(error.role), place_name(error.role)
    return _("Vai trò “%(role)s” chỉ được cấp tại: %(place)s.", role=role, place=place)
