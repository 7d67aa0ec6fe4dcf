"""The forms about accounts, as typed, with what is wrong at the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, Form, PasswordField, SelectField, StringField
from wtforms.validators import ValidationError

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.org_unit import OrgUnit
from survey_app.domain.permissions import Role
from survey_app.domain.spelling import fold
from survey_app.services.officers import LOGIN, MOST_NAME, RESERVED
from survey_app.services.passwords import LEAST_PASSWORD, MOST_PASSWORD
from survey_app.web.officer.role_names import role_name
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

BETWEEN = " – "
"""Stands between code and name where a unit is chosen."""


def unit_label(unit: OrgUnit) -> str:
    """How a unit is offered."""
    return f"{unit.code}{BETWEEN}{unit.name}"


def find_unit(units: Sequence[OrgUnit], typed: str) -> OrgUnit | None:
    """The unit somebody meant: its code, code and name as offered, or a name only one unit has."""
    code = typed.split(BETWEEN, maxsplit=1)[0].strip().lower()
    by_code = [unit for unit in units if unit.code.lower() == code]
    by_name = [unit for unit in units if fold(unit.name) == fold(typed.strip())]
    found = by_code or by_name
    return found[0] if len(found) == 1 else None


class LastDayField(DateField):
    """A last valid day; empty: no end."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError as error:
            raise ValueError(_("Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-12-31.")) from error

    def pre_validate(self, form: Form) -> None:
        """The past cannot be granted."""
        if self.data is not None and self.data < local_day(extensions.now()):
            raise ValidationError(_("Ngày cuối không được trước hôm nay."))


def _check_name(_form: Form, field: Field) -> None:
    name = " ".join((field.data or "").split())
    if not name:
        raise ValidationError(_("Hãy nhập họ và tên."))
    if len(name) > MOST_NAME or not name.isprintable():
        raise ValidationError(_("Họ và tên có nhiều nhất %(most)s ký tự, trên một dòng.", most=number(MOST_NAME)))


def _check_login(_form: Form, field: Field) -> None:
    login = (field.data or "").strip().lower()
    if not LOGIN.fullmatch(login):
        told = _("Tên đăng nhập có 3 đến 60 ký tự: chữ a–z không dấu, chữ số, dấu . - _; bắt đầu bằng chữ hoặc số.")
        raise ValidationError(told)
    if login in RESERVED:
        raise ValidationError(_("Tên đăng nhập này không dùng được. Hãy chọn tên khác."))


class NameForm(FlaskForm):
    """The name pages show."""

    name = StringField(validators=[_check_name])


class PersonForm(NameForm):
    """Who is invited."""

    login = StringField(validators=[_check_login])


class UntilForm(FlaskForm):
    """Until when a grant holds."""

    until = LastDayField()


class GrantForm(FlaskForm):
    """A role at a unit, until a day."""

    role = SelectField(validate_choice=False)
    unit = StringField()
    until = LastDayField()

    def __init__(self, units: Sequence[OrgUnit], **how: Any) -> None:
        super().__init__(**how)
        self.role.choices = [("", _("– chọn vai trò –")), *((role.value, role_name(role)) for role in Role)]
        self.units = units

    def validate_role(self, field: Field) -> None:
        """One of those offered."""
        if field.data not in list(Role):
            raise ValidationError(_("Hãy chọn vai trò."))

    def validate_unit(self, field: Field) -> None:
        """One of those offered."""
        if find_unit(self.units, field.data or "") is None:
            raise ValidationError(_("Không có đơn vị này trong danh sách. Hãy chọn một dòng hoặc nhập đúng mã đơn vị."))

    @property
    def grant(self) -> dict[str, Any]:
        """What a valid form asks for."""
        unit = find_unit(self.units, self.unit.data or "")
        assert unit is not None
        return {"role": Role(self.role.data), "unit_code": unit.code, "valid_to": self.until.data}


class InviteForm(GrantForm, PersonForm):
    """A new account with its first role."""


class PasswordForm(FlaskForm):
    """A new password, typed twice."""

    password = PasswordField()
    again = PasswordField()

    def validate_password(self, field: Field) -> None:
        """Long enough."""
        if not LEAST_PASSWORD <= len(field.data or "") <= MOST_PASSWORD:
            least, most = number(LEAST_PASSWORD), number(MOST_PASSWORD)
            raise ValidationError(_("Mật khẩu phải có từ %(least)s đến %(most)s ký tự.", least=least, most=most))

    def validate_again(self, field: Field) -> None:
        """The same."""
        if field.data != self.password.data:
            raise ValidationError(_("Hai lần nhập mật khẩu không giống nhau."))
