"""Alerts of the centres an officer reads results of, in words, and where to look."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.alerts import LONG_WITHHELD, SILENT_OPEN_DAYS, AlertKind
from survey_app.domain.comparing import LEAST_BASE
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.alerts import Alerts, CentreAlert, read_alerts
from survey_app.web.access import requires, signed_in
from survey_app.web.officer import filter_words
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.explain_names import DROP
from survey_app.web.officer.figures import span
from survey_app.web.officer.reading import today
from survey_app.web.rendering import day, month, number
from survey_app.web.rendering import gettext as _


@dataclass(frozen=True)
class AlertLine:
    """One alert: which centre, what, and the evidence."""

    name: str
    address: str
    kind: str
    tag: str
    text: str
    explain: str = ""


@dataclass(frozen=True)
class AlertGroup:
    """The alerts of one kind."""

    key: str
    title: str
    lines: tuple[AlertLine, ...]


@dataclass(frozen=True)
class AlertsView:
    """The alerts of a unit; ``rules`` say in words when one is raised."""

    unit_name: str
    lines: tuple[AlertLine, ...]
    groups: tuple[AlertGroup, ...]
    rules: tuple[str, ...]
    tested: str
    month: str


def _mix(mix: tuple[str, str] | None) -> str:
    if mix is None or mix == ("all", "all"):
        return _("mọi mục đích, mọi hình thức")
    return f"{filter_words.stage(mix[0])}, {filter_words.channel(mix[1])}"


def _drop_text(entry: CentreAlert) -> str:
    drop = entry.alert.drop
    assert drop is not None
    return _(
        "giảm %(points)s điểm (khoảng tin cậy 95 phần trăm của thay đổi: %(interval)s); %(last)s phiếu so với "
        "%(before)s phiếu của ba tháng trước; %(mix)s",
        points=number(abs(drop.value), 1),
        interval=span(drop.interval),
        last=number(entry.last),
        before=number(entry.before),
        mix=_mix(entry.mix),
    )


def _text(entry: CentreAlert) -> str:
    if entry.alert.kind is AlertKind.CLEAR_DROP:
        return _drop_text(entry)
    assert entry.alert.since is not None
    since = day(entry.alert.since)
    if entry.alert.kind is AlertKind.LONG_WITHHELD:
        return _("có phiếu chờ công bố từ %(day)s: quầy chưa gom đủ số phiếu của một lượt công bố", day=since)
    return _("không có phiếu mới từ sau %(day)s, đã qua %(n)s ngày làm việc", day=since, n=number(SILENT_OPEN_DAYS))


def _tag(kind: AlertKind) -> tuple[str, str]:
    return {
        AlertKind.CLEAR_DROP: (_("Giảm rõ rệt"), "bad"),
        AlertKind.LONG_WITHHELD: (_("Chờ công bố lâu"), "warm"),
        AlertKind.NO_RESPONSES: (_("Không có phiếu"), "warm"),
    }[kind]


def alert_line(entry: CentreAlert) -> AlertLine:
    """An alert in words."""
    tag, kind = _tag(entry.alert.kind)
    code = entry.centre.code
    explain = url_for("officer.results_explain", unit_code=code, figure=DROP) if entry.windows else ""
    return AlertLine(entry.centre.name, url_for("officer.unit", unit_code=code), kind, tag, _text(entry), explain)


def rules_of(found: Alerts) -> tuple[str, ...]:
    """When an alert of each kind is raised: drops first."""
    drop = _(
        "Giảm rõ rệt: điểm tháng %(month)s so với ba tháng trước của cùng trung tâm, mỗi bên từ %(n)s phiếu, chỉ gồm "
        "những tiêu chí đủ câu trả lời ở cả hai bên. Nếu tỷ trọng mỗi mục đích đến và mỗi hình thức trả lời lệch dưới "
        "10 điểm phần trăm thì so mọi phiếu; nếu không, chỉ so nhóm cùng mục đích và cùng hình thức có nhiều phiếu "
        "nhất. "
        "Mọi trung tâm trong tỉnh được xét cùng lúc (Benjamini và Hochberg, mức 5 phần trăm), dù ai xem trang này.",
        month=month(found.month),
        n=number(LEAST_BASE),
    )
    held = _("Chờ công bố lâu: có phiếu chờ đủ số của một lượt công bố từ %(n)s ngày.", n=number(LONG_WITHHELD.days))
    quiet = _(
        "Không có phiếu: đợt khảo sát đang mở mà %(n)s ngày làm việc gần nhất (theo lịch làm việc) không có phiếu mới.",
        n=number(SILENT_OPEN_DAYS),
    )
    return drop, held, quiet


def _group(kind: AlertKind, found: Alerts) -> AlertGroup:
    lines = tuple(alert_line(entry) for entry in found.found if entry.alert.kind is kind)
    return AlertGroup(kind.value.replace("_", "-"), _tag(kind)[0], lines)


def alerts_view(found: Alerts) -> AlertsView:
    """The page as its template shows it."""
    return AlertsView(
        unit_name=found.unit.name,
        lines=tuple(alert_line(entry) for entry in found.found),
        groups=tuple(
            _group(kind, found) for kind in (AlertKind.CLEAR_DROP, AlertKind.NO_RESPONSES, AlertKind.LONG_WITHHELD)
        ),
        rules=rules_of(found),
        tested=number(found.tested),
        month=month(found.month),
    )


@blueprint.get("/alerts")
@requires(Permission.RESULTS_READ)
def alerts() -> ResponseReturnValue:
    """The alerts within the highest unit whose results the officer may read."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.RESULTS_READ, today())
    if code is None:
        abort(403)
    found = read_alerts(extensions.engine(), extensions.recipes(), code, extensions.now())
    return render_template("officer/alerts.html", view=alerts_view(found))
