"""Results measured elsewhere before ours: what there is, one series, taking in, replacing, deleting."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from survey_app import extensions
from survey_app.domain.external_series import MOST_METHOD, MOST_NAME, MOST_SOURCE, OVERALL, ExternalSeries
from survey_app.domain.permissions import Permission
from survey_app.domain.unit_lines import LineProblem
from survey_app.services import external_series, officers
from survey_app.services.external_series import ExternalFileProblems, NameTaken, NoSuchSeries, SeriesPage
from survey_app.services.line_files import Lines
from survey_app.services.trend_points import Bucket
from survey_app.services.units import unit_tree
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.figures import item_name
from survey_app.web.officer.line_words import problem_text
from survey_app.web.officer.reading import today
from survey_app.web.officer.trend_view import bucket_name
from survey_app.web.officer.wave_form import check_line, one_line
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

LARGEST_FILE = 512 * 1024
LARGEST_FORM = LARGEST_FILE + 64 * 1024
"""A file and the fields around it."""

MOST_SHOWN = 200
SENDING = ("officer.external_send", "officer.external_send_again")


class SeriesForm(FlaskForm):
    """What a series is called, where it comes from, how it was made."""

    name = StringField(filters=[one_line])
    source = StringField(filters=[one_line])
    method = TextAreaField(filters=[one_line])
    slug = SelectField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.slug.choices = external_series.forms(extensions.engine())

    def validate_name(self, field: StringField) -> None:
        """Whatever calls a series."""
        check_line(field.data, MOST_NAME)

    def validate_source(self, field: StringField) -> None:
        """Who, where and when."""
        check_line(field.data, MOST_SOURCE)

    def validate_method(self, field: TextAreaField) -> None:
        """Several lines are one."""
        field.data = " ".join(field.data.split())
        check_line(field.data, MOST_METHOD)

    def series(self) -> ExternalSeries:
        """What was typed."""
        return ExternalSeries(self.name.data, self.source.data, self.method.data, self.slug.data)


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    if endpoint in SENDING:
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


@blueprint.get("/external")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def external() -> ResponseReturnValue:
    """To the highest unit for which the officer enters such series."""
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.EXTERNAL_SERIES_ENTER, today())
    if code is None:
        abort(403)
    return redirect(url_for("officer.external_unit", unit_code=code), 303)


def _names(one: SeriesPage) -> dict[str, str]:
    """What the figures of a series are called; none of a questionnaire that is not there."""
    form = one.questionnaire
    if form is None:
        return {}
    sections = {section.id: words(section.title) for section in form.sections}
    items = {item.id: item_name(item) for section in form.sections for item in section.items}
    return {OVERALL: _("Chỉ số chung"), **sections, **items}


def _page(
    unit_code: str, form: SeriesForm, problems: tuple[LineProblem, ...] = (), one: SeriesPage | None = None
) -> ResponseReturnValue:
    """The list with the form below, or one series with the form that replaces it."""
    units = unit_tree(extensions.engine()).units
    shown = render_template(
        "officer/external_one.html" if one else "officer/external.html",
        unit=units[unit_code],
        units=units,
        names=_names(one) if one else {},
        every=[] if one else external_series.series_at(extensions.engine(), unit_code),
        one=one,
        form=form,
        problems=problems,
        problem_text=problem_text,
        most=MOST_SHOWN,
        period=lambda first, last: bucket_name(Bucket(first, last)),
    )
    return shown, 422 if problems or form.errors else 200


@blueprint.get("/units/<unit_code>/external", endpoint="external_unit")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def listing(unit_code: str) -> ResponseReturnValue:
    """The series at a unit and below, and the form for another."""
    return _page(unit_code, SeriesForm())


def _table() -> Lines:
    """The file that was sent. Raises ExternalFileProblems for none, one too large, or no table."""
    file = request.files.get("file")
    content = file.read(LARGEST_FILE + 1) if file else b""
    if not content:
        raise ExternalFileProblems([LineProblem(1, "", _("Hãy chọn tệp CSV hoặc Excel (XLSX) rồi bấm Nhập tệp."))])
    if len(content) > LARGEST_FILE:
        raise ExternalFileProblems([LineProblem(1, "", _("Tệp lớn hơn 512 kB. Hãy tách thành nhiều tệp."))])
    return external_series.table_of(content)


def _stored(unit_code: str, form: SeriesForm, replaces: int = 0) -> int | tuple[LineProblem, ...]:
    """How many lines were taken in, or what is wrong with them; problems of fields stand in the form."""
    if not form.validate():
        return ()
    engine, now, login = extensions.engine(), extensions.now(), signed_in().login
    try:
        return external_series.import_series(engine, form.series(), _table(), unit_code, now, login, replaces=replaces)
    except ExternalFileProblems as error:
        return error.problems
    except NameTaken:
        form.name.errors = [_("Đã có chuỗi số liệu khác mang tên này.")]
        return ()


@blueprint.post("/units/<unit_code>/external", endpoint="external_send")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def send(unit_code: str) -> ResponseReturnValue:
    """Take a series in, or list every bad line and store nothing."""
    form = SeriesForm()
    done = _stored(unit_code, form)
    if not isinstance(done, int):
        return _page(unit_code, form, done)
    flash(_("Đã nhập %(n)s dòng.", n=number(done)))
    return redirect(url_for("officer.external_unit", unit_code=unit_code), 303)


def _one(unit_code: str, series_id: int) -> SeriesPage:
    try:
        return external_series.one_series(extensions.engine(), series_id, unit_code)
    except NoSuchSeries:
        abort(404)


@blueprint.get("/units/<unit_code>/external/<int:series_id>", endpoint="external_one")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def one(unit_code: str, series_id: int) -> ResponseReturnValue:
    """One series: its figures, a file of them, and what may be done with it."""
    found = _one(unit_code, series_id)
    return _page(unit_code, SeriesForm(**vars(found.stored.series)), one=found)


@blueprint.post("/units/<unit_code>/external/<int:series_id>", endpoint="external_send_again")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def replace(unit_code: str, series_id: int) -> ResponseReturnValue:
    """Another file in the place of this series: all or nothing."""
    found, form = _one(unit_code, series_id), SeriesForm()
    done = _stored(unit_code, form, series_id)
    if not isinstance(done, int):
        return _page(unit_code, form, done, found)
    flash(_("Đã thay số liệu: %(n)s dòng.", n=number(done)))
    return redirect(url_for("officer.external_unit", unit_code=unit_code), 303)


@blueprint.post("/units/<unit_code>/external/<int:series_id>/delete", endpoint="external_delete")
@requires(Permission.EXTERNAL_SERIES_ENTER)
def delete(unit_code: str, series_id: int) -> ResponseReturnValue:
    """Delete a series; the button before asked for a second click."""
    _one(unit_code, series_id)
    name = external_series.delete_series(extensions.engine(), series_id, unit_code, extensions.now(), signed_in().login)
    flash(_("Đã xóa “%(name)s”.", name=name))
    return redirect(url_for("officer.external_unit", unit_code=unit_code), 303)
