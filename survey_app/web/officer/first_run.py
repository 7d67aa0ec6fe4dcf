"""“Bắt đầu trong một buổi”: the way from an empty system to the first wave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.first_run import FirstRun, SetUp, StepState
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import counters, first_run, officers, questionnaires
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

MOST_LISTED = 50


@dataclass(frozen=True)
class StepView:
    """A step as the list shows it; ``address`` leads to where it is done ("" when it is done right here)."""

    name: SetUp
    title: str
    told: str
    state: StepState
    label: str
    kind: str
    address: str
    action: str


def _titles() -> dict[SetUp, tuple[str, str]]:
    """(title, what the button says)."""
    return {
        SetUp.UNITS: (_("Nhập đơn vị, trung tâm, quầy"), _("Nhập từ tệp")),
        SetUp.CHECK: (_("Kiểm tra danh sách"), _("Xem đơn vị")),
        SetUp.QUESTIONNAIRES: (_("Ban hành mẫu phiếu"), _("Ban hành các mẫu phiếu có sẵn")),
        SetUp.CODES: (_("Cấp mã QR cho quầy"), _("Cấp mã cho mọi quầy chưa có mã")),
        SetUp.POSTERS: (_("In bảng mã QR"), _("In cho cả tỉnh")),
        SetUp.WAVE: (_("Lập và phê duyệt đợt khảo sát đầu tiên"), _("Đến đợt khảo sát")),
        SetUp.ACCOUNTS: (_("Phát tài khoản cho giám đốc trung tâm"), _("Đến tài khoản")),
        SetUp.SECOND_FACTOR: (_("Bật xác thực lớp thứ hai của mình"), _("Đến tài khoản của tôi")),
    }


def _told(found: FirstRun) -> dict[SetUp, str]:
    """What is there, in a sentence."""
    units = {"communes": number(found.communes), "centres": number(found.centres), "counters": number(found.counters)}
    codes = {"with_code": number(found.with_code), "counters": number(found.counters)}
    waves = {"planned": number(found.planned), "approved": number(found.approved), "begun": number(found.begun)}
    return {
        SetUp.UNITS: _("Có %(communes)s xã, phường, đặc khu; %(centres)s trung tâm; %(counters)s quầy.", **units),
        SetUp.CHECK: _problems_told(found),
        SetUp.QUESTIONNAIRES: ", ".join(found.questionnaires) or _("Chưa ban hành mẫu phiếu nào"),
        SetUp.CODES: _("%(with_code)s/%(counters)s quầy đã có mã đang dùng.", **codes),
        SetUp.POSTERS: _("%(n)s/%(all)s mã đã có trong một lần in.", n=number(found.printed), all=codes["with_code"]),
        SetUp.WAVE: _(
            "Đang dự thảo hoặc chờ phê duyệt: %(planned)s; đã phê duyệt: %(approved)s; đã mở: %(begun)s.", **waves
        ),
        SetUp.ACCOUNTS: _("%(n)s trung tâm chưa có tài khoản giám đốc.", n=number(len(found.centres_without_director))),
        SetUp.SECOND_FACTOR: _("Đang tắt: người biết mật khẩu là vào được.")
        if found.has_second_factor is False
        else _("Đang bật."),
    }


def _problems_told(found: FirstRun) -> str:
    if not found.counters:
        return _("Kiểm tra được khi đã có quầy.")
    if not found.problems.number:
        return _("Không có vấn đề.")
    return _("%(n)s chỗ cần xem lại.", n=number(found.problems.number))


def _addresses(top: str) -> dict[SetUp, str]:
    """Where each step is done; the two that are one press away have none."""
    wanted: dict[SetUp, tuple[str, dict[str, Any]]] = {
        SetUp.UNITS: ("places_import", {"unit_code": top}),
        SetUp.CHECK: ("places_unit", {"unit_code": top}),
        SetUp.POSTERS: ("places_print", {"unit_code": top}),
        SetUp.WAVE: ("waves", {}),
        SetUp.ACCOUNTS: ("accounts", {}),
        SetUp.SECOND_FACTOR: ("account", {}),
    }
    return {
        step: url_for(f"officer.{endpoint}", **values)
        for step, (endpoint, values) in wanted.items()
        if f"officer.{endpoint}" in current_app.view_functions
    }


def _steps(found: FirstRun, top: str) -> list[StepView]:
    titles, told, addresses, states = _titles(), _told(found), _addresses(top), found.states
    tags = {
        StepState.DONE: (_("đã xong"), "good"),
        StepState.NEXT: (_("làm tiếp"), "warm"),
        StepState.OPEN: (_("cần làm"), "plain"),
        StepState.BLOCKED: (_("chờ bước trước"), "plain"),
    }
    return [
        StepView(
            step,
            titles[step][0],
            told[step],
            states[step],
            *tags[states[step]],
            addresses.get(step, ""),
            titles[step][1],
        )
        for step in SetUp
    ]


def _top() -> str:
    """The highest unit this officer sets up."""
    today = local_day(extensions.now())
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.UNITS_MANAGE, today)
    if code is None:
        abort(403)
    return code


@blueprint.get("/first-run", endpoint="home_first_run")
@requires(Permission.UNITS_MANAGE)
def show() -> ResponseReturnValue:
    """Every step with its state, and one button for the next."""
    found = first_run.state(extensions.engine(), extensions.now(), signed_in())
    files = [] if found.questionnaires else questionnaires.load_files(Path(extensions.setting("QUESTIONNAIRES_DIR")))
    return render_template(
        "officer/first_run.html", found=found, steps=_steps(found, _top()), files=files, most=MOST_LISTED
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("officer.home_first_run"), 303)


@blueprint.post("/first-run/questionnaires", endpoint="home_publish_questionnaires")
@requires(Permission.SETTINGS_CHANGE)
def publish() -> ResponseReturnValue:
    """Freeze the questionnaires that come with the product; the page shows their mistakes, if there are any."""
    files = questionnaires.load_files(Path(extensions.setting("QUESTIONNAIRES_DIR")))
    try:
        done = questionnaires.publish(extensions.engine(), files, extensions.now(), signed_in().login)
    except questionnaires.QuestionnaireProblems as error:
        flash(_("Chưa ban hành: mẫu phiếu có %(n)s lỗi.", n=number(len(error.problems))))
    else:
        flash(_("Đã ban hành: %(what)s.", what=", ".join(done)) if done else _("Các mẫu phiếu đã được ban hành rồi."))
    return _back()


@blueprint.post("/first-run/codes", endpoint="home_issue_codes")
@requires(Permission.UNITS_MANAGE)
def issue() -> ResponseReturnValue:
    """A code for every counter that has none, and one for every whole centre."""
    engine, now, login = extensions.engine(), extensions.now(), signed_in().login
    issued = counters.issue_missing(engine, _top(), now, login)
    of_centres = counters.issue_missing_for_centres(engine, _top(), now, login)
    told = _(
        "Đã cấp mã cho %(counters)s quầy và %(centres)s trung tâm.",
        counters=number(len(issued)),
        centres=number(len(of_centres)),
    )
    flash(told)
    return _back()
