"""What goes with satisfaction at a unit: importance × performance of items and factors; how scales hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine

from survey_app.domain.comoments import CoMoments
from survey_app.domain.correlation import kurtosis
from survey_app.domain.drivers import (
    LEAST_BASE,
    Driver,
    Reliability,
    TooFewForDrivers,
    covariances,
    drivers,
    factor_drivers,
    reliability,
)
from survey_app.domain.recipe import Recipe
from survey_app.domain.scoring import ItemScore, SectionScore
from survey_app.domain.tally import Tally, comoments_of, counts_of
from survey_app.domain.tally_layout import TallyLayout
from survey_app.services.counted import unit_tallies
from survey_app.services.result_choices import UnitPage
from survey_app.storage.database import begin_read


@dataclass(frozen=True)
class ItemDriver:
    """An item with its figure as on every page, its factor, and what it has to do with the others."""

    score: ItemScore
    section: SectionScore
    driver: Driver


@dataclass(frozen=True)
class FactorDriver:
    """A factor with its figure as on every page, and what it has to do with the items outside it."""

    section: SectionScore
    driver: Driver


@dataclass(frozen=True)
class FactorReliability:
    """A factor's alpha and item-rest correlations, over those of its items that were judged; None: it has none."""

    section: SectionScore
    items: tuple[ItemScore, ...]
    found: Reliability | None


@dataclass(frozen=True)
class Drivers:
    """``left_out``: items with fewer than 200 responses alone or together with another, or answered alike by all.

    ``items`` is empty while fewer than two items remain, ``factors`` while fewer than two factors have all their items.
    """

    responses: int
    items: tuple[ItemDriver, ...]
    factors: tuple[FactorDriver, ...]
    reliability: tuple[FactorReliability, ...]
    left_out: tuple[ItemScore, ...]


def judged(moments: CoMoments) -> list[int]:
    """The largest simple choice of items of which every pair has 200 responses: those in most short pairs go first."""
    spread = np.diagonal(moments.products) * np.diagonal(moments.both) > np.diagonal(moments.scores) ** 2
    kept = [place for place in range(moments.size) if moments.both[place, place] >= LEAST_BASE and spread[place]]
    while kept:
        short = {place: int((moments.both[place, kept] < LEAST_BASE).sum()) for place in kept}
        worst = max(kept, key=lambda place: (short[place], -int(moments.both[place, place])))
        if short[worst] == 0:
            break
        kept.remove(worst)
    return kept


def _reliability(layout: TallyLayout, tally: Tally, scores: Sequence[ItemScore]) -> Reliability | None:
    if len(scores) < 2:
        return None
    try:
        return reliability(comoments_of(layout, tally, [score.item.id for score in scores]))
    except (TooFewForDrivers, ValueError):
        return None


def _kurtoses(layout: TallyLayout, tally: Tally, items: Iterable[str]) -> list[float]:
    """How far the scores of each item reach out, from its counts."""
    counted = [counts_of(layout, tally, item)[""] for item in items]
    return [kurtosis({int(code): n for code, n in counts.items() if code.isdigit()}) for counts in counted]


def _items(layout: TallyLayout, tally: Tally, chosen: Mapping[str, tuple[ItemScore, SectionScore]]) -> list[ItemDriver]:
    moments = comoments_of(layout, tally, list(chosen))
    if len(chosen) < 2 or float(covariances(moments).sum()) <= 0:
        return []
    try:
        found = drivers(list(chosen), moments, _kurtoses(layout, tally, chosen))
    except (TooFewForDrivers, ValueError):
        return []
    return [ItemDriver(*chosen[driver.name], driver) for driver in found]


def _factors(
    layout: TallyLayout, tally: Tally, chosen: Mapping[str, tuple[ItemScore, SectionScore]]
) -> list[FactorDriver]:
    """The factors that have a figure and of which no item is left out."""
    places = {item: place for place, item in enumerate(chosen)}
    sections = {part.section.id: part for _, part in chosen.values()}
    whole = {
        name: [places[score.item.id] for score in part.items]
        for name, part in sections.items()
        if part.figure.value is not None and all(score.item.id in places for score in part.items)
    }
    try:
        moments = comoments_of(layout, tally, list(chosen))
        found = factor_drivers(whole, moments, _kurtoses(layout, tally, chosen))
    except (TooFewForDrivers, ValueError):
        return []
    return [FactorDriver(sections[driver.name], driver) for driver in found]


def unit_drivers(engine: Engine, recipes: Mapping[str, Recipe], page: UnitPage) -> Drivers | None:
    """The drivers behind a unit's page; sensitive items never take part. None: no questionnaire is published."""
    if page.results is None:
        return None
    code = page.path[-1].code
    with begin_read(engine) as connection:
        counted = unit_tallies(connection, recipes, page.results.query)
    card, tally, layout = counted.card(code), counted.tally(code), counted.layout
    every = [(score, part) for part in card.sections for score in part.items if not score.item.is_sensitive]
    moments = comoments_of(layout, tally, [score.item.id for score, _ in every])
    places = judged(moments)
    chosen = {every[place][0].item.id: every[place] for place in places}
    sections = {part.section.id: part for _, part in every}
    items = _items(layout, tally, chosen)
    return Drivers(
        responses=card.responses,
        items=tuple(items),
        factors=tuple(_factors(layout, tally, chosen)) if items else (),
        reliability=tuple(
            FactorReliability(part, own, _reliability(layout, tally, own))
            for part in sections.values()
            if (own := tuple(score for score, section in chosen.values() if section is part))
        )
        if items
        else (),
        left_out=tuple(score for score, _ in every if score.item.id not in chosen),
    )
