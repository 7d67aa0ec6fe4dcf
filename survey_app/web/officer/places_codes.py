"""Codes of counters and centres: issue, revoke, issue again, move."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import counters, places
from survey_app.web.access import dangerous, may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.places import granted
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number


class MoveCodeForm(FlaskForm):
    """The counter a code is to stand for."""

    counter = SelectField(validate_choice=False)


def _back(unit_code: str) -> ResponseReturnValue:
    return redirect(url_for("officer.places_unit", unit_code=unit_code), 303)


@blueprint.post("/places/<unit_code>/codes/issue", endpoint="places_issue_codes")
@requires(Permission.CODES_MANAGE)
def issue(unit_code: str) -> ResponseReturnValue:
    """A code for every counter here and below that has none."""
    issued = counters.issue_missing(extensions.engine(), unit_code, extensions.now(), signed_in().login)
    flash(_("Đã cấp %(n)s mã cho quầy. Hãy in bảng mã QR và treo tại quầy.", n=number(len(issued))))
    return _back(unit_code)


@blueprint.post("/places/<unit_code>/codes/issue-centres", endpoint="places_issue_centre_codes")
@requires(Permission.CODES_MANAGE)
def issue_centres(unit_code: str) -> ResponseReturnValue:
    """A code for every whole centre here and below that has none."""
    issued = counters.issue_missing_for_centres(extensions.engine(), unit_code, extensions.now(), signed_in().login)
    flash(_("Đã cấp %(n)s mã chung cho trung tâm. Hãy in thông báo và treo tại sảnh.", n=number(len(issued))))
    return _back(unit_code)


@blueprint.post("/places/<unit_code>/codes/revoke", endpoint="places_revoke_code")
@requires(Permission.CODES_MANAGE)
@dangerous
def revoke(unit_code: str) -> ResponseReturnValue:
    """The printed poster stops working."""
    code = request.form.get("code", "")
    try:
        counters.revoke(extensions.engine(), code, extensions.now(), signed_in().login, at=unit_code)
    except counters.UnknownCounterCode:
        flash(_("Mã này không còn dùng tại đây; không có gì thay đổi."))
    else:
        flash(_("Đã thu hồi mã %(code)s. Hãy gỡ bảng cũ xuống.", code=code))
    return _back(unit_code)


@blueprint.post("/places/<unit_code>/codes/reissue", endpoint="places_reissue_code")
@requires(Permission.CODES_MANAGE)
@dangerous
def reissue(unit_code: str) -> ResponseReturnValue:
    """The printed poster stops working, and a new code begins in the same moment."""
    code = request.form.get("code", "")
    try:
        fresh = counters.reissue(extensions.engine(), code, extensions.now(), signed_in().login, at=unit_code)
    except counters.UnknownCounterCode:
        flash(_("Mã này không còn dùng tại đây; không có gì thay đổi."))
    else:
        flash(_("Đã cấp lại: mã %(old)s thôi dùng, mã mới là %(new)s. Hãy in và treo bảng mới.", old=code, new=fresh))
    return _back(unit_code)


def _move_page(unit_code: str, code: str, form: MoveCodeForm, status: int = 200) -> ResponseReturnValue:
    today = local_day(extensions.now())
    place = places.place(extensions.engine(), unit_code, today)
    if code not in [stay.code for stay in place.codes]:
        abort(404)
    others = places.counters_within(extensions.engine(), granted(Permission.CODES_MANAGE), unit_code, today)
    form.counter.choices = [("", _("Hãy chọn quầy"))]
    form.counter.choices += [(counter.code, f"{counter.name} – {centre.name}") for counter, centre in others]
    page = render_template("officer/places_move_code.html", place=place, code=code, form=form, has_others=bool(others))
    return page, status


@blueprint.get("/places/<unit_code>/codes/<code>/move", endpoint="places_move_code")
@requires(Permission.CODES_MANAGE)
def choose_counter(unit_code: str, code: str) -> ResponseReturnValue:
    """Where a printed code is to lead from today."""
    return _move_page(unit_code, code, MoveCodeForm())


@blueprint.post("/places/<unit_code>/codes/<code>/move", endpoint="places_send_move_code")
@requires(Permission.CODES_MANAGE)
@dangerous
def move(unit_code: str, code: str) -> ResponseReturnValue:
    """From today the printed code stands for another counter."""
    form = MoveCodeForm()
    target = form.counter.data or ""
    if not may_at(target, Permission.CODES_MANAGE):
        form.counter.errors = [_("Hãy chọn một quầy trong danh sách.")]
        return _move_page(unit_code, code, form, 422)
    try:
        counters.move(extensions.engine(), code, target, extensions.now(), signed_in().login, at=unit_code)
    except (counters.NotACounter, counters.AlreadyThere):
        form.counter.errors = [_("Hãy chọn một quầy khác đang hoạt động.")]
        return _move_page(unit_code, code, form, 422)
    except counters.UnknownCounterCode:
        abort(404)
    flash(_("Đã chuyển mã %(code)s sang quầy này từ hôm nay.", code=code))
    return _back(target)
