"""What the dossier system reports by month: imported from a file, typed in, listed.

Of a counter the points of the indices that citizens do not answer, of a centre the administrative ledger.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.domain.dossier_file import (
    LEDGER_SHAPE,
    Report,
    Reported,
    Shape,
    check_columns,
    indices_shape,
    parse_dossier_rows,
)
from survey_app.domain.local_day import local_day, month_of, months_back
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.recipe import Recipe
from survey_app.domain.transaction_file import is_valid_in
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem
from survey_app.services.datasets_files import neutralise
from survey_app.services.line_files import Row, read_lines, read_rows
from survey_app.services.transactions import NO_LINES, TransactionFileProblems
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, dossiers, org_units
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.dossiers import StoredIndex, StoredLedger

MONTHS = 12
THOUSAND = 1000


def shape_of(recipes: Mapping[str, Recipe], report: Report) -> Shape:
    """The columns of a kind of file; the indices are those that recipes have imported."""
    if report is Report.LEDGER:
        return LEDGER_SHAPE
    return indices_shape([index.id for recipe in recipes.values() for index in recipe.imported])


def _rows(text: str, shape: Shape) -> list[Row]:
    lines = read_lines(text, TransactionFileProblems)
    return read_rows(lines, lambda header: check_columns(header, shape), TransactionFileProblems)


def _units(connection: Connection, unit_code: str, shape: Shape) -> dict[str, tuple[OrgUnit, int]]:
    """The counters, or centres, at a unit and below with their row numbers. Raises UnknownUnit."""
    tree, ids = org_units.tree(connection), org_units.read_all(connection)[1]
    if unit_code not in tree.units:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    units = [tree.units[unit_code], *tree.descendants(unit_code)]
    return {unit.code: (unit, ids[unit.code]) for unit in units if unit.kind is shape.unit_kind}


def _store(
    connection: Connection, shape: Shape, found: Sequence[Reported], units: Mapping[str, tuple[OrgUnit, int]]
) -> None:
    if shape.report is Report.LEDGER:
        ledger = [
            StoredLedger(centre_id=units[e.unit_code][1], month=e.month, source=e.source, **_whole(e)) for e in found
        ]
        dossiers.put_ledger(connection, ledger)
        return
    indices = [
        StoredIndex(units[e.unit_code][1], e.month, name, int(points * THOUSAND), e.numbers["dossiers"] or 0, e.source)
        for e in found
        for name, points in e.points.items()
        if points is not None
    ]
    dossiers.put_indices(connection, indices)


def _whole(entry: Reported) -> dict[str, Any]:
    return dict(entry.numbers)


def import_reports(engine: Engine, shape: Shape, text: str, unit_code: str, now: datetime, actor: str) -> int:
    """Import a CSV for a unit and below, all or nothing; returns how many lines.

    Raises:
        TransactionFileProblems: every bad line with its number and reason. UnknownUnit.
    """
    return _take(engine, shape, _rows(text, shape), unit_code, now, actor)


def enter_report(
    engine: Engine, shape: Shape, cells: Mapping[str, str], unit_code: str, now: datetime, actor: str
) -> None:
    """Store one month that was typed in; the problems are those of a file with this one line (line 2)."""
    _take(engine, shape, [dict(cells)], unit_code, now, actor)


def _take(
    engine: Engine,
    shape: Shape,
    rows: Iterable[Mapping[str, str | None]],
    unit_code: str,
    now: datetime,
    actor: str,
) -> int:
    with begin_write(engine) as connection:
        units = _units(connection, unit_code, shape)
        found, problems = parse_dossier_rows(rows, shape, units.keys(), month_of(local_day(now)))
        if not found:
            raise TransactionFileProblems(problems or [LineProblem(HEADER_LINE, "", NO_LINES)])
        _store(connection, shape, found, units)
        detail = {"report": shape.report.value, "lines": len(found)}
        audit_log.append(connection, now, actor, "dossiers.import", unit_code, detail)
    return len(found)


@dataclass(frozen=True)
class ReportLine:
    """A unit's month as stored: its figures by column as texts of a file, and their source."""

    unit: OrgUnit
    month: date
    values: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class ReportsPage:
    """What is stored for a unit and below in the last twelve months, newest first, and who could report.

    ``missing``: months that are over of units then valid, with nothing stored.
    """

    unit: OrgUnit
    path: tuple[OrgUnit, ...]
    shape: Shape
    units: tuple[OrgUnit, ...]
    months: tuple[date, ...]
    lines: tuple[ReportLine, ...]
    missing: int


