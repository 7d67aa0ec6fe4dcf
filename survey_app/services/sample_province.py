"""The sample province: real geography, a wave, codes, officers and sample responses through the real way upwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day, minute_of
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Role
from survey_app.domain.quality import is_too_fast
from survey_app.domain.wave import Wave, WaveStatus
from survey_app.services import counters, officers, questionnaires, recount, release, units, waves
from survey_app.services.sample_answers import lean_of, sample_record
from survey_app.services.sample_comments import handle_some, list_staff, sample_comment
from survey_app.services.sample_transactions import enter_transactions
from survey_app.storage import inbox, org_units, settings
from survey_app.storage import questionnaires as stored_questionnaires
from survey_app.storage import waves as stored_waves
from survey_app.storage.audit_log import SYSTEM
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.questionnaires import PublishedVersion

PROVINCE = "51"
WAVE = "mau-1"
DAYS = 300
STEPS = 10
"""Sample time runs in this many stretches; after each one what may be released is released."""

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


Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, in all)."""


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
        _fill(engine, responses, now, progress)
        handle_some(engine, f"{_first_commune(engine)}-TT", now)
        with begin_write(engine) as connection:
            settings.write(connection, {"sample_is_whole": True})
    return _make_officers(engine, now)


def _make_wave(engine: Engine, now: datetime) -> None:
    if any(wave.code == WAVE for wave in waves.every(engine)):
        return
    today = local_day(now)
    wave = Wave(
        code=WAVE,
        title="Đợt khảo sát mẫu",
        opens_on=today - timedelta(days=DAYS),
        closes_on=today + timedelta(days=DAYS),
        status=WaveStatus.OPEN,
        questionnaires=(("quick_pulse", 1), ("sipas_desk", 1)),
        units=(PROVINCE,),
    )
    waves.create(engine, wave, now, SYSTEM)


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


@dataclass(frozen=True)
class _Desk:
    """A counter people answer at, and how often: ``weight`` is its share of the province's answers."""

    counter_id: int
    lean: float
    weight: float


def _desks(engine: Engine, today: date) -> list[_Desk]:
    with begin_read(engine) as connection:
        found = counters.counters_at(connection, PROVINCE, today)
        ids = org_units.read_all(connection)[1]
    return [_Desk(ids[c.code], _lean(c), 1.0 + 4.0 * abs(lean_of(c.code + "#")) ** 2) for c in found]


def _lean(counter: OrgUnit) -> float:
    """Mostly the centre's lean, a little the counter's own."""
    return 0.75 * lean_of(counter.parent_code or "") + 0.25 * lean_of(counter.code)


def _fill(engine: Engine, responses: int, now: datetime, progress: Progress) -> None:
    """Let people answer over the last 300 days, releasing after each stretch as the timer would."""
    with begin_read(engine) as connection:
        wave_id = next(number for number, wave in stored_waves.every(connection).items() if wave.code == WAVE)
        asked = sorted(stored_questionnaires.every(connection), key=lambda v: v.questionnaire.slug)
        here = recount.count_received(connection)
    desks = _desks(engine, local_day(now))
    rng = Random(f"{responses} {here}")  # noqa: S311 (sample data, repeatable)
    todo = max(0, responses - here)
    for step in range(STEPS):
        end = now - timedelta(days=DAYS * (STEPS - 1 - step) / STEPS)
        number = todo * (step + 1) // STEPS - todo * step // STEPS
        entries = list(_stretch(asked, desks, wave_id, end, number, rng))
        for start in range(0, len(entries), 5_000):
            with begin_write(engine) as connection:
                inbox.put_many(connection, entries[start : start + 5_000])
            progress("Phiếu mẫu", todo * step // STEPS + min(start + 5_000, number), todo)
        release.run_releases(engine, end, is_patient=True)


def _stretch(
    asked: list[PublishedVersion], desks: list[_Desk], wave_id: int, end: datetime, number: int, rng: Random
) -> Iterator[inbox.InboxEntry]:
    last = minute_of(end)
    communes = [c.code for c in org_units.communes().values() if c.province_code == PROVINCE]
    weights = [desk.weight for desk in desks]
    for desk in rng.choices(desks, weights, k=number):
        version = rng.choices(asked, [45, 55])[0]
        record = sample_record(version.questionnaire, desk.lean, rng, communes)
        language = "vi" if rng.random() < 0.98 else "en"
        seconds = max(5, round(rng.gauss(version.questionnaire.seconds * 0.9, 20)))
        yield inbox.InboxEntry(
            key=secrets.token_hex(32),
            counter_id=desk.counter_id,
            wave_id=wave_id,
            version_id=version.id,
            record_length=version.record_length,
            channel="poster",
            language=language,
            received_minute=last - rng.randrange(DAYS * 24 * 60 // STEPS),
            seconds_taken=seconds,
            flagged=is_too_fast(seconds, record),
            record=record,
            comment=sample_comment(rng, language),
        )
