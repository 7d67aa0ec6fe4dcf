"""The views of results as tables for a file: the figures shown on the page, no more and no fewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from survey_app import extensions
from survey_app.domain.comparing import Difference
from survey_app.domain.local_day import local_day
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import Distribution, Figure, ItemCounts, ItemScore, Scorecard
from survey_app.services.comparisons import Standings, change, standings
from survey_app.services.province_settings import is_sample_data
from survey_app.services.result_choices import UnitPage
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.services.results import ResultsPage
from survey_app.services.unit_result import TrendPoint, UnitResult
from survey_app.web.officer import filters, page
from survey_app.web.officer.comparison import measures_of
from survey_app.web.officer.figures import first_shown, item_name, labels_of
from survey_app.web.officer.filter_words import form_has_factors
from survey_app.web.officer.item_list import two_highest, two_lowest
from survey_app.web.officer.unit_pairs import pair_views
from survey_app.web.officer.unit_table import rank_text
from survey_app.web.officer.verdicts import change_words, unit_words
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import day, month, words
from survey_app.web.rendering import gettext as _

Row = Sequence[Value]


def _figure(figure: Figure | None) -> list[Value]:
    """Score, ends of the interval, base."""
    if figure is None or figure.value is None or figure.interval is None:
        return [label(figure.reason if figure else None), None, None, figure.base if figure else 0]
    ends = (rounded(Fraction(end), 1) for end in (figure.interval.low, figure.interval.high))
    return [rounded(figure.value, 1), *ends, figure.base]


def _figure_columns() -> list[str]:
    return [_("Điểm"), _("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n"]


def _difference(found: Difference | None, told: str) -> list[Value]:
    """Points, ends of the interval, verdict; words alone where nothing was tested."""
    if found is None or found.interval is None:
        return [None, None, None, told]
    numbers = (found.value, found.interval.low, found.interval.high)
    return [*(rounded(Fraction(number), 1) for number in numbers), told]


def _difference_columns() -> list[str]:
    return [
        _("Chênh lệch (điểm)"),
        _("Chênh lệch, khoảng tin cậy 95 %: từ"),
        _("Chênh lệch, khoảng tin cậy 95 %: đến"),
        _("Kết luận"),
    ]


def _percent(part: int, whole: int) -> Value:
    return rounded(Fraction(100 * part, whole), 1)


def _facts(shown: UnitPage, view: str, face: page.Face) -> list[tuple[str, str]]:
    """What the figures are about, in the words of the page."""
    unit = shown.path[-1]
    sample = [("DỮ LIỆU MẪU", _("Số liệu mẫu, không phải của người dân."))]
    return [
        *(sample if is_sample_data(extensions.engine()) else []),
        (_("Trang"), view),
        (_("Đơn vị"), f"{unit.name} ({unit.code})"),
        (_("Số liệu"), page.heading(shown.recipe, form_has_factors(shown))),
        *filters.summary(shown, face.filters),
        (_("Ngày tải"), day(local_day(extensions.now()))),
        (_("Lưu ý"), _("Hỏi người đến quầy, theo cách tính của SIPAS. Đây không phải là chỉ số SIPAS chính thức.")),
    ]


def _table(shown: UnitPage, view: str, blocks: Iterable[Block | None], face: page.Face = page.OFFICER) -> ResultTable:
    return ResultTable(_("Thông tin"), _facts(shown, view, face), [block for block in blocks if block])


def table_of(shown: UnitPage, view: str, blocks: Iterable[Block | None]) -> ResultTable:
    """A view that draws its own tables, under the facts of its page."""
    return _table(shown, view, blocks)


def _spread(distribution: Distribution, levels: int) -> list[Value]:
    """Shares of the levels in percent, and how many gave none."""
    if distribution.counts is None or distribution.missing is None:
        return [label(distribution.reason), *[None] * levels]
    shares = [_percent(count, distribution.base) for count in distribution.counts.values()]
    unjudged = sum(count for code, count in distribution.missing.items() if code != "-")
    return [*shares, unjudged]


def _scores(card: Scorecard) -> Block:
    """The overall figure, the factors and their items."""
    labels = labels_of(card.sections[0].items[0].item.scale) if card.sections else ()
    blank: list[Value] = [None] * (len(labels) + 1)
    rows: list[Row] = [[_("Chỉ số chung"), "", *_figure(card.overall), *blank]]
    for section in card.sections:
        title = words(section.section.title)
        rows.append([title, "", *_figure(section.figure), *blank])
        for score in section.items:
            spread = _spread(score.distribution, len(labels))
            rows.append([title, item_name(score.item), *_figure(score.figure), *spread])
    shares = [f"{label} (%)" for label in labels]
    columns = [_("Yếu tố"), _("Tiêu chí"), *_figure_columns(), *shares, _("Không đánh giá")]
    return Block(_("Điểm và phân bố"), columns, rows)


def _counted_rows(counted: ItemCounts) -> list[Row]:
    scale, name = counted.item.scale, words(counted.item.text)
    assert scale is not None
    first = first_shown(counted)
    if first.counts is None:
        return [[name, label(first.reason), None, first.base]]
    labels = {code.code: words(code.label) for code in scale.codes}
    if "" in counted.options:
        return [[name, labels[code], _percent(n, first.base), first.base] for code, n in first.counts.items()]
    return [
        [name, labels[option], _percent(s.counts["1"], s.base) if s.counts else label(s.reason), s.base]
        for option, s in counted.options.items()
    ]


def _counted(card: Scorecard) -> Block | None:
    rows = [row for counted in card.counted for row in _counted_rows(counted)]
    columns = [_("Câu hỏi"), _("Câu trả lời"), _("Tỷ lệ (%)"), "n"]
    return Block(_("Nhận định, nhu cầu"), columns, rows) if rows else None


def _change(results: ResultsPage) -> Block | None:
    """Against the period before, overall and factor by factor."""
    found = change(results)
    if found is None:
        return None
    entries = [(_("Chỉ số chung"), found.overall)]
    if len(found.sections) > 1:
        entries += [(words(entry.section.title), entry.difference) for entry in found.sections]
    rows = [[name, *_difference(entry, change_words(entry))] for name, entry in entries]
    before = f"{month(found.first_month)} – {month(found.last_month)}"
    title = _("So với kỳ liền trước (%(months)s)", months=before)
    return Block(title, [_("Chỉ số, yếu tố"), *_difference_columns()], rows)


def _standing(code: str, found: Standings | None) -> Row:
    """Against the rest of the province, and the range of places, where they are told."""
    if found is None:
        return []
    rest = found.rests.get(code)
    return [*_difference(rest, unit_words(rest)), rank_text(found, code)]


def _units(
    results: Sequence[UnitResult], title: str, has_waiting: bool, found: Standings | None = None
) -> Block | None:
    """The units of a list: overall figure, factors, and where shown how many wait and how they stand."""
    if not results:
        return None
    card = next((result.card for result in results if result.card), None)
    sections = card.sections if card and len(card.sections) > 1 else ()
    rows = []
    for result in results:
        own = result.card
        factors = [own.sections[at].figure if own else None for at in range(len(sections))]
        scores = [_figure(factor)[0] for factor in factors]
        waiting: list[Value] = [result.waiting] if has_waiting else []
        responses = own.responses if own else 0
        overall = _figure(own.overall if own else None)[:3]
        standing = _standing(result.unit.code, found)
        rows.append([result.unit.code, result.unit.name, *overall, responses, *scores, *waiting, *standing])
    factor_names = [words(section.section.title) for section in sections]
    waits = [_("Chờ công bố")] if has_waiting else []
    stands = [f"{_('So với phần còn lại')}: {name}" for name in _difference_columns()] if found else []
    ranks = [_("Khoảng thứ hạng")] if found else []
    columns = [_("Mã đơn vị"), _("Đơn vị"), *_figure_columns(), *factor_names, *waits, *stands, *ranks]
    return Block(title, columns, rows)


def _months(trend: Sequence[TrendPoint]) -> Block | None:
    newest_first = sorted(trend, key=lambda point: point.month, reverse=True)
    rows = [[month(point.month), *_figure(point.overall)] for point in newest_first]
    return Block(_("Diễn biến theo tháng"), [_("Tháng"), *_figure_columns()], rows) if rows else None


def overview_table(shown: UnitPage, face: page.Face = page.OFFICER) -> ResultTable:
    """A unit's page."""
    results = shown.results
    if results is None:
        return _table(shown, _("Tổng quan"), [], face)
    card, has_waiting = results.result.card, face.has_waiting
    title, standing = _("Các đơn vị trực thuộc"), standings(results)
    below = _units(results.below, title, has_waiting, standing) if face.has_below else None
    own = [_scores(card), _change(results), _counted(card)] if card else []
    return _table(shown, _("Tổng quan"), [*own, below, _months(results.trend)], face)


