""" "Cách tính" of a dimension or of the total, with its own numbers filled in."""

from __future__ import annotations

from fractions import Fraction

from survey_app.domain.disclosure import Audience
from survey_app.domain.scorecard import Figure, SectionScore
from survey_app.domain.workings import BetaInputs
from survey_app.services.residence_results import Counted, ResidencePage
from survey_app.web.officer import papi_style_view as papi
from survey_app.web.officer.explain_formulas import EXACT, Part
from survey_app.web.officer.explain_view import ExplainView
from survey_app.web.officer.figures import span
from survey_app.web.officer.page_top import caution
from survey_app.web.officer.papi_style_words import period_name, why_missing
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

TOTAL = "total"


class NoSuchFigure(LookupError):
    """The page has no such dimension, or this reader does not see it."""


def _mean(section: SectionScore, index: Fraction) -> Fraction:
    """The mean on the response scale that an index stands for."""
    scale = section.items[0].item.scale
    assert scale is not None
    levels = [int(code) for code in scale.characters]
    return min(levels) + (index - 1) * (max(levels) - min(levels)) / 9


def _items_part(counted: Counted) -> Part:
    rows = [
        (
            words(score.item.text),
            number(score.figure.base),
            number(_mean(section, score.figure.value), EXACT),
            number(score.figure.value, EXACT),
        )
        for section in counted.card.sections
        for score in section.items
        if score.figure.value is not None
    ]
    told = _("Trung bình các câu trả lời trên thang 1–5 được quy về thang 1–10: 1 + 9 × (trung bình − 1) / 4.")
    left_out = _("Chỉ tính câu trả lời có mức điểm; những câu không có mức điểm không vào mẫu số.")
    columns = (_("Câu hỏi"), "n", _("Trung bình (thang 1–5)"), _("Điểm trên thang 1–10, chưa làm tròn"))
    return Part(_("Từng câu hỏi"), (told, left_out), columns, tuple(rows))


def _parts_part(counted: Counted) -> Part:
    k = len(counted.asked.dimension.sections)
    rows = []
    for section in counted.card.sections:
        values = [score.figure.value for score in section.items if score.figure.value is not None]
        if section.figure.value is not None:
            total = number(sum(values, Fraction(0)), EXACT)
            steps = f"{total} / {number(len(values))} / {number(k)}"
            rows.append((words(section.section.title), steps, number(section.figure.value, EXACT)))
    told = _(
        "Nội dung thành phần là trung bình các câu hỏi của nó chia cho số nội dung thành phần: %(k)s.", k=number(k)
    )
    columns = (_("Nội dung thành phần"), _("Phép tính"), _("Kết quả"))
    return Part(_("Nội dung thành phần"), (told,), columns, tuple(rows))


def _sum_line(values: list[Fraction], figure: Figure) -> tuple[str, str]:
    assert figure.value is not None
    line = f"{' + '.join(number(value, EXACT) for value in values)} = {number(figure.value, EXACT)}"
    return line, _("làm tròn một lần, nửa lên: %(value)s", value=number(figure.value, papi.PLACES))


def _interval_part(figure: Figure, told: str) -> Part:
    assert figure.estimate is not None
    assert figure.interval is not None
    found = figure.estimate
    first, second = BetaInputs(found.centre, found.variance, found.low, found.high).parameters
    scale = f"{number(found.low)} – {number(found.high)}"
    ends = f"{number(figure.interval.low, EXACT)} – {number(figure.interval.high, EXACT)}"
    rows = (
        (_("Trung bình sau khi thêm phiếu giả định, thang %(scale)s", scale=scale), number(found.centre, EXACT)),
        (_("Phương sai của trung bình"), number(found.variance, 8)),
        (_("Hai tham số của phân phối Beta"), f"{number(first, 3)}; {number(second, 3)}"),
        (_("Khoảng chưa làm tròn"), ends),
        (_("Khoảng đã làm tròn"), span(figure.interval, papi.PLACES)),
    )
    limit = _("Khoảng chỉ tính đến sai số ngẫu nhiên, không tính ai chọn trả lời và ai không.")
    return Part(_("Khoảng tin cậy 95 %"), (told, limit), (_("Đại lượng"), _("Giá trị")), rows)


