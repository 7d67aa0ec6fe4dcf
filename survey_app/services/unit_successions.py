"""Successions of units: imported from a file or taken from the country's mapping, and listed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.succession_file import COLUMNS, check_columns, parse_succession_rows
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem
from survey_app.domain.unit_succession import Share, Succession
from survey_app.services.line_files import FileProblems, read_lines, read_rows
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, org_units, unit_successions
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.unit_successions import FormerCommune

NO_LINES = _("Tệp chưa có dòng số liệu nào")
KNOWN_SINCE = date(2012, 1, 1)
"""First day of a former commune, and of the province above it: the source tells when it ended, not when it began."""


class SuccessionFileProblems(FileProblems):
    """A file of successions has mistakes; nothing was stored."""


def _store(
    connection: Connection, found: Sequence[Succession], ids: Mapping[str, int], now: datetime, actor: str
) -> None:
    unit_successions.replace(connection, found, ids)
    days = sorted({str(one.first_day) for one in found})
    detail = {"lines": len(found), "units": len({one.successor for one in found}), "day": ", ".join(days)}
    audit_log.append(connection, now, actor, "unit.successions", None, detail)


def import_successions(engine: Engine, text: str, now: datetime, actor: str) -> int:
    """Import a CSV (predecessor, successor, first_day, share), all or nothing; how many lines.

    What was known of the predecessors it names is replaced.

    Raises:
        SuccessionFileProblems: every bad line with its number and reason.
    """
    rows = read_rows(read_lines(text, SuccessionFileProblems), check_columns, SuccessionFileProblems)
    with begin_write(engine) as connection:
        org_units.lock(connection)
        units, ids = org_units.read_all(connection)
        found, problems = parse_succession_rows(rows, {unit.code: unit for unit in units})
        if not found:
            raise SuccessionFileProblems(problems or [LineProblem(HEADER_LINE, "", NO_LINES)])
        _store(connection, found, ids, now, actor)
    return len(found)


def _former_unit(former: FormerCommune, province: OrgUnit) -> OrgUnit:
    """The unit as it stood, told apart from others of its name by its district."""
    name = f"{former.kind.capitalize()} {former.name}"
    name = f"{name} ({former.district}, cũ)" if former.district else f"{name} (cũ)"
    return OrgUnit(former.code, UnitKind.COMMUNE, name, province.code, KNOWN_SINCE, former.valid_to, ())


def _official_codes(province_code: str, known: Mapping[str, OrgUnit]) -> dict[str, str]:
    """Official code of a commune of today -> the unit's own: the same, or the province's before it."""
    former = unit_successions.former_communes()
    communes = [unit for unit in known.values() if unit.kind is UnitKind.COMMUNE and unit.code not in former]
    return {unit.code.removeprefix(f"{province_code}-"): unit.code for unit in communes}


def _reorganised(province_code: str, known: Mapping[str, OrgUnit], only: Iterable[str] | None) -> list[Succession]:
    """What became of former communes now in this province; those that stayed as they were are the same unit still."""
    codes, wanted = _official_codes(province_code, known), set(only) if only is not None else None
    found = [
        Succession(
            change.predecessor,
            codes[change.successor],
            change.first_day,
            Share.PART if change.change == "part" else Share.WHOLE,
        )
        for change in unit_successions.changes()
        if change.change != "unchanged" and change.successor in codes
    ]
    olds = {one.predecessor for one in found if wanted is None or one.successor in wanted}
    return [one for one in found if one.predecessor in olds]


def adopt_country_mapping(
    engine: Engine, province_code: str, now: datetime, actor: str, only: Iterable[str] | None = None
) -> tuple[int, int]:
    """Add the former communes of a province, as they were until 30 June 2025, and what took their place.

    The province itself is then valid from as early as they are, as the import file asks of what lies below it.

    Args:
        only: new communes whose predecessors are wanted; None: all of the province.

    Returns:
        How many former communes were added, how many successions stored.

    Raises:
        UnknownUnit: no province has this code.
    """
    with begin_write(engine) as connection:
        org_units.lock(connection)
        known = {unit.code: unit for unit in org_units.read_all(connection)[0]}
        province = known.get(province_code)
        if province is None or province.kind is not UnitKind.PROVINCE:
            raise UnknownUnit(f"không có tỉnh mã {province_code}")
        found = _reorganised(province_code, known, only)
        olds = sorted({one.predecessor for one in found})
        fresh = [_former_unit(unit_successions.former_communes()[code], province) for code in olds if code not in known]
        if fresh and province.valid_from > KNOWN_SINCE:
            org_units.save(connection, [replace(province, valid_from=KNOWN_SINCE)])
        org_units.save(connection, fresh)
        if found:
            _store(connection, found, org_units.read_all(connection)[1], now, actor)
    return len(fresh), len(found)


def export_successions(engine: Engine, separator: str = ",") -> str:
    """What is stored, as a file that can be imported again."""
    with begin_read(engine) as connection:
        found = unit_successions.read_all(connection)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([one.predecessor, one.successor, one.first_day, one.share.value] for one in found.every)
    return out.getvalue()
