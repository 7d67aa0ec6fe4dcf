"""One unit at a time: add, edit, move, bring back. The rules of its lines are those of the import file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.marked_text import _
from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import ALLOWED_PARENTS, OrgUnit, UnitKind
from survey_app.domain.unit_changes import UnitPlan, cell
from survey_app.domain.unit_lines import COLUMNS, LineProblem
from survey_app.services import counters
from survey_app.services.units import UnitFileProblems, UnknownUnit, plan, settled
from survey_app.storage import audit_log, counter_codes, org_units, waves
from survey_app.storage.database import begin_write

Cells = Mapping[str, str]
"""Column of the import file -> what was typed."""


class CannotBringBack(ValueError):
    """The unit above is not valid any more."""


def _taken(code: str) -> LineProblem:
    return LineProblem(2, "code", _("Mã “%(code)s” đã có đơn vị khác dùng"), {"code": code})


def _unit(tree: OrgTree, code: str) -> OrgUnit:
    if code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {code}")
    return tree.units[code]


def _line(unit: OrgUnit, changed: Cells) -> Cells:
    return {column: cell(unit, column) for column in COLUMNS} | dict(changed)


def _one(planned: UnitPlan) -> OrgUnit:
    units = (*planned.to_save, *planned.unchanged)
    if not units:
        raise UnitFileProblems([LineProblem(2, "code", _("Chưa ghi mã đơn vị"))])
    return units[0]


def add(engine: Engine, parent_code: str, cells: Cells, now: datetime, actor: str) -> OrgUnit:
    """Add a unit below another.

    Raises:
        UnknownUnit; UnitFileProblems: what is wrong, column by column (also a code that is taken).
    """
    with begin_write(engine) as connection:
        org_units.lock(connection)
        tree = org_units.tree(connection)
        _unit(tree, parent_code)
        if cells.get("code") in tree.units:
            raise UnitFileProblems([_taken(cells["code"])])
        row = {column: cells.get(column, "") for column in COLUMNS} | {"parent_code": parent_code}
        unit = _one(plan(connection, [row], parent_code))
        org_units.save(connection, [unit])
        detail = {"kind": unit.kind.value, "name": unit.name, "parent": parent_code}
        audit_log.append(connection, now, actor, "unit.add", unit.code, detail)
    return unit


def edit(engine: Engine, code: str, cells: Cells, now: datetime, actor: str) -> UnitPlan:
    """Change name, service fields or first day of a unit. Raises UnknownUnit, UnitFileProblems."""
    with begin_write(engine) as connection:
        org_units.lock(connection)
        unit = _unit(org_units.tree(connection), code)
        planned = plan(connection, [_line(unit, cells)], code)
        for change in planned.changed:
            org_units.save(connection, [change.new])
            audit_log.append(connection, now, actor, "unit.edit", code, change.told())
    return planned


def allowed_parents(tree: OrgTree, unit: OrgUnit, today: date) -> list[OrgUnit]:
    """Units under which this one may move: of the kind of its parent, valid, and not the one above it now."""
    kind = tree.units[unit.parent_code].kind if unit.parent_code else None
    return [
        other
        for other in tree.units.values()
        if other.kind is kind and other.code != unit.parent_code and other.is_valid_on(today)
    ]


def move(engine: Engine, code: str, parent_code: str, now: datetime, actor: str) -> None:
    """Put a unit under another one. Only while no response was given at it or below: figures stay where they are.

    Raises:
        UnknownUnit; UnitFileProblems: a unit of the wrong kind, or one with responses (see ``succeed``).
    """
    with begin_write(engine) as connection:
        org_units.lock(connection)
        unit = _unit(org_units.tree(connection), code)
        for change in plan(connection, [_line(unit, {"parent_code": parent_code})], None).changed:
            org_units.save(connection, [change.new])
            audit_log.append(connection, now, actor, "unit.move", code, change.told())


def succeed(
    engine: Engine, code: str, new_code: str, parent_code: str, first_day: date, now: datetime, actor: str
) -> OrgUnit:
    """Move a counter that has responses: it ends the day before, and a successor with a code of its own begins.

    What was answered stays counted where it was given; printed codes stand for the successor from that day.

    Raises:
        UnknownUnit; UnitFileProblems: what is wrong, column by column.
    """
    with begin_write(engine) as connection:
        org_units.lock(connection)
        counter_codes.lock(connection)
        tree = org_units.tree(connection)
        old = _unit(tree, code)
        _check_succession(tree, old, new_code, first_day, local_day(now))
        changed = {"code": new_code, "parent_code": parent_code, "valid_from": str(first_day)}
        new = _one(plan(connection, [_line(old, changed)], None))
        if parent_code == old.parent_code or new.kind is not UnitKind.COUNTER:
            raise UnitFileProblems([LineProblem(2, "parent_code", _("Hãy chọn đơn vị cấp trên khác"))])
        org_units.save(connection, [new, replace(old, valid_to=first_day - timedelta(days=1))])
        codes = _take_along(connection, old, new, first_day)
        detail = {"from": old.parent_code, "to": parent_code, "predecessor": code, "day": first_day, "codes": codes}
        audit_log.append(connection, now, actor, "unit.move", new_code, detail)
    return new


def _check_succession(tree: OrgTree, old: OrgUnit, new_code: str, first_day: date, today: date) -> None:
    problems = []
    if old.kind is not UnitKind.COUNTER or not old.is_valid_on(today):
        told = _("“%(code)s” không phải là quầy đang hoạt động")
        problems.append(LineProblem(2, "code", told, {"code": old.code}))
    if new_code in tree.units:
        problems.append(_taken(new_code))
    if first_day < today or not old.valid_from < first_day or not old.is_valid_on(first_day):
        told = _("Ngày chuyển phải từ hôm nay trở đi, khi quầy đang còn hiệu lực")
        problems.append(LineProblem(2, "valid_from", told))
    if problems:
        raise UnitFileProblems(problems)


def _take_along(connection: Connection, old: OrgUnit, new: OrgUnit, first_day: date) -> list[str]:
    """Waves that name the old counter, and its printed codes, which are returned."""
    old_id, new_id = org_units.row_id(connection, old.code), org_units.row_id(connection, new.code)
    assert old_id is not None
    assert new_id is not None
    waves.let_take_over(connection, old_id, new_id, first_day)
    stays = [stay for stay in counter_codes.of_counters(connection, [old.code]) if stay.is_in_force_on(first_day)]
    for stay in stays:
        counters.relocate(connection, stay, new_id, first_day)
    return [stay.code for stay in stays]


def bring_back(engine: Engine, code: str, now: datetime, actor: str) -> None:
    """Take back the last day of a unit. Raises UnknownUnit, CannotBringBack."""
    with begin_write(engine) as connection:
        org_units.lock(connection)
        tree = org_units.tree(connection)
        unit = _unit(tree, code)
        parent = tree.units.get(unit.parent_code or "")
        if parent is not None and parent.valid_to is not None:
            raise CannotBringBack(f"“{parent.name}” có ngày hết hiệu lực; hãy khôi phục đơn vị cấp trên trước")
        if unit.valid_to is not None:
            org_units.set_valid_to(connection, code, None)
            detail = {"valid_to": [str(unit.valid_to), ""]}
            audit_log.append(connection, now, actor, "unit.restore", code, detail)


def is_settled(connection: Connection, tree: OrgTree, code: str) -> bool:
    """Whether responses were given at this unit or below, so that it keeps the unit above it."""
    return code in settled(connection, tree)


def child_kinds(kind: UnitKind) -> list[UnitKind]:
    """The kinds of unit that may stand below one of this kind."""
    return [child for child in UnitKind if kind in ALLOWED_PARENTS[child]]
