"""The audit log: searched, exported, its head for keeping elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from survey_app import extensions
from survey_app.domain.audit_chain import AuditEntry
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services.audit import MOST_EXPORTED, AuditPage, AuditSearch, export_log, search_log
from survey_app.services.result_tables import Block, ResultTable, TableFormat
from survey_app.web.access import requires, signed_in
from survey_app.web.officer.audit_actions import actions
from survey_app.web.officer.audit_details import result
from survey_app.web.officer.audit_words import line
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _

TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIELDS = ("actor", "action", "unit", "first", "last", "text")
LONGEST_NUMBER = 15


def _printable(_form: object, field: StringField) -> None:
    if not (field.data or "").isprintable():
        raise ValidationError(_("Có ký tự không đọc được."))


def _is_day(_form: object, field: StringField) -> None:
    try:
        date.fromisoformat(field.data or "")
    except ValueError:
        raise ValidationError(_("Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-11-16.")) from None


class AuditForm(FlaskForm):
    """What is looked for, as it stands in the address."""

    class Meta(FlaskForm.Meta):
        csrf = False

    actor = StringField(validators=[Length(max=60), _printable])
    action = SelectField(validate_choice=True)
    unit = SelectField(validate_choice=False)
    first = StringField(validators=[Optional(), _is_day])
    last = StringField(validators=[Optional(), _is_day])
    text = StringField(validators=[Length(max=100), _printable])


def _form(values: Mapping[str, str]) -> AuditForm:
    form = AuditForm(formdata=values)
    named = sorted(actions().items(), key=lambda entry: entry[1])
    form.action.choices = [("", _("Mọi thao tác")), *named]
    form.action.data = form.action.data or ""
    return form


def _number(name: str) -> int | None:
    """A place in the list, from the address. Aborts with 404 for what cannot be."""
    text = request.args.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        abort(404)
    return int(text)


def _search(form: AuditForm) -> AuditSearch:
    return AuditSearch(
        actor=(form.actor.data or "").strip().lower() or None,
        action=form.action.data or None,
        unit_code=form.unit.data or None,
        first_day=date.fromisoformat(form.first.data) if form.first.data else None,
        last_day=date.fromisoformat(form.last.data) if form.last.data else None,
        text=(form.text.data or "").strip() or None,
        before=_number("before"),
        after=_number("after"),
        in_words=result,
    )


def _link(**place: int | None) -> str | None:
    """This search from another place on; None where there is nothing."""
    if None in place.values():
        return None
    kept = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    return "?" + urlencode(kept | place)


def _page(form: AuditForm, found: AuditPage | None) -> str:
    names = found.names if found else {}
    form.unit.choices = [("", _("Mọi đơn vị")), *(found.units if found else ())]
    return render_template(
        "officer/audit.html",
        form=form,
        lines=[line(entry, names) for entry in found.entries] if found else [],
        newer=_link(after=found.newer) if found else None,
        older=_link(before=found.older) if found else None,
        head=found.head if found else None,
        is_searched=any(request.args.get(name) for name in FIELDS),
        most=MOST_EXPORTED,
    )


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    """A page of the log, newest first."""
    form = _form(request.args)
    if not form.validate():
        return _page(form, None), 422
    today = local_day(extensions.now())
    return _page(form, search_log(extensions.engine(), signed_in(), today, _search(form)))


def _table(entries: Sequence[AuditEntry], names: Mapping[str, str]) -> ResultTable:
    """The exported entries in words."""
    columns = ["STT", _("Thời gian"), _("Người thao tác"), _("Thao tác"), _("Đơn vị"), _("Kết quả"), _("Mã băm")]
    lines = [line(entry, names) for entry in entries]
    rows = [[str(one.number), one.at, one.actor, one.action, one.unit, one.result, one.hash] for one in lines]
    facts = [(_("Tải lúc"), f"{local_day(extensions.now()):%d/%m/%Y}"), (_("Người tải"), signed_in().login)]
    return ResultTable(_("Thông tin"), facts, [Block(_("Nhật ký"), columns, rows)])


@blueprint.post("/audit/export")
@requires(Permission.AUDIT_READ)
def audit_export() -> ResponseReturnValue:
    """The entries searched for, as a file."""
    form = _form(request.form)
    if request.form.get("format") not in list(TableFormat):
        abort(404)
    if not form.validate():
        return _page(form, None), 422
    kind, now = TableFormat(request.form["format"]), extensions.now()
    content = export_log(
        extensions.engine(), now, officer=signed_in(), search=_search(form), file_format=kind, told=_table
    )
    reply: Response = make_response(content)
    reply.headers["Content-Type"] = TYPES[kind]
    reply.headers["Content-Disposition"] = f"attachment; filename=nhat-ky-{local_day(now):%Y%m%d}.{kind.value}"
    return reply
