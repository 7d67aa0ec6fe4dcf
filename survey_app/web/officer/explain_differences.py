""" "Cách tính" of differences: a period against the one before, units against the rest, every pair compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from survey_app.domain.comparing import LEAST_BASE, Measured
from survey_app.services.difference_workings import (
    DifferenceWorking,
    StandingWorking,
    change_working,
    pair_workings,
    standing_workings,
)
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer import filters
from survey_app.web.officer.comparison import measures_of
from survey_app.web.officer.explain_formulas import Part
from survey_app.web.officer.explain_names import CHANGE, PAIRS, STANDINGS
from survey_app.web.officer.explain_view import ExplainView, recipe_facts
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.page_top import caution
from survey_app.web.officer.verdicts import change_words, difference_view, unit_words
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, number, words

Row = tuple[str, ...]
PLACES = 4


def _side(found: Measured | None) -> Row:
    if found is None:
        return "–", "–", "–"
    return number(found.estimate.plain, PLACES), number(found.n), number(found.estimate.variance, 6)


def _small(value: float) -> str:
    """A p-value."""
    return _("dưới 0,0001") if value < 0.0001 else number(value, PLACES)


def difference_row(names: Row, working: DifferenceWorking, told: str, places: int) -> Row:
    """Both sides, the steps of the test with their recipe's decimals, the verdict in the words ``told``."""
    found, test = working.found, working.test
    view = difference_view(found, told, places)
    steps: Row = ("–",) * 6
    if found and test:
        alone, together = _small(test.p_value), _small(found.p_value if found.p_value is not None else 1)
        errors = number(test.error, PLACES), number(test.freedom, 1)
        steps = (view.value, *errors, view.interval, alone, together)
    return *names, *_side(working.later), *_side(working.earlier), *steps, view.verdict


def difference_columns(names: Row, later: str, earlier: str) -> Row:
    """The headings of ``difference_row``."""
    sides = tuple(
        f"{side}: {what}" for side in (later, earlier) for what in (_("điểm chưa làm tròn"), "n", _("phương sai"))
    )
    steps = (_("Chênh lệch (điểm)"), _("Sai số chuẩn (điểm)"), _("Bậc tự do"), _("Khoảng tin cậy 95 %"))
    return *names, *sides, *steps, _("p riêng"), _("p khi xét cùng lúc"), _("Kết luận")


def formula_part() -> Part:
    """The test in words."""
    lines = (
        _("Chênh lệch = điểm thứ nhất − điểm thứ hai, trước khi làm tròn."),
        _(
            "Phương sai của chênh lệch là số lớn hơn trong hai số: tổng hai phương sai v₁ + v₂, và phương sai gộp "
            "(v₁n₁² + v₂n₂²) / (n₁ + n₂) × (1/n₁ + 1/n₂); sai số chuẩn là căn bậc hai của nó."
        ),
        _(
            "Khoảng tin cậy 95 phần trăm = chênh lệch ± t × sai số chuẩn; p từ phân phối t hai phía với bậc tự do của "
            "Welch: (v₁ + v₂)² / (v₁²/(n₁ − 1) + v₂²/(n₂ − 1)). Mỗi bên cần từ %(n)s phiếu.",
            n=number(LEAST_BASE),
        ),
        _(
            "Rõ rệt khi p dưới 0,05 sau khi xét cùng lúc. Không bao giờ giảm sai số theo số người của địa phương, vì "
            "so sánh là về mức phục vụ chứ không chỉ về những người đã trả lời."
        ),
    )
    return Part(_("Công thức"), lines)


@dataclass(frozen=True)
class _Explanation:
    name: str
    parts: tuple[Part, ...]


def _change(page: UnitPage) -> _Explanation | None:
    found = change_working(page.results) if page.results else None
    if found is None:
        return None
    first, last = month(found.first_month), month(found.last_month)
    before = first if first == last else f"{first} – {last}"
    told = _(
        "Chỉ số chung được xét riêng; các yếu tố được xét cùng lúc theo Holm: p nhỏ nhất nhân với số yếu tố, p kế tiếp "
        "nhân với số yếu tố bớt một, cứ thế, không nhỏ hơn p đứng trước. Trên trang chủ, thay đổi của các trung tâm, "
        "quầy được xét cùng lúc theo Benjamini – Hochberg."
    )
    places = page.recipe.rounding.places
    rows = tuple(
        difference_row(
            (words(section.title) if section else _("Chỉ số chung"),), working, change_words(working.found), places
        )
        for section, working in found.rows
    )
    columns = difference_columns((_("Chỉ số, yếu tố"),), _("kỳ này"), _("kỳ trước"))
    steps = Part(_("So với kỳ liền trước (%(months)s)", months=before), (told,), columns, rows)
    return _Explanation(steps.title, (formula_part(), steps))


