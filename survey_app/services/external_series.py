"""External series: results from before or from elsewhere, taken in whole, listed, replaced, deleted."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from sqlalchemy import Connection, Engine

from survey_app.domain.external_file import COLUMNS, Countable, Rules, check_columns, parse_external_rows
from survey_app.domain.external_series import OVERALL, ExternalFigure, ExternalSeries
from survey_app.domain.local_day import local_day, month_of
from survey_app.domain.marked_text import _
from survey_app.domain.questionnaire import Item, Questionnaire, say
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem
from survey_app.services import line_files
from survey_app.services.datasets_files import neutralise
from survey_app.services.line_files import FileProblems, Lines, read_lines, read_rows
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log, external_series, org_units, questionnaires
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.external_series import StoredSeries
from survey_app.storage.spreadsheets import UnreadableSheet, is_spreadsheet, read_first_sheet

NO_LINES = _("Tệp chưa có dòng số liệu nào")
NO_SHEET = _("tệp Excel không đọc được: hãy lưu lại dạng .xlsx, số liệu ở trang tính đầu tiên")


class ExternalFileProblems(FileProblems):
    """A file of earlier results has mistakes; nothing was stored."""


class NameTaken(Exception):
    """Another series has this name."""


class NoSuchSeries(LookupError):
    """No series has this number within reach."""


def table_of(content: bytes) -> Lines:
    """The cells of an uploaded CSV (UTF-8) or XLSX file. Raises ExternalFileProblems."""
    try:
        if is_spreadsheet(content):
            return read_first_sheet(content)
    except UnreadableSheet as error:
        raise ExternalFileProblems([LineProblem(HEADER_LINE, "", NO_SHEET)]) from error
    return read_lines(line_files.decode(content, ExternalFileProblems), ExternalFileProblems)


def _is_countable(item: Item) -> bool:
    return item.scale is not None and item.scale.characters.isdigit()


def _groups(questionnaire: Questionnaire) -> dict[str, tuple[str, list[Item]]]:
    """Figure -> (what it is called, its items), the overall figure first."""
    sections = [section for section in questionnaire.sections if section.is_scored]
    scored = [(section, [item for item in section.items if _is_countable(item)]) for section in sections]
    found = {OVERALL: ("Chỉ số chung", [item for _section, items in scored for item in items])}
    found |= {section.id: (say(section.title, "vi"), items) for section, items in scored}
    found |= {item.id: (item.criterion.name, [item]) for _section, items in scored for item in items}
    return {name: entry for name, entry in found.items() if entry[1]}


def _newest(connection: Connection, slug: str) -> Questionnaire | None:
    versions = [v.questionnaire for v in questionnaires.every(connection) if v.questionnaire.slug == slug]
    return max(versions, key=lambda version: version.version, default=None)


def _countables(questionnaire: Questionnaire) -> dict[str, Countable]:
    """What a file may name; a group whose items differ in scale has no levels of its own."""
    found: dict[str, Countable] = {}
    for name, (_title, items) in _groups(questionnaire).items():
        scales = {item.scale.characters for item in items if item.scale}
        if len(scales) == 1:
            found[name] = Countable(tuple(sorted(int(code) for code in scales.pop())), len(items))
    return found


def forms(engine: Engine) -> list[tuple[str, str]]:
    """(slug, title) of the questionnaires that have a trend, those with most figures first."""
    with begin_read(engine) as connection:
        versions = [version.questionnaire for version in questionnaires.every(connection)]
    scored = {q.slug: q for q in versions if not q.is_scored_by_residence and _groups(q)}
    fullest_first = sorted(scored, key=lambda slug: (-len(_groups(scored[slug])), slug))
    return [(slug, say(scored[slug].title, "vi")) for slug in fullest_first]


def _scope(connection: Connection, unit_code: str) -> dict[str, int]:
    """Row numbers of a unit and all below, retired ones as well. Raises UnknownUnit."""
    units, ids = org_units.tree(connection), org_units.read_all(connection)[1]
    if unit_code not in units.units:
        raise UnknownUnit(f"không có đơn vị mã {unit_code}")
    return {unit.code: ids[unit.code] for unit in (units.units[unit_code], *units.descendants(unit_code))}


def import_series(
    engine: Engine,
    series: ExternalSeries,
    table: Lines,
    unit_code: str,
    now: datetime,
    actor: str,
    *,
    replaces: int = 0,
) -> int:
    """Take in a series for units at a unit and below, all or nothing; how many lines.

    Args:
        replaces: the number of the series this one takes the place of; 0: none.

    Raises:
        ExternalFileProblems: every bad line with its number and reason. NameTaken, NoSuchSeries, UnknownUnit.
    """
    rows = read_rows(table, check_columns, ExternalFileProblems)
    with begin_write(engine) as connection:
        ids = _scope(connection, unit_code)
        questionnaire = _newest(connection, series.slug)
        figures = _countables(questionnaire) if questionnaire else {}
        found, problems = parse_external_rows(rows, Rules(ids, figures, month_of(local_day(now))))
        if not found:
            raise ExternalFileProblems(problems or [LineProblem(HEADER_LINE, "", NO_LINES)])
        if replaces:
            external_series.remove(connection, _own(connection, ids, replaces).id)
        if external_series.number_of(connection, series.name) is not None:
            raise NameTaken(series.name)
        external_series.add(connection, series, local_day(now), found, ids)
        detail = {"name": series.name, "lines": len(found), "slug": series.slug}
        action = "external.replace" if replaces else "external.import"
        audit_log.append(connection, now, actor, action, unit_code, detail)
    return len(found)


def _own(connection: Connection, ids: Mapping[str, int], number: int) -> StoredSeries:
    """A series all of whose units lie within reach. Raises NoSuchSeries."""
    stored = next((one for one in external_series.every(connection) if one.id == number), None)
    if stored is None or any(f.unit_code not in ids for f in external_series.figures_of(connection, number)):
        raise NoSuchSeries(number)
    return stored


def delete_series(engine: Engine, number: int, unit_code: str, now: datetime, actor: str) -> str:
    """Delete a series; its name. Raises NoSuchSeries, UnknownUnit."""
    with begin_write(engine) as connection:
        stored = _own(connection, _scope(connection, unit_code), number)
        external_series.remove(connection, stored.id)
        detail = {"name": stored.series.name, "lines": stored.figures}
        audit_log.append(connection, now, actor, "external.delete", unit_code, detail)
    return stored.series.name


@dataclass(frozen=True)
class SeriesPage:
    """One series with its figures; ``questionnaire``: the newest version of the one that they name."""

    stored: StoredSeries
    figures: tuple[ExternalFigure, ...]
    questionnaire: Questionnaire | None


def series_at(engine: Engine, unit_code: str) -> list[StoredSeries]:
    """The series all of whose units lie at a unit or below. Raises UnknownUnit."""
    with begin_read(engine) as connection:
        ids = _scope(connection, unit_code)
        every = external_series.every(connection)
        within = {one.id: {f.unit_code for f in external_series.figures_of(connection, one.id)} for one in every}
    return [one for one in every if within[one.id] <= ids.keys()]


def one_series(engine: Engine, number: int, unit_code: str) -> SeriesPage:
    """A series with its figures. Raises NoSuchSeries, UnknownUnit."""
    with begin_read(engine) as connection:
        stored = _own(connection, _scope(connection, unit_code), number)
        figures = tuple(external_series.figures_of(connection, number))
        return SeriesPage(stored, figures, _newest(connection, stored.series.slug))


def _period(figure: ExternalFigure) -> str:
    first, last = figure.months
    if first == last:
        return f"{first:%Y-%m}"
    return f"{first:%Y}" if last.month - first.month == 11 else f"{first:%Y}-Q{last.month // 3}"


def as_table(figures: Sequence[ExternalFigure]) -> Lines:
    """Figures as a file that can be imported again."""
    scores = sorted({score for figure in figures for score in figure.counts})
    lines = [
        [f.unit_code, _period(f), f.figure, str(f.responses), *(str(f.counts.get(score, "")) for score in scores)]
        for f in figures
    ]
    return [[*COLUMNS, *(f"level_{score}" for score in scores)], *lines]


def template(engine: Engine, slug: str, unit_code: str) -> Lines:
    """A file to fill in: a line for each figure of the questionnaire, for the unit and last year, named for the reader.

    Raises:
        NoSuchSeries: no such questionnaire. UnknownUnit.
    """
    with begin_read(engine) as connection:
        _scope(connection, unit_code)
        questionnaire = _newest(connection, slug)
    if questionnaire is None:
        raise NoSuchSeries(slug)
    countables, groups = _countables(questionnaire), _groups(questionnaire)
    scores = sorted({score for one in countables.values() for score in one.scores})
    head = [*COLUMNS, *(f"level_{score}" for score in scores), "name"]
    blank = [""] * (1 + len(scores))
    return [head, *([unit_code, "", name, *blank, neutralise(groups[name][0])] for name in countables)]


def csv_file(table: Lines, separator: str = ";") -> bytes:
    """A table as CSV that Excel opens."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(table)
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_file(table: Lines) -> bytes:
    """A table as a workbook of text cells, so that no period becomes a date."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        as_text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet("so-lieu")
        sheet.set_column(0, len(table[0]) - 1, 16, as_text)
        sheet.freeze_panes(1, 0)
        for place, cells in enumerate(table):
            for at, cell in enumerate(cells):
                sheet.write_string(place, at, cell, as_text)
    return file.getvalue()
