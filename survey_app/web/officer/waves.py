"""Waves: the list, one wave, and the way from plan to close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.domain.wave import Wave, WaveChangeRefused, WaveStatus
from survey_app.domain.wave_approval import NotApproved, OwnSubmission, Step, StepRefused
from survey_app.services import wave_approval, wave_desk
from survey_app.services import waves as fieldwork
from survey_app.services.posters import counter_address
from survey_app.services.wave_desk import WavePage
from survey_app.services.wave_links import HomeLink, home_links
from survey_app.services.wave_planning import plan_choices
from survey_app.web.access import dangerous, holds, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.wave_form import OpenWaveForm, PlanForm, ReturnForm, one_line
from survey_app.web.officer.wave_view import place_words, state, wave_view
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words


def _today() -> date:
    return local_day(extensions.now())


def _page(wave_code: str) -> WavePage:
    """One wave, or 404 where it does not touch the officer's units."""
    try:
        return wave_desk.page(extensions.engine(), signed_in(), wave_code, _today())
    except fieldwork.UnknownWave:
        abort(404)


def _require(wave_code: str, permission: Permission) -> None:
    """404 unless the officer holds the permission wherever the wave runs."""
    if not wave_desk.may_change(extensions.engine(), signed_in(), wave_code, permission, _today()):
        abort(404)


def _to(wave_code: str) -> ResponseReturnValue:
    return redirect(url_for("officer.waves_one", wave_code=wave_code), 303)


def _one(wave_code: str, form: ReturnForm, status: int = 200) -> ResponseReturnValue:
    view = wave_view(_page(wave_code), signed_in().login, _today())
    links = home_links(extensions.engine(), view.wave, _today())
    return render_template("officer/waves_one.html", view=view, form=form, links=_addresses(links)), status


def _addresses(links: Sequence[HomeLink]) -> list[tuple[str, str]]:
    """(title, address to send) of questionnaires about home."""
    base = extensions.setting("PUBLIC_BASE_URL")
    return [(words(link.title), f"{counter_address(base, link.code)}?form={link.slug}") for link in links]


@blueprint.get("/waves")
@requires(Permission.WAVES_READ)
def waves() -> ResponseReturnValue:
    """The waves that touch the officer's units."""
    found = wave_desk.listing(extensions.engine(), signed_in(), _today())
    entries = [(entry, state(entry.wave, entry.preparation, _today()), place_words(entry)) for entry in found]
    may_plan = holds(Permission.WAVES_PLAN)
    return render_template("officer/waves.html", entries=entries, may_plan=may_plan)


def _plan_page(form: PlanForm, before: Wave | None, status: int = 200) -> ResponseReturnValue:
    return render_template("officer/waves_plan.html", form=form, before=before), status


@blueprint.get("/waves/new")
@requires(Permission.WAVES_PLAN)
def waves_new() -> ResponseReturnValue:
    """A new wave, the next quarter proposed."""
    choices = plan_choices(extensions.engine(), signed_in(), _today())
    return _plan_page(PlanForm(choices, None, _today()), None)


@blueprint.post("/waves/new")
@requires(Permission.WAVES_PLAN)
def waves_send_new() -> ResponseReturnValue:
    """Keep the plan, or tell what is wrong with it."""
    form = PlanForm(plan_choices(extensions.engine(), signed_in(), _today()), None, _today())
    if not form.validate():
        return _plan_page(form, None, 422)
    wave = form.wave()
    try:
        fieldwork.create(extensions.engine(), wave, extensions.now(), signed_in().login)
    except fieldwork.WaveProblem:
        form.code.errors = [_("Mã này đã có đợt khảo sát khác dùng.")]
        return _plan_page(form, None, 422)
    flash(_("Đã lưu kế hoạch. Xem lại rồi trình phê duyệt."))
    return _to(wave.code)


@blueprint.get("/waves/<wave_code>")
@requires(Permission.WAVES_READ)
def waves_one(wave_code: str) -> ResponseReturnValue:
    """One wave: facts, steps, what may be done, what was received."""
    return _one(wave_code, ReturnForm())


def _edit_form(wave: Wave) -> PlanForm | OpenWaveForm:
    """What may be changed in the wave's present state; 404 where nothing may."""
    if wave.status is WaveStatus.CLOSED:
        abort(404)
    if wave.status is WaveStatus.PLANNED:
        return PlanForm(plan_choices(extensions.engine(), signed_in(), _today()), wave, _today())
    return OpenWaveForm(wave, _today())


def _edit_page(form: PlanForm | OpenWaveForm, wave: Wave, status: int = 200) -> ResponseReturnValue:
    if isinstance(form, PlanForm):
        return _plan_page(form, wave, status)
    return render_template("officer/waves_open.html", form=form, before=wave), status


@blueprint.get("/waves/<wave_code>/edit")
@requires(Permission.WAVES_PLAN)
def waves_edit(wave_code: str) -> ResponseReturnValue:
    """Change the plan, or title and end of an opened wave."""
    _require(wave_code, Permission.WAVES_PLAN)
    wave = _page(wave_code).wave
    return _edit_page(_edit_form(wave), wave)


@blueprint.post("/waves/<wave_code>/edit")
@requires(Permission.WAVES_PLAN)
def waves_send_edit(wave_code: str) -> ResponseReturnValue:
    """Keep the change, or tell what is wrong with it."""
    _require(wave_code, Permission.WAVES_PLAN)
    wave = _page(wave_code).wave
    form = _edit_form(wave)
    if not form.validate():
        return _edit_page(form, wave, 422)
    return _keep_change(_changed(form, wave))


