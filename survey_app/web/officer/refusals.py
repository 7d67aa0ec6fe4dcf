"""Pages for what an officer may not see, what does not exist, and forms that were open too long."""

from __future__ import annotations

from flask import render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, NotFound

from survey_app.services.results import NoSuchUnit, NoSuchVersion
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _


@blueprint.errorhandler(Forbidden)
def forbidden(_error: Forbidden) -> tuple[str, int]:
    """The account holds no such permission."""
    told = _("Tài khoản này chưa được cấp quyền xem trang này. Hãy hỏi người quản trị của tỉnh.")
    return render_template("officer/refusal.html", title=_("Không có quyền xem"), told=told), 403


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(NoSuchUnit)
@blueprint.errorhandler(NoSuchVersion)
def not_found(_error: Exception) -> tuple[str, int]:
    """No such page, or none within what was granted: the two look the same."""
    told = _("Trang không tồn tại hoặc nằm ngoài phạm vi đơn vị của tài khoản.")
    return render_template("officer/refusal.html", title=_("Không tìm thấy trang"), told=told), 404


@blueprint.errorhandler(CSRFError)
def form_too_old(_error: CSRFError) -> tuple[str, int]:
    """The form's token does not fit this browser's session."""
    told = _("Biểu mẫu đã mở quá lâu. Hãy tải lại trang và thử lần nữa.")
    return render_template("officer/refusal.html", title=_("Biểu mẫu hết hạn"), told=told), 400