def heat_table(shown: UnitPage) -> ResultTable:
    """Centres and factors."""
    rows = shown.results.below if shown.results else ()
    return _table(shown, _("Bản đồ điểm"), [_units(rows, _("Bản đồ điểm"), has_waiting=False)])


def _item_row(factor: str, score: ItemScore, levels: int) -> Row:
    boxes = (two_highest(score), two_lowest(score))
    shares = [_percent(*box) if box else label(score.distribution.reason) for box in boxes]
    return [factor, item_name(score.item), *_figure(score.figure), *shares, *_spread(score.distribution, levels)]


def items_table(shown: UnitPage) -> ResultTable:
    """Every scored item."""
    card = shown.results.result.card if shown.results else None
    if card is None or not card.sections:
        return _table(shown, _("Từng tiêu chí"), [])
    labels = labels_of(card.sections[0].items[0].item.scale)
    rows = [
        _item_row(words(section.section.title), score, len(labels))
        for section in card.sections
        for score in section.items
    ]
    boxes = [f"{_('Hai mức cao nhất')} (%)", f"{_('Hai mức thấp nhất')} (%)"]
    shares = [f"{label} (%)" for label in labels]
    columns = [_("Yếu tố"), _("Tiêu chí"), *_figure_columns(), *boxes, *shares, _("Không đánh giá")]
    return _table(shown, _("Từng tiêu chí"), [Block(_("Từng tiêu chí"), columns, rows)])


def compare_table(shown: UnitPage) -> ResultTable:
    """Units side by side, one line a measure and unit."""
    rows = [
        [name, result.unit.code, result.unit.name, *_figure(figure)]
        for name, found in measures_of(shown)
        for result, figure in found
    ]
    columns = [_("Chỉ số, yếu tố"), _("Mã đơn vị"), _("Đơn vị"), *_figure_columns()]
    every = [Block(_("So sánh đơn vị"), columns, rows), _pairs(shown)] if rows else []
    return _table(shown, _("So sánh đơn vị"), every)


def _pairs(shown: UnitPage) -> Block | None:
    """Every pair of the units, measure by measure."""
    rows = [
        [name, pair.one, pair.other, *_difference(pair.difference, pair.view.verdict)]
        for name, found in measures_of(shown)
        for pair in pair_views(shown, found)
    ]
    columns = [_("Chỉ số, yếu tố"), _("Đơn vị"), _("so với"), *_difference_columns()]
    return Block(_("Chênh lệch từng cặp"), columns, rows) if rows else None
