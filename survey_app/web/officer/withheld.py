"""What a page or a file says in place of a withheld figure: that it is withheld, and why."""

from __future__ import annotations

from survey_app.domain.disclosure import Withheld
from survey_app.web.rendering import gettext as _


def label(reason: Withheld | None) -> str:
    """The words for a reason; None: nothing was released that the figure could rest on."""
    if reason is Withheld.UNANIMOUS:
        return _("Chưa công bố (mọi người trả lời như nhau)")
    if reason is Withheld.TOO_FINE:
        return _("Chưa công bố (chỉ công bố theo xã và theo quý)")
    if reason is Withheld.PART:
        return _("Chưa công bố (trừ các số khác đi sẽ lộ một nhóm ít phiếu)")
    if reason is Withheld.INCOMPLETE:
        return _("Không tính: mẫu phiếu này chỉ hỏi một phần")
    return _("Chưa công bố (ít phiếu)")


def is_few(reason: Withheld | None) -> bool:
    """Whether more responses would help, so that it is told how many are lacking."""
    return reason in (None, Withheld.FEW)
