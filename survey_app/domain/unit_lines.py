"""One line of the import file of units: reads its cells and notes everything that is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from survey_app.domain.marked_text import _
from survey_app.domain.org_unit import OrgUnit, UnitKind

COLUMNS = ("code", "kind", "name", "parent_code", "valid_from", "valid_to", "service_fields")
"""The header of the import file."""

HEADER_LINE = 1
MAX_NAME_LENGTH = 200
MAX_FIELD_LENGTH = 120
_CODE = re.compile(r"[0-9A-Z-]{2,24}")
_ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_VIETNAMESE_DATE = re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of control, invisible, broken and line-breaking characters."""

_KINDS_WITH_FIELDS = (UnitKind.CENTRE, UnitKind.COUNTER)

Period = tuple[date, date | None]
"""First and last valid day; None for a last day that is still open."""


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with one cell of the file; ``line`` counts the header as 1.

    ``text`` is the Vietnamese text of the catalogues, ``values`` fill in its ``%(name)s``.
    """

    line: int
    column: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        """The whole text in Vietnamese."""
        return self.text % self.values if self.values else self.text


def check_header(columns: Sequence[str]) -> list[LineProblem]:
    """The columns that are missing, unknown or repeated; their order is free."""
    missing = [(name, _("Thiếu cột “%(name)s”")) for name in COLUMNS if name not in columns]
    is_unknown = _("Cột “%(name)s” không có trong mẫu; các cột của mẫu: %(columns)s")
    unknown = [(name, is_unknown) for name in dict.fromkeys(columns) if name not in COLUMNS]
    repeated = [(name, _("Cột “%(name)s” ghi hai lần")) for name in COLUMNS if columns.count(name) > 1]
    return [
        LineProblem(HEADER_LINE, name, text, {"name": name, "columns": ", ".join(COLUMNS)})
        for name, text in missing + unknown + repeated
    ]


@dataclass
class UnitLine:
    """A line as far as it can be read; ``kind`` and ``period`` are None when missing or unreadable."""

    number: int
    missing: tuple[str, ...] = ()
    code: str = ""
    kind: UnitKind | None = None
    name: str = ""
    parent_code: str | None = None
    period: Period | None = None
    service_fields: tuple[str, ...] = ()
    problems: list[LineProblem] = field(default_factory=list)

    @classmethod
    def of_known(cls, unit: OrgUnit) -> UnitLine:
        period = (unit.valid_from, unit.valid_to)
        return cls(0, code=unit.code, kind=unit.kind, parent_code=unit.parent_code, period=period)

    def note(self, column: str, text: str, **values: object) -> None:
        """Keep a problem, unless the whole cell is missing and was reported as such."""
        if column not in self.missing:
            self.problems.append(LineProblem(self.number, column, text, values))

    def is_as(self, unit: OrgUnit) -> bool:
        """Whether the line, if it can be read, says of this unit what is known of it."""
        return self.kind is not None and self.period is not None and self.as_unit() == unit

    def as_unit(self) -> OrgUnit:
        """Raises ValueError for a line that could not be read."""
        if self.kind is None or self.period is None:
            raise ValueError(f"line {self.number} could not be read")
        return OrgUnit(self.code, self.kind, self.name, self.parent_code, *self.period, self.service_fields)


def read_line(number: int, row: Mapping[str, str | None]) -> UnitLine:
    """The line read from a mapping of column to cell (None: the cell is missing), with its problems."""
    line = UnitLine(number, tuple(column for column in COLUMNS if row.get(column) is None))
    no_cell = _("Dòng thiếu ô của cột “%(name)s”")
    line.problems += [LineProblem(number, column, no_cell, {"name": column}) for column in line.missing]
    if len(row) > len(COLUMNS):
        line.note(COLUMNS[-1], _("Dòng có nhiều ô hơn dòng tiêu đề; ô có dấu ngăn cột phải đặt trong ngoặc kép"))
    cells = {column: _clean(line, column, row.get(column) or "") for column in COLUMNS}
    line.code = _read_code(line, cells["code"])
    line.kind = _read_kind(line, cells["kind"])
    line.name = _read_name(line, cells["name"])
    line.parent_code = cells["parent_code"] or None
    line.period = _read_period(line, cells["valid_from"], cells["valid_to"])
    line.service_fields = _read_service_fields(line, cells["service_fields"])
    return line


def _clean(line: UnitLine, column: str, cell: str) -> str:
    """The cell in composed Unicode (NFC) with single spaces; hidden characters are noted, not repaired."""
    hidden = sorted({f"U+{ord(char):04X}" for char in cell if unicodedata.category(char) in _HIDDEN})
    if hidden:
        line.note(column, _("Có ký tự điều khiển hoặc ký tự ẩn: %(hidden)s"), hidden=", ".join(hidden))
    return " ".join(unicodedata.normalize("NFC", cell).split())


def _read_code(line: UnitLine, text: str) -> str:
    if not text:
        line.note("code", _("Chưa ghi mã đơn vị"))
    elif not _CODE.fullmatch(text):
        told = _(
            "Mã “%(code)s” không hợp lệ: chỉ gồm chữ số, chữ in hoa không dấu và dấu gạch nối, dài từ 2 đến 24 ký tự"
        )
        line.note("code", told, code=text)
    return text


def _read_kind(line: UnitLine, text: str) -> UnitKind | None:
    if text in list(UnitKind):
        return UnitKind(text)
    if text:
        line.note(
            "kind", _("Không có loại đơn vị “%(kind)s”; chỉ dùng: %(kinds)s"), kind=text, kinds=", ".join(UnitKind)
        )
    else:
        line.note("kind", _("Chưa ghi loại đơn vị"))
    return None


def _read_name(line: UnitLine, text: str) -> str:
    if not text:
        line.note("name", _("Chưa ghi tên đơn vị"))
    _check_length(line, "name", _("Tên dài %(length)s ký tự, tối đa %(most)s"), text, MAX_NAME_LENGTH)
    return text


def _check_length(line: UnitLine, column: str, told: str, text: str, longest: int) -> None:
    if len(text) > longest:
        line.note(column, told, length=len(text), most=longest)


def _read_period(line: UnitLine, first: str, last: str) -> Period | None:
    valid_from = _read_date(line, "valid_from", first)
    valid_to = _read_date(line, "valid_to", last)
    if not first:
        line.note("valid_from", _("Chưa ghi ngày bắt đầu hiệu lực"))
    if valid_from is None or (last and valid_to is None):
        return None
    if valid_to is not None and valid_to < valid_from:
        line.note(
            "valid_to",
            _("Ngày hết hiệu lực %(last)s trước ngày bắt đầu %(first)s"),
            last=shown_date(valid_to),
            first=shown_date(valid_from),
        )
        return None
    return valid_from, valid_to


def _read_date(line: UnitLine, column: str, text: str) -> date | None:
    match = _ISO_DATE.fullmatch(text) or _VIETNAMESE_DATE.fullmatch(text)
    try:
        if match:
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        line.note(column, _("Không có ngày “%(day)s” trong lịch"), day=text)
        return None
    if text:
        line.note(column, _("Ngày “%(day)s” không đọc được; ghi dạng 2025-07-01 hoặc 01/07/2025"), day=text)
    return None


def shown_date(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"


def _read_service_fields(line: UnitLine, text: str) -> tuple[str, ...]:
    fields = tuple(part.strip() for part in text.split("|")) if text else ()
    if line.kind is UnitKind.COUNTER and not fields:
        line.note("service_fields", _("Quầy phải có ít nhất một lĩnh vực"))
    if line.kind is not None and line.kind not in _KINDS_WITH_FIELDS and fields:
        line.note("service_fields", _("Chỉ quầy và trung tâm mới ghi lĩnh vực"))
    if "" in fields:
        line.note("service_fields", _("Có lĩnh vực để trống trước hoặc sau dấu “|”"))
    too_long = _("Tên lĩnh vực dài %(length)s ký tự, tối đa %(most)s")
    for name in dict.fromkeys(fields):
        _check_length(line, "service_fields", too_long, name, MAX_FIELD_LENGTH)
        if name and fields.count(name) > 1:
            line.note("service_fields", _("Lĩnh vực “%(name)s” ghi hai lần"), name=name)
    return fields
