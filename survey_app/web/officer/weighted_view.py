"""The score weighted by transactions as the page of a unit and its file show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from flask import url_for

from survey_app.domain.permissions import Permission
from survey_app.domain.rounding import rounded
from survey_app.domain.weighting import LEAST_COVERED
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.services.weighted_results import NoWeights, WeightedResult
from survey_app.web.access import may_at
from survey_app.web.officer import filters
from survey_app.web.officer.explain_names import WEIGHTED
from survey_app.web.officer.figures import percent, span
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import month, number


@dataclass(frozen=True)
class WeightedView:
    """``value`` is empty where none is shown; ``told`` says why not, or what does not enter.

    ``address``: where transactions are entered, for whoever may and only where some are missing.
    """

    value: str
    interval: str
    facts: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    address: str
    explain: str = ""


def covered_text(share: Fraction) -> str:
    """A share of all transactions, rounded down: what is short of 80 % never reads as 80 %."""
    return percent(int(share * 1000), 1000)


def period_text(result: WeightedResult) -> str:
    """The months whose transactions weigh."""
    if result.first_month is None or result.last_month is None:
        return ""
    if result.first_month == result.last_month:
        return month(result.first_month)
    return f"{month(result.first_month)} – {month(result.last_month)}"


def _missing(result: WeightedResult) -> list[str]:
    """What does not enter, and how many of it."""
    entries = [
        (result.unscored, _("%(n)s quầy chưa đủ phiếu để có điểm.", n=number(result.unscored))),
        (
            result.unreported,
            _(
                "%(n)s quầy thiếu số lượt giao dịch; tháng thiếu tạm coi bằng mức trung bình các tháng đã có.",
                n=number(result.unreported),
            ),
        ),
        (
            result.at_no_counter,
            _(
                "%(n)s phiếu công bố chung cho trung tâm, không theo quầy, không tính vào đây.",
                n=number(result.at_no_counter),
            ),
        ),
    ]
    return [told for count, told in entries if count]


def told_of(result: WeightedResult) -> list[str]:
    """Why there is no score, or what does not enter."""
    if result.why is NoWeights.CUT:
        return [
            _(
                "Không tính khi lọc theo mục đích đến, hình thức trả lời hay lĩnh vực: lượt giao dịch chỉ biết theo "
                "quầy và tháng."
            )
        ]
    if result.found is None:
        return [_("Chưa có số lượt giao dịch của kỳ %(months)s.", months=period_text(result))]
    if result.found.value is None:
        covered, least = covered_text(result.found.covered), covered_text(LEAST_COVERED)
        told = _(
            "Chưa tính: các quầy có điểm và đủ số liệu mới đại diện cho %(covered)s lượt giao dịch, cần từ %(least)s.",
            covered=covered,
            least=least,
        )
        return [told, *_missing(result)]
    return _missing(result)


def weighted_view(result: WeightedResult | None, unit_code: str, places: int = 1) -> WeightedView | None:
    """As shown; None where there is nothing to weigh."""
    if result is None or result.why is NoWeights.NOTHING_RELEASED:
        return None
    found = result.found
    is_lacking = result.why is NoWeights.NO_TRANSACTIONS or bool(result.unreported)
    may_enter = is_lacking and may_at(unit_code, Permission.TRANSACTIONS_ENTER)
    facts: list[tuple[str, str]] = []
    if found and found.value is not None:
        facts = [
            (_("Khoảng tin cậy 95 %"), span(found.interval, places)),
            (_("Đại diện cho"), _("%(share)s lượt giao dịch", share=covered_text(found.covered))),
            (_("Số quầy được tính"), f"{number(result.used)}/{number(result.counters)}"),
            (_("Lượt giao dịch của"), period_text(result)),
        ]
    return WeightedView(
        value=number(found.value, places) if found and found.value is not None else "",
        interval=span(found.interval, places) if found else "",
        facts=tuple(facts),
        told=tuple(told_of(result)),
        address=url_for("officer.transactions_unit", unit_code=unit_code) if may_enter else "",
        explain=filters.address("officer.results_explain", unit_code, filters.FILTERS, figure=WEIGHTED),
    )


def with_weighted(table: ResultTable, result: WeightedResult | None, places: int = 1) -> ResultTable:
    """The table of a unit's page with the weighted score after its own scores."""
    found = result.found if result else None
    if result is None or found is None:
        return table
    figure: list[Value] = [_("Chưa công bố (đại diện dưới 80 % lượt giao dịch)"), None, None]
    if found.value is not None and found.interval is not None:
        ends = (rounded(Fraction(end), places) for end in (found.interval.low, found.interval.high))
        figure = [rounded(found.value, places), *ends]
    columns = [
        *(_("Điểm"), _("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n"),
        *(_("Đại diện cho (% lượt giao dịch)"), _("Số quầy được tính"), _("Số quầy"), _("Lượt giao dịch của")),
    ]
    share = Fraction(int(found.covered * 1000), 10)
    row = [*figure, found.responses, rounded(share, 1), result.used, result.counters, period_text(result)]
    block = Block(_("Tính theo lượt giao dịch"), columns, [row])
    return replace(table, blocks=[*table.blocks[:1], block, *table.blocks[1:]])
