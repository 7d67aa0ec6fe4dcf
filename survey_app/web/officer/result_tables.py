"""The views of results as tables for a file: the figures shown on the page, no more and no fewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from survey_app import extensions
from survey_app.domain.comparing import Difference
from survey_app.domain.local_day import local_day
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import Distribution, Figure, ItemCounts, ItemScore, Scorecard, SectionScore
from survey_app.services.comparisons import Standings, change, standings
from survey_app.services.province_settings import is_sample_data
from survey_app.services.result_choices import UnitPage
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.services.results import ResultsPage
from survey_app.services.unit_result import TrendPoint, UnitResult
from survey_app.web.officer import filters
from survey_app.web.officer.comparison import measures_of
from survey_app.web.officer.faces import OFFICER, Face
from survey_app.web.officer.figures import common_labels, first_shown, item_names
from survey_app.web.officer.filter_words import form_has_factors
from survey_app.web.officer.item_list import two_highest, two_lowest
from survey_app.web.officer.page_top import caution, heading
from survey_app.web.officer.points_view import class_of
from survey_app.web.officer.unit_pairs import pair_views
from survey_app.web.officer.unit_table import rank_text
from survey_app.web.officer.verdicts import change_words, unit_words
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import day, month, words
from survey_app.web.rendering import gettext as _

Row = Sequence[Value]


def _figure(figure: Figure | None, places: int) -> list[Value]:
    """Score, ends of the interval, base; with the recipe's decimals."""
    if figure is None or figure.value is None or figure.interval is None:
        return [label(figure.reason if figure else None), None, None, figure.base if figure else 0]
    ends = (rounded(Fraction(end), places) for end in (figure.interval.low, figure.interval.high))
    return [rounded(figure.value, places), *ends, figure.base]


