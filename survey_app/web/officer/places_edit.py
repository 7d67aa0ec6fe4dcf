"""One unit: add below another, edit, move, retire, bring back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.org_tree import UnitHasValidChildren
from survey_app.domain.permissions import Permission
from survey_app.services import places, unit_changes, units
from survey_app.web.access import dangerous, may_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.line_words import problem_text
from survey_app.web.officer.place_words import kind_name
from survey_app.web.officer.places import granted
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


class UnitForm(FlaskForm):
    """What may be changed of a unit; fields are called as the columns of the import file."""

    name = StringField()
    service_fields = TextAreaField()
    valid_from = StringField()

    def cells(self) -> dict[str, str]:
        """What was typed, as a line of the import file has it."""
        lines = (self.service_fields.data or "").splitlines()
        fields = "|".join(line.strip() for line in lines if line.strip())
        return {"name": self.name.data or "", "valid_from": self.valid_from.data or "", "service_fields": fields}


class NewUnitForm(UnitForm):
    """A unit that is to be added."""

    code = StringField()
    kind = SelectField(validate_choice=False)

    def cells(self) -> dict[str, str]:
        """The same with code and kind."""
        return super().cells() | {"code": (self.code.data or "").strip(), "kind": self.kind.data or ""}


class MoveUnitForm(FlaskForm):
    """The unit that is to stand above; a unit with responses gets a successor with a code and a first day."""

    parent_code = SelectField(validate_choice=False)
    code = StringField()
    valid_from = StringField()


class RetireForm(FlaskForm):
    """The last day of a unit."""

    last_day = StringField()


def _lay_on(form: FlaskForm, problems: units.UnitFileProblems) -> None:
    """Put each problem at its field; what belongs to none stands at the first."""
    for problem in problems.problems:
        names = [name for name in form._fields if name != "csrf_token"]
        field = form[problem.column if problem.column in names else names[0]]
        field.errors = [*field.errors, problem_text(problem)]


def _here(unit_code: str) -> places.Place:
    return places.place(extensions.engine(), unit_code, local_day(extensions.now()))


def _to(unit_code: str) -> ResponseReturnValue:
    return redirect(url_for("officer.places_unit", unit_code=unit_code), 303)


def _form_page(unit_code: str, form: UnitForm, status: int = 200) -> ResponseReturnValue:
    place = _here(unit_code)
    if isinstance(form, NewUnitForm):
        kinds = unit_changes.child_kinds(place.unit.kind)
        form.kind.choices = [(kind.value, kind_name(kind)) for kind in kinds]
    return render_template("officer/places_form.html", place=place, form=form, kind_name=kind_name), status


@blueprint.get("/places/<unit_code>/new", endpoint="places_new")
@requires(Permission.UNITS_MANAGE)
def new(unit_code: str) -> ResponseReturnValue:
    """The form for a unit below this one."""
    return _form_page(unit_code, NewUnitForm(valid_from=str(local_day(extensions.now()))))


@blueprint.post("/places/<unit_code>/new", endpoint="places_send_new")
@requires(Permission.UNITS_MANAGE)
def add(unit_code: str) -> ResponseReturnValue:
    """Add a unit below this one."""
    form = NewUnitForm()
    try:
        unit = unit_changes.add(extensions.engine(), unit_code, form.cells(), extensions.now(), signed_in().login)
    except units.UnitFileProblems as problems:
        _lay_on(form, problems)
        return _form_page(unit_code, form, 422)
    flash(_("Đã thêm %(name)s.", name=unit.name))
    return _to(unit.code)


@blueprint.get("/places/<unit_code>/edit", endpoint="places_edit")
@requires(Permission.UNITS_MANAGE)
def edit(unit_code: str) -> ResponseReturnValue:
    """The form with what is known of the unit."""
    unit = _here(unit_code).unit
    fields = "\n".join(unit.service_fields)
    return _form_page(unit_code, UnitForm(name=unit.name, service_fields=fields, valid_from=str(unit.valid_from)))


@blueprint.post("/places/<unit_code>/edit", endpoint="places_send_edit")
@requires(Permission.UNITS_MANAGE)
def change(unit_code: str) -> ResponseReturnValue:
    """Store what was changed."""
    form = UnitForm()
    try:
        done = unit_changes.edit(extensions.engine(), unit_code, form.cells(), extensions.now(), signed_in().login)
    except units.UnitFileProblems as problems:
        _lay_on(form, problems)
        return _form_page(unit_code, form, 422)
    flash(_("Đã lưu thay đổi.") if done.changed else _("Không có gì thay đổi."))
    return _to(unit_code)


def _move_page(unit_code: str, form: MoveUnitForm, status: int = 200) -> ResponseReturnValue:
    today = local_day(extensions.now())
    parents = places.parents_within(extensions.engine(), granted(Permission.UNITS_MANAGE), unit_code, today)
    form.parent_code.choices = [("", _("Hãy chọn đơn vị"))] + [(unit.code, unit.name) for unit in parents]
    page = render_template("officer/places_move.html", place=_here(unit_code), form=form, has_parents=bool(parents))
    return page, status


@blueprint.get("/places/<unit_code>/move", endpoint="places_move")
@requires(Permission.UNITS_MANAGE)
def choose_parent(unit_code: str) -> ResponseReturnValue:
    """Under which unit this one is to stand."""
    return _move_page(unit_code, MoveUnitForm(valid_from=str(local_day(extensions.now()))))


@blueprint.post("/places/<unit_code>/move", endpoint="places_send_move")
@requires(Permission.UNITS_MANAGE)
@dangerous
def move(unit_code: str) -> ResponseReturnValue:
    """Move a unit without responses; give one that has responses a successor."""
    form = MoveUnitForm()
    if not may_at(form.parent_code.data or "", Permission.UNITS_MANAGE):
        form.parent_code.errors = [_("Hãy chọn một đơn vị trong danh sách.")]
        return _move_page(unit_code, form, 422)
    try:
        moved = _succeed(unit_code, form) if _here(unit_code).is_settled else _move(unit_code, form)
    except units.UnitFileProblems as problems:
        _lay_on(form, problems)
        return _move_page(unit_code, form, 422)
    flash(_("Đã chuyển đơn vị."))
    return _to(moved)


def _move(unit_code: str, form: MoveUnitForm) -> str:
    unit_changes.move(extensions.engine(), unit_code, form.parent_code.data, extensions.now(), signed_in().login)
    return unit_code


def _succeed(unit_code: str, form: MoveUnitForm) -> str:
    first_day = _read_day(form.valid_from.data, lambda told: _note(form, "valid_from", told))
    if first_day is None:
        raise units.UnitFileProblems([])
    code, parent = (form.code.data or "").strip(), form.parent_code.data
    now, login = extensions.now(), signed_in().login
    return unit_changes.succeed(extensions.engine(), unit_code, code, parent, first_day, now, login).code


def _note(form: FlaskForm, name: str, told: str) -> None:
    form[name].errors = [told]


def _read_day(text: str | None, complain: Callable[[str], None]) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        complain(_("Ngày không đọc được; ghi dạng năm-tháng-ngày, ví dụ 2026-12-31."))
        return None


def _retire_page(
    unit_code: str, form: RetireForm, status: int = 200, children: tuple[str, ...] = ()
) -> ResponseReturnValue:
    return render_template("officer/places_retire.html", place=_here(unit_code), form=form, children=children), status


@blueprint.get("/places/<unit_code>/retire", endpoint="places_retire")
@requires(Permission.UNITS_MANAGE)
def choose_last_day(unit_code: str) -> ResponseReturnValue:
    """The last day of a unit."""
    return _retire_page(unit_code, RetireForm(last_day=str(local_day(extensions.now()))))


@blueprint.post("/places/<unit_code>/retire", endpoint="places_send_retire")
@requires(Permission.UNITS_MANAGE)
@dangerous
def retire(unit_code: str) -> ResponseReturnValue:
    """After its last day a unit is not shown to citizens; it stays in the database."""
    form = RetireForm()
    last_day = _read_day(form.last_day.data, lambda told: _note(form, "last_day", told))
    if last_day is None:
        return _retire_page(unit_code, form, 422)
    try:
        units.retire(extensions.engine(), unit_code, last_day, extensions.now(), signed_in().login)
    except UnitHasValidChildren as error:
        _note(form, "last_day", _("Còn đơn vị trực thuộc có hiệu lực sau ngày này; hãy kết thúc các đơn vị đó trước."))
        return _retire_page(unit_code, form, 422, tuple(f"{unit.name} ({unit.code})" for unit in error.children))
    except ValueError:
        _note(form, "last_day", _("Đơn vị không có hiệu lực vào ngày này. Hãy chọn ngày khác."))
        return _retire_page(unit_code, form, 422)
    flash(_("Đã ghi ngày hiệu lực cuối cùng: %(day)s.", day=day(last_day)))
    return _to(unit_code)


@blueprint.post("/places/<unit_code>/restore", endpoint="places_restore")
@requires(Permission.UNITS_MANAGE)
def bring_back(unit_code: str) -> ResponseReturnValue:
    """Take back the last day."""
    try:
        unit_changes.bring_back(extensions.engine(), unit_code, extensions.now(), signed_in().login)
    except unit_changes.CannotBringBack:
        flash(_("Chưa khôi phục được: đơn vị cấp trên có ngày hết hiệu lực. Hãy khôi phục đơn vị cấp trên trước."))
    else:
        flash(_("Đã khôi phục đơn vị."))
    return _to(unit_code)
