"""The page of what the dossier system reports: its columns in words, the last months, and who could report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.dossier_file import Report, Shape
from survey_app.domain.recipe import Recipe
from survey_app.services.dossiers import ReportLine, ReportsPage
from survey_app.web.officer.report_tabs import report_tabs, title_of
from survey_app.web.officer.transactions import path_of
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, number, words

MOST_LINES = 300


@dataclass(frozen=True)
class ReportColumn:
    """A column of figures: its name in the file, what it is, whether it may be empty."""

    name: str
    label: str
    is_optional: bool


@dataclass(frozen=True)
class ReportsView:
    """The page as its template shows it; ``lines``: (unit, month, figures, source)."""

    report: str
    title: str
    told: str
    unit_name: str
    unit_code: str
    unit_column: str
    path: tuple[tuple[str, str], ...]
    columns: tuple[ReportColumn, ...]
    header: str
    units: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, tuple[str, ...], str], ...]
    is_cut: bool
    missing: str
    tabs: tuple[tuple[str, str, bool], ...]


def _labels(recipes: Mapping[str, Recipe]) -> dict[str, str]:
    """Column -> what it is."""
    points = {index.id: words(index.title) for recipe in recipes.values() for index in recipe.imported}
    return points | {
        "dossiers": _("Số hồ sơ"),
        "overdue": _("Quá hạn"),
        "complaints": _("Phản ánh, kiến nghị"),
        "disliked": _("Đánh giá không hài lòng"),
        "in_time": _("Phản ánh trả lời đúng hạn"),
        "rejected": _("Phản ánh bị từ chối hoặc trễ"),
    }


def _told(report: Report) -> str:
    if report is Report.INDICES:
        return _(
            "Điểm từ 0 đến 2 của từng quầy trong từng tháng, lấy từ hệ thống hồ sơ. Điểm của nơi có nhiều quầy là "
            "trung bình theo số hồ sơ."
        )
    return _(
        "Số hồ sơ của từng trung tâm trong từng tháng và số hồ sơ quá hạn, bị phản ánh, không hài lòng, lấy từ hệ "
        "thống hồ sơ hoặc Cổng dịch vụ công."
    )


def _columns(shape: Shape, recipes: Mapping[str, Recipe]) -> tuple[ReportColumn, ...]:
    labels = _labels(recipes)
    return tuple(ReportColumn(name, labels[name], name in shape.optional) for name in shape.values)


def _shown(line: ReportLine, name: str) -> str:
    """A figure in the language of the page; a dash for none."""
    text = line.values.get(name)
    if text is None:
        return "–"
    return number(int(text)) if text.isdecimal() else number(Fraction(text.replace(",", ".")), len(text) - 2)


def reports_view(page: ReportsPage, recipes: Mapping[str, Recipe]) -> ReportsView:
    """What is stored, and what is asked for."""
    shape = page.shape
    return ReportsView(
        report=shape.report.value,
        title=title_of(shape.report),
        told=_told(shape.report),
        unit_name=page.unit.name,
        unit_code=page.unit.code,
        unit_column=shape.unit,
        path=tuple(path_of((*page.path, page.unit))),
        columns=_columns(shape, recipes),
        header=", ".join(shape.columns),
        units=tuple((unit.code, unit.name) for unit in page.units),
        months=tuple((f"{one:%Y-%m}", month(one)) for one in page.months),
        lines=tuple(
            (line.unit.name, month(line.month), tuple(_shown(line, name) for name in shape.values), line.source)
            for line in page.lines[:MOST_LINES]
        ),
        is_cut=len(page.lines) > MOST_LINES,
        missing=number(page.missing) if page.missing else "",
        tabs=report_tabs(page.unit.code, shape.report),
    )
