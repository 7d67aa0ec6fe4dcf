"""The settings of the province: each group a form, with its defaults, bounds, and who changed it last."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services import settings_desk
from survey_app.services.province_settings import BadSetting, ProvinceSettings
from survey_app.services.settings_desk import GROUPS, SettingsPage
from survey_app.web.access import dangerous, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.settings_form import FORMS, GroupForm
from survey_app.web.officer.settings_words import number_labels
from survey_app.web.officer.wave_view import moment
from survey_app.web.rendering import gettext as _


def _page(page: SettingsPage, sent: str = "", form: GroupForm | None = None, told: str = "") -> str:
    """The page; ``form`` is the one that was sent in group ``sent``, ``told`` what stands in its way."""
    forms = {group: made(page.settings, is_sent=False) for group, made in FORMS.items() if group != sent}
    if form is not None:
        forms[sent] = form
    return render_template(
        "officer/settings.html",
        page=page,
        forms=forms,
        sent=sent,
        told=told,
        labels=number_labels(),
        standard=ProvinceSettings(),
        is_default={group: settings_desk.is_default(page.settings, group) for group in GROUPS},
        moment=moment,
    )


@blueprint.get("/settings")
@dangerous
@requires(Permission.SETTINGS_CHANGE)
def settings() -> ResponseReturnValue:
    """All groups."""
    return _page(settings_desk.page(extensions.engine()))


@blueprint.post("/settings/<group>")
@dangerous
@requires(Permission.SETTINGS_CHANGE)
def settings_change(group: str) -> ResponseReturnValue:
    """Keep a group, or tell what is wrong with it."""
    if group not in FORMS:
        abort(404)
    page = settings_desk.page(extensions.engine())
    form = FORMS[group](page.settings, is_sent=True)
    if not form.validate():
        return _page(page, group, form), 422
    return _keep(group, form)


def _keep(group: str, form: GroupForm) -> ResponseReturnValue:
    changes, seen = form.changes(), request.form.get("seen", "")
    arguments = (extensions.engine(), extensions.now(), signed_in().login, group, changes, seen, form.reason_text)
    try:
        settings_desk.change_group(*arguments)
    except settings_desk.SettingsMoved:
        told = _("Người khác vừa đổi phần này. Những gì đã gõ vẫn còn đây: hãy xem lại rồi lưu lần nữa.")
        return _page(settings_desk.page(extensions.engine()), group, form, told), 409
    except BadSetting:
        told = _("Giá trị này không dùng được. Hãy xem lại từng ô.")
        return _page(settings_desk.page(extensions.engine()), group, form, told), 422
    flash(_("Đã lưu cài đặt. Trang của người dân đổi theo trong vòng 10 giây."))
    return redirect(url_for("officer.settings"), 303)


@blueprint.post("/settings/<group>/reset")
@dangerous
@requires(Permission.SETTINGS_CHANGE)
def settings_reset(group: str) -> ResponseReturnValue:
    """Back to the defaults of a group."""
    if group not in GROUPS:
        abort(404)
    settings_desk.reset_group(extensions.engine(), extensions.now(), signed_in().login, group)
    flash(_("Đã đặt lại mặc định."))
    return redirect(url_for("officer.settings"), 303)
