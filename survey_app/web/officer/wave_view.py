"""A wave in words: its state, its steps, and what this officer may do with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_time

from survey_app.domain.local_day import VIET_NAM, local_day
from survey_app.domain.permissions import Permission
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_approval import Preparation, Step, submitted_by
from survey_app.services.wave_desk import Target, WaveEntry, WavePage, known_steps
from survey_app.web.rendering import day, number, words
from survey_app.web.rendering import gettext as _


@dataclass(frozen=True)
class StepLine:
    """One step in the history of a wave."""

    label: str
    who: str
    when: str
    note: str


@dataclass(frozen=True)
class TargetLine:
    """A unit's figures beside the formula's; texts, empty where nothing was entered."""

    name: str
    transactions: str
    needed: str
    needed_roughly: str
    received: str


@dataclass(frozen=True)
class WaveView:
    """Everything the template of one wave shows."""

    wave: Wave
    state: tuple[str, str]
    next_step: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[StepLine, ...]
    seen: int
    actions: frozenset[str]
    is_own: bool
    received: str
    centres: tuple[tuple[str, str], ...]
    above: str
    targets: tuple[TargetLine, ...]
    may_enter: bool


def moment(at: datetime) -> str:
    """A day with the time of Viet Nam."""
    return f"{day(local_day(at))} {format_time(at.astimezone(VIET_NAM), 'HH:mm', locale='vi')}"


def state(wave: Wave, preparation: Preparation, today: date) -> tuple[str, str]:
    """(words, kind of tag) of where a wave stands."""
    if wave.status is WaveStatus.PLANNED:
        return {
            Preparation.DRAFT: (_("Đang soạn"), "plain"),
            Preparation.SUBMITTED: (_("Chờ phê duyệt"), "warm"),
            Preparation.APPROVED: (_("Đã phê duyệt, chưa mở"), "good"),
            Preparation.RETURNED: (_("Trả lại để sửa"), "bad"),
        }[preparation]
    if wave.status is WaveStatus.CLOSED:
        return _("Đã kết thúc"), "plain"
    if today > wave.closes_on:
        return _("Đã quá ngày kết thúc"), "plain"
    if wave.status is WaveStatus.PAUSED:
        return _("Tạm dừng"), "warm"
    return (_("Đang nhận phiếu"), "good") if wave.takes_answers_on(today) else (_("Đã mở, chưa đến ngày"), "plain")


def step_label(step: Step) -> str:
    """A step as officials say it."""
    return {
        Step.SUBMITTED: _("Trình phê duyệt"),
        Step.APPROVED: _("Phê duyệt"),
        Step.RETURNED: _("Trả lại để sửa"),
        Step.WITHDRAWN: _("Rút lại"),
    }[step]


def actions(page: WavePage, login: str) -> frozenset[str]:
    """What this officer may do with the wave in its present state."""
    plans, approves = (one in page.may for one in (Permission.WAVES_PLAN, Permission.WAVES_APPROVE))
    status, standing = page.wave.status, page.preparation
    is_planned, is_submitted = status is WaveStatus.PLANNED, standing is Preparation.SUBMITTED
    is_approved = standing is Preparation.APPROVED
    found = {
        "edit": plans and status is not WaveStatus.CLOSED,
        "submit": plans and is_planned and not is_submitted and not is_approved,
        "withdraw": plans and is_planned and (is_submitted or is_approved),
        "approve": approves and is_planned and is_submitted and submitted_by(page.steps) != login,
        "return": approves and is_planned and (is_submitted or is_approved),
        "open": approves and ((is_planned and is_approved) or status is WaveStatus.PAUSED),
        "pause": approves and status is WaveStatus.OPEN,
        "close": approves and status is not WaveStatus.CLOSED,
    }
    return frozenset(name for name, is_allowed in found.items() if is_allowed)


def _next_step(page: WavePage, today: date) -> str:
    """What has to happen next, in one sentence."""
    wave = page.wave
    if wave.status is WaveStatus.PLANNED:
        return {
            Preparation.DRAFT: _("Soạn xong thì trình để người thứ hai phê duyệt."),
            Preparation.SUBMITTED: _("Người thứ hai xem rồi phê duyệt hoặc trả lại. Sửa kế hoạch thì phải trình lại."),
            Preparation.APPROVED: _("Có thể mở. Phiếu được nhận từ ngày bắt đầu, sau khi đã mở."),
            Preparation.RETURNED: _("Sửa theo ghi chú rồi trình lại."),
        }[page.preparation]
    if wave.status is WaveStatus.PAUSED:
        return _("Người quét mã thấy thông báo hiện không nhận phiếu, cho đến khi mở lại.")
    if wave.status is WaveStatus.OPEN and today > wave.closes_on:
        return _("Không nhận thêm phiếu. Có thể dời ngày kết thúc nếu cần.")
    if wave.status is WaveStatus.OPEN and today < wave.opens_on:
        return _("Nhận phiếu từ ngày %(day)s.", day=day(wave.opens_on))
    return _("Phiếu được nhận đến hết ngày kết thúc.") if wave.status is WaveStatus.OPEN else ""


def questionnaire_names(page: WavePage) -> list[str]:
    """The questionnaires by title, the first one first."""
    found = page.wave.questionnaires
    return [f"{words(page.titles[key]) if key in page.titles else key[0]} (v{key[1]})" for key in found]


def _facts(page: WavePage) -> tuple[tuple[str, str], ...]:
    wave, asked = page.wave, questionnaire_names(page)
    also = ", ".join(asked[1:])
    return (
        (_("Mã đợt"), wave.code),
        (_("Từ ngày"), day(wave.opens_on)),
        (_("Đến hết ngày"), day(wave.closes_on)),
        (_("Mẫu phiếu mở đầu tiên"), asked[0] if asked else ""),
        *(((_("Mẫu phiếu trả lời thêm"), also),) if also else ()),
        (_("Nơi khảo sát"), ", ".join(unit.name for unit in page.units)),
    )


def _target_line(target: Target) -> TargetLine:
    figures = (target.transactions, target.needed, target.needed_roughly)
    transactions, needed, needed_roughly = (number(figure) if figure else "" for figure in figures)
    return TargetLine(target.unit.name, transactions, needed, needed_roughly, number(target.received))


def wave_view(page: WavePage, login: str, today: date) -> WaveView:
    """One wave as its template shows it."""
    return WaveView(
        wave=page.wave,
        state=state(page.wave, page.preparation, today),
        next_step=_next_step(page, today),
        facts=_facts(page),
        steps=tuple(StepLine(step_label(s.step), who, moment(s.at), s.note) for s, who in known_steps(page)),
        seen=len(page.steps),
        actions=actions(page, login),
        is_own=page.preparation is Preparation.SUBMITTED and submitted_by(page.steps) == login,
        received=number(page.received),
        centres=tuple((entry.unit.name, number(entry.received)) for entry in page.centres),
        above=number(page.above) if page.above else "",
        targets=tuple(_target_line(one) for one in page.targets),
        may_enter=Permission.WAVES_PLAN in page.may,
    )


def place_words(entry: WaveEntry) -> str:
    """Where a wave of the list runs, in few words."""
    names = [unit.name for unit in entry.units]
    if len(names) <= 3:
        return ", ".join(names)
    return _("%(first)s và %(n)s đơn vị khác", first=", ".join(names[:2]), n=number(len(names) - 2))
