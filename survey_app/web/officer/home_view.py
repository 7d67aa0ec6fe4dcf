"""The blocks of a home page in words: figures with base and interval, tasks with the place where they are done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from survey_app.domain.comparing import LEAST_BASE, Verdict
from survey_app.domain.local_day import months_back
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.permissions import Permission
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import Figure
from survey_app.services.home_changes import MONTHS, Changes, UnitChange
from survey_app.services.home_work import FEW
from survey_app.services.homes import Decisions, Work
from survey_app.web import access
from survey_app.web.officer.explain_names import CHANGE
from survey_app.web.officer.figures import span
from survey_app.web.officer.verdicts import change_words, difference_view
from survey_app.web.rendering import day, month, number
from survey_app.web.rendering import gettext as _

MOST_ROWS = 5


@dataclass(frozen=True)
class Shown:
    """A figure in words; ``value`` is empty when withheld, ``base`` when nothing was released."""

    value: str
    interval: str
    base: str


@dataclass(frozen=True)
class ChangeRow:
    """A unit, its figure now and before, and what may be said of the change."""

    name: str
    address: str | None
    now: Shown
    before: Shown
    difference: str
    interval: str
    verdict: str
    kind: str
    explain: str | None = None


@dataclass(frozen=True)
class ChangesView:
    """What changed. ``told`` says it in one line; ``rows`` are the clear changes, or the counters of a centre."""

    period: str
    own: ChangeRow
    told: str
    rows: tuple[ChangeRow, ...]
    more: int
    least: int


@dataclass(frozen=True)
class Task:
    """Something that waits for this officer, and where it is done."""

    text: str
    address: str | None


@dataclass(frozen=True)
class Line:
    """A unit with a number, and where to go on."""

    name: str
    text: str
    address: str | None


@dataclass(frozen=True)
class WorkView:
    """How collecting goes: the waves, where responses are missing, what waits for release."""

    waves: tuple[str, ...]
    quiet_told: str
    quiet: tuple[Line, ...]
    quiet_more: int
    waiting_told: str
    waiting: tuple[Line, ...]
    waiting_more: int


def address_of(endpoint: str, permission: Permission, **values: Any) -> str | None:
    """Where something is done; None when the officer may not go there."""
    if f"officer.{endpoint}" not in current_app.view_functions or not access.holds(permission):
        return None
    return url_for(f"officer.{endpoint}", **values)


def _unit_address(unit: OrgUnit) -> str | None:
    return address_of("unit", Permission.RESULTS_READ, unit_code=unit.code)


def _explain_change(unit: OrgUnit) -> str | None:
    """ "Cách tính" of a change: its months are those a page has by default."""
    return address_of("results_explain", Permission.RESULTS_READ, unit_code=unit.code, figure=CHANGE)


def shown(figure: Figure | None, recipe: Recipe | None) -> Shown:
    """A figure with its interval and base, rounded as its recipe says."""
    if figure is None or recipe is None:
        return Shown("", "", "")
    places = recipe.rounding.places
    value = "" if figure.value is None else number(figure.value, places)
    return Shown(value, span(figure.interval, places), number(figure.base))


def change_row(entry: UnitChange, recipe: Recipe) -> ChangeRow:
    """A unit's change in words."""
    told = _("chưa đủ phiếu để so sánh") if entry.verdict is Verdict.TOO_FEW else change_words(entry.difference)
    view = difference_view(entry.difference, told, recipe.rounding.places)
    return ChangeRow(
        name=entry.unit.name,
        address=_unit_address(entry.unit),
        now=shown(entry.now, recipe),
        before=shown(entry.before, recipe),
        difference=view.value,
        interval=view.interval,
        verdict=view.verdict,
        kind=view.kind,
        explain=_explain_change(entry.unit),
    )


def _told(found: Changes) -> str:
    numbers = {verdict: len(found.with_verdict(verdict)) for verdict in Verdict}
    return _(
        "Trung tâm: %(up)s tăng rõ rệt, %(down)s giảm rõ rệt, %(unclear)s chưa đủ cơ sở kết luận, %(few)s ít phiếu.",
        up=numbers[Verdict.CLEAR_INCREASE],
        down=numbers[Verdict.CLEAR_DECREASE],
        unclear=numbers[Verdict.NOT_ENOUGH],
        few=numbers[Verdict.TOO_FEW],
    )


