"""Roles, the places they are granted at and the states of accounts, as officials say them."""

from __future__ import annotations

from survey_app.domain.org_unit import UnitKind
from survey_app.domain.permissions import ROLE_PLACES, Role
from survey_app.services.accounts import AccountState
from survey_app.web.rendering import gettext as _


def role_name(role: Role) -> str:
    """What somebody is."""
    return {
        Role.PROVINCE_ADMIN: _("Quản trị của tỉnh"),
        Role.PROVINCE_ANALYST: _("Phân tích số liệu của tỉnh"),
        Role.COMMUNE_LEADER: _("Lãnh đạo UBND cấp xã"),
        Role.CENTRE_DIRECTOR: _("Giám đốc Trung tâm"),
        Role.COUNTER_STAFF: _("Cán bộ quầy"),
        Role.HELPER: _("Người hỗ trợ tại quầy"),
        Role.DATA_ENTRY: _("Người nhập phiếu giấy"),
        Role.OBSERVER: _("Giám sát (Mặt trận Tổ quốc Việt Nam)"),
        Role.INSPECTOR: _("Thanh tra tỉnh"),
    }[role]


def place_name(role: Role) -> str:
    """The kinds of unit a role is granted at."""
    return {
        frozenset({UnitKind.PROVINCE}): _("tỉnh"),
        frozenset({UnitKind.COMMUNE}): _("xã, phường, đặc khu"),
        frozenset({UnitKind.CENTRE}): _("Trung tâm Phục vụ hành chính công"),
        frozenset({UnitKind.CENTRE, UnitKind.DEPARTMENT}): _("Trung tâm Phục vụ hành chính công, cơ quan cấp tỉnh"),
    }[ROLE_PLACES[role]]


def state_name(state: AccountState) -> str:
    """Whether somebody can sign in with an account."""
    return {
        AccountState.INVITED: _("đã mời, chưa đặt mật khẩu"),
        AccountState.ACTIVE: _("đang dùng"),
        AccountState.CLOSED: _("đã khóa"),
    }[state]
