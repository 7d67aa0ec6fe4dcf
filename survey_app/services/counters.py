"""Printed codes of counters and of whole centres: issue, move, revoke, issue again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.codes import fold_code, new_code
from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, counter_codes, org_units
from survey_app.storage.counter_codes import CounterCode
from survey_app.storage.database import begin_read, begin_write


class NotACounter(ValueError):
    """Only a code of a counter moves, and only to a counter that is valid today."""


class AlreadyThere(ValueError):
    """The code stands for this counter already."""


class UnknownCounterCode(LookupError):
    """This code is not in force anywhere, or not at the unit that was named."""


def _at_and_below(connection: Connection, unit_code: str, today: date) -> tuple[OrgTree, list[OrgUnit]]:
    tree = org_units.tree(connection)
    if unit_code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    units = [tree.units[unit_code], *tree.descendants(unit_code)]
    return tree, [unit for unit in units if unit.is_valid_on(today)]


def counters_at(connection: Connection, unit_code: str, today: date) -> list[OrgUnit]:
    """The counters valid today at a unit and below (the unit itself, if it is one). Raises UnknownUnit."""
    return [unit for unit in _at_and_below(connection, unit_code, today)[1] if unit.kind is UnitKind.COUNTER]


def centres_at(connection: Connection, unit_code: str, today: date) -> list[OrgUnit]:
    """The units valid today at a unit and below that have valid counters of their own. Raises UnknownUnit."""
    tree, units = _at_and_below(connection, unit_code, today)
    return [unit for unit in units if tree.counters_of(unit.code, today)]


def codes_in_force(connection: Connection, counters: Sequence[str], today: date) -> dict[str, CounterCode]:
    """Unit -> its newest code in force."""
    found: dict[str, CounterCode] = {}
    for stay in counter_codes.of_counters(connection, counters):
        if stay.is_in_force_on(today):
            found.setdefault(stay.counter_code, stay)
    return found


def centre_codes_in_force(connection: Connection, unit_code: str, today: date) -> dict[str, CounterCode]:
    """Centre at a unit and below -> its newest code in force ("choose your counter"). Raises UnknownUnit."""
    return codes_in_force(connection, [unit.code for unit in centres_at(connection, unit_code, today)], today)


def _fresh_code(connection: Connection) -> str:
    while True:
        code = new_code(secrets.randbits)
        if not counter_codes.is_taken(connection, code):
            return code


def _give(connection: Connection, unit_codes: Sequence[str], today: date) -> dict[str, str]:
    """A new code for each of these units that has none in force."""
    held = codes_in_force(connection, unit_codes, today)
    ids = org_units.read_all(connection)[1]
    issued: dict[str, str] = {}
    for unit_code in unit_codes:
        if unit_code not in held:
            issued[unit_code] = _fresh_code(connection)
            counter_codes.add(connection, issued[unit_code], ids[unit_code], today)
    return issued


def issue_missing(engine: Engine, unit_code: str, now: datetime, actor: str) -> dict[str, str]:
    """Give every counter at a unit and below that has no code in force a new one; returns counter -> code."""
    today = local_day(now)
    with begin_write(engine) as connection:
        counter_codes.lock(connection)
        counters = [counter.code for counter in counters_at(connection, unit_code, today)]
        issued = _give(connection, counters, today)
        if issued:
            audit_log.append(connection, now, actor, "counter.issue", unit_code, {"codes": len(issued)})
    return issued


def issue_missing_for_centres(engine: Engine, unit_code: str, now: datetime, actor: str) -> dict[str, str]:
    """Give every centre at a unit and below that has no code of its own one; returns centre -> code.

    Such a code opens "choose your counter": one poster for the whole centre.
    """
    today = local_day(now)
    with begin_write(engine) as connection:
        counter_codes.lock(connection)
        centres = [centre.code for centre in centres_at(connection, unit_code, today)]
        issued = _give(connection, centres, today)
        if issued:
            detail = {"codes": len(issued), "of": "centres"}
            audit_log.append(connection, now, actor, "counter.issue", unit_code, detail)
    return issued


def _stay(connection: Connection, text: str, today: date, at: str | None) -> CounterCode:
    """Where a code stands today. Raises UnknownCounterCode: nowhere, or not at the unit ``at``."""
    stays = counter_codes.history(connection, fold_code(text) or "")
    stay = next((one for one in stays if one.is_in_force_on(today)), None)
    if stay is None or at not in (None, stay.counter_code):
        raise UnknownCounterCode(f"không có mã {text} đang dùng")
    return stay


def revoke(engine: Engine, text: str, now: datetime, actor: str, at: str | None = None) -> None:
    """Revoke a code: within ten seconds its page says so kindly.

    Args:
        at: the unit it must stand at. Raises UnknownCounterCode.
    """
    with begin_write(engine) as connection:
        counter_codes.lock(connection)
        stay = _stay(connection, text, local_day(now), at)
        counter_codes.revoke(connection, stay.code, now)
        detail = {"code": stay.code, "issue_number": stay.issue_number}
        audit_log.append(connection, now, actor, "counter.revoke", stay.counter_code, detail)


def reissue(engine: Engine, text: str, now: datetime, actor: str, at: str | None = None) -> str:
    """Revoke a code and give its unit a new one, both or neither; returns the new code. Raises UnknownCounterCode."""
    today = local_day(now)
    with begin_write(engine) as connection:
        counter_codes.lock(connection)
        stay = _stay(connection, text, today, at)
        unit_id = org_units.row_id(connection, stay.counter_code)
        assert unit_id is not None
        counter_codes.revoke(connection, stay.code, now)
        code = _fresh_code(connection)
        number = counter_codes.add(connection, code, unit_id, today)
        detail = {"from": stay.code, "to": code, "issue_number": number}
        audit_log.append(connection, now, actor, "counter.reissue", stay.counter_code, detail)
    return code


def move(engine: Engine, text: str, counter_code: str, now: datetime, actor: str, at: str | None = None) -> None:
    """Let a printed code stand for another counter from today.

    Raises:
        UnknownCounterCode, UnknownUnit, NotACounter, AlreadyThere: nothing was changed.
    """
    today = local_day(now)
    with begin_write(engine) as connection:
        counter_codes.lock(connection)
        tree, ids = org_units.tree(connection), org_units.read_all(connection)[1]
        if counter_code not in tree.units:
            raise UnknownUnit(f"không có đơn vị mã {counter_code}")
        stay = _stay(connection, text, today, at)
        for unit in (tree.units[counter_code], tree.units[stay.counter_code]):
            if unit.kind is not UnitKind.COUNTER or not unit.is_valid_on(today):
                raise NotACounter(f"{unit.code} không phải là quầy đang hoạt động")
        if stay.counter_code == counter_code:
            raise AlreadyThere(f"mã {stay.code} đã thuộc {counter_code}")
        relocate(connection, stay, ids[counter_code], today)
        detail = {"code": stay.code, "from": stay.counter_code}
        audit_log.append(connection, now, actor, "counter.move", counter_code, detail)


def relocate(connection: Connection, stay: CounterCode, counter_id: int, first_day: date) -> None:
    """From ``first_day`` on the code stands for another counter.

    A stay that is left on its first day has lasted no day: it ends before it began, and never was in force.
    """
    counter_codes.end(connection, stay.code, first_day - timedelta(days=1))
    counter_codes.add(connection, stay.code, counter_id, first_day)


def listing(engine: Engine, unit_code: str, today: date) -> list[tuple[OrgUnit, CounterCode | None]]:
    """The counters at a unit and below with their code in force. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        counters = counters_at(connection, unit_code, today)
        held = codes_in_force(connection, [counter.code for counter in counters], today)
    return [(counter, held.get(counter.code)) for counter in counters]
