"""The sample province: real geography, a wave, codes, officers and sample responses through the real way upwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import Role
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services import counters, officers, questionnaires, units, waves
from survey_app.services.sample_boundaries import add_history
from survey_app.services.sample_comments import handle_some, list_staff
from survey_app.services.sample_reports import enter_reports
from survey_app.services.sample_stretches import (
    AT_DESKS,
    DAYS,
    POINTS_FORM,
    POINTS_WAVE,
    PROVINCE,
    WAVE,
    Progress,
    fill,
)
from survey_app.services.sample_transactions import enter_transactions
from survey_app.storage import org_units, settings
from survey_app.storage.audit_log import SYSTEM
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes

POINTS_CENTRES, POINTS_COUNTERS = 4, 3
"""At the first counters of some centres the one-stop questionnaire is open as well."""

SIGN_INS = (
    ("quantri", "Quản trị tỉnh (mẫu)", Role.PROVINCE_ADMIN),
    ("phantich", "Phân tích tỉnh (mẫu)", Role.PROVINCE_ANALYST),
    ("chutichxa", "Lãnh đạo xã (mẫu)", Role.COMMUNE_LEADER),
    ("giamdoctt", "Giám đốc Trung tâm (mẫu)", Role.CENTRE_DIRECTOR),
    ("canboquay", "Cán bộ quầy (mẫu)", Role.COUNTER_STAFF),
    ("hotro", "Người hỗ trợ (mẫu)", Role.HELPER),
    ("nhaplieu", "Người nhập liệu (mẫu)", Role.DATA_ENTRY),
    ("mattran", "Giám sát của Mặt trận (mẫu)", Role.OBSERVER),
    ("thanhtra", "Thanh tra tỉnh (mẫu)", Role.INSPECTOR),
)


class NotSampleData(Exception):
    """The database holds real data: the demo leaves it alone."""


@dataclass(frozen=True)
class SignIn:
    """A sample officer; ``password`` only when it was made in this run."""

    login: str
    name: str
    password: str | None


def is_prepared(engine: Engine) -> bool:
    """Whether the sample province is there, whole. Raises NotSampleData where other data are."""
    with begin_read(engine) as connection:
        marked = settings.read_all(connection)
        has_units = bool(org_units.read_all(connection)[0])
    if has_units and not marked.get("is_sample"):
        raise NotSampleData
    return bool(marked.get("is_sample")) and bool(marked.get("sample_is_whole"))


def prepare(
    engine: Engine, questionnaires_dir: Path, responses: int, now: datetime, progress: Progress
) -> list[SignIn]:
    """Fill an empty database, or go on where an earlier run was stopped; returns the sign-ins.

    Raises:
        NotSampleData: the database holds other data; nothing was changed.
    """
    if not is_prepared(engine):
        with begin_write(engine) as connection:
            settings.write(connection, {"is_sample": True, "second_factor_required": False})
        units.import_units(engine, org_units.GEOGRAPHY / "quang_ngai_units.csv", now, SYSTEM)
        questionnaires.publish(engine, questionnaires.load_files(questionnaires_dir), now, SYSTEM)
        _make_wave(engine, now)
        counters.issue_missing(engine, PROVINCE, now, SYSTEM)
        counters.issue_missing_for_centres(engine, PROVINCE, now, SYSTEM)
        list_staff(engine, PROVINCE, now)
        enter_transactions(engine, PROVINCE, now)
        add_history(engine, PROVINCE, _first_commune(engine), now)
        enter_reports(engine, load_recipes(questionnaires_dir / "recipes"), PROVINCE, now)
        fill(engine, responses, _points_counters(engine), now, progress)
        handle_some(engine, f"{_first_commune(engine)}-TT", now)
        with begin_write(engine) as connection:
            settings.write(connection, {"sample_is_whole": True})
    return _make_officers(engine, now)


def _make_wave(engine: Engine, now: datetime) -> None:
    """The wave of the province, and the one of some centres that are asked of the one-stop desk too.

    The latter opened a day earlier: a poster opens what the newest wave asks first, the pulse.
    """
    there, today = {wave.code for wave in waves.every(engine)}, local_day(now)
    everywhere = Wave(
        code=WAVE,
        title="Đợt khảo sát mẫu",
        opens_on=today - timedelta(days=DAYS),
        closes_on=today + timedelta(days=DAYS),
        status=WaveStatus.OPEN,
        questionnaires=tuple((slug, 1) for slug in AT_DESKS),
        units=(PROVINCE,),
    )
    of_desks = replace(
        everywhere,
        code=POINTS_WAVE,
        opens_on=everywhere.opens_on - timedelta(days=1),
        title="Đợt đánh giá bộ phận một cửa mẫu",
        questionnaires=((POINTS_FORM, 1),),
        units=tuple(_points_counters(engine)),
    )
    for wave in (everywhere, of_desks):
        if wave.code not in there:
            waves.create(engine, wave, now, SYSTEM)


def _points_counters(engine: Engine) -> list[str]:
    """The first counters of the first communes: among them some of the director who has a sample account."""
    tree = units.unit_tree(engine)
    centres = [one.code for one in tree.descendants(PROVINCE, UnitKind.CENTRE) if one.parent_code != PROVINCE]
    return [counter.code for code in centres[:POINTS_CENTRES] for counter in tree.children(code)[:POINTS_COUNTERS]]


def _first_commune(engine: Engine) -> str:
    """The commune whose leader and director have sample accounts."""
    return next(u.code for u in units.unit_tree(engine).units.values() if u.kind is UnitKind.COMMUNE)


def _make_officers(engine: Engine, now: datetime) -> list[SignIn]:
    """The sample officers; those already there keep their passwords, which nobody can read again."""
    known = {officer.login for officer in officers.list_officers(engine)}
    commune = _first_commune(engine)
    at_centre = (Role.CENTRE_DIRECTOR, Role.COUNTER_STAFF, Role.HELPER, Role.DATA_ENTRY)
    places = {Role.COMMUNE_LEADER: commune} | dict.fromkeys(at_centre, f"{commune}-TT")
    signs: list[SignIn] = []
    for login, name, role in SIGN_INS:
        password = None
        if login not in known:
            place = places.get(role, PROVINCE)
            password = officers.create_officer(engine, now, login=login, name=name, role=role, unit_code=place)
        signs.append(SignIn(login, name, password))
    return signs
