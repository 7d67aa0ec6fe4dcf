"""The page of a trend: one figure of a unit by month or quarter, drawn and as a table, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from survey_app.domain.lineage import OVERALL
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.recipe import Recipe, Span
from survey_app.domain.rounding import rounded
from survey_app.services.result_choices import UnitPage
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.services.trend_points import Break, BreakKind, Bucket, ExternalPoint, Point, Step, Trend
from survey_app.web.officer import filters
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import FigureView, figure_view, item_names
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.result_tables import table_of
from survey_app.web.officer.trend_chart import TrendPicture, trend_picture
from survey_app.web.officer.withheld import label
from survey_app.web.rendering import day, month, number, words
from survey_app.web.rendering import gettext as _

HERE = "officer.results_trend"
QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class TrendRow:
    """A line of the table: a figure of ours, one measured elsewhere, or a break between lines.

    ``tags``: what must be said with it. ``number``: of a break, as on the chart. ``explain``: its "Cách tính", where
    the figure is of the questionnaire of the page.
    """

    kind: str
    name: str
    figure: FigureView | None = None
    tags: tuple[str, ...] = ()
    text: str = ""
    number: str = ""
    explain: str = ""


@dataclass(frozen=True)
class Source:
    """Where external figures come from, told below the chart."""

    name: str
    source: str
    method: str


@dataclass(frozen=True)
class TrendView:
    """The page; ``kept``: parameters the form of figure and step carries along."""

    top: Top
    title: str
    selects: tuple[filters.Select, ...]
    kept: tuple[tuple[str, str], ...]
    picture: TrendPicture | None
    rows: tuple[TrendRow, ...]
    sources: tuple[Source, ...]
    lines: tuple[str, ...]
    has_reconstructed: bool
    empty_hint: str


def step_name(step: Step) -> str:
    """A step as officials say it."""
    return {Step.MONTH: _("Tháng"), Step.QUARTER: _("Quý")}[step]


def bucket_name(bucket: Bucket) -> str:
    """11/2026, Quý III/2025, 2024, or the months from and to."""
    length = (bucket.last.year - bucket.first.year) * 12 + bucket.last.month - bucket.first.month + 1
    if length == 1:
        return month(bucket.first)
    if length == 3:
        number_of = QUARTERS[bucket.first.month // 3]
        return _("Quý %(number)s/%(year)s", number=number_of, year=bucket.first.year)
    if length == 12 and bucket.first.month == 1:
        return _("Năm %(year)s", year=bucket.first.year)
    return f"{month(bucket.first)} – {month(bucket.last)}"


def figure_names(questionnaire: Questionnaire, recipe: Recipe) -> dict[str, str]:
    """Figure -> what it is called: overall, dimensions, factors, items."""
    sections = questionnaire.scored_sections(recipe.scale)
    names = {OVERALL: _("Chỉ số chung")}
    names |= {dimension.id: words(dimension.title) for dimension in recipe.dimensions}
    names |= {section.id: words(section.title) for section, _items in sections}
    items = [item for _section, own in sections for item in own]
    return names | dict(zip((item.id for item in items), item_names(items), strict=True))


def span_of(recipe: Recipe, questionnaire: Questionnaire, figure: str) -> Span:
    """The range a figure is printed on."""
    if figure == OVERALL:
        return recipe.spans.overall
    if any(dimension.id == figure for dimension in recipe.dimensions):
        return recipe.spans.dimension or recipe.spans.overall
    is_section = any(section.id == figure for section in questionnaire.sections)
    return recipe.section_span(figure) if is_section else recipe.spans.item


def _indented(questionnaire: Questionnaire, recipe: Recipe, known: Iterable[str]) -> list[tuple[str, str]]:
    """The options of the select: items stand below their factor."""
    names, options = figure_names(questionnaire, recipe), []
    sections = {section.id: items for section, items in questionnaire.scored_sections(recipe.scale)}
    below = {item.id for items in sections.values() for item in items}
    order = [name for name in names if name not in below]
    order = [name for one in order for name in (one, *(item.id for item in sections.get(one, ())))]
    shown = set(known)
    for name in dict.fromkeys(order):
        if name in shown:
            options.append((name, f"\u2003{names[name]}" if name in below else names[name]))
    return options


def _version_name(page: UnitPage, line: str) -> str:
    found = next((form for form in page.choices.forms if form.key == line), None)
    return f"{words(found.title)} (v{found.version})" if found else line


def break_text(entry: Break, page: UnitPage) -> str:
    """Why the series breaks."""
    if entry.kind is BreakKind.VERSION:
        older, newer = (_version_name(page, line) for line in entry.versions)
        return _("Đổi mẫu phiếu: %(older)s và %(newer)s không so sánh được", older=older, newer=newer)
    if entry.kind is BreakKind.SPLIT:
        told = _("Trước %(day)s: không so sánh được, vì đơn vị cũ bị chia cho nhiều đơn vị mới")
        return told % {"day": day(entry.day)}
    told = _("Sắp xếp đơn vị hành chính từ %(day)s: %(n)s đơn vị cũ. Gián đoạn chuỗi số liệu")
    return told % {"day": day(entry.day), "n": number(entry.units)}


def _explain(point: Point, trend: Trend, page: UnitPage) -> str:
    """ "Cách tính" of a figure of these months alone."""
    months = {"from": f"{point.bucket.first:%Y-%m}", "to": f"{point.bucket.last:%Y-%m}"}
    names = [name for name in filters.FILTERS if name != "period"]
    return filters.address(OFFICER.explained_at, page.path[-1].code, names, figure=trend.figure, **months)


def _point_row(point: Point, trend: Trend, page: UnitPage, on: Span) -> TrendRow:
    tags = [_("tái lập")] if point.is_reconstructed else []
    if len(trend.lines) > 1 and trend.lines.index(point.line):
        tags.append(f"v{point.line.rsplit('.v', 1)[1]}")
    shown = figure_view(point.figure, page.recipe, "", on)
    explain = _explain(point, trend, page) if point.line == page.asked.form else ""
    return TrendRow("own", bucket_name(point.bucket), shown, tuple(tags), explain=explain)


def _external_row(point: ExternalPoint, recipe: Recipe) -> TrendRow:
    value = None if point.value is None else number(point.value, recipe.rounding.places)
    why = label(point.reason) if value is None else ""
    shown = FigureView(number(point.responses), value, "", "", None, why=why)
    tags = [_("nhập từ trước")]
    if point.units:
        tags.append(_("tái lập từ %(n)s đơn vị cũ", n=number(point.units)))
    return TrendRow("external", bucket_name(point.bucket), shown, tuple(tags), point.series.name)


def _rows(trend: Trend, page: UnitPage, on: Span) -> list[TrendRow]:
    """The newest first; a break stands between what is after it and what is before."""
    placed: list[tuple[date, int, TrendRow]] = []
    placed += [(p.bucket.first, 2, _point_row(p, trend, page, on)) for p in trend.points]
    placed += [(p.bucket.first, 1, _external_row(p, page.recipe)) for p in trend.external]
    placed += [
        (entry.day, 0, TrendRow("break", day(entry.day), text=break_text(entry, page), number=str(place)))
        for place, entry in enumerate(trend.breaks, 1)
    ]
    return [row for *_order, row in sorted(placed, key=lambda entry: entry[:2], reverse=True)]


def _selects(page: UnitPage, trend: Trend) -> tuple[filters.Select, ...]:
    figures = _indented(trend.questionnaire, page.recipe, trend.known)
    steps = [(step.value, step_name(step)) for step in Step]
    return (
        filters.select("figure", _("Chỉ số, yếu tố, tiêu chí"), trend.figure, figures),
        filters.select("step", _("Theo"), trend.step.value, steps),
    )


def trend_view(page: UnitPage, trend: Trend, may_read: MayRead) -> TrendView:
    """The page as its template shows it."""
    questionnaire, recipe = trend.questionnaire, page.recipe
    on = span_of(recipe, questionnaire, trend.figure)
    top = page_top(page, OFFICER, may_read, HERE)
    series = {point.series.name: point.series for point in trend.external}
    return TrendView(
        top=replace(top, kept_by_filters=(*top.kept_by_filters, *filters.kept_fields(("figure", "step")))),
        title=figure_names(questionnaire, recipe)[trend.figure],
        selects=_selects(page, trend),
        kept=tuple(filters.kept_fields(filters.FILTERS)),
        picture=trend_picture(trend, on),
        rows=tuple(_rows(trend, page, on)),
        sources=tuple(Source(one.name, one.source, one.method) for one in series.values()),
        lines=tuple(_version_name(page, line) for line in trend.lines) if len(trend.lines) > 1 else (),
        has_reconstructed=any(point.is_reconstructed for point in trend.points),
        empty_hint=_("Hãy chọn kỳ dài hơn hoặc bỏ bớt bộ lọc."),
    )


def _ends(point: Point, places: int) -> tuple[Value, Value]:
    interval = point.figure.interval
    if interval is None:
        return None, None
    return rounded(Fraction(interval.low), places), rounded(Fraction(interval.high), places)


def trend_table(page: UnitPage, trend: Trend) -> ResultTable:
    """The same figures as a file: ours, those measured elsewhere apart, and the breaks."""
    name = figure_names(trend.questionnaire, page.recipe)[trend.figure]
    places = page.recipe.rounding.places

    def score(value: Fraction | None, reason: str) -> Value:
        return reason if value is None else rounded(value, places)

    ours = [
        [bucket_name(p.bucket), score(p.figure.value, label(p.figure.reason)), *_ends(p, places), p.figure.base,
         _("tái lập") if p.is_reconstructed else "", _version_name(page, p.line)]
        for p in trend.points
    ]  # fmt: skip
    head = [_("Kỳ"), _("Điểm"), _("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n"]
    blocks: list[Block | None] = [Block(name, [*head, _("Ghi chú"), _("Mẫu phiếu")], ours)]
    breaks = [[day(entry.day), break_text(entry, page)] for entry in trend.breaks]
    blocks.append(Block(_("Gián đoạn chuỗi số liệu"), [_("Từ ngày"), _("Lý do")], breaks) if breaks else None)
    others = [
        [bucket_name(p.bucket), score(p.value, label(p.reason)), p.responses, p.series.name, p.series.source]
        for p in trend.external
    ]
    columns = [_("Kỳ"), _("Điểm"), _("Số phiếu"), _("Tên chuỗi"), _("Nguồn")]
    title = _("Số liệu nhập từ trước – cách làm khác, không so sánh")
    blocks.append(Block(title, columns, others) if others else None)
    return table_of(page, _("Diễn biến"), blocks)