def _changed(form: PlanForm | OpenWaveForm, before: Wave) -> Wave:
    if isinstance(form, PlanForm):
        return form.wave()
    title, closes_on = one_line(form.title.data), form.closes_on.day
    units, asked = before.units, before.questionnaires
    return Wave(before.code, title, before.opens_on, closes_on, before.status, asked, units)


def _keep_change(after: Wave) -> ResponseReturnValue:
    try:
        is_taken_back = fieldwork.change(extensions.engine(), after, extensions.now(), signed_in().login)
    except (fieldwork.WaveFrozen, fieldwork.WaveProblem):
        flash(_("Đợt khảo sát vừa được người khác thay đổi. Hãy xem lại."))
        return _to(after.code)
    flash(_("Đã lưu. Kế hoạch đã sửa nên phải trình phê duyệt lại.") if is_taken_back else _("Đã lưu."))
    return _to(after.code)


def _take(wave_code: str, permission: Permission, step: Step, told: str, note: str = "") -> ResponseReturnValue:
    """Take a step, and tell what became of it."""
    _require(wave_code, permission)
    seen = request.form.get("seen", "")
    read = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else -1
    try:
        wave_approval.take_step(
            extensions.engine(), wave_code, step, extensions.now(), signed_in().login, note, seen=read
        )
    except OwnSubmission:
        told = _("Không thể tự phê duyệt kế hoạch do chính mình trình. Cần một người khác phê duyệt.")
    except StepRefused:
        told = _("Đợt khảo sát vừa được người khác thay đổi. Hãy xem lại.")
    flash(told)
    return _to(wave_code)


@blueprint.post("/waves/<wave_code>/submit")
@requires(Permission.WAVES_PLAN)
def waves_submit(wave_code: str) -> ResponseReturnValue:
    """Hand the plan to a second person."""
    return _take(wave_code, Permission.WAVES_PLAN, Step.SUBMITTED, _("Đã trình. Một người khác sẽ phê duyệt."))


@blueprint.post("/waves/<wave_code>/withdraw")
@requires(Permission.WAVES_PLAN)
def waves_withdraw(wave_code: str) -> ResponseReturnValue:
    """Take the plan back."""
    return _take(wave_code, Permission.WAVES_PLAN, Step.WITHDRAWN, _("Đã rút lại. Có thể sửa rồi trình lại."))


@blueprint.post("/waves/<wave_code>/approve")
@requires(Permission.WAVES_APPROVE)
def waves_approve(wave_code: str) -> ResponseReturnValue:
    """Approve what somebody else submitted."""
    return _take(wave_code, Permission.WAVES_APPROVE, Step.APPROVED, _("Đã phê duyệt. Bây giờ có thể mở đợt."))


@blueprint.post("/waves/<wave_code>/return")
@requires(Permission.WAVES_APPROVE)
def waves_return(wave_code: str) -> ResponseReturnValue:
    """Send the plan back with a note."""
    _require(wave_code, Permission.WAVES_APPROVE)
    form = ReturnForm()
    if not form.validate():
        return _one(wave_code, form, 422)
    told = _("Đã trả lại kèm ghi chú.")
    return _take(wave_code, Permission.WAVES_APPROVE, Step.RETURNED, told, one_line(form.note.data))


@blueprint.post("/waves/<wave_code>/open")
@requires(Permission.WAVES_APPROVE)
def waves_open(wave_code: str) -> ResponseReturnValue:
    """Open an approved or paused wave."""
    _require(wave_code, Permission.WAVES_APPROVE)
    try:
        wave_approval.start(extensions.engine(), wave_code, extensions.now(), signed_in().login)
    except (NotApproved, WaveChangeRefused):
        flash(_("Đợt khảo sát chỉ mở được sau khi có người thứ hai phê duyệt, và khi chưa kết thúc."))
        return _to(wave_code)
    flash(_("Đã mở đợt. Trang khảo sát ở các quầy đổi theo trong vòng 10 giây."))
    return _to(wave_code)


def _change(wave_code: str, status: WaveStatus, told: str) -> ResponseReturnValue:
    _require(wave_code, Permission.WAVES_APPROVE)
    try:
        fieldwork.change_status(extensions.engine(), wave_code, status, extensions.now(), signed_in().login)
    except WaveChangeRefused:
        told = _("Đợt khảo sát vừa được người khác thay đổi. Hãy xem lại.")
    flash(told)
    return _to(wave_code)


@blueprint.post("/waves/<wave_code>/pause")
@requires(Permission.WAVES_APPROVE)
def waves_pause(wave_code: str) -> ResponseReturnValue:
    """Stop taking answers until it is opened again."""
    told = _("Đã tạm dừng. Trang khảo sát ở các quầy báo hiện không nhận phiếu trong vòng 10 giây.")
    return _change(wave_code, WaveStatus.PAUSED, told)


@blueprint.post("/waves/<wave_code>/close")
@dangerous
@requires(Permission.WAVES_APPROVE)
def waves_close(wave_code: str) -> ResponseReturnValue:
    """Close for good."""
    return _change(wave_code, WaveStatus.CLOSED, _("Đã kết thúc đợt khảo sát."))
