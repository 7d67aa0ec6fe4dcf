"""The working calendar of a unit: a month, its ordinary week, and days that differ."""

from __future__ import annotations

import re
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day, month_of, months_back
from survey_app.domain.permissions import Permission
from survey_app.domain.working_calendar import DayRule, fixed_holidays
from survey_app.services import calendar as working_calendar
from survey_app.services import officers
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.calendar_form import RuleForm, WeekForm, weekday_names
from survey_app.web.rendering import gettext as _

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
RULE = "/calendar/<unit_code>/rules/<int(max=2147483647):exception_id>"


def _month() -> date:
    """The month of the address, this one by default; 404 for anything else."""
    text = request.args.get("month", "")
    if not text:
        return month_of(local_day(extensions.now()))
    found = MONTH.fullmatch(text)
    if found is None:
        abort(404)
    return date(int(found[1]), int(found[2]), 1)


def _here(unit_code: str) -> str:
    """The address of the unit's calendar in the month one came from."""
    return url_for("officer.calendar_unit", unit_code=unit_code, month=request.args.get("month") or None)


def _page(unit_code: str, week_form: WeekForm | None = None, rule_form: RuleForm | None = None) -> ResponseReturnValue:
    month, now = _month(), extensions.now()
    page = working_calendar.page(extensions.engine(), unit_code, month, now)
    shown = render_template(
        "officer/calendar.html",
        page=page,
        month=month,
        today=local_day(now),
        weekdays=weekday_names(),
        week_form=week_form or WeekForm(page.week),
        rule_form=rule_form or RuleForm(),
        earlier=f"{months_back(month, 1):%Y-%m}",
        later=f"{months_back(month, -1):%Y-%m}",
        may_open=lambda code: may_at(code, Permission.CALENDAR_MANAGE),
    )
    return shown, 422 if week_form or rule_form else 200


@blueprint.get("/calendar")
@requires(Permission.CALENDAR_MANAGE)
def calendar() -> ResponseReturnValue:
    """To the calendar of the chosen unit, or of the highest one the officer keeps."""
    code = request.args.get("unit") or officers.home_unit(
        extensions.engine(), signed_in(), Permission.CALENDAR_MANAGE, local_day(extensions.now())
    )
    if code is None or not may_at(code, Permission.CALENDAR_MANAGE):
        abort(404)
    return redirect(_here(code), 303)


@blueprint.get("/calendar/<unit_code>")
@requires(Permission.CALENDAR_MANAGE)
def calendar_unit(unit_code: str) -> ResponseReturnValue:
    """A month of a unit, and what is entered there."""
    return _page(unit_code)


@blueprint.post("/calendar/<unit_code>/week")
@requires(Permission.CALENDAR_MANAGE)
def calendar_week(unit_code: str) -> ResponseReturnValue:
    """Keep an ordinary week of the unit's own."""
    form = WeekForm({})
    if not form.validate():
        return _page(unit_code, week_form=form)
    working_calendar.set_week(extensions.engine(), unit_code, form.week(), extensions.now(), signed_in().login)
    flash(_("Đã lưu tuần làm việc thường lệ."))
    return redirect(_here(unit_code), 303)


@blueprint.post("/calendar/<unit_code>/inherit")
@requires(Permission.CALENDAR_MANAGE)
def calendar_inherit(unit_code: str) -> ResponseReturnValue:
    """Back to the week of the unit above."""
    working_calendar.set_week(extensions.engine(), unit_code, None, extensions.now(), signed_in().login)
    flash(_("Đã bỏ tuần riêng; đơn vị dùng tuần làm việc của cấp trên."))
    return redirect(_here(unit_code), 303)


def _add(unit_code: str, rule: DayRule) -> bool:
    """Whether the rule was new; tells what happened."""
    try:
        working_calendar.add_rule(extensions.engine(), unit_code, rule, extensions.now(), signed_in().login)
    except working_calendar.RuleRefused:
        return False
    flash(_("Đã thêm ngày khác thường lệ."))
    return True


@blueprint.post("/calendar/<unit_code>/rules")
@requires(Permission.CALENDAR_MANAGE)
def calendar_add(unit_code: str) -> ResponseReturnValue:
    """Enter days that differ."""
    form = RuleForm()
    if not form.validate():
        return _page(unit_code, rule_form=form)
    if not _add(unit_code, form.rule()):
        form.first_day.errors = [_("Những ngày này đã được nhập như vậy rồi.")]
        return _page(unit_code, rule_form=form)
    return redirect(_here(unit_code), 303)


@blueprint.post("/calendar/<unit_code>/holidays")
@requires(Permission.CALENDAR_MANAGE)
def calendar_holiday(unit_code: str) -> ResponseReturnValue:
    """Enter a holiday that falls on the same day each year."""
    this_year = local_day(extensions.now()).year
    years = range(this_year - 1, this_year + 10)
    offered = {day.isoformat(): (day, name) for year in years for day, name in fixed_holidays(year)}
    chosen = offered.get(request.form.get("day", ""))
    if chosen is None:
        abort(404)
    day, name = chosen
    _add(unit_code, DayRule(0, day, day, (), name))
    return redirect(_here(unit_code), 303)


def _told_or_404(change: object, told: str, unit_code: str) -> ResponseReturnValue:
    """Do a change of a rule: 404 where there is no such rule."""
    assert callable(change)
    try:
        change()
    except working_calendar.NoSuchRule:
        abort(404)
    except working_calendar.RuleRefused:
        told = _("Ngày này đã kết thúc hoặc chưa bắt đầu.")
    flash(told)
    return redirect(_here(unit_code), 303)


@blueprint.post(f"{RULE}/end")
@requires(Permission.CALENDAR_MANAGE)
def calendar_end(unit_code: str, exception_id: int) -> ResponseReturnValue:
    """Let days that differ end today."""
    now = extensions.now()
    arguments = (extensions.engine(), unit_code, exception_id, local_day(now), now, signed_in().login)
    return _told_or_404(
        lambda: working_calendar.end_rule(*arguments), _("Đã kết thúc; từ ngày mai theo tuần thường lệ."), unit_code
    )


@blueprint.post(f"{RULE}/remove")
@requires(Permission.CALENDAR_MANAGE)
def calendar_remove(unit_code: str, exception_id: int) -> ResponseReturnValue:
    """Take days that differ away."""
    arguments = (extensions.engine(), unit_code, exception_id, extensions.now(), signed_in().login)
    return _told_or_404(
        lambda: working_calendar.remove_rule(*arguments), _("Đã xoá. Có thể khôi phục trong 7 ngày."), unit_code
    )


@blueprint.post(f"{RULE}/restore")
@requires(Permission.CALENDAR_MANAGE)
def calendar_restore(unit_code: str, exception_id: int) -> ResponseReturnValue:
    """Bring them back."""
    arguments = (extensions.engine(), unit_code, exception_id, extensions.now(), signed_in().login)
    return _told_or_404(lambda: working_calendar.restore_rule(*arguments), _("Đã khôi phục."), unit_code)
