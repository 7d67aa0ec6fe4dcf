"""Codes of counters: issue, move, revoke."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.codes import fold_code, new_code
from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, counter_codes, org_units
from survey_app.storage.counter_codes import CounterCode
from survey_app.storage.database import begin_read, begin_write


class NotACounter(ValueError):
    """Codes belong to counters only."""


class UnknownCounterCode(LookupError):
    """This code is not in force anywhere."""


def counters_at(connection: Connection, unit_code: str, today: date) -> list[OrgUnit]:
    """The counters valid today at a unit and below (the unit itself, if it is one). Raises UnknownUnit."""
    tree = org_units.tree(connection)
    if unit_code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    units = [tree.units[unit_code], *tree.descendants(unit_code)]
    return [unit for unit in units if unit.kind is UnitKind.COUNTER and unit.is_valid_on(today)]


def codes_in_force(connection: Connection, counters: Sequence[str], today: date) -> dict[str, CounterCode]:
    """Counter -> its newest code in force."""
    found: dict[str, CounterCode] = {}
    for stay in counter_codes.of_counters(connection, counters):
        if stay.is_in_force_on(today):
            found.setdefault(stay.counter_code, stay)
    return found


def _fresh_code(connection: Connection) -> str:
    while True:
        code = new_code(secrets.randbits)
        if not counter_codes.is_taken(connection, code):
            return code


def issue_missing(engine: Engine, unit_code: str, now: datetime, actor: str) -> dict[str, str]:
    """Give every counter at a unit and below that has no code in force a new one; returns counter -> code."""
    today = local_day(now)
    issued: dict[str, str] = {}
    with begin_write(engine) as connection:
        counters = [counter.code for counter in counters_at(connection, unit_code, today)]
        held = codes_in_force(connection, counters, today)
        ids = org_units.read_all(connection)[1]
        for counter in counters:
            if counter not in held:
                issued[counter] = _fresh_code(connection)
                counter_codes.add(connection, issued[counter], ids[counter], today)
        if issued:
            audit_log.append(connection, now, actor, "counter.issue", unit_code, {"codes": len(issued)})
    return issued


def revoke(engine: Engine, text: str, now: datetime, actor: str) -> None:
    """Revoke a code: within ten seconds its page says so kindly. Raises UnknownCounterCode."""
    code = fold_code(text) or ""
    with begin_write(engine) as connection:
        if counter_codes.revoke(connection, code, now) == 0:
            raise UnknownCounterCode(f"không có mã {text} đang dùng")
        audit_log.append(connection, now, actor, "counter.revoke", None, {"code": code})


def move(engine: Engine, text: str, counter_code: str, now: datetime, actor: str) -> None:
    """Let a printed code stand for another counter from today. Raises UnknownCounterCode, UnknownUnit, NotACounter."""
    code, today = fold_code(text) or "", local_day(now)
    with begin_write(engine) as connection:
        tree, ids = org_units.tree(connection), org_units.read_all(connection)[1]
        if counter_code not in tree.units:
            raise UnknownUnit(f"không có đơn vị mã {counter_code}")
        if tree.units[counter_code].kind is not UnitKind.COUNTER:
            raise NotACounter(f"{counter_code} không phải là quầy")
        stay = next((s for s in counter_codes.history(connection, code) if s.is_in_force_on(today)), None)
        if stay is None:
            raise UnknownCounterCode(f"không có mã {text} đang dùng")
        counter_codes.end(connection, code, max(stay.valid_from, today - timedelta(days=1)))
        counter_codes.add(connection, code, ids[counter_code], today)
        detail = {"code": code, "from": stay.counter_code}
        audit_log.append(connection, now, actor, "counter.move", counter_code, detail)


def listing(engine: Engine, unit_code: str, today: date) -> list[tuple[OrgUnit, CounterCode | None]]:
    """The counters at a unit and below with their code in force. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        counters = counters_at(connection, unit_code, today)
        held = codes_in_force(connection, [counter.code for counter in counters], today)
    return [(counter, held.get(counter.code)) for counter in counters]
