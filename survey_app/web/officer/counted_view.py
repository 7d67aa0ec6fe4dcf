"""The counted items of a scorecard as a page shows them: perceptions, needs, why people came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.questionnaire import ItemKind, Polarity, Scale
from survey_app.domain.scoring import Distribution, ItemCounts, Scorecard
from survey_app.web.officer.figures import Bases, Explain, first_shown, percent, short_of, unexplained
from survey_app.web.officer.withheld import is_few, label
from survey_app.web.rendering import number, words


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
        lacking="" if shares or not is_few(first.reason) else short_of(first.base, least),
        why="" if shares else label(first.reason),
        explain=explain(item.id),
    )


def counted_items(card: Scorecard, bases: Bases, explain: Explain = unexplained) -> list[CountedView]:
    """The counted items: perceptions first, because they are read with most care."""
    views = [_counted_view(counted, bases, explain) for counted in card.counted]
    return sorted(views, key=lambda view: not view.is_perception)