def _figure_columns() -> list[str]:
    return [_("Điểm"), _("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n"]


def _difference(found: Difference | None, told: str, places: int) -> list[Value]:
    """Points, ends of the interval, verdict; words alone where nothing was tested."""
    if found is None or found.interval is None:
        return [None, None, None, told]
    numbers = (found.value, found.interval.low, found.interval.high)
    return [*(rounded(Fraction(number), places) for number in numbers), told]


def _difference_columns() -> list[str]:
    return [
        _("Chênh lệch (điểm)"),
        _("Chênh lệch, khoảng tin cậy 95 %: từ"),
        _("Chênh lệch, khoảng tin cậy 95 %: đến"),
        _("Kết luận"),
    ]


def _percent(part: int, whole: int) -> Value:
    return rounded(Fraction(100 * part, whole), 1)


def _facts(shown: UnitPage, view: str, face: Face) -> list[tuple[str, str]]:
    """What the figures are about, in the words of the page."""
    unit = shown.path[-1]
    sample = [("DỮ LIỆU MẪU", _("Số liệu mẫu, không phải của người dân."))]
    return [
        *(sample if is_sample_data(extensions.engine()) else []),
        (_("Trang"), view),
        (_("Đơn vị"), f"{unit.name} ({unit.code})"),
        (_("Số liệu"), heading(shown.recipe, form_has_factors(shown))),
        *filters.summary(shown, face.filters),
        (_("Ngày tải"), day(local_day(extensions.now()))),
        (_("Lưu ý"), caution(shown.recipe)),
    ]


def _table(shown: UnitPage, view: str, blocks: Iterable[Block | None], face: Face = OFFICER) -> ResultTable:
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


def _dimensions(card: Scorecard) -> Block | None:
    """The sums of sections that are parts of dimensions."""
    places = card.recipe.rounding.places
    rows = [[words(entry.dimension.title), *_figure(entry.figure, places)] for entry in card.dimensions]
    return Block(_("Các chỉ số nội dung"), [_("Chỉ số nội dung"), *_figure_columns()], rows) if rows else None


def _named(section: SectionScore) -> list[tuple[str, ItemScore]]:
    """The items of a factor with their names."""
    return list(zip(item_names([score.item for score in section.items]), section.items, strict=True))


def _scores(card: Scorecard, class_reference: str) -> Block:
    """The overall figure, the factors and their items; the class of a sum of points where the page shows it."""
    labels, places = common_labels(card), card.recipe.rounding.places
    band = class_of(card, class_reference)
    blank: list[Value] = [None] * (len(labels) + 1)
    rows: list[Row] = [[_("Chỉ số chung"), "", *_figure(card.overall, places), *blank, *([band] if band else [])]]
    for section in card.sections:
        title = words(section.section.title)
        rows.append([title, "", *_figure(section.figure, places), *blank])
        for name, score in _named(section):
            spread = _spread(score.distribution, len(labels))
            rows.append([title, name, *_figure(score.figure, places), *spread])
    shares = [f"{label} (%)" for label in labels]
    columns = [_("Yếu tố"), _("Tiêu chí"), *_figure_columns(), *shares, _("Không đánh giá")]
    if not band:
        return Block(_("Điểm và phân bố"), columns, rows)
    filled = [rows[0], *([*row, None] for row in rows[1:])]
    return Block(_("Điểm và phân bố"), [*columns, _("Xếp loại")], filled)


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
    places = results.result.card.recipe.rounding.places if results.result.card else 1
    rows = [[name, *_difference(entry, change_words(entry), places)] for name, entry in entries]
    before = f"{month(found.first_month)} – {month(found.last_month)}"
    title = _("So với kỳ liền trước (%(months)s)", months=before)
    return Block(title, [_("Chỉ số, yếu tố"), *_difference_columns()], rows)


def _standing(code: str, found: Standings | None, places: int) -> Row:
    """Against the rest of the province, and the range of places, where they are told."""
    if found is None:
        return []
    rest = found.rests.get(code)
    return [*_difference(rest, unit_words(rest), places), rank_text(found, code)]


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
        places = own.recipe.rounding.places if own else 1
        scores = [_figure(factor, places)[0] for factor in factors]
        waiting: list[Value] = [result.waiting] if has_waiting else []
        responses = own.responses if own else 0
        overall = _figure(own.overall if own else None, places)[:3]
        standing = _standing(result.unit.code, found, places)
        rows.append([result.unit.code, result.unit.name, *overall, responses, *scores, *waiting, *standing])
    factor_names = [words(section.section.title) for section in sections]
    waits = [_("Chờ công bố")] if has_waiting else []
    stands = [f"{_('So với phần còn lại')}: {name}" for name in _difference_columns()] if found else []
    ranks = [_("Khoảng thứ hạng")] if found else []
    columns = [_("Mã đơn vị"), _("Đơn vị"), *_figure_columns(), *factor_names, *waits, *stands, *ranks]
    return Block(title, columns, rows)


def _months(trend: Sequence[TrendPoint], places: int) -> Block | None:
    newest_first = sorted(trend, key=lambda point: point.month, reverse=True)
    rows = [[month(point.month), *_figure(point.overall, places)] for point in newest_first]
    return Block(_("Diễn biến theo tháng"), [_("Tháng"), *_figure_columns()], rows) if rows else None


def overview_table(shown: UnitPage, face: Face = OFFICER) -> ResultTable:
    """A unit's page."""
    results = shown.results
    if results is None:
        return _table(shown, _("Tổng quan"), [], face)
    card, has_waiting = results.result.card, face.has_waiting
    title, standing = _("Các đơn vị trực thuộc"), standings(results)
    below = _units(results.below, title, has_waiting, standing) if face.has_below else None
    own = [_scores(card, results.class_reference), _dimensions(card), _change(results), _counted(card)] if card else []
    return _table(shown, _("Tổng quan"), [*own, below, _months(results.trend, shown.recipe.rounding.places)], face)


def heat_table(shown: UnitPage) -> ResultTable:
    """Centres and factors."""
    rows = shown.results.below if shown.results else ()
    return _table(shown, _("Bản đồ điểm"), [_units(rows, _("Bản đồ điểm"), has_waiting=False)])


def _item_row(factor: str, name: str, score: ItemScore, levels: int, places: int) -> Row:
    boxes = (two_highest(score), two_lowest(score))
    shares = [_percent(*box) if box else label(score.distribution.reason) for box in boxes]
    figure = _figure(score.figure, places)
    return [factor, name, *figure, *shares, *_spread(score.distribution, levels)]


def items_table(shown: UnitPage) -> ResultTable:
    """Every scored item."""
    card = shown.results.result.card if shown.results else None
    if card is None or not card.sections:
        return _table(shown, _("Từng tiêu chí"), [])
    labels = common_labels(card)
    rows = [
        _item_row(words(section.section.title), name, score, len(labels), card.recipe.rounding.places)
        for section in card.sections
        for name, score in _named(section)
    ]
    boxes = [f"{_('Hai mức cao nhất')} (%)", f"{_('Hai mức thấp nhất')} (%)"]
    shares = [f"{label} (%)" for label in labels]
    columns = [_("Yếu tố"), _("Tiêu chí"), *_figure_columns(), *boxes, *shares, _("Không đánh giá")]
    return _table(shown, _("Từng tiêu chí"), [Block(_("Từng tiêu chí"), columns, rows)])


def compare_table(shown: UnitPage) -> ResultTable:
    """Units side by side, one line a measure and unit."""
    rows = [
        [name, result.unit.code, result.unit.name, *_figure(figure, shown.recipe.rounding.places)]
        for name, found in measures_of(shown)
        for result, figure in found
    ]
    columns = [_("Chỉ số, yếu tố"), _("Mã đơn vị"), _("Đơn vị"), *_figure_columns()]
    every = [Block(_("So sánh đơn vị"), columns, rows), _pairs(shown)] if rows else []
    return _table(shown, _("So sánh đơn vị"), every)


def _pairs(shown: UnitPage) -> Block | None:
    """Every pair of the units, measure by measure."""
    rows = [
        [name, pair.one, pair.other, *_difference(pair.difference, pair.view.verdict, shown.recipe.rounding.places)]
        for name, found in measures_of(shown)
        for pair in pair_views(shown, found)
    ]
    columns = [_("Chỉ số, yếu tố"), _("Đơn vị"), _("so với"), *_difference_columns()]
    return Block(_("Chênh lệch từng cặp"), columns, rows) if rows else None
