"""Opening a counter's form for somebody at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.helped_form import PAPER, sign_mark
from survey_app.services.helping import Desk, channels_of, desk, helping_page
from survey_app.services.posters import counter_address
from survey_app.services.qr_picture import qr_data_address
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import words


@dataclass(frozen=True)
class OpenButton:
    """A form to open here, in a new tab."""

    address: str
    label: str


@dataclass(frozen=True)
class DeskView:
    """A counter with its buttons; ``code`` is None where no code is in force."""

    unit_code: str
    name: str
    fields: str
    code: str | None
    buttons: tuple[OpenButton, ...]


def _label(channel: str, title: str) -> str:
    if channel == PAPER:
        return _("Nhập phiếu giấy: %(title)s", title=title)
    return _("Mở phiếu tại đây: %(title)s", title=title)


def _buttons(found: Desk, channels: tuple[str, ...]) -> tuple[OpenButton, ...]:
    if found.code is None:
        return ()
    address = counter_address(extensions.setting("PUBLIC_BASE_URL"), found.code)
    keys, today = extensions.keys("PAGE_KEY"), local_day(extensions.now())
    marks = {channel: sign_mark(keys, found.code, channel, today) for channel in channels}
    return tuple(
        OpenButton(f"{address}?{urlencode({'form': slug, 'via': marks[channel]})}", _label(channel, words(title)))
        for channel in channels
        for slug, title in found.forms
    )


def _view(found: Desk, channels: tuple[str, ...]) -> DeskView:
    fields = ", ".join(found.counter.service_fields)
    return DeskView(found.counter.code, found.counter.name, fields, found.code, _buttons(found, channels))


@blueprint.get("/helping")
@requires(Permission.CITIZENS_HELP)
def helping() -> ResponseReturnValue:
    """To the unit at which the officer helps."""
    today = local_day(extensions.now())
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.CITIZENS_HELP, today)
    if code is None:
        abort(403)
    return redirect(url_for("officer.helping_unit", unit_code=code), 303)


@blueprint.get("/helping/<unit_code>")
@requires(Permission.CITIZENS_HELP)
def helping_unit(unit_code: str) -> ResponseReturnValue:
    """The counters, with the code to scan and the forms to open."""
    today = local_day(extensions.now())
    page, channels = helping_page(extensions.engine(), unit_code, today), channels_of(signed_in(), today)
    desks = [_view(found, channels) for found in page.desks]
    is_paper = channels == (PAPER,)
    return render_template("officer/helping.html", unit=page.unit, desks=desks, is_paper=is_paper)


@blueprint.get("/helping/<unit_code>/qr")
@requires(Permission.CITIZENS_HELP)
def helping_qr(unit_code: str) -> ResponseReturnValue:
    """A counter's code, as large as the screen, for the citizen's own phone."""
    found = desk(extensions.engine(), unit_code, local_day(extensions.now()))
    if found is None or found.code is None:
        return redirect(url_for("officer.helping_unit", unit_code=unit_code), 303)
    address = counter_address(extensions.setting("PUBLIC_BASE_URL"), found.code)
    return render_template("officer/helping_qr.html", desk=found, address=address, picture=qr_data_address(address))
