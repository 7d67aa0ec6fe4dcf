"""What a citizen's page sent: fields of its own, and answers. The page token stands for the session there is none of.

No WTForms here, unlike on the officers' pages: one field that reads every answer gains nothing from it, and making and
validating its form took as long as all checks together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from werkzeug.datastructures import MultiDict

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


def fresh_token(open_form: OpenForm, sent_token: str = "") -> str:
    """The token for a page that is made now.

    A page made again because something was wrong or too old stays the load it was, opened when it was.
    """
    keys, now = extensions.keys("PAGE_KEY"), extensions.now()
    place, version = open_form.place, open_form.version
    opened, load, channel = int(now.timestamp()), page_token.new_load(), channel_of(open_form)
    with suppress(page_token.BadToken):
        sent = page_token.read_whatever_its_age(keys, sent_token)
        opened, load = sent.opened or opened, sent.load or load
        if (sent.version_id, sent.counter_id) == (version.id, place.counter_id):
            channel = sent.channel
    return page_token.sign(keys, PageFacts(version.id, place.counter_id, channel, minute_of(now), opened, load))


class SentForm:
    """One submission to ``open_form``; what it says is known after ``is_valid``.

    Attributes:
        answers_sent: what was sent under names that are not the page's own, as it was sent.
        wrong: the page's own fields that do not hold what the page sends.
        problems: what is wrong with the answers.
        is_expired: the page token is ours, but older than seven days.
    """

    shown: PageFacts
    answers: CheckedAnswers
    wrong: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    is_expired = False

    def __init__(self, sent: MultiDict[str, str], open_form: OpenForm) -> None:
        fields: dict[str, Sequence[str]] = dict(sent.lists())
        self._open_form = open_form
        self._own = {name: fields.pop(name) for name in OWN_FIELDS if name in fields}
        self.answers_sent: Mapping[str, Sequence[str]] = fields

    def is_valid(self) -> bool:
        """Check everything, so that all that is wrong is told at once."""
        is_ours = self._read_token()
        self.wrong = self._wrong()
        try:
            self.answers = check(self._open_form, self.answers_sent, self._texts_asked_again())
        except InvalidAnswers as error:
            self.problems = error.problems
        return is_ours and not self.wrong and not self.problems

    def _read_token(self) -> bool:
        """Whether the token is one of ours, of this counter and questionnaire, and not too old."""
        keys, minute = extensions.keys("PAGE_KEY"), minute_of(extensions.now())
        try:
            self.shown = page_token.read(keys, self.first("page_token"), minute)
        except page_token.ExpiredToken:
            self.is_expired = True
            return False
        except page_token.BadToken:
            return False
        here = (self._open_form.version.id, self._open_form.place.counter_id)
        return (self.shown.version_id, self.shown.counter_id) == here

    def _wrong(self) -> frozenset[str]:
        filled_by = self._own.get("filled_by", ())
        is_right = {
            "response_key": is_response_key(self.first("response_key")),
            "consent": self.first("consent") == "1",
            "filled_by": len(filled_by) <= 1 and self.first("filled_by") in FILLED_BY,
        }
        return frozenset(name for name, is_kept in is_right.items() if not is_kept)

    def first(self, name: str) -> str:
        """What was sent in a field of the page's own; empty for nothing."""
        values = self._own.get(name)
        return values[0] if values else ""

    def seconds(self) -> int | None:
        """Seconds from the page's first touch to sending, as the page's script tells; None without script."""
        text = self.first("seconds_taken")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None

    def _texts_asked_again(self) -> tuple[str, ...]:
        """The text item, when the page has asked about personal data in it."""
        text = self._open_form.version.questionnaire.text_item
        return (text.id,) if text is not None and self.first("comment_checked") == "1" else ()

    def is_assisted(self) -> bool:
        """Somebody helped to fill it in."""
        return self.first("filled_by") == "helper"

    def is_trapped(self) -> bool:
        """The field that no person sees was filled in."""
        return any(value.strip() for value in self._own.get("website", ()))

    def own_values(self) -> dict[str, list[str]]:
        """What was sent for the page's own visible questions, to be laid back on the form."""
        shown = ("consent", "website", "filled_by", "comment_checked")
        return {name: [self.first(name)] for name in shown if self.first(name)}
