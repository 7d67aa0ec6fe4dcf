""" "Cách tính" of the score weighted by transactions: every counter's part, how much they cover, the interval."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from survey_app.domain.weighting import LEAST_COVERED, Term, Weighted
from survey_app.domain.workings import BetaInputs
from survey_app.services.explaining import Explained
from survey_app.services.weighted_results import CounterWeight, NoWeights, WeightedResult
from survey_app.web.officer.explain_formulas import EXACT, Part
from survey_app.web.officer.explain_view import ExplainView, beta_rows, facts_of
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import percent, span
from survey_app.web.officer.page import bases_of
from survey_app.web.officer.page_top import caution
from survey_app.web.officer.weighted_view import covered_text, period_text, told_of
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

Entered = Sequence[tuple[CounterWeight, Term]]


def _name(part: CounterWeight) -> str:
    return f"{part.counter.name}, {part.place}" if part.place else part.counter.name


def _entered(result: WeightedResult) -> Entered:
    """The counters that enter, the busiest first."""
    found = [(part, part.term) for part in result.parts if part.term]
    return sorted(found, key=lambda pair: -pair[1].share)


def _formula(entered: Entered, found: Weighted) -> Part:
    assert found.value is not None
    known = sum(part.stratum.transactions for part, _term in entered)
    told = _(
        "W của một quầy là lượt giao dịch của quầy chia cho %(known)s lượt của mọi quầy được tính; điểm là tổng của "
        "W × điểm của quầy:",
        known=number(known),
    )
    line = f"Σ W × {_('điểm')} = {number(found.value, EXACT)}"
    rounded = _("làm tròn một lần, nửa lên: %(value)s", value=number(found.value, 1))
    rows = tuple(
        (
            _name(part),
            number(part.stratum.transactions),
            number(term.share, EXACT),
            number(term.responses),
            number(term.value, EXACT),
            number(term.weighted_value, EXACT),
        )
        for part, term in entered
    )
    columns = (_("Quầy"), _("Lượt giao dịch"), "W", "n", _("Điểm chưa làm tròn"), _("W × điểm"))
    return Part(_("Công thức"), (told, line, rounded), columns, rows)


def _variance(entered: Entered, found: Weighted) -> Part:
    assert found.estimate is not None
    told = _(
        "Mỗi quầy là một mẫu riêng, nên phương sai là Σ(W² × s²/n): s²/n là phương sai của điểm quầy, trên thang điểm, "
        "sau khi thêm một phiếu giả định rải đều các mức."
    )
    line = f"Σ(W² × s²/n) = {number(found.estimate.variance, 8)}"
    rows = tuple(
        (
            _name(part),
            number(term.share**2, EXACT),
            number(term.responses),
            number(term.estimate.variance, 8),
            number(term.weighted_variance, 8),
        )
        for part, term in entered
    )
    return Part(_("Phương sai"), (told, line), (_("Quầy"), "W²", "n", "s²/n", "W² × s²/n"), rows)


def _interval(found: Weighted) -> Part:
    assert found.estimate is not None
    assert found.interval is not None
    combined = found.estimate
    told = _("Khoảng là phần giữa 95 phần trăm của phân phối Beta khớp trung bình và phương sai đó.")
    limits = _(
        "Khoảng chỉ tính đến sai số ngẫu nhiên, không tính ai chọn trả lời và ai không. Lượt giao dịch chỉnh việc quầy "
        "này được trả lời nhiều hơn quầy kia, không chỉnh việc ai ở một quầy trả lời."
    )
    beta = beta_rows(BetaInputs(combined.centre, combined.variance, combined.low, combined.high))
    ends = (_("Khoảng chưa làm tròn"), span(found.interval, EXACT))
    shown = (_("Khoảng đã làm tròn"), span(found.interval))
    return Part(_("Khoảng tin cậy 95 %"), (told, limits), (_("Đại lượng"), _("Giá trị")), (*beta, ends, shown))


def _why_out(part: CounterWeight) -> str:
    if not part.served.is_complete:
        return _("thiếu số lượt giao dịch của một số tháng")
    if not part.stratum.transactions:
        return _("không có lượt giao dịch nào")
    return _("chưa có điểm được công bố")


def _coverage(result: WeightedResult, found: Weighted) -> Part:
    """What the score stands for; of a counter that does not enter only its transactions, which are no answers."""
    every = sum(part.stratum.transactions for part in result.parts)
    known = sum(part.stratum.transactions for part in result.parts if part.term)
    line = f"{number(known)} / {number(every)} = {covered_text(found.covered)}"
    told = _("Lượt giao dịch của các quầy được tính chia cho lượt giao dịch của mọi quầy, làm tròn xuống:")
    least = _(
        "Dưới %(least)s thì không tính. Tháng thiếu số liệu của một quầy được coi bằng mức trung bình các tháng đã có.",
        least=percent(int(LEAST_COVERED * 100), 100),
    )
    rows = tuple(
        (
            _name(part),
            number(part.stratum.transactions),
            f"{number(part.served.known)}/{number(part.served.needed)}",
            _why_out(part),
        )
        for part in result.parts
        if not part.term
    )
    columns = (_("Quầy không được tính"), _("Lượt giao dịch"), _("Tháng có số liệu"), _("Vì sao"))
    return Part(_("Đại diện cho"), (told, line, least), columns if rows else (), rows)


def _beside(overall: Explained, found: Weighted) -> Part | None:
    """The unweighted score, which stays the headline."""
    figure = overall.card.overall
    if figure.value is None or found.value is None:
        return None
    told = _("Chỉ số chung ở đầu trang cộng mọi phiếu như nhau, kể cả phiếu công bố chung cho trung tâm.")
    rows = (
        (_("Không tính theo lượt giao dịch"), number(figure.value, 1), span(figure.interval), number(figure.base)),
        (_("Tính theo lượt giao dịch"), number(found.value, 1), span(found.interval), number(found.responses)),
    )
    columns = (_("Điểm"), _("Giá trị"), _("Khoảng tin cậy 95 %"), "n")
    return Part(_("Đặt cạnh điểm không tính theo lượt giao dịch"), (told,), columns, rows)


def _withheld(result: WeightedResult) -> Part:
    lines = list(told_of(result))
    if result.why is not NoWeights.CUT:
        lines += [
            _(
                "Cần làm: nhập đủ lượt giao dịch các tháng còn thiếu; với quầy chưa đủ phiếu, chọn kỳ dài hơn hoặc chờ "
                "thêm phiếu."
            )
        ]
    return Part(_("Vì sao chưa tính"), tuple(lines))


def _parts(overall: Explained, result: WeightedResult) -> tuple[Part, ...]:
    found = result.found
    if found is None:
        return (_withheld(result),)
    if found.value is None:
        return (_withheld(result), _coverage(result, found))
    entered, beside = _entered(result), _beside(overall, found)
    parts = (_formula(entered, found), _coverage(result, found), _variance(entered, found), _interval(found))
    return (*parts, beside) if beside else parts


def weighted_explanation(overall: Explained, result: WeightedResult) -> ExplainView:
    """The explanation as its template shows it; ``overall`` is that of the unweighted score."""
    assert overall.page.results is not None
    unit, found = overall.page.path[-1], result.found
    is_shown = found is not None and found.value is not None
    months = [(_("Lượt giao dịch của"), period_text(result))] if result.first_month else []
    return ExplainView(
        name=_("Tính theo lượt giao dịch"),
        unit_name=unit.name,
        value=number(found.value or Fraction(0), 1) if found and is_shown else "",
        interval=span(found.interval) if found else "",
        base=number(found.responses) if found and is_shown else "",
        parts=_parts(overall, result),
        facts=(*months, *facts_of(overall, bases_of(overall.page.results), OFFICER)),
        back=OFFICER.address(unit.code),
        withheld=_("Chưa tính"),
        caution=caution(overall.card.recipe),
    )
