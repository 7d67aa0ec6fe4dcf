"""A scorecard as a page shows it: every figure with its base, interval and, when withheld, what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from survey_app.domain.disclosure import Audience, Thresholds
from survey_app.domain.precision import Interval
from survey_app.domain.questionnaire import Item, ItemKind, Polarity, Scale
from survey_app.domain.recipe import Recipe
from survey_app.domain.record import NOT_SHOWN
from survey_app.domain.scoring import Distribution, Figure, ItemCounts, ItemScore, Scorecard, SectionScore
from survey_app.services.unit_result import TrendPoint
from survey_app.web.officer.charts import IntervalBar, Level, interval_bar, level_bar
from survey_app.web.officer.withheld import is_few, label
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import language, month, number, words

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
    """A figure in words; ``value`` is None when withheld: ``why`` says so, ``lacking`` tells what it waits for."""

    base: str
    value: str | None
    interval: str
    lacking: str
    bar: IntervalBar | None
    why: str = ""


@dataclass(frozen=True)
class NamedFigure:
    name: str
    figure: FigureView
    explain: str = ""


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
    why: str = ""


@dataclass(frozen=True)
class FactorView:
    """A factor's items, with the labels of their levels."""

    name: str
    figure: FigureView
    labels: tuple[str, ...]
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class Share:
    label: str
    count: str
    share: str
    width: float


@dataclass(frozen=True)
class CountedView:
    """An item that is counted, not scored. ``is_perception``: what people think, not what they met.

    ``why``: why there are no shares.
    """

    name: str
    is_perception: bool
    base: str
    shares: tuple[Share, ...]
    lacking: str
    why: str = ""
    explain: str = ""


def percent(part: int, whole: int) -> str:
    """A share with one decimal, half-up: 10,6 %."""
    shown = number(Fraction(100 * part, whole), 1)
    return f"{shown}\u00a0%" if language() == "vi" else f"{shown}%"


def span(interval: Interval | None, places: int = 1) -> str:
    """An interval in words; empty when there is none."""
    return f"{number(interval.low, places)} – {number(interval.high, places)}" if interval else ""


def _short_of(base: int, least: int) -> str:
    if base == 0:
        return _("không có câu trả lời")
    return _("mới có %(base)s, cần %(least)s phiếu", base=number(base), least=number(least))


def figure_view(figure: Figure, recipe: Recipe, lacking: str) -> FigureView:
    """A figure in words; ``lacking`` is shown only when it is withheld."""
    return FigureView(
        base=number(figure.base),
        value=None if figure.value is None else number(figure.value, recipe.rounding.places),
        interval=span(figure.interval, recipe.rounding.places),
        lacking=lacking if figure.value is None and is_few(figure.reason) else "",
        bar=interval_bar(figure, recipe),
        why=label(figure.reason) if figure.value is None else "",
    )


def item_name(item: Item) -> str:
    """The official criterion in Vietnamese; the question as asked in other languages."""
    return item.criterion.name if language() == "vi" else words(item.text)


def _section_lacking(section: SectionScore, bases: Bases) -> str:
    """What a factor waits for: its items with too few answers, told by the smallest base."""
    if not is_few(section.figure.reason):
        return label(section.figure.reason)
    short = [score for score in section.items if score.figure.is_withheld and is_few(score.figure.reason)]
    if not short:
        return ""
    weakest = min(short, key=lambda score: score.figure.base)
    return _short_of(weakest.figure.base, bases.score(weakest.item))


def overall_lacking(sections: Iterable[SectionScore], bases: Bases) -> list[str]:
    """The factors for which the overall figure waits, each with what it lacks."""
    return [
        f"{words(section.section.title)}: {_section_lacking(section, bases)}"
        for section in sections
        if section.figure.is_withheld
    ]


def factor_figures(card: Scorecard, bases: Bases, explain: Explain = unexplained) -> list[NamedFigure]:
    """The factors' own figures."""
    return [
        NamedFigure(
            words(section.section.title),
            figure_view(section.figure, card.recipe, _section_lacking(section, bases)),
            explain(section.section.id),
        )
        for section in card.sections
    ]


