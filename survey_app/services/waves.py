"""Waves: making one, changing it while that is allowed, opening, pausing and closing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.wave import Wave, WaveStatus, check_change
from survey_app.domain.wave_approval import ApprovalStep, Preparation, Step, preparation
from survey_app.domain.wave_plan import is_same_fieldwork
from survey_app.storage import audit_log, org_units, questionnaires, wave_approvals, waves
from survey_app.storage.database import begin_read, begin_write

CHANGED_LATER = "Kế hoạch được sửa sau khi trình"
"""The note of the step by which a change takes back what had been submitted or approved."""


class WaveProblem(ValueError):
    """The wave names something that does not exist, or its code is taken; the message says which (Vietnamese)."""


class UnknownWave(LookupError):
    """No wave has this code."""


class WaveFrozen(Exception):
    """What an opened wave asks, where and since when cannot change any more; a closed one stays as it is."""


def every(engine: Engine) -> list[Wave]:
    """All waves, newest first."""
    with begin_read(engine) as connection:
        return list(waves.every(connection).values())


def known(connection: Connection, code: str) -> tuple[int, Wave]:
    """A wave with its row number. Raises UnknownWave."""
    found = waves.find(connection, code)
    if found is None:
        raise UnknownWave(f"không có đợt khảo sát mã {code}")
    return found


def known_for_change(connection: Connection, code: str) -> tuple[int, Wave]:
    """A wave nobody else changes until this transaction ends. Raises UnknownWave."""
    if code.isprintable():
        waves.lock(connection, code)
    return known(connection, code)


def place_of(wave: Wave) -> str | None:
    """The unit an audit entry about the wave belongs to: its only unit, none where it has several."""
    return wave.units[0] if len(wave.units) == 1 else None


def _version_ids(connection: Connection, wave: Wave) -> list[int]:
    found: list[int] = []
    for slug, number in wave.questionnaires:
        version = questionnaires.find(connection, slug, number)
        if version is None:
            raise WaveProblem(f"chưa ban hành mẫu phiếu {slug} v{number}")
        found.append(version.id)
    if not found:
        raise WaveProblem("đợt khảo sát cần ít nhất một mẫu phiếu")
    return found


def _unit_ids(connection: Connection, wave: Wave) -> list[int]:
    ids = org_units.read_all(connection)[1]
    unknown = [code for code in wave.units if code not in ids]
    if unknown or not wave.units:
        raise WaveProblem(f"không có đơn vị {', '.join(unknown) or '(chưa nêu đơn vị nào)'}")
    return [ids[code] for code in wave.units]


def _check_dates(wave: Wave) -> None:
    if wave.closes_on < wave.opens_on:
        raise WaveProblem("ngày kết thúc trước ngày bắt đầu")


def create(engine: Engine, wave: Wave, now: datetime, actor: str) -> None:
    """Store a new wave. Raises WaveProblem."""
    _check_dates(wave)
    with begin_write(engine) as connection:
        if waves.find(connection, wave.code) is not None:
            raise WaveProblem(f"đã có đợt khảo sát mã {wave.code}")
        waves.add(connection, wave, _version_ids(connection, wave), _unit_ids(connection, wave))
        audit_log.append(connection, now, actor, "wave.create", place_of(wave), {"wave": wave.code})


def _check_thaw(before: Wave, after: Wave, today: date) -> None:
    """Raises WaveFrozen for a change that comes too late, WaveProblem for an end in the past."""
    kept = replace(after, title=before.title, closes_on=before.closes_on)
    if before.status is WaveStatus.CLOSED or not is_same_fieldwork(kept, before):
        raise WaveFrozen(before.code)
    if after.closes_on != before.closes_on and after.closes_on < today:
        raise WaveProblem("ngày kết thúc đã qua")


def _take_back(connection: Connection, wave_id: int, now: datetime, actor: str) -> bool:
    """A changed plan has to be submitted and approved anew. Returns whether there was something to take back."""
    standing = preparation(wave_approvals.of_wave(connection, wave_id))
    if standing not in (Preparation.SUBMITTED, Preparation.APPROVED):
        return False
    wave_approvals.add(connection, wave_id, ApprovalStep(Step.WITHDRAWN, actor, now, CHANGED_LATER))
    return True


def change(engine: Engine, after: Wave, now: datetime, actor: str) -> bool:
    """Bring the wave with the code of ``after`` up to date; its status stays.

    Returns whether the change took back what had been submitted or approved.

    Raises:
        UnknownWave, WaveFrozen, WaveProblem: nothing was changed.
    """
    _check_dates(after)
    with begin_write(engine) as connection:
        wave_id, before = known_for_change(connection, after.code)
        after = replace(after, status=before.status)
        if is_same_fieldwork(after, before):
            return False
        is_planned = before.status is WaveStatus.PLANNED
        if not is_planned:
            _check_thaw(before, after, local_day(now))
        is_taken_back = is_planned and _take_back(connection, wave_id, now, actor)
        waves.set_title_and_dates(connection, wave_id, after)
        if is_planned:
            waves.replace_parts(connection, wave_id, _version_ids(connection, after), _unit_ids(connection, after))
        detail = {"wave": after.code, "from": _told(before), "to": _told(after), "approval_void": is_taken_back}
        audit_log.append(connection, now, actor, "wave.change", place_of(after), detail)
    return is_taken_back


def _told(wave: Wave) -> dict[str, object]:
    """A wave in an audit entry."""
    asked = [f"{slug} v{number}" for slug, number in wave.questionnaires]
    days = [wave.opens_on.isoformat(), wave.closes_on.isoformat()]
    return {"title": wave.title, "days": days, "questionnaires": asked, "units": sorted(wave.units)}


def set_status(connection: Connection, found: tuple[int, Wave], status: WaveStatus, now: datetime, actor: str) -> None:
    """Change a wave's status with an audit entry, in the caller's transaction. Raises WaveChangeRefused."""
    wave_id, wave = found
    check_change(wave, status)
    waves.set_status(connection, wave_id, status)
    detail = {"wave": wave.code, "from": wave.status.value, "to": status.value}
    audit_log.append(connection, now, actor, "wave.status", place_of(wave), detail)


def change_status(engine: Engine, code: str, status: WaveStatus, now: datetime, actor: str) -> None:
    """Open, pause or close a wave, the operator's way: no approval is asked. Raises UnknownWave, WaveChangeRefused."""
    with begin_write(engine) as connection:
        set_status(connection, known_for_change(connection, code), status, now, actor)
