"""A file of units: what it would do is shown first, then exactly that is stored; and the units as such a file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.domain.unit_changes import UnitPlan
from survey_app.domain.unit_lines import LineProblem
from survey_app.services import places, units
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.officer.line_words import problem_text
from survey_app.web.officer.place_words import column_name, kind_name, shown
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

LARGEST_FILE = 1024 * 1024
LARGEST_FORM = LARGEST_FILE + 256 * 1024
"""A file and the fields around it; on the way back its line ends are one character longer."""

MOST_SHOWN = 200
FOR_EXCEL = "\ufeff"
"""A byte-order mark: without it Excel does not see that the file is UTF-8."""

_LARGE = {"officer.places_send_import", "officer.places_store_import"}


@blueprint.url_value_preprocessor
def _allow_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    if endpoint in _LARGE:
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM


def _page(unit_code: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    place = places.place(extensions.engine(), unit_code, local_day(extensions.now()))
    page = render_template(
        "officer/places_import.html",
        place=place,
        column_name=column_name,
        kind_name=kind_name,
        shown=shown,
        problem_text=problem_text,
        most=MOST_SHOWN,
        **values,
    )
    return page, status


def _preview_page(unit_code: str, text: str, name: str, status: int = 200, notice: str = "") -> ResponseReturnValue:
    try:
        plan = units.preview(extensions.engine(), text, unit_code)
    except units.UnitFileProblems as error:
        return _page(unit_code, 422, problems=error.problems, name=name)
    marked = units.fingerprint(plan)
    return _page(unit_code, status, plan=plan, text=text, name=name, fingerprint=marked, notice=notice)


def _printable(name: str) -> str:
    """A file's name as the browser tells it, short and without hidden characters."""
    return "".join(letter for letter in name if letter.isprintable())[:100]


def _nothing_sent(unit_code: str, told: str) -> ResponseReturnValue:
    return _page(unit_code, 422, problems=(LineProblem(1, "", told),), name="")


@blueprint.get("/places/<unit_code>/import", endpoint="places_import")
@requires(Permission.UNITS_MANAGE)
def choose_file(unit_code: str) -> ResponseReturnValue:
    """The form for a file, and the files to begin from."""
    return _page(unit_code)


@blueprint.post("/places/<unit_code>/import", endpoint="places_send_import")
@requires(Permission.UNITS_MANAGE)
def preview(unit_code: str) -> ResponseReturnValue:
    """What the file would do, or every bad line; nothing is stored."""
    sent = request.files.get("file")
    content = sent.read(LARGEST_FILE + 1) if sent else b""
    if sent is None or not content:
        return _nothing_sent(unit_code, _("Hãy chọn tệp CSV rồi bấm Xem trước."))
    if len(content) > LARGEST_FILE:
        return _nothing_sent(unit_code, _("Tệp lớn hơn 1 MB. Hãy tách thành nhiều tệp."))
    try:
        text = units.decode(content)
    except units.UnitFileProblems as error:
        return _page(unit_code, 422, problems=error.problems, name=_printable(sent.filename or ""))
    return _preview_page(unit_code, text, _printable(sent.filename or ""))


@blueprint.post("/places/<unit_code>/import/store", endpoint="places_store_import")
@requires(Permission.UNITS_MANAGE)
def store(unit_code: str) -> ResponseReturnValue:
    """Store what was shown; if the units have changed meanwhile, show it anew."""
    text, name = request.form.get("text", ""), _printable(request.form.get("name", ""))
    try:
        done = units.import_text(
            extensions.engine(),
            text,
            extensions.now(),
            signed_in().login,
            file_name=name,
            scope=unit_code,
            previewed=request.form.get("fingerprint", ""),
        )
    except units.UnitFileProblems as error:
        return _page(unit_code, 422, problems=error.problems, name=name)
    except units.OutdatedPreview:
        told = _("Dữ liệu đơn vị đã thay đổi sau khi xem trước. Chưa lưu gì; hãy xem lại rồi xác nhận.")
        return _preview_page(unit_code, text, name, 409, told)
    flash(_summary(done))
    return redirect(url_for("officer.places_unit", unit_code=unit_code), 303)


def _summary(done: UnitPlan) -> str:
    return _(
        "Đã nhập: thêm %(added)s, cập nhật %(changed)s, không đổi %(unchanged)s đơn vị.",
        added=number(len(done.added)),
        changed=number(len(done.changed)),
        unchanged=number(len(done.unchanged)),
    )


def _send(text: str, name: str) -> Response:
    reply = make_response((FOR_EXCEL + text).encode("utf-8"))
    reply.headers["Content-Type"] = "text/csv; charset=utf-8"
    reply.headers["Content-Disposition"] = f"attachment; filename={name}"
    return reply


@blueprint.get("/places/<unit_code>/units.csv", endpoint="places_download")
@requires(Permission.UNITS_MANAGE)
def download(unit_code: str) -> ResponseReturnValue:
    """The units here and below, as a file that can be imported again."""
    return _send(units.export_text(extensions.engine(), unit_code, ";"), f"don-vi-{unit_code}.csv")


@blueprint.get("/places/<unit_code>/empty.csv", endpoint="places_empty_file")
@requires(Permission.UNITS_MANAGE)
def empty(unit_code: str) -> ResponseReturnValue:
    """A file with the header alone."""
    return _send(units.empty_file(";"), "mau-nhap-don-vi.csv")