def _dimension_parts(counted: Counted, figure: Figure) -> tuple[Part, ...]:
    values = [s.figure.value for s in counted.card.sections if s.figure.value is not None]
    told = _("Chỉ số nội dung là tổng các nội dung thành phần, từ 1 đến 10:")
    interval = _(
        "Phương sai lấy từ tổng tích của từng cặp câu hỏi, thêm một phiếu giả định rải đều năm mức; khoảng là phần "
        "giữa 95 phần trăm của phân phối Beta khớp trung bình và phương sai đó."
    )
    summed = Part(_("Chỉ số nội dung"), (told, *_sum_line(values, figure)))
    return (_items_part(counted), _parts_part(counted), summed, _interval_part(figure, interval))


def _total_parts(page: ResidencePage) -> tuple[Part, ...]:
    figures = [figure for figure in page.place.figures if figure and figure.value is not None and figure.estimate]
    rows = tuple(
        (
            papi.dimension_name(page.asked, place),
            number(figure.value or 0, EXACT),
            number(figure.estimate.variance if figure.estimate else 0, 8),
            number(figure.base),
        )
        for place, figure in enumerate(figures)
    )
    told = _("Tổng điểm là tổng tám chỉ số nội dung, từ 8 đến 80; chỉ có khi đủ cả tám.")
    columns = (_("Chỉ số nội dung"), _("Điểm chưa làm tròn"), _("Phương sai"), "n")
    values = [figure.value for figure in figures if figure.value is not None]
    summed = Part(_("Tổng điểm"), (told, *_sum_line(values, page.place.total)), columns, rows)
    interval = _("Mỗi chỉ số có những người trả lời riêng, nên phương sai của tổng là tổng các phương sai.")
    return (summed, _interval_part(page.place.total, interval))


def _withheld_part(page: ResidencePage, figure: Figure | None) -> Part:
    least = number(page.thresholds.score(Audience.OFFICER, is_sensitive=False))
    needed = _("Mỗi câu hỏi cần từ %(n)s câu trả lời; câu nhạy cảm cần nhiều hơn.", n=least)
    return Part(_("Vì sao chưa công bố"), (why_missing(figure), needed))


def _facts(page: ResidencePage, counted: Counted | None) -> tuple[tuple[str, str], ...]:
    recipe = page.recipe
    form = counted.card.questionnaire if counted else None
    named = [(_("Phiên bản mẫu phiếu"), f"{words(form.title)}, {form.slug} v{form.version}")] if form else []
    responses = [(_("Số phiếu hợp lệ"), number(counted.card.responses))] if counted else []
    return (
        (_("Tên cách tính"), f"{recipe.slug} v{recipe.version}"),
        (_("Tình trạng"), _("Suy ra từ số liệu đã công bố, chưa đối chiếu với văn bản gốc")),
        (_("Căn cứ"), "; ".join(recipe.sources)),
        *named,
        (_("Kỳ"), period_name(page.period) if page.period else ""),
        *responses,
        (_("Phiếu đang kiểm tra"), _("không gồm")),
        (_("Số phiếu ít nhất của một lượt công bố"), number(page.thresholds.release)),
    )


def papi_explain_view(page: ResidencePage, name: str) -> ExplainView:
    """The explanation as its template shows it. Raises NoSuchFigure."""
    place = next((at for at, asked in enumerate(page.asked) if asked.dimension.id == name), None)
    if place is None and name != TOTAL:
        raise NoSuchFigure(name)
    figure = page.place.total if place is None else page.place.figures[place]
    counted = page.details[place] if place is not None else None
    if place is not None and (counted is None or not counted.card.sections):
        raise NoSuchFigure(name)
    parts: tuple[Part, ...] = (_withheld_part(page, figure),)
    if figure is not None and figure.value is not None:
        parts = _dimension_parts(counted, figure) if counted else _total_parts(page)
    is_shown = figure is not None and figure.value is not None
    return ExplainView(
        name=_("Tổng điểm theo kiểu PAPI") if place is None else papi.dimension_name(page.asked, place),
        unit_name=page.path[-1].name,
        value=number(figure.value, papi.PLACES) if figure and figure.value is not None else "",
        interval=span(figure.interval, papi.PLACES) if figure else "",
        base=number(figure.base) if figure and is_shown else "",
        parts=parts,
        facts=_facts(page, counted),
        back=papi.address_of(page.path[-1].code),
        caution=caution(page.recipe),
    )
