"""Sample reports of a dossier system for a sample province: a year of months, the same at every run, marked so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.dossier_file import Report
from survey_app.domain.local_day import local_day, month_of, months_back
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.recipe import Recipe
from survey_app.services.dossiers import as_file, import_reports, shape_of
from survey_app.services.sample_answers import lean_of
from survey_app.services.units import unit_tree
from survey_app.storage.audit_log import SYSTEM

MONTHS = 12
SOURCE = "DỮ LIỆU MẪU"

Line = tuple[OrgUnit, date, Mapping[str, str], str]


def enter_reports(engine: Engine, recipes: Mapping[str, Recipe], province_code: str, now: datetime) -> None:
    """Points of every counter, and the ledger of every centre, of months that are over."""
    this_month = month_of(local_day(now))
    months = [months_back(this_month, back) for back in range(1, MONTHS + 1)]
    tree = unit_tree(engine)
    for report, kind in ((Report.INDICES, UnitKind.COUNTER), (Report.LEDGER, UnitKind.CENTRE)):
        shape, units = shape_of(recipes, report), tree.descendants(province_code, kind)
        lines = _indices(units, months, shape.points) if report is Report.INDICES else _ledger(units, months)
        text = as_file(shape, lines)
        if units:
            import_reports(engine, shape, text, province_code, now, SYSTEM)


def _indices(counters: Iterable[OrgUnit], months: list[date], points: Iterable[str]) -> Iterable[Line]:
    for counter in counters:
        rng, usual = Random(f"{counter.code} indices"), 1.75 + 0.3 * lean_of(counter.parent_code or "")  # noqa: S311
        for month in months:
            values = {name: f"{min(2.0, max(0.0, rng.gauss(usual, 0.08))):.2f}" for name in points}
            yield counter, month, values | {"dossiers": str(rng.randint(120, 420))}, SOURCE


def _ledger(centres: Iterable[OrgUnit], months: list[date]) -> Iterable[Line]:
    for centre in centres:
        rng, lean = Random(f"{centre.code} ledger"), lean_of(centre.code)  # noqa: S311
        usual = rng.randint(900, 2200)
        for month in months:
            dossiers = round(usual * rng.uniform(0.85, 1.15))
            overdue = round(dossiers * max(0.0, rng.gauss(0.03 - 0.04 * lean, 0.01)))
            complaints = round(dossiers * max(0.0, rng.gauss(0.004, 0.002)))
            in_time = complaints - (1 if complaints and rng.random() < 0.3 else 0)
            figures = {
                "dossiers": dossiers,
                "overdue": overdue,
                "complaints": complaints,
                "disliked": round(dossiers * max(0.0, rng.gauss(0.006, 0.003))),
                "in_time": in_time,
                "rejected": complaints - in_time,
            }
            yield centre, month, {name: str(number) for name, number in figures.items()}, SOURCE
