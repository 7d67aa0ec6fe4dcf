"""A scorecard as a page shows it: every figure with its base, interval and, when withheld, what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import Item, Scale
from survey_app.domain.recipe import Recipe, Span
from survey_app.domain.record import NOT_SHOWN
from survey_app.domain.scoring import Distribution, Figure, ItemCounts, ItemScore, Scorecard, SectionScore
from survey_app.services.unit_result import TrendPoint
from survey_app.web.officer.charts import IntervalBar, Level, interval_bar, level_bar
from survey_app.web.officer.withheld import is_few, label
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import language, month, number, words

HUNDRED = 100
Explain = Callable[[str], str]
"""Name of a figure (an id, or ``overall``) -> the address of its "Cách tính"; empty: there is none to go to."""


def unexplained(_name: str) -> str:
    """Of samples, and of figures whose page links elsewhere."""
    return ""


@dataclass(frozen=True)
class Bases:
    """How many responses a figure needs before this audience sees it."""

    thresholds: Thresholds
    audience: Audience

    def score(self, item: Item) -> int:
        """For an item's score."""
        return self.thresholds.score(self.audience, item.is_sensitive)

    def counts(self, item: Item) -> int:
        """For the spread of an item's answers."""
        return self.thresholds.counts(self.audience, item.is_sensitive)


@dataclass(frozen=True)
class FigureView:
    """A figure in words; ``value`` is None when withheld: ``why`` says so, ``lacking`` tells what it waits for.

    ``out_of``: the highest score, where it is not 100. ``marks``: what must be said with the number.
    """

    base: str
    value: str | None
    interval: str
    lacking: str
    bar: IntervalBar | None
    why: str = ""
    out_of: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedFigure:
    """``course``: the address of its trend."""

    name: str
    figure: FigureView
    explain: str = ""
    course: str = ""


@dataclass(frozen=True)
class ItemView:
    """A scored item: figure, five-level bar and the share of each level (none when withheld: ``why``)."""

    name: str
    text: str
    figure: FigureView
    levels: tuple[Level, ...]
    shares: tuple[str, ...]
    lacking: str
    unjudged: str
    explain: str = ""
    course: str = ""
    why: str = ""


@dataclass(frozen=True)
class FactorView:
    """A factor's items, with the labels of their levels."""

    name: str
    figure: FigureView
    labels: tuple[str, ...]
    items: tuple[ItemView, ...]


def percent(part: int, whole: int) -> str:
    """A share with one decimal, half-up: 10,6 %."""
    shown = number(Fraction(100 * part, whole), 1)
    return f"{shown}\u00a0%" if language() == "vi" else f"{shown}%"


def span(interval: Interval | None, places: int = 1) -> str:
    """An interval in words; empty when there is none."""
    return f"{number(interval.low, places)} – {number(interval.high, places)}" if interval else ""


def short_of(base: int, least: int) -> str:
    """How far a base is from what is needed."""
    if base == 0:
        return _("không có câu trả lời")
    return _("mới có %(base)s, cần %(least)s phiếu", base=number(base), least=number(least))


def marks_of(figure: Figure, recipe: Recipe) -> tuple[str, ...]:
    """What must be said with a number: that it is converted, that it is for reference."""
    converted = figure.known is not None and figure.known.is_converted
    return tuple(mark for mark, is_so in ((_("quy đổi"), converted), (_("tham khảo"), recipe.is_reference)) if is_so)


def out_of(on: Span) -> str:
    """The highest score behind a stroke; empty where it is 100, as everybody takes it to be."""
    return "" if on.high == HUNDRED else f"/{number(on.high, 0 if on.high.denominator == 1 else 2)}"


def figure_view(figure: Figure, recipe: Recipe, lacking: str, on: Span | None = None) -> FigureView:
    """A figure in words, on the range of overall figures if no other is given; ``lacking``: only when withheld."""
    return FigureView(
        base=number(figure.base),
        value=None if figure.value is None else number(figure.value, recipe.rounding.places),
        interval=span(figure.interval, recipe.rounding.places),
        lacking=lacking if figure.value is None and is_few(figure.reason) else "",
        bar=interval_bar(figure, on or recipe.spans.overall),
        why=label(figure.reason) if figure.value is None else "",
        out_of=out_of(on or recipe.spans.overall),
        marks=marks_of(figure, recipe),
    )


def item_name(item: Item) -> str:
    """The official criterion in Vietnamese; the question as asked in other languages."""
    return item.criterion.name if language() == "vi" else words(item.text)


def item_names(items: Sequence[Item]) -> list[str]:
    """The names of items side by side; those that stand for the same criterion are told apart by their questions."""
    names = [item_name(item) for item in items]
    return [words(item.text) if names.count(name) > 1 else name for item, name in zip(items, names, strict=True)]


