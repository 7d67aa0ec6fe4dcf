"""Comments that may be read: search, filters, handling several at once, export."""

from __future__ import annotations

import io
import re

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from survey_app import extensions
from survey_app.domain.comments import Status
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services import officers
from survey_app.services.comment_files import CommentFormat, export_comments
from survey_app.services.comments import (
    CommentChange,
    CommentsPage,
    NoSuchComment,
    ReasonNeeded,
    comments_page,
    handle_comments,
)
from survey_app.web.access import may_at, requires, signed_in
from survey_app.web.officer import comment_views
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

NUMBER = re.compile(r"\d{1,18}|[1-8]\d{18}")
ENDINGS = {CommentFormat.CSV: ".csv", CommentFormat.CSV_EXCEL: ".csv", CommentFormat.XLSX: ".xlsx"}


class HandlingForm(FlaskForm):
    """What to do to the comments chosen; an empty choice leaves things as they are."""

    status = SelectField(validate_choice=False)
    reason = StringField()
    add_theme = SelectField(validate_choice=False)
    remove_theme = SelectField(validate_choice=False)
    reply = SelectField(validate_choice=False)

    def offer(self, page: CommentsPage) -> None:
        """Fill in what may be chosen on this page."""
        themes = extensions.themes()
        nothing = ("", _("Không đổi"))
        titled = [(theme.key, comment_views.theme_label(themes, theme.key)) for theme in themes.entries]
        self.status.choices = [nothing, *((s.value, comment_views.status_label(s)) for s in Status)]
        self.add_theme.choices = self.remove_theme.choices = [nothing, *titled]
        replies = comment_views.reply_views(page, themes, with_drafts=True)
        self.reply.choices = [nothing, *((str(r.id), f"{r.quarter} – {r.title}") for r in replies)]

    def change(self) -> CommentChange:
        """What was chosen. Aborts with 404 for what was not offered."""
        for field in (self.status, self.add_theme, self.remove_theme, self.reply):
            if (field.data or "") not in {value for value, _label in field.choices}:
                abort(404)
        return CommentChange(
            status=Status(self.status.data) if self.status.data else None,
            reason=(self.reason.data or "").strip(),
            add_theme=self.add_theme.data or None,
            remove_theme=self.remove_theme.data or None,
            reply_id=int(self.reply.data) if self.reply.data else None,
        )


def _page(unit_code: str) -> CommentsPage:
    asked = comment_views.read_asked(request.args, extensions.themes())
    return comments_page(extensions.engine(), unit_code, asked)


def _chosen() -> list[int]:
    """The numbers of the comments ticked. Aborts with 404 for what is no number."""
    sent = request.form.getlist("comment")
    if not all(NUMBER.fullmatch(text) and text.isascii() for text in sent):
        abort(404)
    return [int(text) for text in sent]


def _show(page: CommentsPage, form: HandlingForm, chosen: list[int], status: int = 200) -> ResponseReturnValue:
    themes = extensions.themes()
    may_handle = may_at(page.unit.code, Permission.COMMENTS_HANDLE)
    text = render_template(
        "officer/comments.html",
        page=page,
        path=comment_views.path_to(page),
        form=form,
        chosen=chosen,
        may_handle=may_handle,
        comments=comment_views.comment_views(page, themes),
        selects=comment_views.selects(page, themes),
        counts=comment_views.theme_counts(page, themes),
        replies=comment_views.reply_views(page, themes, with_drafts=may_handle),
        kept=comment_views.asked_values(page.asked),
        address_of=comment_views.address_of,
    )
    return text, status


@blueprint.get("/comments")
@requires(Permission.COMMENTS_READ)
def comments() -> ResponseReturnValue:
    """To the highest unit whose comments the officer may read."""
    today = local_day(extensions.now())
    code = officers.home_unit(extensions.engine(), signed_in(), Permission.COMMENTS_READ, today)
    if code is None:
        abort(403)
    return redirect(url_for("officer.comments_of", unit_code=code), 303)


@blueprint.get("/units/<unit_code>/comments")
@requires(Permission.COMMENTS_READ)
def comments_of(unit_code: str) -> ResponseReturnValue:
    """The comments of a unit and those below it."""
    page, form = _page(unit_code), HandlingForm(formdata=None)
    form.offer(page)
    return _show(page, form, [])


def _problem(form: HandlingForm, field: str, told: str) -> None:
    form[field].errors = [*form[field].errors, told]


@blueprint.post("/units/<unit_code>/comments")
@requires(Permission.COMMENTS_HANDLE)
def comments_handle(unit_code: str) -> ResponseReturnValue:
    """Do to the comments ticked what was chosen; those it is not for stay as they are."""
    page, form, chosen = _page(unit_code), HandlingForm(), _chosen()
    form.offer(page)
    change = form.change()
    if not chosen:
        _problem(form, "status", _("Hãy đánh dấu ít nhất một ý kiến."))
    elif change.is_empty:
        _problem(form, "status", _("Hãy chọn ít nhất một việc cần làm: tình trạng, chủ đề hoặc trả lời."))
    elif len(change.reason) > 300:
        _problem(form, "reason", _("Lý do dài nhất 300 ký tự."))
    elif _handle(unit_code, form, chosen, change):
        return redirect(comment_views.address_of(page, page=str(page.asked.page)), 303)
    return _show(page, form, chosen, 422)


def _handle(unit_code: str, form: HandlingForm, chosen: list[int], change: CommentChange) -> bool:
    """Do it and say so; False: the form says what stands in the way."""
    engine, now = extensions.engine(), extensions.now()
    try:
        done = handle_comments(engine, now, signed_in().login, unit_code=unit_code, ids=chosen, change=change)
    except NoSuchComment:
        abort(404)
    except ReasonNeeded:
        _problem(form, "reason", _("Chuyển lùi tình trạng thì phải ghi lý do."))
        return False
    told = _("Đã cập nhật %(changed)s ý kiến.", changed=number(done.changed))
    if done.kept:
        told += " " + _("%(kept)s ý kiến giữ nguyên vì không áp dụng được thay đổi này.", kept=number(done.kept))
    flash(told)
    return True


@blueprint.post("/units/<unit_code>/comments/export")
@requires(Permission.COMMENTS_READ)
def comments_export(unit_code: str) -> ResponseReturnValue:
    """The filtered list as a file; the audit log keeps who took it."""
    if request.form.get("format") not in list(CommentFormat):
        abort(404)
    file_format, themes, now = CommentFormat(request.form["format"]), extensions.themes(), extensions.now()
    content = export_comments(
        extensions.engine(),
        now,
        signed_in().login,
        unit_code=unit_code,
        asked=comment_views.read_asked(request.form, themes),
        file_format=file_format,
        themes=themes,
    )
    name = f"y-kien-{unit_code}-{local_day(now):%Y%m%d}{ENDINGS[file_format]}"
    reply = send_file(io.BytesIO(content), as_attachment=True, download_name=name, etag=False, max_age=0)
    reply.headers["Cache-Control"] = "no-store"
    return reply
