"""Waves: making one, opening, pausing and closing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.wave import Wave, WaveStatus, check_change
from survey_app.storage import audit_log, org_units, questionnaires, waves
from survey_app.storage.database import begin_read, begin_write


class WaveProblem(ValueError):
    """The wave names something that does not exist, or its code is taken; the message says which (Vietnamese)."""


class UnknownWave(LookupError):
    """No wave has this code."""


def every(engine: Engine) -> list[Wave]:
    """All waves, newest first."""
    with begin_read(engine) as connection:
        return list(waves.every(connection).values())


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


def create(engine: Engine, wave: Wave, now: datetime, actor: str) -> None:
    """Store a new wave. Raises WaveProblem."""
    if wave.closes_on < wave.opens_on:
        raise WaveProblem("ngày kết thúc trước ngày bắt đầu")
    with begin_write(engine) as connection:
        if waves.find(connection, wave.code) is not None:
            raise WaveProblem(f"đã có đợt khảo sát mã {wave.code}")
        ids = org_units.read_all(connection)[1]
        unknown = [code for code in wave.units if code not in ids]
        if unknown or not wave.units:
            raise WaveProblem(f"không có đơn vị {', '.join(unknown) or '(chưa nêu đơn vị nào)'}")
        waves.add(connection, wave, _version_ids(connection, wave), [ids[code] for code in wave.units])
        audit_log.append(connection, now, actor, "wave.create", None, {"wave": wave.code})


def change_status(engine: Engine, code: str, status: WaveStatus, now: datetime, actor: str) -> None:
    """Open, pause or close a wave. Raises UnknownWave, WaveChangeRefused."""
    with begin_write(engine) as connection:
        found = waves.find(connection, code)
        if found is None:
            raise UnknownWave(f"không có đợt khảo sát mã {code}")
        check_change(found[1], status)
        waves.set_status(connection, found[0], status)
        detail = {"wave": code, "from": found[1].status.value, "to": status.value}
        audit_log.append(connection, now, actor, "wave.status", None, detail)
