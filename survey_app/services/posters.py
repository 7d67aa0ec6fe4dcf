"""Posters of a counter or of everything below a unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import UnitKind
from survey_app.services.counters import codes_in_force, counters_at
from survey_app.services.poster_sheet import PosterSheet, render_posters
from survey_app.services.province_settings import read_settings
from survey_app.storage import audit_log, org_units
from survey_app.storage.database import begin_write


class NothingToPrint(ValueError):
    """No counter here has a code in force."""


def counter_address(base_url: str, code: str) -> str:
    """What the QR holds: the citizen address of a code."""
    return f"{base_url.rstrip('/')}/q/{code}"


def print_posters(engine: Engine, unit_code: str, base_url: str, now: datetime, actor: str) -> tuple[bytes, int]:
    """A PDF with one A4 poster per counter at a unit and below, and how many. Raises UnknownUnit, NothingToPrint."""
    today = local_day(now)
    with begin_write(engine) as connection:
        counters = counters_at(connection, unit_code, today)
        held = codes_in_force(connection, [counter.code for counter in counters], today)
        tree = org_units.tree(connection)
        is_sample = read_settings(connection).is_sample
        sheets = []
        for counter in counters:
            if counter.code not in held:
                continue
            centre, *above = tree.ancestors(counter.code)
            unit = next((u for u in above if u.kind in (UnitKind.COMMUNE, UnitKind.PROVINCE)), centre)
            code = held[counter.code]
            address = counter_address(base_url, code.code)
            sheets.append(
                PosterSheet(counter.name, centre.name, unit.name, address, code.issue_number, today, is_sample)
            )
        if not sheets:
            raise NothingToPrint(unit_code)
        audit_log.append(connection, now, actor, "posters.print", unit_code, {"posters": len(sheets)})
    return render_posters(sheets), len(sheets)
