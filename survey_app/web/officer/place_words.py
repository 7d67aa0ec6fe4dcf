"""What kinds of unit and fields of a unit are called on pages."""

from __future__ import annotations

from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.domain.unit_changes import cell
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


def kind_name(kind: UnitKind) -> str:
    """Tỉnh, Trung tâm, quầy …"""
    names = {
        UnitKind.PROVINCE: _("Tỉnh, thành phố"),
        UnitKind.DEPARTMENT: _("Cơ quan cấp tỉnh"),
        UnitKind.COMMUNE: _("Đơn vị hành chính cấp xã"),
        UnitKind.CENTRE: _("Trung tâm"),
        UnitKind.COUNTER: _("Quầy"),
    }
    return names[kind]


def column_name(column: str) -> str:
    """A column of the import file, as a label."""
    names = {
        "code": _("Mã đơn vị"),
        "kind": _("Loại đơn vị"),
        "name": _("Tên"),
        "parent_code": _("Đơn vị cấp trên"),
        "valid_from": _("Có hiệu lực từ ngày"),
        "valid_to": _("Ngày hiệu lực cuối cùng"),
        "service_fields": _("Lĩnh vực"),
    }
    return names.get(column, column)


def shown(unit: OrgUnit, column: str) -> str:
    """A field of a unit for a reader."""
    if column in ("valid_from", "valid_to"):
        value = getattr(unit, column)
        return day(value) if value else "–"
    return cell(unit, column).replace("|", ", ") or "–"
