"""The page behind an invitation's link: who is invited as what, and setting the password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Officer
from survey_app.services import invitations
from survey_app.services.invitations import NoSuchInvitation
from survey_app.web.access import open_to_everyone
from survey_app.web.officer.account_forms import PasswordForm
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.role_names import role_name
from survey_app.web.rendering import gettext as _


@blueprint.errorhandler(NoSuchInvitation)
def no_such_invitation(_error: NoSuchInvitation) -> tuple[str, int]:
    """Unknown, expired, used and void links look the same."""
    return render_template("officer/invitation_gone.html"), 404


def _page(invited: Officer, form: PasswordForm, secret: str) -> str:
    today = local_day(extensions.now())
    roles = [role_name(grant.role) for grant in invited.grants if grant.is_in_force_on(today)]
    return render_template("officer/invitation.html", invited=invited, roles=roles, form=form, secret=secret)


@blueprint.get("/invitations/<secret>")
@open_to_everyone
def invitation(secret: str) -> ResponseReturnValue:
    """Who is invited, and the form."""
    invited = invitations.find_invited(extensions.engine(), extensions.now(), secret)
    return _page(invited, PasswordForm(), secret)


@blueprint.post("/invitations/<secret>")
@open_to_everyone
def accept_invitation(secret: str) -> ResponseReturnValue:
    """Set the password and go to sign in; the link is used up."""
    engine, now, form = extensions.engine(), extensions.now(), PasswordForm()
    invited = invitations.find_invited(engine, now, secret)
    if not form.validate_on_submit():
        return _page(invited, form, secret), 422
    invitations.accept(engine, now, secret, form.password.data)
    flash(_("Đã đặt mật khẩu. Hãy đăng nhập bằng tên đăng nhập “%(login)s”.", login=invited.login))
    return redirect(url_for("officer.sign_in"), 303)
