"""How many responses the formula asks for: transactions of each unit in the period of a wave."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.domain.sampling import MOST_TRANSACTIONS
from survey_app.services import wave_desk, waves
from survey_app.services.wave_desk import WavePage
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number


def _page(wave_code: str) -> WavePage:
    """The wave; 404 unless the officer plans wherever it runs."""
    try:
        page = wave_desk.page(extensions.engine(), signed_in(), wave_code, local_day(extensions.now()))
    except waves.UnknownWave:
        abort(404)
    if Permission.WAVES_PLAN not in page.may:
        abort(404)
    return page


def _form(page: WavePage, typed: dict[str, str], problems: dict[str, str]) -> ResponseReturnValue:
    shown = render_template("officer/waves_transactions.html", page=page, typed=typed, problems=problems)
    return shown, 422 if problems else 200


@blueprint.get("/waves/<wave_code>/transactions")
@requires(Permission.WAVES_PLAN)
def waves_transactions(wave_code: str) -> ResponseReturnValue:
    """The form."""
    page = _page(wave_code)
    return _form(page, {one.unit.code: str(one.transactions or "") for one in page.targets}, {})


def _read(text: str) -> int | None:
    """A number of transactions as officials write it (1.234), None where nothing is known. Raises ValueError."""
    plain = text.strip().replace(".", "").replace(" ", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 12 and 0 < int(plain) <= MOST_TRANSACTIONS):
        raise ValueError(text)
    return int(plain)


@blueprint.post("/waves/<wave_code>/transactions")
@requires(Permission.WAVES_PLAN)
def waves_send_transactions(wave_code: str) -> ResponseReturnValue:
    """Keep the numbers, or tell which ones are none."""
    page = _page(wave_code)
    typed = {one.unit.code: request.form.get(f"n-{one.unit.code}", "") for one in page.targets}
    numbers: dict[str, int | None] = {}
    problems: dict[str, str] = {}
    for code, text in typed.items():
        try:
            numbers[code] = _read(text)
        except ValueError:
            most = number(MOST_TRANSACTIONS)
            problems[code] = _("Hãy nhập số nguyên từ 1 đến %(most)s, hoặc để trống.", most=most)
    if problems:
        return _form(page, typed, problems)
    wave_desk.enter_transactions(extensions.engine(), wave_code, numbers, extensions.now(), signed_in().login)
    flash(_("Đã lưu số lượt giao dịch."))
    return redirect(url_for("officer.waves_one", wave_code=wave_code), 303)
