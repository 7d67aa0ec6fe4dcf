"""What a page of comments shows, worked out beforehand, and how its address is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import abort, url_for

from survey_app.domain.comment_masking import split_masked
from survey_app.domain.comment_reply import EVERY_THEME, Reply, ReplyStatus
from survey_app.domain.comment_themes import Themes
from survey_app.domain.comments import OTHER_LANGUAGE, Status
from survey_app.domain.languages import BY_TAG
from survey_app.domain.permissions import Permission
from survey_app.domain.quarter import quarter_of
from survey_app.services.comments import CommentsAsked, CommentsPage
from survey_app.web.access import may_at
from survey_app.web.officer.filters import Option, Select
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, number, words

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
PAGE_NUMBER = re.compile(r"[1-9]\d{0,5}")
LONGEST_SEARCH = 100
STATUS_KINDS = {Status.NEW: "warm", Status.IN_PROGRESS: "plain", Status.ANSWERED: "good"}


@dataclass(frozen=True)
class Step:
    """A unit on the way from the province; ``address`` is None where the officer may not go."""

    name: str
    address: str | None


@dataclass(frozen=True)
class CommentView:
    """One comment: its text in parts (text, whether masked), and what is known of it."""

    id: int
    parts: tuple[tuple[str, bool], ...]
    lang: str | None
    month: str
    unit_name: str
    language: str
    status: str
    status_kind: str
    themes: tuple[str, ...]
    reply: str | None


@dataclass(frozen=True)
class ThemeCount:
    """A theme, how many comments speak of it, their share of the base as a bar, and the address of these."""

    title: str
    number: str
    share: float
    address: str
    is_here: bool


@dataclass(frozen=True)
class ReplyView:
    """A public summary reply as listed."""

    id: int
    unit_code: str
    unit_name: str
    title: str
    quarter: str
    is_published: bool
    reply: Reply


def status_label(status: Status) -> str:
    """A status as officials say it."""
    return {
        Status.NEW: _("Mới"),
        Status.IN_PROGRESS: _("Đang xử lý"),
        Status.ANSWERED: _("Đã trả lời"),
    }[status]


def language_label(tag: str) -> str:
    """A language by its own name."""
    return _("Khác") if tag == OTHER_LANGUAGE or tag not in BY_TAG else BY_TAG[tag].own_name


def theme_label(themes: Themes, key: str) -> str:
    """A theme's title; a key the file no longer has stands for itself."""
    if key == EVERY_THEME:
        return _("Ý kiến chung (không nêu chủ đề)")
    return next((words(theme.title) for theme in themes.entries if theme.key == key), key)


def quarter_label(day: date) -> str:
    """A quarter as officials say it."""
    quarter = quarter_of(day)
    return _("Quý %(number)s/%(year)s", number=quarter.number, year=quarter.year)


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    if text and found is None:
        abort(404)
    return date(int(found[1]), int(found[2]), 1) if found else None


def read_asked(values: Mapping[str, str], themes: Themes) -> CommentsAsked:
    """What an address asks for. Aborts with 404 for what cannot be."""
    theme, status, page = values.get("theme") or None, values.get("status") or None, values.get("page") or "1"
    unit_code, language = values.get("unit") or None, values.get("language") or None
    is_known = (theme is None or theme in themes) and (status is None or status in list(Status))
    if not is_known or not PAGE_NUMBER.fullmatch(page) or any(t and not t.isprintable() for t in (unit_code, language)):
        abort(404)
    return CommentsAsked(
        words=values.get("q", "")[:LONGEST_SEARCH],
        theme=theme,
        status=Status(status) if status else None,
        month=_month(values.get("month", "")),
        unit_code=unit_code,
        language=language,
        page=int(page),
    )


def asked_values(asked: CommentsAsked, **changes: str | None) -> dict[str, str]:
    """The parameters of an address that asks for this, with some of them changed."""
    held = {
        "q": asked.words,
        "theme": asked.theme,
        "status": asked.status.value if asked.status else None,
        "month": f"{asked.month:%Y-%m}" if asked.month else None,
        "unit": asked.unit_code,
        "language": asked.language,
    }
    return {name: value for name, value in (held | changes).items() if value}


def address_of(shown: CommentsPage, **changes: str | None) -> str:
    """The address of this page, with some of its parameters changed."""
    asked = urlencode(asked_values(shown.asked, **changes), errors="replace")
    return url_for("officer.comments_of", unit_code=shown.unit.code) + (f"?{asked}" if asked else "")


def path_to(page: CommentsPage) -> list[Step]:
    """The units above, each with its own comments where they may be read."""
    may = [(unit, may_at(unit.code, Permission.COMMENTS_READ)) for unit in page.path]
    return [Step(u.name, url_for("officer.comments_of", unit_code=u.code) if is_open else None) for u, is_open in may]


def _select(name: str, label: str, chosen: str | None, options: Iterable[tuple[str, str]]) -> Select:
    every = [("", _("Tất cả")), *options]
    return Select(name, label, tuple(Option(value, text, value == (chosen or "")) for value, text in every))


def selects(page: CommentsPage, themes: Themes) -> list[Select]:
    """What the comments may be narrowed by."""
    asked = page.asked
    months = [(f"{entry:%Y-%m}", month(entry)) for entry in page.months]
    found = [
        _select("theme", _("Chủ đề"), asked.theme, [(t.key, words(t.title)) for t in themes.entries]),
        _select("status", _("Tình trạng"), asked.status, [(s.value, status_label(s)) for s in Status]),
        _select("month", _("Tháng"), f"{asked.month:%Y-%m}" if asked.month else None, months),
        _select("language", _("Ngôn ngữ"), asked.language, [(tag, language_label(tag)) for tag in page.languages]),
    ]
    if len(page.units) > 1:
        found.insert(0, _select("unit", _("Đơn vị"), asked.unit_code, page.units))
    return found


def theme_counts(page: CommentsPage, themes: Themes) -> list[ThemeCount]:
    """Themes with comments, most first."""
    ordered = sorted(page.theme_counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        ThemeCount(
            title=theme_label(themes, key),
            number=number(found),
            share=round(100 * found / page.base, 1),
            address=address_of(page, theme=None if page.asked.theme == key else key),
            is_here=page.asked.theme == key,
        )
        for key, found in ordered
    ]


def reply_views(page: CommentsPage, themes: Themes, with_drafts: bool) -> list[ReplyView]:
    """The replies of the units; drafts for those who write them."""
    return [
        ReplyView(
            id=reply.id,
            unit_code=reply.unit_code,
            unit_name=reply.unit_name,
            title=theme_label(themes, reply.text.theme),
            quarter=quarter_label(reply.text.quarter),
            is_published=reply.status is ReplyStatus.PUBLISHED,
            reply=reply,
        )
        for reply in page.replies
        if with_drafts or reply.status is ReplyStatus.PUBLISHED
    ]


def comment_views(page: CommentsPage, themes: Themes) -> list[CommentView]:
    """The comments of the page."""
    replies = {reply.id: theme_label(themes, reply.text.theme) for reply in page.replies}
    return [
        CommentView(
            id=comment.id,
            parts=tuple(split_masked(comment.text)),
            lang=None if comment.language == OTHER_LANGUAGE else comment.language,
            month=month(comment.month),
            unit_name=comment.unit_name,
            language=language_label(comment.language),
            status=status_label(comment.status),
            status_kind=STATUS_KINDS[comment.status],
            themes=tuple(theme_label(themes, key) for key in comment.themes),
            reply=replies.get(comment.reply_id) if comment.reply_id else None,
        )
        for comment in page.comments
    ]
