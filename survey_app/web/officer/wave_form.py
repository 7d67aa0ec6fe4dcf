"""The forms of a wave: planning it, what may still be changed once it is open, the note of a return."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from survey_app.domain.wave import Wave, WaveStatus
from survey_app.domain.wave_plan import ROMAN, is_code, proposed_code, quarter_of, without_nested
from survey_app.services.wave_planning import PlanChoices, proposed_days
from survey_app.web.rendering import day, words
from survey_app.web.rendering import gettext as _

MOST_TITLE = 200
YEARS = range(2020, 2100)


class DayField(DateField):
    """A day, as browsers send it or as officials write it."""

    data: date | None

    def __init__(self, **bound: Any) -> None:
        super().__init__(format=["%Y-%m-%d", "%d/%m/%Y"], **bound)

    @property
    def day(self) -> date:
        """The day, in a form that was found valid."""
        assert self.data is not None
        return self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError with what is wrong."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Ngày phải có dạng ngày/tháng/năm, ví dụ 01/01/2027.")) from error
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_("Năm không hợp lý."))

    def pre_validate(self, form: FlaskForm) -> None:
        """A day is needed."""
        if self.data is None and not self.errors and not self.process_errors:
            raise ValidationError(_("Hãy nhập ngày."))


def one_line(text: str | None) -> str:
    """Typed text without space around it."""
    return (text or "").strip()


def check_line(text: str, most: int, is_needed: bool = True) -> None:
    """Raises ValidationError for a line that is empty, too long or not printable."""
    if is_needed and not text:
        raise ValidationError(_("Hãy điền mục này."))
    if len(text) > most:
        raise ValidationError(_("Dài quá %(most)s ký tự.", most=most))
    if not text.isprintable():
        raise ValidationError(_("Có ký tự không đọc được."))


class OpenWaveForm(FlaskForm):
    """What may be changed of a wave that has been opened."""

    title = StringField()
    closes_on = DayField()

    def __init__(self, wave: Wave, today: date) -> None:
        super().__init__(data={"title": wave.title, "closes_on": wave.closes_on})
        self.before, self.today = wave, today

    def validate_title(self, field: StringField) -> None:
        check_line(one_line(field.data), MOST_TITLE)

    def validate_closes_on(self, field: DayField) -> None:
        if field.data and field.data < self.before.opens_on:
            raise ValidationError(_("Ngày kết thúc đứng trước ngày bắt đầu."))
        if field.data and field.data != self.before.closes_on and field.data < self.today:
            raise ValidationError(_("Ngày kết thúc mới phải từ hôm nay trở đi. Muốn dừng ngay thì kết thúc đợt."))


class PlanForm(FlaskForm):
    """A wave that has not been opened."""

    title = StringField()
    code = StringField()
    opens_on = DayField()
    closes_on = DayField()
    questionnaires = SelectMultipleField(validate_choice=False)
    first = SelectField(validate_choice=False)
    units = SelectMultipleField(validate_choice=False)
    overlap_known = BooleanField()

    def __init__(self, choices: PlanChoices, before: Wave | None, today: date) -> None:
        super().__init__(data=_shown(choices, before, today))
        self.offered, self.before = choices, before
        titles = [(_key(key), f"{words(title)} (v{key[1]})") for key, title in choices.titles.items()]
        self.questionnaires.choices = self.first.choices = titles
        self.units.choices = [(choice.unit.code, choice.unit.name) for choice in choices.units]
        self.overlaps: list[Wave] = []

    def validate_title(self, field: StringField) -> None:
        check_line(one_line(field.data), MOST_TITLE)

    def validate_code(self, field: StringField) -> None:
        code = one_line(field.data)
        if self.before is not None or not code:
            return
        if not is_code(code):
            raise ValidationError(_("Mã chỉ gồm chữ thường không dấu, số, dấu chấm, gạch nối; từ 2 đến 40 ký tự."))
        if self.offered.wave(code) is not None:
            raise ValidationError(_("Mã này đã có đợt khảo sát khác dùng."))

    def validate_closes_on(self, field: DayField) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_("Ngày kết thúc đứng trước ngày bắt đầu."))

    def validate_questionnaires(self, field: SelectMultipleField) -> None:
        asked = self._asked()
        if len(asked) != len(field.data or ()):
            raise ValidationError(_("Có mẫu phiếu chưa được ban hành. Hãy chọn lại."))
        if not asked:
            raise ValidationError(_("Hãy chọn ít nhất một mẫu phiếu."))
        if len({slug for slug, _number in asked}) < len(asked):
            raise ValidationError(_("Mỗi mẫu phiếu chỉ dùng một phiên bản trong một đợt."))

    def validate_first(self, field: SelectField) -> None:
        if field.data and field.data not in dict(field.choices):
            raise ValidationError(_("Hãy chọn mẫu phiếu mở đầu tiên trong danh sách."))

    def validate_units(self, field: SelectMultipleField) -> None:
        chosen = set(field.data or ())
        if not chosen:
            raise ValidationError(_("Hãy chọn ít nhất một đơn vị."))
        if not all(self.offered.is_within(code) for code in chosen):
            raise ValidationError(_("Có đơn vị nằm ngoài phạm vi của tài khoản. Hãy chọn lại."))

    def validate_overlap_known(self, field: BooleanField) -> None:
        if not any(entry.errors for entry in (self.opens_on, self.closes_on, self.questionnaires, self.units)):
            self.overlaps = self.offered.overlapping(self.wave())
            if self.overlaps and not field.data:
                raise ValidationError(_("Đợt này trùng với đợt khác. Nếu vẫn muốn, hãy đánh dấu ô này."))

    def _asked(self) -> tuple[tuple[str, int], ...]:
        """The chosen versions that exist, the one that opens first in front."""
        chosen = self.questionnaires.data or ()
        found = [key for key in self.offered.titles if _key(key) in chosen]
        return tuple(sorted(found, key=lambda key: _key(key) != self.first.data))

    def wave(self) -> Wave:
        """The wave as the form describes it."""
        before, title = self.before, one_line(self.title.data)
        opens_on, closes_on = self.opens_on.day, self.closes_on.day
        taken = {wave.code for wave in self.offered.waves}
        code = before.code if before else one_line(self.code.data)
        return Wave(
            code=code or proposed_code(title, opens_on, closes_on, taken),
            title=title,
            opens_on=opens_on,
            closes_on=closes_on,
            status=before.status if before else WaveStatus.PLANNED,
            questionnaires=self._asked(),
            units=without_nested(self.offered.tree, self.units.data or ()),
        )

    def told_overlaps(self) -> list[str]:
        """The waves that overlap, each in a line."""
        return [f"{wave.title} ({wave.code}): {day(wave.opens_on)} – {day(wave.closes_on)}" for wave in self.overlaps]


def _key(key: tuple[str, int]) -> str:
    return f"{key[0]}.v{key[1]}"


def _shown(choices: PlanChoices, before: Wave | None, today: date) -> dict[str, Any]:
    """What the form shows at first: the wave as it is, or the next quarter."""
    if before is None:
        opens_on, closes_on = proposed_days(choices, today)
        title = _("Quý %(quarter)s năm %(year)s", quarter=ROMAN[quarter_of(opens_on) - 1], year=opens_on.year)
        code = proposed_code("", opens_on, closes_on, {wave.code for wave in choices.waves})
        return {"title": title, "code": code, "opens_on": opens_on, "closes_on": closes_on} | _usual(choices)
    return {
        "title": before.title,
        "code": before.code,
        "opens_on": before.opens_on,
        "closes_on": before.closes_on,
        "questionnaires": _keys(before.questionnaires),
        "first": _keys(before.questionnaires)[0] if before.questionnaires else "",
        "units": list(before.units),
    }


def _keys(asked: Iterable[tuple[str, int]]) -> list[str]:
    return [_key(key) for key in asked]


def _usual(choices: PlanChoices) -> dict[str, Any]:
    """As the newest wave asked, so that a series goes on alike."""
    newest = next(iter(choices.waves), None)
    asked = [_key(key) for key in newest.questionnaires if key in choices.titles] if newest else []
    within = {choice.unit.code for choice in choices.units}
    places = [code for code in newest.units if code in within] if newest else []
    return {"questionnaires": asked, "first": asked[0] if asked else "", "units": places}


class ReturnForm(FlaskForm):
    """Why a wave goes back to who planned it."""

    note = TextAreaField()

    def validate_note(self, field: TextAreaField) -> None:
        note = one_line(field.data)
        if not note:
            raise ValidationError(_("Hãy ghi lý do để người lập kế hoạch biết cần sửa gì."))
        if len(note) > 500:
            raise ValidationError(_("Dài quá %(most)s ký tự.", most=500))
        if not note.replace("\r", "").replace("\n", "").isprintable():
            raise ValidationError(_("Có ký tự không đọc được."))
