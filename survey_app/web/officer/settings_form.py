"""The forms of the settings, one for each group of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import ValidationError

from survey_app.domain.disclosure import Thresholds
from survey_app.services.province_settings import (
    COMMENT_LIMITS,
    EXACT_MINUTE_LIMIT,
    LEAST_RELEASE,
    LONGEST_REFERENCE,
    LONGEST_THANKS,
    LONGEST_WAIT,
    ProvinceSettings,
)
from survey_app.services.settings_desk import lowered
from survey_app.web.officer.wave_form import check_line, one_line
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

MOST = 10_000
MOST_ROWS = 20


class WholeNumber(IntegerField):
    """A whole number from ``least`` to ``most``."""

    def __init__(self, least: int = 1, most: int = MOST, **bound: Any) -> None:
        super().__init__(**bound)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with what is wrong."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Hãy nhập số nguyên.")) from error

    def pre_validate(self, form: FlaskForm) -> None:
        """Within its bounds."""
        if self.process_errors:
            return
        if self.data is None or not self.least <= self.data <= self.most:
            raise ValidationError(
                _("Hãy nhập số từ %(least)s đến %(most)s.", least=number(self.least), most=number(self.most))
            )


class GroupForm(FlaskForm):
    """A group's form: bound to what was sent, or showing what is in force."""

    reason_text = ""

    def __init__(self, found: ProvinceSettings, is_sent: bool) -> None:
        super().__init__(formdata=request.form if is_sent else None, data=self.shown(found))
        self.found = found

    def shown(self, found: ProvinceSettings) -> dict[str, Any]:
        """What is in force, by field."""
        return {name: getattr(found, name) for name in self._fields_of()}

    def changes(self) -> dict[str, Any]:
        """The settings as the valid form says."""
        return {name: self[name].data for name in self._fields_of()}

    @classmethod
    def _fields_of(cls) -> list[str]:
        return [name for name in ProvinceSettings.__dataclass_fields__ if hasattr(cls, name)]


class ThresholdsForm(GroupForm):
    """The smallest bases at which figures are shown."""

    release = WholeNumber(LEAST_RELEASE)
    officer_score = WholeNumber(LEAST_RELEASE)
    public_score = WholeNumber(LEAST_RELEASE)
    distribution = WholeNumber(LEAST_RELEASE)
    sensitive = WholeNumber(LEAST_RELEASE)
    demographic = WholeNumber(LEAST_RELEASE)
    lowering_known = BooleanField()
    reason = StringField()

    def shown(self, found: ProvinceSettings) -> dict[str, Any]:
        return asdict(found.thresholds)

    def _wanted(self) -> dict[str, int]:
        return {name: self[name].data for name in Thresholds.__dataclass_fields__ if name in self._fields}

    def changes(self) -> dict[str, Any]:
        self.reason_text = one_line(self.reason.data)
        return {"thresholds": asdict(self.found.thresholds) | self._wanted()}

    def lowers(self) -> bool:
        """Whether a base would stand below its default and lower than now; False while a number is missing."""
        wanted = {name: value for name, value in self._wanted().items() if value is not None}
        return bool(lowered(wanted, self.found.thresholds))

    def validate(self, extra_validators: object = None) -> bool:
        """No base stands under the release."""
        is_valid = bool(super().validate(extra_validators))
        wanted = self._wanted()
        for name, value in wanted.items():
            if value is not None and wanted["release"] is not None and value < wanted["release"]:
                told = _("Không được nhỏ hơn số phiếu của một lần công bố (%(n)s).", n=number(wanted["release"]))
                self[name].errors = [*self[name].errors, told]
                is_valid = False
        return is_valid

    def validate_lowering_known(self, field: BooleanField) -> None:
        if self.lowers() and not field.data:
            raise ValidationError(_("Có ngưỡng thấp hơn mặc định. Hãy xác nhận ở ô này và ghi lý do."))

    def validate_reason(self, field: StringField) -> None:
        check_line(one_line(field.data), 300, is_needed=self.lowers())


class WaitingForm(GroupForm):
    """How long things wait."""

    mixed_release_days = WholeNumber(0, LONGEST_WAIT)
    exact_minute_hours = WholeNumber(0, EXACT_MINUTE_LIMIT)


class CommentsForm(GroupForm):
    """When comments may be read."""

    comment_batch = WholeNumber(*COMMENT_LIMITS["comment_batch"])
    comment_days = WholeNumber(*COMMENT_LIMITS["comment_days"])
    comment_months = WholeNumber(*COMMENT_LIMITS["comment_months"])


