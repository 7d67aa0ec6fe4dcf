"""One table from error to page for whatever no surface has answered itself."""

from __future__ import annotations

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException

from survey_app import extensions
from survey_app.domain.availability import DatabaseUnavailable
from survey_app.services.province_settings import is_sample_data
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import use_language

Page = tuple[str, int]


def _is_sample() -> bool:
    """Whether to say so here too; an error page must not fail on its own."""
    try:
        return is_sample_data(extensions.engine())
    except (DatabaseUnavailable, extensions.MissingSetting):
        return False


def _page(status: int) -> Page:
    use_language(request.args.get("lang"))
    texts = {
        404: _("Không có trang này."),
        405: _("Trang này không nhận cách gửi đó."),
        413: _("Nội dung gửi lên quá lớn."),
        503: _("Hệ thống đang bận. Xin Ông/Bà thử lại sau ít phút."),
    }
    default = _("Yêu cầu này không đọc được.") if status < 500 else _("Hệ thống gặp lỗi. Xin Ông/Bà thử lại sau.")
    return render_template("error.html", status=status, text=texts.get(status, default), is_sample=_is_sample()), status


def init_app(app: Flask) -> None:
    """Register the table."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Page:
        return _page(error.code or 500)

    @app.errorhandler(DatabaseUnavailable)
    def _unavailable(_error: DatabaseUnavailable) -> Page:
        return _page(503)