def _points_text(thousandths: int) -> str:
    whole, rest = divmod(thousandths, THOUSAND)
    return f"{whole},{rest:03}".rstrip("0").rstrip(",")


def _index_lines(connection: Connection, units: Mapping[int, OrgUnit], first: date, last: date) -> list[ReportLine]:
    found: dict[tuple[int, date], dict[str, str]] = {}
    sources: dict[tuple[int, date], str] = {}
    for stored in dossiers.indices(connection, first, last):
        key = stored.counter_id, stored.month
        if stored.counter_id in units:
            values = found.setdefault(key, {"dossiers": str(stored.dossiers)})
            values[stored.index_id], sources[key] = _points_text(stored.thousandths), stored.source
    return [ReportLine(units[unit], month, values, sources[unit, month]) for (unit, month), values in found.items()]


def _ledger_lines(connection: Connection, units: Mapping[int, OrgUnit], first: date, last: date) -> list[ReportLine]:
    lines = []
    for stored in dossiers.ledger(connection, first, last):
        if stored.centre_id in units:
            named = ((name, getattr(stored, name)) for name in LEDGER_SHAPE.numbers)
            values = {name: str(number) for name, number in named if number is not None}
            lines.append(ReportLine(units[stored.centre_id], stored.month, values, stored.source))
    return lines


def reports_page(engine: Engine, shape: Shape, unit_code: str, today: date) -> ReportsPage:
    """What is stored for a unit and below. Raises UnknownUnit."""
    months = tuple(months_back(month_of(today), back) for back in range(MONTHS))
    with begin_read(engine) as connection:
        tree, known = org_units.tree(connection), _units(connection, unit_code, shape)
        units = {number: unit for unit, number in known.values()}
        read = _ledger_lines if shape.report is Report.LEDGER else _index_lines
        lines = read(connection, units, months[-1], months[0])
    there = {(line.unit.code, line.month) for line in lines}
    every = [(unit, month) for unit in units.values() for month in months[1:] if is_valid_in(unit, month)]
    return ReportsPage(
        unit=tree.units[unit_code],
        path=tree.ancestors(unit_code)[::-1],
        shape=shape,
        units=tuple(unit for unit in units.values() if unit.is_valid_on(today)),
        months=months,
        lines=tuple(sorted(lines, key=lambda line: (line.month, line.unit.code), reverse=True)),
        missing=sum((unit.code, month) not in there for unit, month in every),
    )


def as_file(shape: Shape, lines: Iterable[tuple[OrgUnit, date, Mapping[str, str], str]], delimiter: str = ",") -> str:
    """A file of these months that can be imported; the unit's name stands there for whoever reads it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([shape.unit, "name", *shape.columns[1:]])
    for unit, month, values, source in lines:
        figures = [values.get(name, "") for name in shape.values]
        writer.writerow([unit.code, neutralise(unit.name), f"{month:%Y-%m}", *figures, neutralise(source)])
    return out.getvalue()


def export_reports(engine: Engine, shape: Shape, unit_code: str, today: date, delimiter: str = ",") -> str:
    """What is stored, as a file that can be imported again. Raises UnknownUnit."""
    page = reports_page(engine, shape, unit_code, today)
    return as_file(shape, ((line.unit, line.month, line.values, line.source) for line in page.lines), delimiter)


def empty_file(engine: Engine, shape: Shape, unit_code: str, today: date, delimiter: str = ",") -> str:
    """A file to fill in: a line for every unit that could report on the last month that is over."""
    page = reports_page(engine, shape, unit_code, today)
    return as_file(shape, ((unit, page.months[1], {}, "") for unit in page.units), delimiter)