def _unjudged(distribution: Distribution) -> str:
    """How many were shown the item and gave no code; empty when withheld."""
    if distribution.missing is None:
        return ""
    return number(sum(count for code, count in distribution.missing.items() if code != NOT_SHOWN))


def item_view(score: ItemScore, recipe: Recipe, bases: Bases, explain: Explain = unexplained) -> ItemView:
    """A scored item as shown."""
    counts, base, reason = score.distribution.counts, score.distribution.base, score.distribution.reason
    least = bases.counts(score.item)
    too_few = _short_of(score.figure.base, bases.score(score.item))
    return ItemView(
        name=item_name(score.item),
        text=words(score.item.text),
        figure=figure_view(score.figure, recipe, too_few),
        levels=level_bar(counts) if counts else (),
        shares=tuple(percent(count, base) for count in counts.values()) if counts else (),
        lacking="" if counts or not is_few(reason) else _short_of(base, least),
        unjudged=_unjudged(score.distribution),
        explain=explain(score.item.id),
        why="" if counts else label(reason),
    )


def labels_of(scale: Scale | None) -> tuple[str, ...]:
    """The labels of a scale's levels, in scale order."""
    return tuple(words(code.label) for code in scale.codes) if scale else ()


def factors(card: Scorecard, bases: Bases, explain: Explain = unexplained) -> list[FactorView]:
    """Every factor with its items."""
    return [
        FactorView(
            words(section.section.title),
            figure_view(section.figure, card.recipe, _section_lacking(section, bases)),
            labels_of(section.items[0].item.scale),
            tuple(item_view(score, card.recipe, bases, explain) for score in section.items),
        )
        for section in card.sections
    ]


def _share(label: str, count: int, base: int) -> Share:
    return Share(label, number(count), percent(count, base), round(count * 100 / base, 1))


def _single_shares(scale: Scale, counts: Mapping[str, int], base: int) -> list[Share]:
    return [_share(words(code.label), counts[code.code], base) for code in scale.codes]


def _chosen_shares(scale: Scale, options: Mapping[str, Distribution]) -> list[Share]:
    """Of a k-choice item: how many chose each option, among those who answered; an option withheld says so."""
    shown = [(words(code.label), options[code.code]) for code in scale.codes]
    return [
        _share(name, d.counts["1"], d.base) if d.counts else Share(name, "", label(d.reason), 0) for name, d in shown
    ]


def first_shown(counted: ItemCounts) -> Distribution:
    """The first option whose answers are shown, or the first of all where none is."""
    options = list(counted.options.values())
    return next((option for option in options if option.counts), options[0])


def _counted_view(counted: ItemCounts, bases: Bases, explain: Explain) -> CountedView:
    item, first = counted.item, first_shown(counted)
    assert item.scale is not None
    shares: Sequence[Share] = ()
    if first.counts:
        is_single = item.kind is ItemKind.CHOICE
        shares = (
            _single_shares(item.scale, first.counts, first.base)
            if is_single
            else _chosen_shares(item.scale, counted.options)
        )
    least = bases.counts(item)
    return CountedView(
        name=words(item.text),
        is_perception=item.polarity is Polarity.NEGATIVE,
        base=number(first.base),
        shares=tuple(shares),
        lacking="" if shares or not is_few(first.reason) else _short_of(first.base, least),
        why="" if shares else label(first.reason),
        explain=explain(item.id),
    )


def counted_items(card: Scorecard, bases: Bases, explain: Explain = unexplained) -> list[CountedView]:
    """The counted items: perceptions first, because they are read with most care."""
    views = [_counted_view(counted, bases, explain) for counted in card.counted]
    return sorted(views, key=lambda view: not view.is_perception)


def trend_rows(points: Iterable[TrendPoint], recipe: Recipe, explain: Callable[[date], str]) -> list[NamedFigure]:
    """The trend's figures by month, the newest first."""
    return [
        NamedFigure(month(point.month), figure_view(point.overall, recipe, ""), explain(point.month))
        for point in sorted(points, key=lambda point: point.month, reverse=True)
    ]
