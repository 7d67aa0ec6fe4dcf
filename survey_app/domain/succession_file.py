"""The import file of successions: which unit took the place of which, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.unit_lines import HEADER_LINE, LineProblem
from survey_app.domain.unit_succession import Share, Succession

COLUMNS = ("predecessor", "successor", "first_day", "share")
"""The header of the import file."""

Cells = Mapping[str, str]


def check_columns(columns: Sequence[str]) -> list[LineProblem]:
    """The columns that are missing; their order is free, others are passed over."""
    missing = [name for name in COLUMNS if name not in columns]
    return [LineProblem(HEADER_LINE, name, _("Thiếu cột “%(name)s”"), {"name": name}) for name in missing]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2025-07-01") else None
    except ValueError:
        return None


def _unit_problems(line: int, cells: Cells, units: Mapping[str, OrgUnit]) -> list[LineProblem]:
    told = _("Không có đơn vị mã “%(code)s”")
    names = [name for name in ("predecessor", "successor") if cells[name] not in units]
    return [LineProblem(line, name, told, {"code": cells[name][:40]}) for name in names]


def _cell_problems(line: int, cells: Cells) -> list[LineProblem]:
    problems: list[LineProblem] = []
    if _day(cells["first_day"]) is None:
        problems.append(LineProblem(line, "first_day", _("Ngày phải viết như 2025-07-01")))
    if cells["share"] not in list(Share):
        told = _("Ghi “whole” (nhập toàn bộ) hoặc “part” (nhập một phần)")
        problems.append(LineProblem(line, "share", told))
    return problems


def _pair_problems(line: int, one: Succession, units: Mapping[str, OrgUnit]) -> list[LineProblem]:
    """What does not fit together; every unit and cell is readable."""
    old, new, problems = units[one.predecessor], units[one.successor], []
    if old.kind is not new.kind or old.parent_code != new.parent_code:
        told = _("Hai đơn vị phải cùng loại và cùng đơn vị cấp trên")
        problems.append(LineProblem(line, "successor", told))
    if not new.is_valid_on(one.first_day):
        told = _("“%(name)s” chưa có hoặc không còn hiệu lực trong ngày đó")
        problems.append(LineProblem(line, "successor", told, {"name": new.name}))
    is_itself = one.predecessor == one.successor
    if is_itself and one.share is Share.WHOLE:
        told = _("Một đơn vị không thể thay cho toàn bộ chính nó")
        problems.append(LineProblem(line, "successor", told))
    last_day = one.first_day - timedelta(days=1)
    if not is_itself and one.share is Share.WHOLE and old.valid_to != last_day:
        told = _("“%(name)s” phải ngừng đúng ngày %(day)s, trước khi đơn vị mới thay thế")
        problems.append(LineProblem(line, "predecessor", told, {"name": old.name, "day": f"{last_day:%d/%m/%Y}"}))
    return problems


def _across_problems(lines: Sequence[tuple[int, Succession]]) -> list[LineProblem]:
    """What lines say against each other: a pair twice, a unit that went whole into more than one."""
    problems: list[LineProblem] = []
    seen: set[tuple[str, str]] = set()
    every = [one for _line, one in lines]
    for line, one in lines:
        pair = (one.predecessor, one.successor)
        if pair in seen:
            problems.append(LineProblem(line, "successor", _("Cặp đơn vị này đã có ở dòng trên")))
        seen.add(pair)
        others = [other for other in every if other.predecessor == one.predecessor and other is not one]
        if one.share is Share.WHOLE and others:
            told = _("Đơn vị cũ nhập toàn bộ thì chỉ có một đơn vị mới; nếu bị chia, ghi “part” ở mọi dòng")
            problems.append(LineProblem(line, "share", told))
    return problems


def parse_succession_rows(
    rows: Iterable[Mapping[str, str | None]], units: Mapping[str, OrgUnit]
) -> tuple[list[Succession], list[LineProblem]]:
    """The file's lines, or their problems; one of both is empty. The first row is line 2."""
    read: list[tuple[int, Succession]] = []
    problems: list[LineProblem] = []
    for line, row in enumerate(rows, HEADER_LINE + 1):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        wrong = [*_unit_problems(line, cells, units), *_cell_problems(line, cells)]
        first_day = _day(cells["first_day"])
        if not wrong and first_day is not None:
            one = Succession(cells["predecessor"], cells["successor"], first_day, Share(cells["share"]))
            read.append((line, one))
            wrong = _pair_problems(line, one, units)
        problems += wrong
    problems += _across_problems(read)
    problems.sort(key=lambda problem: problem.line)
    return ([], problems) if problems else ([one for _line, one in read], [])
