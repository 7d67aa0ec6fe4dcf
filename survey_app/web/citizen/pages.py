"""The citizen's pages: one document each, style and script inside, allowed by their hash."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from flask import Response as Reply
from flask import current_app, make_response, render_template, request

from survey_app.domain.answers import Problem, ProblemKind
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.services.collection import new_response_key
from survey_app.services.collection_facts import OpenForm
from survey_app.services.province_settings import ProvinceSettings
from survey_app.web.citizen.facts import facts
from survey_app.web.citizen.helped import channel_of, kept_mark
from survey_app.web.compression import page_of_parts
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import language

TOKEN_PLACE = "%%page-token%%"  # noqa: S105 (a placeholder in the cached page)
KEY_PLACE = "%%response-key%%"

Parts = tuple[str, str, str]
"""A page without its token and its response key: what stands before, between and after them."""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@cache
def _asset(name: str) -> str:
    """A style or script as it stands in the page, without its indentation."""
    path = Path(current_app.root_path) / "static" / "citizen" / name
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def _policy() -> str:
    return (
        "default-src 'none'; "
        f"style-src {_hash(_asset('page.css'))}; script-src {_hash(_asset('page.js'))}; "
        "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def document(template: str, status: int, **values: object) -> Reply:
    """Render a page of this surface with its policy."""
    values.setdefault("settings", _settings())
    return _reply(_rendered(template, **values), status)


def _settings() -> ProvinceSettings | None:
    """The province's settings, unless the database is away and they were never read."""
    try:
        return facts().settings
    except DatabaseUnavailable:
        return None


def _rendered(template: str, **values: object) -> str:
    return render_template(template, style=_asset("page.css"), script=_asset("page.js"), **values)


def _reply(html: str, status: int) -> Reply:
    return _with_policy(make_response(html, status))


def _with_policy(reply: Reply) -> Reply:
    reply.headers["Content-Security-Policy"] = _policy()
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _form_html(
    open_form: OpenForm,
    settings: ProvinceSettings,
    sent: Mapping[str, Sequence[str]],
    problems: Sequence[Problem],
) -> str:
    return _rendered(
        "citizen/form.html",
        open_form=open_form,
        questionnaire=open_form.version.questionnaire,
        settings=settings,
        communes=facts().communes_of(open_form.place),
        sent=sent,
        problems=_problem_texts(problems),
        token_place=TOKEN_PLACE,
        key_place=KEY_PLACE,
        mark=kept_mark(open_form),
        channel=channel_of(open_form),
    )


def _problem_texts(problems: Sequence[Problem]) -> dict[str, str]:
    """Item id -> what is wrong there; fields that are no items share one line, under an empty id."""
    is_foreign = ProblemKind.UNKNOWN_FIELD
    return {"" if problem.kind is is_foreign else problem.item: problem_text(problem) for problem in problems}


class _PageCache:
    """Rendered questionnaire pages by everything that shows in them; the oldest go first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pages: dict[tuple[object, ...], Parts] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], render: Callable[[], str]) -> Parts:
        """The page for ``key``, rendered if it is not held."""
        parts = self._pages.get(key)
        if parts is None:
            before, rest = render().split(TOKEN_PLACE)
            between, after = rest.split(KEY_PLACE)
            parts = before, between, after
            with self._lock:
                while len(self._pages) >= self._size:
                    del self._pages[next(iter(self._pages))]
                self._pages[key] = parts
        return parts


_pages = _PageCache(256)


def empty_form(open_form: OpenForm, token: str) -> Reply:
    """The questionnaire page; rendered once per version, language and counter, then two placeholders are filled."""
    settings = facts().settings
    key = (
        current_app.name,
        open_form.version.sha256,
        language(),
        open_form.code,
        open_form.place,
        open_form.slugs,
        settings,
        request.script_root,
        kept_mark(open_form),
    )
    before, between, after = _pages.get(key, lambda: _form_html(open_form, settings, {}, ()))
    return _with_policy(page_of_parts((before, token, between, new_response_key(), after)))


def form_with_problems(
    open_form: OpenForm,
    token: str,
    response_key: str,
    sent: Mapping[str, Sequence[str]],
    problems: Sequence[Problem],
    status: int,
) -> Reply:
    """The questionnaire with everything that was sent still in it, and the problems at their items."""
    html = _form_html(open_form, facts().settings, sent, problems)
    return _reply(html.replace(TOKEN_PLACE, token).replace(KEY_PLACE, response_key), status)


def problem_text(problem: Problem) -> str:
    """What is wrong and what to do, in the citizen's language."""
    texts = {
        ProblemKind.UNKNOWN_CODE: _("Câu trả lời này không có trong phiếu. Xin Ông/Bà chọn lại."),
        ProblemKind.SEVERAL_VALUES: _("Câu này chỉ nhận một câu trả lời. Xin Ông/Bà chọn lại."),
        ProblemKind.HIDDEN: _(
            "Câu này không hỏi những ai đã chọn như Ông/Bà ở câu trước. Xin bỏ chọn câu này, hoặc sửa câu trước."
        ),
        ProblemKind.TOO_LONG: _("Ý kiến dài quá 1.000 ký tự. Xin Ông/Bà viết ngắn hơn."),
        ProblemKind.CONTROL_CHARACTERS: _("Ý kiến có ký tự không đọc được. Xin Ông/Bà gõ lại phần này."),
        ProblemKind.UNKNOWN_COMMUNE: _("Không có xã, phường, đặc khu này. Xin Ông/Bà chọn lại hoặc bỏ qua."),
        ProblemKind.MIXED_WITH_MISSING: _(
            "Đã chọn “Không muốn trả lời” thì không chọn thêm ô khác. Xin Ông/Bà chọn lại."
        ),
        ProblemKind.UNKNOWN_FIELD: _("Phiếu gửi lên có mục không thuộc mẫu phiếu này. Xin Ông/Bà gửi lại."),
        ProblemKind.NO_CONSENT: _("Xin Ông/Bà chọn “Tôi đồng ý trả lời” rồi gửi, hoặc chọn “Tôi không trả lời”."),
        ProblemKind.PERSONAL_DATA: _(
            "Ý kiến này dường như có số điện thoại, số giấy tờ hoặc thư điện tử. Ông/Bà có muốn xóa phần đó không? "
            "Nếu gửi lại mà không xóa, phần đó sẽ được che đi."
        ),
    }
    return texts[problem.kind]