def _rest_part(found: Sequence[StandingWorking], places: int) -> Part:
    told = _(
        "Phần còn lại là mọi phiếu của tỉnh trừ phiếu của đơn vị. Mọi đơn vị được xét cùng lúc theo Holm, nên khả năng "
        "gọi nhầm dù chỉ một đơn vị là khác không quá 5 phần trăm."
    )
    rows = tuple(
        difference_row((entry.unit.name,), entry.working, unit_words(entry.working.found), places) for entry in found
    )
    columns = difference_columns((_("Đơn vị"),), _("đơn vị"), _("phần còn lại"))
    return Part(_("So với phần còn lại"), (told,), columns, rows)


def _ranges_part(found: Sequence[StandingWorking]) -> Part:
    ranked = tuple(
        (entry.unit.name, number(rank.best - 1), number(rank.of - rank.worst), f"{rank.best}–{rank.worst}/{rank.of}")
        for entry in found
        if (rank := entry.rank)
    )
    lines = (
        _(
            "Mỗi xã được so với từng xã khác có từ %(n)s phiếu, các so sánh của một xã được xét cùng lúc theo Holm. "
            "Hạng cao nhất có thể = 1 + số xã cao hơn rõ rệt; hạng thấp nhất = số xã được xếp trừ số xã thấp hơn rõ "
            "rệt.",
            n=number(LEAST_BASE),
        ),
        _(
            "Thứ tự ban đầu của bảng trên trang kết quả theo điểm đã kéo về mức chung: đơn vị ít phiếu bị kéo nhiều "
            "hơn (phương sai giữa các đơn vị theo Paule – Mandel, phương sai trong đơn vị gộp chung). Điểm đó chỉ để "
            "sắp xếp và tô màu, không công bố."
        ),
    )
    columns = (_("Đơn vị"), _("Số xã cao hơn rõ rệt"), _("Số xã thấp hơn rõ rệt"), _("Khoảng thứ hạng"))
    return Part(_("Khoảng thứ hạng"), lines, columns if ranked else (), ranked)


def _standings(page: UnitPage) -> _Explanation | None:
    found = standing_workings(page.results) if page.results else ()
    if not found:
        return None
    parts = (formula_part(), _rest_part(found, page.recipe.rounding.places), _ranges_part(found))
    return _Explanation(_("So với phần còn lại, khoảng thứ hạng"), parts)


def _pairs(page: UnitPage) -> _Explanation | None:
    results = page.results
    measures = measures_of(page)
    if results is None or not measures:
        return None
    told = _("Mọi cặp của một chỉ số được xét cùng lúc theo Holm. Hai đơn vị mà đơn vị này thuộc đơn vị kia không so.")
    names, every, parts = (_("Đơn vị"), _("so với")), [], []
    for name, figures in measures:
        places = page.recipe.rounding.places
        found = pair_workings(results, page.recipe, [(result.unit, figure) for result, figure in figures])
        every += [working for _one, _other, working in found]
        rows = tuple(
            difference_row((one.name, other.name), entry, unit_words(entry.found), places)
            for one, other, entry in found
        )
        parts.append(Part(name, (told,), difference_columns(names, _("thứ nhất"), _("thứ hai")), rows))
    return _Explanation(_("Chênh lệch từng cặp"), (formula_part(), *parts))


DIFFERENCES: dict[str, Callable[[UnitPage], _Explanation | None]] = {
    CHANGE: _change,
    STANDINGS: _standings,
    PAIRS: _pairs,
}
"""How each kind of difference is explained."""


def difference_explanation(page: UnitPage, name: str) -> ExplainView | None:
    """The explanation as its template shows it; None where the page shows no such difference."""
    found, unit = DIFFERENCES[name](page), page.path[-1]
    if found is None:
        return None
    return ExplainView(
        name=found.name,
        unit_name=unit.name,
        value="",
        interval="",
        base="",
        parts=found.parts,
        facts=(*recipe_facts(page.recipe), *filters.summary(page, OFFICER.filters)),
        back=OFFICER.address(unit.code),
        caution=caution(page.recipe),
    )