class PaceForm(GroupForm):
    """When a rush is a sign to check."""

    ten_minutes = WholeNumber()
    day = WholeNumber()
    page = WholeNumber()

    def shown(self, found: ProvinceSettings) -> dict[str, Any]:
        return asdict(found.pace)

    def changes(self) -> dict[str, Any]:
        return {"pace": {name: self[name].data for name in ("ten_minutes", "day", "page")}}

    def validate_day(self, field: WholeNumber) -> None:
        if field.data is not None and self.ten_minutes.data is not None and field.data < self.ten_minutes.data:
            raise ValidationError(_("Giới hạn một ngày không được nhỏ hơn giới hạn mười phút."))


class ThanksForm(GroupForm):
    """The province's own words on the thank-you page."""

    thanks_vi = TextAreaField()
    thanks_en = TextAreaField()

    def shown(self, found: ProvinceSettings) -> dict[str, Any]:
        return {f"thanks_{tag}": found.thanks_text.get(tag, "") for tag in ("vi", "en")}

    def changes(self) -> dict[str, Any]:
        texts = {tag: _lines(self[f"thanks_{tag}"].data) for tag in ("vi", "en")}
        return {"thanks_text": {tag: text for tag, text in texts.items() if text}}

    def validate_thanks_vi(self, field: TextAreaField) -> None:
        check_line(_lines(field.data).replace("\n", " "), LONGEST_THANKS, is_needed=False)

    def validate_thanks_en(self, field: TextAreaField) -> None:
        self.validate_thanks_vi(field)


def _lines(text: str | None) -> str:
    """Typed text with one kind of line end and no space around it."""
    return "\n".join((text or "").strip().splitlines())


class SafetyForm(GroupForm):
    """How administrators sign in."""

    second_factor_required = BooleanField()


@dataclass
class Row:
    """A line of two fields, and what is wrong with it."""

    first: str
    second: str
    problem: str = ""


class RowsForm(GroupForm):
    """Lines that are added by filling an empty one and removed by emptying one."""

    setting = ""
    names = ("", "")
    is_needed = False

    def __init__(self, found: ProvinceSettings, is_sent: bool) -> None:
        super().__init__(found, is_sent)
        self.rows = self._sent() if is_sent else self._in_force(found)
        self.problem = ""

    def shown(self, found: ProvinceSettings) -> dict[str, Any]:
        return {}

    def _in_force(self, found: ProvinceSettings) -> list[Row]:
        return [Row(*(getattr(entry, name) for name in self.names)) for entry in getattr(found, self.setting)]

    def _sent(self) -> list[Row]:
        columns = [request.form.getlist(f"{self.setting}_{name}")[: MOST_ROWS * 2] for name in self.names]
        found = [Row(one_line(first), one_line(second)) for first, second in zip(*columns, strict=False)]
        return [row for row in found if row.first or row.second]

    def validate(self, extra_validators: object = None) -> bool:
        """Every line has its first field, all is printable and short enough."""
        is_valid = bool(super().validate(extra_validators))
        for row in self.rows:
            try:
                check_line(row.first, 150)
                check_line(row.second, 200, is_needed=False)
            except ValidationError as error:
                row.problem, is_valid = str(error), False
        if len(self.rows) > MOST_ROWS:
            self.problem = _("Nhiều nhất %(most)s dòng.", most=MOST_ROWS)
        elif self.is_needed and not self.rows:
            self.problem = _("Cần ít nhất một dòng: người dân phải biết gửi khiếu nại, phản ánh tới đâu.")
        return is_valid and not self.problem

    def changes(self) -> dict[str, Any]:
        first, second = self.names
        return {self.setting: [{first: row.first, second: row.second} for row in self.rows]}

    def offered(self) -> list[Row]:
        """The lines, and two empty ones to fill."""
        return [*self.rows, Row("", ""), Row("", "")][: max(MOST_ROWS, len(self.rows))]


class ChannelsForm(RowsForm):
    """Where complaints go."""

    setting, names, is_needed = "complaint_channels", ("name", "contact"), True


class TextsForm(RowsForm):
    """What the survey rests on."""

    setting, names = "official_texts", ("number", "title")


class ClassesForm(GroupForm):
    """By what sums of points are given a class."""

    class_reference = StringField()

    def changes(self) -> dict[str, Any]:
        return {"class_reference": one_line(self.class_reference.data)}

    def validate_class_reference(self, field: StringField) -> None:
        check_line(one_line(field.data), LONGEST_REFERENCE, is_needed=False)


FORMS: Mapping[str, type[GroupForm]] = {
    "thresholds": ThresholdsForm,
    "waiting": WaitingForm,
    "comments": CommentsForm,
    "pace": PaceForm,
    "channels": ChannelsForm,
    "thanks": ThanksForm,
    "texts": TextsForm,
    "classes": ClassesForm,
    "safety": SafetyForm,
}
"""Group of settings -> its form."""
