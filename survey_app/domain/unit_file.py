"""The import file of units, taken whole or not at all: its lines read and checked against each other.

A line whose code is already known describes that unit anew. It may not change the kind of the unit or the
kind of its parent, because responses were counted under them: such a unit is retired and a new code given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.domain.marked_text import OneOf, _
from survey_app.domain.org_unit import ALLOWED_PARENTS, KIND_LABELS, OrgUnit, UnitKind
from survey_app.domain.unit_lines import (
    COLUMNS,
    HEADER_LINE,
    LineProblem,
    Period,
    UnitLine,
    read_line,
    shown_date,
)


@dataclass(frozen=True)
class FileRules:
    """What a file may not do beside mistakes in its lines.

    ``settled``: units whose responses were counted under the units above them, which therefore stay those.
    ``scope``: the unit at and below which anything may change; None: anywhere.
    """

    settled: frozenset[str] = frozenset()
    scope: str | None = None


def parse_unit_rows(
    rows: Iterable[Mapping[str, str | None]], known: Mapping[str, OrgUnit], rules: FileRules | None = None
) -> tuple[list[OrgUnit], list[LineProblem]]:
    """The units of a file, each after its parent, or the problems of its lines; one of both is empty.

    ``rows`` holds one mapping (column to cell, None for a missing cell) for each line after the header, so
    the first one is line 2; lines without content count but are passed over. ``known`` holds the stored units
    by code.
    """
    lines = [read_line(number, row) for number, row in enumerate(rows, HEADER_LINE + 1) if _has_content(row)]
    _check_together(lines, known, rules or FileRules())
    problems = [problem for line in lines for problem in line.problems]
    if problems:
        return [], problems
    rank = list(UnitKind).index
    return sorted((line.as_unit() for line in lines), key=lambda unit: rank(unit.kind)), []


def _has_content(row: Mapping[str, str | None]) -> bool:
    return any((row.get(column) or "").strip() for column in COLUMNS)


def _check_together(lines: list[UnitLine], known: Mapping[str, OrgUnit], rules: FileRules) -> None:
    in_file = _first_lines(lines)
    everything = {code: UnitLine.of_known(unit) for code, unit in known.items()} | in_file
    in_cycles = _codes_in_cycles({code: line.parent_code for code, line in everything.items()})
    for line in lines:
        _check_parent(line, everything)
        if line.code in in_cycles:
            line.note("parent_code", _("Mã cấp trên tạo thành vòng lặp: đơn vị thành cấp trên của chính mình"))
        if line.code in known:
            _check_same_kinds(line, known, everything)
            _check_settled(line, known[line.code], rules.settled)
    if rules.scope is not None:
        _check_scope(lines, known, everything, rules.scope)
    for unit in known.values():
        if unit.code not in in_file and unit.parent_code in in_file:
            _check_covers_child(in_file[unit.parent_code], unit)


def _first_lines(lines: list[UnitLine]) -> dict[str, UnitLine]:
    """The first line of each code; the later ones get the problem."""
    first: dict[str, UnitLine] = {}
    for line in lines:
        if line.code and first.setdefault(line.code, line) is not line:
            line.note("code", _("Mã “%(code)s” đã có ở dòng %(first)s"), code=line.code, first=first[line.code].number)
    return first


def _codes_in_cycles(parent_codes: Mapping[str, str | None]) -> set[str]:
    """The codes from which following parents leads back to themselves; every code is followed once."""
    done: set[str] = set()
    in_cycles: set[str] = set()
    for start in parent_codes:
        path: list[str] = []
        code: str | None = start
        while code is not None and code in parent_codes and code not in done:
            done.add(code)
            path.append(code)
            code = parent_codes[code]
        if code in path:
            in_cycles.update(path[path.index(code) :])
    return in_cycles


def _check_parent(line: UnitLine, everything: Mapping[str, UnitLine]) -> None:
    if line.parent_code is None:
        if line.kind is not None and ALLOWED_PARENTS[line.kind]:
            line.note("parent_code", _("Chưa ghi mã đơn vị cấp trên"))
        return
    if line.kind is UnitKind.PROVINCE:
        line.note("parent_code", _("Tỉnh, thành phố không có đơn vị cấp trên; để trống cột này"))
        return
    parent = everything.get(line.parent_code)
    if parent is None:
        told = _("Không có đơn vị cấp trên “%(parent)s” trong tệp và trong hệ thống")
        line.note("parent_code", told, parent=line.parent_code)
        return
    _check_parent_kind(line, parent.kind)
    if line.period is not None and parent.period is not None:
        _check_within(line, line.period, parent.period)


def _named(*kinds: UnitKind) -> OneOf:
    return OneOf(tuple(KIND_LABELS[kind] for kind in kinds))


def _check_parent_kind(line: UnitLine, parent_kind: UnitKind | None) -> None:
    if line.kind is None or parent_kind is None or parent_kind in ALLOWED_PARENTS[line.kind]:
        return
    line.note(
        "parent_code",
        _("Cấp trên “%(parent)s” là %(parent_kind)s; cấp trên của %(kind)s phải là %(allowed)s"),
        parent=line.parent_code,
        parent_kind=_named(parent_kind),
        kind=_named(line.kind),
        allowed=_named(*ALLOWED_PARENTS[line.kind]),
    )


def _check_within(line: UnitLine, period: Period, parent_period: Period) -> None:
    parent_first, parent_last = parent_period
    if period[0] < parent_first:
        told = _("Bắt đầu trước đơn vị cấp trên “%(parent)s” (có hiệu lực từ %(day)s)")
        line.note("valid_from", told, parent=line.parent_code, day=shown_date(parent_first))
    if parent_last is not None and _ends_later(period, parent_last):
        told = _("Còn hiệu lực sau đơn vị cấp trên “%(parent)s” (hiệu lực đến hết %(day)s)")
        line.note("valid_to", told, parent=line.parent_code, day=shown_date(parent_last))


def _ends_later(period: Period, day: date) -> bool:
    return period[1] is None or period[1] > day


def _check_same_kinds(line: UnitLine, known: Mapping[str, OrgUnit], everything: Mapping[str, UnitLine]) -> None:
    old = known[line.code]
    if line.kind is not None and line.kind is not old.kind:
        told = _(
            "Không đổi được loại của đơn vị đã có “%(code)s” từ %(old)s thành %(new)s; "
            "hãy kết thúc hiệu lực đơn vị cũ và cấp mã mới"
        )
        line.note("kind", told, code=line.code, old=_named(old.kind), new=_named(line.kind))
    old_parent = known.get(old.parent_code or "")
    new_parent = everything.get(line.parent_code or "")
    if old_parent is None or new_parent is None or line.parent_code == old.parent_code:
        return
    if new_parent.kind is not None and new_parent.kind is not old_parent.kind:
        told = _(
            "Không chuyển được cấp trên của đơn vị đã có “%(code)s” từ %(old)s sang %(new)s; "
            "hãy kết thúc hiệu lực đơn vị cũ và cấp mã mới"
        )
        line.note("parent_code", told, code=line.code, old=_named(old_parent.kind), new=_named(new_parent.kind))


def _check_settled(line: UnitLine, old: OrgUnit, settled: frozenset[str]) -> None:
    if line.code in settled and line.parent_code not in (None, old.parent_code):
        told = _(
            "Đơn vị “%(code)s” đã có phiếu tính vào cấp trên “%(parent)s” nên không chuyển được; "
            "hãy kết thúc hiệu lực đơn vị cũ và cấp mã mới"
        )
        line.note("parent_code", told, code=line.code, parent=old.parent_code)


def _check_scope(
    lines: list[UnitLine], known: Mapping[str, OrgUnit], everything: Mapping[str, UnitLine], scope: str
) -> None:
    """A line about a unit outside the scope is let pass only when it changes nothing."""
    above_before = {code: unit.parent_code for code, unit in known.items()}
    above_after = {code: line.parent_code for code, line in everything.items()}
    for line in lines:
        old = known.get(line.code)
        if old is not None and line.is_as(old):
            continue
        is_inside = old is None or _leads_to(scope, line.code, above_before)
        is_moved_away = line.code == scope and line.parent_code != above_before.get(scope)
        if not is_inside or is_moved_away or not _leads_to(scope, line.code, above_after):
            line.note("code", _("Đơn vị “%(code)s” nằm ngoài phạm vi đơn vị “%(scope)s”"), code=line.code, scope=scope)


def _leads_to(scope: str, code: str, parent_codes: Mapping[str, str | None]) -> bool:
    """Whether ``scope`` is met on the way up; the way is cut at the number of kinds, longer ones are mistakes."""
    at: str | None = code
    for _kind in UnitKind:
        if at == scope:
            return True
        at = parent_codes.get(at) if at is not None else None
    return False


def _check_covers_child(line: UnitLine, child: OrgUnit) -> None:
    """A stored unit that the file does not mention must stay within its parent's new validity."""
    if line.period is None:
        return
    first, last = line.period
    if child.valid_from < first:
        told = _("Đơn vị trực thuộc “%(code)s” có hiệu lực từ %(day)s")
        line.note("valid_from", told, code=child.code, day=shown_date(child.valid_from))
    if last is not None and child.outlasts(last):
        told = _("Đơn vị trực thuộc “%(code)s” còn hiệu lực sau %(day)s")
        line.note("valid_to", told, code=child.code, day=shown_date(last))
