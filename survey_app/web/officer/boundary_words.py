"""What a page says of figures that come from former units, or that say nothing of the time before."""

from __future__ import annotations

from survey_app.services.result_choices import UnitPage
from survey_app.services.results import ResultsPage
from survey_app.web.rendering import day
from survey_app.web.rendering import gettext as _


def mark_words(results: ResultsPage | None) -> dict[str, tuple[str, ...]]:
    """Unit -> the marks beside its name."""
    made: dict[str, tuple[str, ...]] = {}
    for code, mark in results.marks.items() if results else ():
        told = [_("tái lập")] if mark.is_reconstructed else []
        if mark.incomparable_before is not None:
            told.append(_("trước %(day)s không so sánh được", day=day(mark.incomparable_before)))
        made[code] = tuple(told)
    return made


def boundary_notes(page: UnitPage) -> tuple[str, ...]:
    """What stands above the figures of the unit itself."""
    mark = page.results.marks.get(page.path[-1].code) if page.results else None
    if mark is None:
        return ()
    notes: list[str] = []
    if mark.is_reconstructed:
        told = _("Số liệu tái lập (từ đơn vị cũ): cộng số phiếu của các đơn vị cũ đã nhập toàn bộ vào đơn vị này.")
        notes.append(told)
    if mark.incomparable_before is not None:
        told = _(
            "Trước %(day)s không so sánh được: một phần đơn vị cũ thuộc về đơn vị này, không ai biết phiếu nào của "
            "phần đó. Hãy chọn “Theo đơn vị: Tại thời điểm đó” để xem các đơn vị cũ.",
            day=day(mark.incomparable_before),
        )
        notes.append(told)
    return tuple(notes)
