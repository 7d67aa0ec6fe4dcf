"""Public summary replies, "Người dân nói – chúng tôi làm": write, change, publish, take back."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from survey_app import extensions
from survey_app.domain.comment_reply import EVERY_THEME, Reply, ReplyStatus, ReplyText
from survey_app.domain.permissions import Permission
from survey_app.domain.quarter import quarter_from_code, quarter_of
from survey_app.services import comment_replies
from survey_app.services.comment_replies import BadReply, NoSuchReply, Subjects, find_reply, reply_subjects
from survey_app.web.access import requires, signed_in
from survey_app.web.officer import comment_views
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

REPLY = "/units/<unit_code>/comments/replies/<int(max=9223372036854775807):reply_id>"
LONGEST_TEXT = 2000
LONGEST_NAME = 200


class ReplyForm(FlaskForm):
    """What is said, about what, by whom, by when."""

    quarter = SelectField(validate_choice=False)
    theme = SelectField(validate_choice=False)
    said = TextAreaField()
    done = TextAreaField()
    responsible = StringField()
    due_on = StringField()

    def offer(self, subjects: Subjects) -> None:
        """Fill in what may be chosen: themes with enough comments in some quarter."""
        themes = extensions.themes()
        enough = {key for s in subjects.quarters for key, found in s.themes.items() if found >= subjects.least}
        keys = [EVERY_THEME, *(theme.key for theme in themes.entries)]
        self.theme.choices = [(key, comment_views.theme_label(themes, key)) for key in keys if key in enough]
        self.quarter.choices = [
            (s.quarter.code, comment_views.quarter_label(s.quarter.first_month)) for s in subjects.quarters
        ]

    def tell(self, field: str, problem: str) -> None:
        """Put a problem at its field."""
        self[field].errors = [*self[field].errors, problem]

    def read(self) -> ReplyText | None:
        """What was typed, or None with the problems at their fields. Aborts with 404 for what was not offered."""
        quarter = quarter_from_code(self.quarter.data or "")
        if quarter is None or self.theme.data not in {key for key, _title in self.theme.choices}:
            abort(404)
        for name, longest in (("said", LONGEST_TEXT), ("done", LONGEST_TEXT), ("responsible", LONGEST_NAME)):
            typed = self[name].data = (self[name].data or "").replace("\r\n", "\n").strip()
            if not typed:
                self.tell(name, _("Hãy điền ô này."))
            elif len(typed) > longest or not typed.replace("\n", "").isprintable():
                self.tell(name, _("Dài nhất %(longest)s ký tự, không có ký tự lạ.", longest=number(longest)))
        due_on = self._read_day()
        if self.errors:
            return None
        return ReplyText(
            self.theme.data, quarter.first_month, self.said.data, self.done.data, self.responsible.data, due_on
        )

    def _read_day(self) -> date | None:
        typed = (self.due_on.data or "").strip()
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError:
            self.tell("due_on", _("Ngày chưa đúng, ví dụ 2026-12-05."))
            return None


def _told(bad: BadReply, least: int) -> str:
    return {
        "few": _(
            "Chưa đủ %(least)s ý kiến về chủ đề này trong quý. Hãy chọn “Ý kiến chung” hoặc quý khác.",
            least=number(least),
        ),
        "taken": _("Đã có một trả lời của quý và chủ đề này. Hãy mở trả lời đó để sửa."),
        "quote": _("Có từ tám từ liên tiếp trùng với một ý kiến. Hãy viết lại bằng lời của đơn vị."),
        "published": _("Trả lời này đã công bố. Hãy thu hồi trước khi sửa."),
    }[bad.problem]


def _show(unit_code: str, form: ReplyForm, reply: Reply | None, status: int = 200) -> ResponseReturnValue:
    subjects = reply_subjects(extensions.engine(), unit_code)
    form.offer(subjects)
    counts = [
        (comment_views.quarter_label(s.quarter.first_month), number(s.themes[EVERY_THEME])) for s in subjects.quarters
    ]
    is_published = reply is not None and reply.status is ReplyStatus.PUBLISHED
    page = render_template(
        "officer/comments_reply.html",
        unit=subjects.unit,
        form=form,
        reply=reply,
        counts=counts,
        least=subjects.least,
        is_published=is_published,
        can_write=bool(form.theme.choices),
    )
    return page, status


def _known(unit_code: str, reply_id: int) -> Reply:
    try:
        return find_reply(extensions.engine(), unit_code, reply_id)
    except NoSuchReply:
        abort(404)


def _save(unit_code: str, form: ReplyForm, reply_id: int | None) -> int | None:
    """Keep what was typed; None: the form says what stands in the way."""
    engine, now = extensions.engine(), extensions.now()
    subjects = reply_subjects(engine, unit_code)
    form.offer(subjects)
    text = form.read()
    if text is None:
        return None
    try:
        return comment_replies.save_reply(
            engine, now, signed_in().login, unit_code=unit_code, text=text, reply_id=reply_id
        )
    except BadReply as bad:
        form.tell(bad.field, _told(bad, subjects.least))
        return None


@blueprint.get("/units/<unit_code>/comments/replies/new")
@requires(Permission.COMMENTS_HANDLE)
def comments_reply_new(unit_code: str) -> ResponseReturnValue:
    """An empty reply."""
    return _show(unit_code, ReplyForm(formdata=None), None)


@blueprint.post("/units/<unit_code>/comments/replies/new")
@requires(Permission.COMMENTS_HANDLE)
def comments_reply_add(unit_code: str) -> ResponseReturnValue:
    """Keep a new draft."""
    form = ReplyForm()
    reply_id = _save(unit_code, form, None)
    if reply_id is None:
        return _show(unit_code, form, None, 422)
    flash(_("Đã lưu bản dự thảo. Xem lại rồi công bố."))
    return redirect(url_for("officer.comments_reply", unit_code=unit_code, reply_id=reply_id), 303)


@blueprint.get(REPLY)
@requires(Permission.COMMENTS_HANDLE)
def comments_reply(unit_code: str, reply_id: int) -> ResponseReturnValue:
    """A reply: to change while it is a draft, to publish, to take back."""
    reply = _known(unit_code, reply_id)
    text = reply.text
    form = ReplyForm(
        formdata=None,
        quarter=quarter_of(text.quarter).code,
        theme=text.theme,
        said=text.said,
        done=text.done,
        responsible=text.responsible,
        due_on=text.due_on.isoformat() if text.due_on else "",
    )
    return _show(unit_code, form, reply)


@blueprint.post(REPLY)
@requires(Permission.COMMENTS_HANDLE)
def comments_reply_save(unit_code: str, reply_id: int) -> ResponseReturnValue:
    """Keep a changed draft."""
    reply, form = _known(unit_code, reply_id), ReplyForm()
    if _save(unit_code, form, reply_id) is None:
        return _show(unit_code, form, reply, 422)
    flash(_("Đã lưu bản dự thảo. Xem lại rồi công bố."))
    return redirect(url_for("officer.comments_reply", unit_code=unit_code, reply_id=reply_id), 303)


@blueprint.post(f"{REPLY}/publish")
@requires(Permission.COMMENTS_HANDLE)
def comments_reply_publish(unit_code: str, reply_id: int) -> ResponseReturnValue:
    """Publish the draft as it stands."""
    _known(unit_code, reply_id)
    try:
        comment_replies.publish_reply(extensions.engine(), extensions.now(), signed_in().login, unit_code, reply_id)
        flash(_("Đã công bố trả lời."))
    except BadReply as bad:
        flash(_told(bad, reply_subjects(extensions.engine(), unit_code).least))
    return redirect(url_for("officer.comments_reply", unit_code=unit_code, reply_id=reply_id), 303)


@blueprint.post(f"{REPLY}/withdraw")
@requires(Permission.COMMENTS_HANDLE)
def comments_reply_withdraw(unit_code: str, reply_id: int) -> ResponseReturnValue:
    """Take a published reply back; it is a draft again."""
    _known(unit_code, reply_id)
    comment_replies.withdraw_reply(extensions.engine(), extensions.now(), signed_in().login, unit_code, reply_id)
    flash(_("Đã thu hồi trả lời; trả lời là bản dự thảo."))
    return redirect(url_for("officer.comments_reply", unit_code=unit_code, reply_id=reply_id), 303)
