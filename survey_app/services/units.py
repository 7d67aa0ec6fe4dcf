"""Org units: importing a file all or nothing, listing, retiring."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.unit_file import parse_unit_rows
from survey_app.domain.unit_lines import LineProblem, check_header
from survey_app.storage import audit_log, org_units
from survey_app.storage.database import begin_read, begin_write


class UnitFileProblems(Exception):
    """The file has mistakes; nothing was imported. ``problems`` lists every one with its line."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__("\n".join(f"dòng {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class UnknownUnit(LookupError):
    """No unit has this code."""


def _read_rows(path: Path) -> list[dict[str, str | None]]:
    """The file's rows; ``;`` or ``,`` between columns, UTF-8 with or without a byte-order mark."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = LineProblem(1, "", "tệp không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”")
        raise UnitFileProblems([problem]) from error
    first = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [name.strip() for name in next(lines, [])]
    problems = check_header(header)
    if problems:
        raise UnitFileProblems(problems)
    return [dict(zip_longest(header, cells[: len(header)])) for cells in lines]


def import_units(engine: Engine, path: Path, now: datetime, actor: str) -> tuple[int, int]:
    """Import a CSV of units by code, all or nothing; returns (added, updated).

    Raises:
        UnitFileProblems: every bad line with its number and reason.
    """
    rows = _read_rows(path)
    with begin_write(engine) as connection:
        known = {unit.code: unit for unit in org_units.read_all(connection)[0]}
        units, problems = parse_unit_rows(rows, known)
        if problems:
            raise UnitFileProblems(problems)
        added, updated = org_units.save(connection, units)
        detail = {"file": path.name, "added": added, "updated": updated}
        audit_log.append(connection, now, actor, "unit.import", None, detail)
    return added, updated


def unit_tree(engine: Engine) -> OrgTree:
    """All units."""
    with begin_read(engine) as connection:
        return org_units.tree(connection)


def retire(engine: Engine, code: str, last_day: date, now: datetime, actor: str) -> None:
    """Retire a unit after ``last_day``; it stays in the database.

    Raises:
        UnknownUnit; UnitHasValidChildren or ValueError (domain/org_tree.py) when it cannot be retired that day.
    """
    with begin_write(engine) as connection:
        retired = _retired(connection, code, last_day)
        org_units.set_valid_to(connection, code, retired)
        audit_log.append(connection, now, actor, "unit.retire", code, {"valid_to": last_day})


def _retired(connection: Connection, code: str, last_day: date) -> date | None:
    tree = org_units.tree(connection)
    if code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {code}")
    return tree.retire(tree.units[code], last_day).valid_to