def _factor_span(card: Scorecard) -> Span:
    """The range on which the factors of a questionnaire stand below one another."""
    found = {card.recipe.section_span(section.section.id) for section in card.sections}
    return found.pop() if len(found) == 1 else card.recipe.spans.section


def _section_lacking(section: SectionScore, bases: Bases) -> str:
    """What a factor waits for: its items with too few answers, told by the smallest base."""
    if not is_few(section.figure.reason):
        return label(section.figure.reason)
    short = [score for score in section.items if score.figure.is_withheld and is_few(score.figure.reason)]
    if not short:
        return ""
    weakest = min(short, key=lambda score: score.figure.base)
    return short_of(weakest.figure.base, bases.score(weakest.item))


def overall_lacking(sections: Iterable[SectionScore], bases: Bases) -> list[str]:
    """The factors for which the overall figure waits, each with what it lacks."""
    return [
        f"{words(section.section.title)}: {_section_lacking(section, bases)}"
        for section in sections
        if section.figure.is_withheld
    ]


def factor_figures(
    card: Scorecard, bases: Bases, explain: Explain = unexplained, course: Explain = unexplained
) -> list[NamedFigure]:
    """The factors' own figures."""
    return [
        NamedFigure(
            words(section.section.title),
            figure_view(section.figure, card.recipe, _section_lacking(section, bases), _factor_span(card)),
            explain(section.section.id),
            course(section.section.id),
        )
        for section in card.sections
    ]


def dimension_figures(card: Scorecard, explain: Explain = unexplained) -> list[NamedFigure]:
    """The dimensions' own figures, where sections are parts of dimensions."""
    on = card.recipe.spans.dimension
    return [
        NamedFigure(
            words(entry.dimension.title),
            figure_view(entry.figure, card.recipe, "", on),
            explain(entry.dimension.id),
        )
        for entry in card.dimensions
    ]


def _unjudged(distribution: Distribution) -> str:
    """How many were shown the item and gave no code; empty when withheld."""
    if distribution.missing is None:
        return ""
    return number(sum(count for code, count in distribution.missing.items() if code != NOT_SHOWN))


def item_view(
    score: ItemScore, recipe: Recipe, bases: Bases, explain: Explain = unexplained, course: Explain = unexplained
) -> ItemView:
    """A scored item as shown."""
    counts, base, reason = score.distribution.counts, score.distribution.base, score.distribution.reason
    least = bases.counts(score.item)
    too_few = short_of(score.figure.base, bases.score(score.item))
    return ItemView(
        name=item_name(score.item),
        text=words(score.item.text),
        figure=figure_view(score.figure, recipe, too_few, recipe.spans.item),
        levels=level_bar(counts) if counts else (),
        shares=tuple(percent(count, base) for count in counts.values()) if counts else (),
        lacking="" if counts or not is_few(reason) else short_of(base, least),
        unjudged=_unjudged(score.distribution),
        explain=explain(score.item.id),
        course=course(score.item.id),
        why="" if counts else label(reason),
    )


def labels_of(scale: Scale | None) -> tuple[str, ...]:
    """The labels of a scale's levels, in scale order."""
    return tuple(words(code.label) for code in scale.codes) if scale else ()


def common_labels(card: Scorecard) -> tuple[str, ...]:
    """The labels of the levels of all scored items; what the levels are worth where items have labels of their own."""
    scales = [score.item.scale for section in card.sections for score in section.items if score.item.scale]
    if not scales or len({scale.id for scale in scales}) == 1:
        return labels_of(scales[0] if scales else None)
    return tuple(_("%(n)s điểm", n=code.code) for code in scales[0].codes)


def factors(
    card: Scorecard, bases: Bases, explain: Explain = unexplained, course: Explain = unexplained
) -> list[FactorView]:
    """Every factor with its items."""
    return [
        FactorView(
            words(section.section.title),
            figure_view(section.figure, card.recipe, _section_lacking(section, bases), _factor_span(card)),
            labels_of(section.items[0].item.scale),
            tuple(item_view(score, card.recipe, bases, explain, course) for score in section.items),
        )
        for section in card.sections
    ]


def first_shown(counted: ItemCounts) -> Distribution:
    """The first option whose answers are shown, or the first of all where none is."""
    options = list(counted.options.values())
    return next((option for option in options if option.counts), options[0])


def trend_rows(points: Iterable[TrendPoint], recipe: Recipe, explain: Callable[[date], str]) -> list[NamedFigure]:
    """The trend's figures by month, the newest first."""
    return [
        NamedFigure(month(point.month), figure_view(point.overall, recipe, ""), explain(point.month))
        for point in sorted(points, key=lambda point: point.month, reverse=True)
    ]
