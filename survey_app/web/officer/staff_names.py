"""The names of a unit's staff, to be masked in comments."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from survey_app import extensions
from survey_app.domain.permissions import Permission
from survey_app.services.staff_names import MOST_NAMES, BadNames, change_names, listed_names, read_names
from survey_app.services.units import unit_tree
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number


class StaffNamesForm(FlaskForm):
    """Names, one a line."""

    names = TextAreaField()


def _show(unit_code: str, form: StaffNamesForm, status: int = 200) -> ResponseReturnValue:
    unit = unit_tree(extensions.engine()).units[unit_code]
    return render_template("officer/comments_staff.html", unit=unit, form=form), status


@blueprint.get("/units/<unit_code>/staff-names")
@requires(Permission.COMMENTS_HANDLE)
def comments_staff(unit_code: str) -> ResponseReturnValue:
    """The list."""
    listed = "\n".join(listed_names(extensions.engine(), unit_code))
    return _show(unit_code, StaffNamesForm(formdata=None, names=listed))


@blueprint.post("/units/<unit_code>/staff-names")
@requires(Permission.COMMENTS_HANDLE)
def comments_staff_save(unit_code: str) -> ResponseReturnValue:
    """Keep the list, and mask again what may be read already."""
    form = StaffNamesForm()
    try:
        names = read_names(form.names.data or "")
    except BadNames as bad:
        form.names.errors = [_told(bad)]
        return _show(unit_code, form, 422)
    masked = change_names(extensions.engine(), extensions.now(), signed_in().login, unit_code, names)
    flash(
        _(
            "Đã lưu %(names)s tên. %(masked)s ý kiến đã công bố được che thêm.",
            names=number(len(names)),
            masked=number(masked),
        )
    )
    return redirect(url_for("officer.comments_staff", unit_code=unit_code), 303)


def _told(bad: BadNames) -> str:
    if bad.line is None:
        return _("Danh sách dài nhất %(most)s tên.", most=number(MOST_NAMES))
    return _("“%(line)s” không phải là tên người. Viết hoa chữ đầu mỗi tiếng, mỗi dòng một tên.", line=bad.line[:60])
