"""The forms of the working calendar: an ordinary week, and days that differ from it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import Optional as MayBeEmpty
from wtforms.validators import ValidationError

from survey_app.domain.working_calendar import LONGEST_RANGE, BadHours, DayRule, Hours, Week, hours_text, read_hours
from survey_app.web.officer.wave_form import DayField, check_line, one_line
from survey_app.web.rendering import gettext as _

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekday_names() -> list[str]:
    """Monday to Sunday."""
    return [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]


def _hours(text: str | None) -> Hours:
    """Raises ValidationError with an example."""
    try:
        return read_hours(one_line(text))
    except BadHours as error:
        raise ValidationError(_("Viết như 07:30-11:30, 13:30-17:00. Để trống là nghỉ.")) from error


class WeekForm(FlaskForm):
    """The hours of each weekday, as text."""

    monday = StringField()
    tuesday = StringField()
    wednesday = StringField()
    thursday = StringField()
    friday = StringField()
    saturday = StringField()
    sunday = StringField()

    def __init__(self, week: Week) -> None:
        super().__init__(data={name: hours_text(week.get(place, ())) for place, name in enumerate(WEEKDAYS)})

    def days(self) -> list[tuple[StringField, str]]:
        """Each field with the name of its weekday."""
        return list(zip((self[name] for name in WEEKDAYS), weekday_names(), strict=True))

    def validate(self, extra_validators: object = None) -> bool:
        """Every weekday is readable."""
        is_valid = bool(super().validate(extra_validators))
        for field, _name in self.days():
            try:
                _hours(field.data)
            except ValidationError as error:
                field.errors = [str(error)]
                is_valid = False
        return is_valid

    def week(self) -> Week:
        """The week of a valid form."""
        return {place: read_hours(one_line(self[name].data)) for place, name in enumerate(WEEKDAYS)}


class LastDayField(DayField):
    """A day that may be left out: the same as the first."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing typed is no problem."""
        if any(text.strip() for text in valuelist):
            super().process_formdata(valuelist)
        else:
            self.data = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Not needed."""


class RuleForm(FlaskForm):
    """Days that differ: closed, or open at other hours."""

    kind = RadioField(default="closed", validate_choice=False)
    first_day = DayField()
    last_day = LastDayField(validators=[MayBeEmpty()])
    hours = StringField()
    reason = StringField()

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [("closed", _("Nghỉ")), ("open", _("Làm việc theo giờ riêng"))]

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in dict(field.choices):
            raise ValidationError(_("Hãy chọn nghỉ hay làm việc."))

    def validate_last_day(self, field: DayField) -> None:
        first = self.first_day.data
        if first and field.data and field.data < first:
            raise ValidationError(_("Ngày cuối đứng trước ngày đầu."))
        if first and field.data and (field.data - first).days >= LONGEST_RANGE:
            raise ValidationError(_("Khoảng ngày dài quá một năm. Hãy xem lại năm."))

    def validate_hours(self, field: StringField) -> None:
        if self.kind.data == "open" and not _hours(field.data):
            raise ValidationError(_("Hãy ghi giờ làm việc, ví dụ 07:30-11:30."))

    def validate_reason(self, field: StringField) -> None:
        check_line(one_line(field.data), 200)

    def rule(self) -> DayRule:
        """The rule of a valid form; it has no number yet."""
        hours = read_hours(one_line(self.hours.data)) if self.kind.data == "open" else ()
        last = self.last_day.data or self.first_day.day
        return DayRule(0, self.first_day.day, last, hours, one_line(self.reason.data))