def changes_view(found: Changes, is_centre: bool) -> ChangesView:
    """Above the centre the clear changes alone; at a centre every counter."""
    clear = (*found.with_verdict(Verdict.CLEAR_DECREASE), *found.with_verdict(Verdict.CLEAR_INCREASE))
    rows = found.below if is_centre else clear
    before = f"{month(months_back(found.first_month, MONTHS))} – {month(months_back(found.first_month, 1))}"
    return ChangesView(
        period=_(
            "Tháng %(now)s so với %(before)s, mọi mục đích đến",
            now=f"{month(found.first_month)} – {month(found.last_month)}",
            before=before,
        ),
        own=change_row(found.own, found.recipe),
        told="" if is_centre or not found.below else _told(found),
        rows=tuple(change_row(entry, found.recipe) for entry in (rows if is_centre else rows[:MOST_ROWS])),
        more=0 if is_centre else max(0, len(rows) - MOST_ROWS),
        least=LEAST_BASE,
    )


def _quiet_told(work: Work) -> str:
    if work.centres > 1:
        quiet, every = number(len(work.quiet)), number(work.centres)
        return _("%(n)s trong %(all)s trung tâm có dưới %(few)s phiếu mới trong 4 tuần.", n=quiet, all=every, few=FEW)
    if work.quiet:
        return _("Trung tâm có dưới %(few)s phiếu mới trong 4 tuần.", few=FEW)
    return _("Trung tâm có từ %(few)s phiếu mới trở lên trong 4 tuần.", few=FEW)


def work_view(work: Work, release: int) -> WorkView:
    """Where responses are missing and what waits; of one centre alone no list: it would name but itself."""
    total = sum(line.responses for line in work.waiting)
    oldest = min((line.oldest for line in work.waiting), default=None)
    quiet = [
        Line(entry.centre.name, _("%(n)s phiếu", n=number(entry.arrived)), _unit_address(entry.centre))
        for entry in work.quiet
    ]
    waiting = [
        Line(
            line.unit.name,
            _("%(n)s phiếu, từ %(day)s", n=number(line.responses), day=day(line.oldest)),
            _unit_address(line.unit),
        )
        for line in work.waiting
    ]
    return WorkView(
        waves=tuple(f"{wave.title} ({day(wave.opens_on)} – {day(wave.closes_on)})" for wave in work.waves),
        quiet_told=_quiet_told(work),
        quiet=tuple(quiet[:MOST_ROWS] if work.centres > 1 else ()),
        quiet_more=max(0, len(quiet) - MOST_ROWS),
        waiting_told=_(
            "%(n)s phiếu đang chờ đủ %(k)s phiếu của một quầy; lâu nhất từ %(day)s.",
            n=number(total),
            k=release,
            day=day(oldest),
        )
        if oldest
        else _("Không có phiếu nào đang chờ."),
        waiting=tuple(waiting[:MOST_ROWS] if work.centres > 1 else ()),
        waiting_more=max(0, len(waiting) - MOST_ROWS),
    )


def tasks(found: Decisions) -> list[Task]:
    """What waits for a decision, the most pressing first."""
    tasks: list[Task] = [
        Task(
            _("Duyệt đợt khảo sát: %(title)s", title=wave.title),
            address_of("waves_one", Permission.WAVES_READ, wave_code=wave.code),
        )
        for wave in found.waves or ()
    ]
    if found.comments:
        text = _("%(n)s ý kiến mới chưa xử lý", n=number(found.comments))
        tasks.append(Task(text, address_of("comments", Permission.COMMENTS_READ)))
    if found.codes and found.codes.without:
        text = _("%(n)s quầy chưa có mã QR đang dùng: cấp mã, in bảng", n=number(len(found.codes.without)))
        tasks.append(Task(text, address_of("places", Permission.POSTERS_PRINT)))
    if found.codes and found.codes.revoked:
        text = _("%(n)s mã đã thu hồi trong 30 ngày: kiểm tra bảng mới đã đặt tại quầy", n=number(found.codes.revoked))
        tasks.append(Task(text, address_of("places", Permission.POSTERS_PRINT)))
    if found.expiring:
        text = _("%(n)s tài khoản hết hạn quyền trong 30 ngày", n=number(found.expiring))
        tasks.append(Task(text, address_of("accounts", Permission.OFFICERS_MANAGE)))
    for entry in (found.flagged or ())[:3]:
        share = number(entry.share * 100)
        text = _(
            "Nhiều phiếu có dấu hiệu cần kiểm tra: %(name)s (%(share)s trên 100 phiếu, n = %(n)s)",
            name=entry.centre.name,
            share=share,
            n=number(entry.base),
        )
        tasks.append(Task(text, _unit_address(entry.centre)))
    return tasks
