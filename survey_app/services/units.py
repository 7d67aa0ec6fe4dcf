"""Org units: reading and importing files all or nothing, listing, retiring."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.domain.org_tree import OrgTree
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.unit_changes import CHANGEABLE, UnitPlan, cell, plan_changes
from survey_app.domain.unit_file import FileRules, parse_unit_rows
from survey_app.domain.unit_lines import COLUMNS, check_header
from survey_app.services import line_files
from survey_app.services.line_files import FileProblems, Row, read_lines, read_rows
from survey_app.storage import audit_log, org_units
from survey_app.storage.database import begin_read, begin_write

MOST_NAMED = 50
"""How many changed units an audit entry of a file names; beyond that it says how many."""


class UnitFileProblems(FileProblems):
    """A file of units has mistakes; nothing was imported."""


class UnknownUnit(LookupError):
    """No unit has this code."""


class OutdatedPreview(Exception):
    """The units have changed since the preview, so that the file would now do something else."""


def decode(content: bytes) -> str:
    """The text of an uploaded file, UTF-8 with or without a byte-order mark. Raises UnitFileProblems."""
    return line_files.decode(content, UnitFileProblems)


def _read_rows(text: str) -> list[Row]:
    return read_rows(read_lines(text, UnitFileProblems), check_header, UnitFileProblems)


def settled(connection: Connection, tree: OrgTree) -> frozenset[str]:
    """Units that keep the units above them: responses were counted, or wait to be counted, there or below."""
    found = org_units.with_responses(connection)
    return frozenset(found.union(above.code for code in found for above in tree.ancestors(code)))


def plan(connection: Connection, rows: Iterable[Mapping[str, str | None]], scope: str | None) -> UnitPlan:
    """What these rows would change at and below ``scope`` (None: anywhere). Raises UnitFileProblems."""
    tree = org_units.tree(connection)
    rules = FileRules(settled(connection, tree), scope)
    units, problems = parse_unit_rows(rows, tree.units, rules)
    if problems:
        raise UnitFileProblems(problems)
    return plan_changes(units, tree.units)


def fingerprint(planned: UnitPlan) -> str:
    """Tells one plan from another."""
    return sha256(repr(planned).encode("utf-8", "surrogatepass")).hexdigest()


def preview(engine: Engine, text: str, scope: str | None = None) -> UnitPlan:
    """What importing this text would do; nothing is stored. Raises UnitFileProblems."""
    rows = _read_rows(text)
    with begin_read(engine) as connection:
        return plan(connection, rows, scope)


def import_text(
    engine: Engine,
    text: str,
    now: datetime,
    actor: str,
    *,
    file_name: str,
    scope: str | None = None,
    previewed: str | None = None,
) -> UnitPlan:
    """Import units by code, all or nothing; returns what was done. A file that says nothing new changes nothing.

    Args:
        scope: only units at and below this one may change.
        previewed: the ``fingerprint`` of what was shown before.

    Raises:
        UnitFileProblems: every bad line with its number and reason.
        OutdatedPreview: it would do something else than was shown.
    """
    rows = _read_rows(text)
    with begin_write(engine) as connection:
        org_units.lock(connection)
        planned = plan(connection, rows, scope)
        if previewed is not None and previewed != fingerprint(planned):
            raise OutdatedPreview
        if planned.to_save:
            org_units.save(connection, planned.to_save)
            detail = {"file": file_name, "added": len(planned.added), "updated": len(planned.changed)}
            changes = {change.new.code: change.told() for change in planned.changed[:MOST_NAMED]}
            detail |= {"changes": changes} if changes else {}
            audit_log.append(connection, now, actor, "unit.import", scope, detail)
    return planned


def import_units(engine: Engine, path: Path, now: datetime, actor: str) -> UnitPlan:
    """Import a CSV of units by code, all or nothing; returns what was done.

    Raises:
        UnitFileProblems: every bad line with its number and reason.
    """
    return import_text(engine, decode(path.read_bytes()), now, actor, file_name=path.name)


def export_text(engine: Engine, scope: str | None, separator: str = ",") -> str:
    """The units at and below ``scope`` as a file that can be imported again. Raises UnknownUnit."""
    tree = unit_tree(engine)
    if scope is not None and scope not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {scope}")
    units = (tree.units[scope], *tree.descendants(scope)) if scope else tuple(tree.units.values())
    return _as_text(units, separator)


def empty_file(separator: str = ",") -> str:
    """A file with the header alone."""
    return _as_text((), separator)


def _as_text(units: Sequence[OrgUnit], separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for unit in units:
        fixed = {"code": unit.code, "kind": unit.kind.value} | {name: cell(unit, name) for name in CHANGEABLE}
        writer.writerow([fixed[column] for column in COLUMNS])
    return out.getvalue()


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
        org_units.lock(connection)
        retired = _retired(connection, code, last_day)
        org_units.set_valid_to(connection, code, retired)
        audit_log.append(connection, now, actor, "unit.retire", code, {"valid_to": last_day})


def _retired(connection: Connection, code: str, last_day: date) -> date | None:
    tree = org_units.tree(connection)
    if code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {code}")
    return tree.retire(tree.units[code], last_day).valid_to
