"""One organisation unit: its kind, which kinds may stand above it, and when it is valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from survey_app.domain.marked_text import _


class UnitKind(StrEnum):
    """The kinds of unit, each after every kind that may stand above it."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    CENTRE = "centre"
    COUNTER = "counter"


KIND_LABELS: Mapping[UnitKind, str] = MappingProxyType(
    {
        UnitKind.PROVINCE: _("tỉnh, thành phố"),
        UnitKind.DEPARTMENT: _("cơ quan cấp tỉnh"),
        UnitKind.COMMUNE: _("đơn vị hành chính cấp xã"),
        UnitKind.CENTRE: _("Trung tâm Phục vụ hành chính công"),
        UnitKind.COUNTER: _("quầy"),
    }
)

ALLOWED_PARENTS: Mapping[UnitKind, tuple[UnitKind, ...]] = MappingProxyType(
    {
        UnitKind.PROVINCE: (),
        UnitKind.DEPARTMENT: (UnitKind.PROVINCE,),
        UnitKind.COMMUNE: (UnitKind.PROVINCE,),
        UnitKind.CENTRE: (UnitKind.COMMUNE, UnitKind.PROVINCE, UnitKind.DEPARTMENT),
        UnitKind.COUNTER: (UnitKind.CENTRE, UnitKind.DEPARTMENT),
    }
)


@dataclass(frozen=True)
class OrgUnit:
    """One unit. ``valid_to`` is its last valid day (None: still valid); a counter has service fields."""

    code: str
    kind: UnitKind
    name: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None
    service_fields: tuple[str, ...]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def outlasts(self, day: date) -> bool:
        return self.valid_to is None or self.valid_to > day
