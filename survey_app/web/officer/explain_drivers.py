""" "Cách tính" of associations: each correlation from its covariance, its interval, the advice, and alpha."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.domain.drivers import COLLINEAR, LEAST_BASE, Driver
from survey_app.services.driver_results import Drivers
from survey_app.services.result_choices import UnitPage
from survey_app.web.officer import filters
from survey_app.web.officer.driver_view import advice_words
from survey_app.web.officer.explain_formulas import Part
from survey_app.web.officer.explain_view import ExplainView, recipe_facts
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import item_name, span
from survey_app.web.officer.page_top import caution
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

PLACES = 4


def _formula() -> Part:
    lines = (
        _(
            "Mức liên quan = hiệp phương sai / √(phương sai riêng × phương sai phần còn lại). Riêng: điểm của "
            "tiêu chí, hay trung bình các tiêu chí của yếu tố. Phần còn lại: trung bình mọi tiêu chí khác. Tính trên "
            "những người trả lời cả hai, từ %(n)s người mỗi cặp.",
            n=number(LEAST_BASE),
        ),
        _(
            "Khoảng tin cậy theo z của Fisher; phương sai của z được tính như thể sự liên quan chỉ đến từ những người "
            "chọn cùng một mức cho mọi câu (cần độ nhọn của điểm), không bao giờ nhỏ hơn 1/(n − 3). n quy đổi: số "
            "người trung bình cùng trả lời một cặp, bình phương, chia cho số người trả lời tiêu chí."
        ),
        _(
            "Phát huy, khắc phục: khoảng của mức liên quan tới được mức ở giữa, và khoảng của trung bình trên thang "
            "điểm không chứa trung bình của mọi tiêu chí. Trùng lặp: hệ số phóng đại phương sai (VIF) từ %(vif)s.",
            vif=number(COLLINEAR),
        ),
    )
    return Part(_("Công thức"), lines)


def _part(title: str, heading: str, named: Sequence[tuple[str, Driver]]) -> Part:
    rows = tuple(
        (
            name,
            *(number(value, PLACES) for value in (tie.covariance, tie.own_variance, tie.rest_variance)),
            number(driver.importance, PLACES),
            number(tie.sides.kurtosis, 2),
            number(tie.effective, 1),
            span(driver.importance_interval, PLACES),
            number(driver.inflation, 2),
            number(driver.performance, PLACES),
            span(driver.performance_interval, PLACES),
            advice_words(driver.advice),
        )
        for name, driver in named
        for tie in (driver.tie,)
    )
    columns = (
        *(heading, _("Hiệp phương sai"), _("Phương sai riêng"), _("Phương sai phần còn lại"), _("Mức liên quan")),
        *(_("Độ nhọn"), _("n quy đổi"), _("Khoảng tin cậy 95 %"), "VIF"),
        *(_("Trung bình trên thang điểm"), _("Khoảng của trung bình"), _("Gợi ý")),
    )
    return Part(title, (), columns, rows)


def _alpha(found: Drivers) -> Part:
    told = _("Alpha = k / (k − 1) × (1 − tổng phương sai từng tiêu chí / phương sai của tổng điểm), k là số tiêu chí:")
    rows = tuple(
        (
            words(entry.section.section.title),
            number(len(entry.items)),
            number(entry.found.item_variances, PLACES),
            number(entry.found.whole_variance, PLACES),
            number(entry.found.alpha, PLACES),
        )
        for entry in found.reliability
        if entry.found
    )
    columns = (
        _("Yếu tố"),
        "k",
        _("Tổng phương sai từng tiêu chí"),
        _("Phương sai của tổng điểm"),
        _("Hệ số alpha"),
    )
    return Part(_("Độ tin cậy của thang đo"), (told,), columns, rows)


def drivers_explanation(page: UnitPage, found: Drivers | None) -> ExplainView | None:
    """The explanation as its template shows it; None where nothing is judged."""
    if found is None or not found.items:
        return None
    unit = page.path[-1]
    factors = [(words(entry.section.section.title), entry.driver) for entry in found.factors]
    items = [(item_name(entry.score.item), entry.driver) for entry in found.items]
    own = [_part(_("Mức liên quan và điểm của từng yếu tố"), _("Yếu tố"), factors)] if factors else []
    return ExplainView(
        name=_("Ưu điểm, hạn chế"),
        unit_name=unit.name,
        value="",
        interval="",
        base="",
        parts=(
            _formula(),
            *own,
            _part(_("Mức liên quan và điểm của từng tiêu chí"), _("Tiêu chí"), items),
            _alpha(found),
        ),
        facts=(*recipe_facts(page.recipe), *filters.summary(page, OFFICER.filters)),
        back=filters.address("officer.results_drivers", unit.code, filters.FILTERS),
        caution=caution(page.recipe),
    )
