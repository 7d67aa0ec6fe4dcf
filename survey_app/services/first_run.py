"""“Bắt đầu trong một buổi”: how far a new installation is, and the province for its first administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.first_run import FirstRun, Problems
from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.permissions import Officer, Role
from survey_app.domain.print_job import PosterFormat
from survey_app.domain.wave import WaveStatus
from survey_app.domain.wave_approval import Preparation, preparation
from survey_app.services.counters import codes_in_force
from survey_app.storage import audit_log, officers, org_units, questionnaires, second_factors, wave_approvals, waves
from survey_app.storage.database import begin_read, begin_write

PROVINCE_SINCE = date(2012, 1, 1)
"""First day of the province, as of the shipped one: early enough for its former communes to lie within it."""


def state(engine: Engine, now: datetime, officer: Officer | None = None) -> FirstRun:
    """What is there and what is still to be done; the second factor is that of ``officer``."""
    with begin_read(engine) as connection:
        return _read(connection, local_day(now), officer)


def _read(connection: Connection, today: date, officer: Officer | None) -> FirstRun:
    tree = org_units.tree(connection)
    units = [unit for unit in tree.units.values() if unit.is_valid_on(today)]
    counters = [unit for unit in units if unit.kind is UnitKind.COUNTER]
    centres = [unit for unit in units if unit.kind is UnitKind.CENTRE]
    held = codes_in_force(connection, [counter.code for counter in counters], today)
    planned, approved, begun = _waves(connection)
    return FirstRun(
        communes=sum(unit.kind is UnitKind.COMMUNE for unit in units),
        centres=len(centres),
        counters=len(counters),
        problems=_problems(tree, units, today),
        questionnaires=tuple(_published(connection)),
        with_code=len(held),
        printed=len(_printed(connection, tree) & held.keys()),
        planned=planned,
        approved=approved,
        begun=begun,
        centres_without_director=_without_director(connection, centres, today),
        has_second_factor=_has_second_factor(connection, officer),
    )


def _problems(tree: OrgTree, units: Sequence[OrgUnit], today: date) -> Problems:
    def has(unit: OrgUnit, kind: UnitKind) -> bool:
        return any(child.kind is kind and child.is_valid_on(today) for child in tree.children(unit.code))

    def lacking(kind: UnitKind, is_well: Callable[[OrgUnit], bool]) -> tuple[OrgUnit, ...]:
        return tuple(unit for unit in units if unit.kind is kind and not is_well(unit))

    return Problems(
        lacking(UnitKind.COMMUNE, lambda unit: has(unit, UnitKind.CENTRE)),
        lacking(UnitKind.CENTRE, lambda unit: has(unit, UnitKind.COUNTER)),
        lacking(UnitKind.COUNTER, lambda unit: bool(unit.service_fields)),
    )


def _published(connection: Connection) -> Iterable[str]:
    for version in questionnaires.every(connection):
        yield f"{version.questionnaire.slug} v{version.questionnaire.version}"


def _printed(connection: Connection, tree: OrgTree) -> set[str]:
    """Codes of the units whose posters were printed, and of everything below them."""
    found: set[str] = set()
    for _, unit_code, detail in audit_log.entries(connection, "posters.print"):
        is_for_walls = detail.get("formats") != [PosterFormat.CONTACT.value]
        if is_for_walls and unit_code is not None and unit_code in tree.units and unit_code not in found:
            found |= {unit_code, *(unit.code for unit in tree.descendants(unit_code))}
    return found


def _waves(connection: Connection) -> tuple[int, int, int]:
    """How many waves are planned only, approved, and begun."""
    steps = wave_approvals.every(connection)
    planned = approved = begun = 0
    for number, wave in waves.every(connection).items():
        if wave.status is not WaveStatus.PLANNED:
            begun += 1
        elif preparation(steps.get(number, ())) is Preparation.APPROVED:
            approved += 1
        else:
            planned += 1
    return planned, approved, begun


def _without_director(connection: Connection, centres: Sequence[OrgUnit], today: date) -> tuple[OrgUnit, ...]:
    led = {
        grant.unit_code
        for stored in officers.every(connection)
        if not stored.is_disabled
        for grant in stored.officer.grants
        if grant.role is Role.CENTRE_DIRECTOR and grant.is_in_force_on(today)
    }
    return tuple(centre for centre in centres if centre.code not in led)


def _has_second_factor(connection: Connection, officer: Officer | None) -> bool | None:
    stored = officers.find(connection, officer.login) if officer else None
    return second_factors.is_enrolled(connection, stored.id) if stored else None


def ensure_province(engine: Engine, code: str, now: datetime, actor: str) -> bool:
    """Add a province from the shipped geography where there is no unit at all; whether it was added.

    So the first administrator can be made before any unit was imported: everything else is done on the pages.
    """
    name = org_units.province_titles().get(code)
    with begin_write(engine) as connection:
        if name is None or org_units.tree(connection).units:
            return False
        org_units.save(connection, [OrgUnit(code, UnitKind.PROVINCE, name, None, PROVINCE_SINCE, None, ())])
        audit_log.append(connection, now, actor, "unit.add", code, {"name": name})
    return True
