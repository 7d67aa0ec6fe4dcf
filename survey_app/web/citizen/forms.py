"""The citizen's form: Flask-WTF without a session; its CSRF token is the page token, its answers one field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.csrf.core import CSRF
from wtforms.validators import StopValidation, ValidationError

from survey_app import extensions
from survey_app.domain.answers import CheckedAnswers, InvalidAnswers, Problem
from survey_app.domain.local_day import minute_of
from survey_app.services import page_token
from survey_app.services.collection import check, is_response_key
from survey_app.services.collection_facts import OpenForm
from survey_app.services.page_token import PageFacts
from survey_app.web.citizen.helped import channel_of

OWN_FIELDS = (
    "page_token",
    "response_key",
    "consent",
    "seconds_taken",
    "website",
    "filled_by",
    "comment_checked",
)
"""Fields of the page itself; every other field is an item.

``website`` is a trap: no person sees it, a script fills it in. ``filled_by``: ``self``, ``helper`` or nothing.
``comment_checked``: ``1`` when the page has asked about personal data in the comment.
"""

FILLED_BY = ("", "self", "helper")

LONGEST_NUMBER = 6

REFUSED = "refused"
"""Error at the page token: not ours, or not of this counter and questionnaire."""

EXPIRED = "expired"
"""Error at the page token: older than seven days."""


@dataclass(frozen=True)
class _FreshToken:
    """The token for the page that is made now, signed when it is written into one: most posts need no page.

    A page made again because something was wrong or too old stays the load it was, opened when it was.
    """

    open_form: OpenForm
    channel: str
    field: Any

    def __str__(self) -> str:
        keys, now = extensions.keys("PAGE_KEY"), extensions.now()
        place, version = self.open_form.place, self.open_form.version
        opened, load, channel = int(now.timestamp()), page_token.new_load(), self.channel
        with suppress(page_token.BadToken):
            sent = page_token.read_whatever_its_age(keys, self.field.data or "")
            opened, load = sent.opened or opened, sent.load or load
            if (sent.version_id, sent.counter_id) == (version.id, place.counter_id):
                channel = sent.channel
        return page_token.sign(keys, PageFacts(version.id, place.counter_id, channel, minute_of(now), opened, load))


class PageTokenCSRF(CSRF):
    """Proves that we made the page, without a cookie."""

    def setup_form(self, form: Any) -> Any:
        self.open_form: OpenForm = form.meta.open_form
        self.channel: str = form.meta.channel
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Any) -> _FreshToken:
        return _FreshToken(self.open_form, self.channel, csrf_token_field)

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        keys, minute = extensions.keys("PAGE_KEY"), minute_of(extensions.now())
        try:
            shown = page_token.read(keys, field.data or "", minute)
        except page_token.ExpiredToken as error:
            raise ValidationError(EXPIRED) from error
        except page_token.BadToken as error:
            raise ValidationError(REFUSED) from error
        if (shown.version_id, shown.counter_id) != (
            self.open_form.version.id,
            self.open_form.place.counter_id,
        ):
            raise ValidationError(REFUSED)
        form.shown = shown


class AnswersField(Field):
    """Every item of the questionnaire, checked by domain/answers.py."""

    data: CheckedAnswers | None
    problems: tuple[Problem, ...] = ()

    def process(self, formdata: Any, data: object = None, extra_filters: object = None) -> None:
        sent = formdata.lists() if formdata else ()
        self.sent: Mapping[str, Sequence[str]] = {name: values for name, values in sent if name not in OWN_FIELDS}
        self.process_errors: list[str] = []
        self.data = None

    def checked(self) -> CheckedAnswers:
        """The valid answers; only after the form has validated."""
        assert self.data is not None
        return self.data

    def pre_validate(self, form: Any) -> None:
        try:
            self.data = check(form.meta.open_form, self.sent, form.texts_asked_again())
        except InvalidAnswers as error:
            self.problems = error.problems
            raise StopValidation("answers") from error


class PageField(Field):
    """Every field of the page itself but its token, read by one: each field costs what reading ten answers costs."""

    wrong: frozenset[str] = frozenset()
    """Which of them do not hold what the page sends; known after the form has validated."""

    def process(self, formdata: Any, data: object = None, extra_filters: object = None) -> None:
        self.sent: Mapping[str, Sequence[str]] = {name: formdata.getlist(name) for name in OWN_FIELDS if formdata}
        self.process_errors: list[str] = []

    def first(self, name: str) -> str:
        """What was sent under this name; empty for nothing."""
        return next(iter(self.sent.get(name, ())), "")

    def pre_validate(self, form: Any) -> None:
        filled_by = self.sent.get("filled_by", ())
        is_right = {
            "response_key": is_response_key(self.first("response_key")),
            "consent": self.first("consent") == "1",
            "filled_by": len(filled_by) <= 1 and self.first("filled_by") in FILLED_BY,
        }
        self.wrong = frozenset(name for name, is_kept in is_right.items() if not is_kept)
        if self.wrong:
            raise StopValidation("page")


class ResponseForm(FlaskForm):
    """One submission to ``open_form``; after ``validate``, ``shown`` is what the page token says."""

    shown: PageFacts

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = PageTokenCSRF
        csrf_field_name = "page_token"
        csrf_time_limit = None
        locales = False

    page = PageField()
    answers = AnswersField()

    def __init__(self, formdata: MultiDict[str, str] | None, open_form: OpenForm) -> None:
        super().__init__(formdata=formdata, meta={"open_form": open_form, "channel": channel_of(open_form)})

    def seconds(self) -> int | None:
        """Seconds from the page's first touch to sending, as the page's script tells; None without script."""
        text = self.page.first("seconds_taken")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None

    def texts_asked_again(self) -> tuple[str, ...]:
        """The text item, when the page has asked about personal data in it."""
        text = self.meta.open_form.version.questionnaire.text_item
        return (text.id,) if text is not None and self.page.first("comment_checked") == "1" else ()

    def is_assisted(self) -> bool:
        """Somebody helped to fill it in."""
        return self.page.first("filled_by") == "helper"

    def is_trapped(self) -> bool:
        """The field that no person sees was filled in."""
        return any(value.strip() for value in self.page.sent["website"])

    def own_values(self) -> dict[str, list[str]]:
        """What was sent for the page's own visible questions, to be laid back on the form."""
        shown = ("consent", "website", "filled_by", "comment_checked")
        return {name: [self.page.first(name)] for name in shown if self.page.first(name)}
