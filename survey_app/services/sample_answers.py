"""Sample answers with the unevenness of real ones: some centres better, some factors weaker, some people in haste.

Drawn item by item for many people at once, so that a million take seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey_app.domain.questionnaire import Item, ItemKind, Polarity, Questionnaire
from survey_app.domain.record import COMMUNE_CODE_LENGTH, NOT_ANSWERED, NOT_SHOWN

STAGE_SHARES = (0.50, 0.33, 0.12, 0.05)
FACTOR_LEAN = {"access": 0.1, "procedures": -0.1, "officials": 0.15, "result": -0.05, "feedback": -0.35}
STRAIGHT_SHARE = 0.12
"""About so many give the same face throughout."""

Codes = NDArray[np.uint8]
"""Characters of records: people × columns."""
Which = NDArray[np.bool_]
Leans = NDArray[np.float64]


def lean_of(code: str) -> float:
    """A unit's own lean, about -0.5..0.5, the same at every run."""
    return hashlib.sha256(code.encode()).digest()[0] / 255 - 0.5


def _ascii(characters: str) -> Codes:
    return np.frombuffer(characters.encode("ascii"), dtype=np.uint8)


def _levels(rng: np.random.Generator, leans: Leans, levels: int) -> NDArray[np.int64]:
    """Levels 1..levels; people at a desk mostly give the upper ones."""
    drawn = rng.normal(0.78 * levels + 0.35 * leans * levels / 2, 0.17 * levels)
    return np.clip(np.rint(drawn), 1, levels).astype(np.int64)


def _codes(item: Item, leans: Leans, rng: np.random.Generator) -> Codes:
    """One code of the item's scale for each person."""
    assert item.scale is not None
    codes, number = _ascii(item.scale.characters), len(leans)
    if item.polarity is Polarity.POSITIVE:
        return codes[_levels(rng, leans + FACTOR_LEAN.get(item.section, 0.0), len(codes)) - 1]
    if item.is_sensitive and not item.is_demographic and len(codes) > 1:
        return rng.choice(codes, number, p=[0.8, *[0.2 / (len(codes) - 1)] * (len(codes) - 1)])
    return rng.choice(codes, number)


def _answers(item: Item, leans: Leans, homes: Codes, rng: np.random.Generator) -> Codes:
    """What people answer who are put an item: its columns, some left out, some with a missing code."""
    if item.kind is ItemKind.COMMUNE:
        drawn = homes.copy()
    elif item.kind is ItemKind.CHOICES:
        assert item.scale is not None
        chosen = rng.random((len(leans), len(item.scale.characters))) < 0.25
        drawn = np.where(chosen, _ascii("1"), _ascii("0"))
        drawn[~chosen.any(axis=1)] = ord(NOT_ANSWERED)
    else:
        drawn = _codes(item, leans, rng)[:, None]
    if item.missing:
        unsure = rng.random(len(leans)) < 0.04
        drawn[unsure] = rng.choice(_ascii(item.missing), int(unsure.sum()))[:, None]
    drawn[rng.random(len(leans)) < (0.35 if item.is_demographic else 0.06)] = ord(NOT_ANSWERED)
    return drawn


def _visible(item: Item, given: dict[str, Codes], number: int) -> Which:
    if item.show_if is None:
        return np.ones(number, dtype=np.bool_)
    return np.isin(given[item.show_if.item], _ascii("".join(item.show_if.codes)))


def sample_records(
    questionnaire: Questionnaire, leans: Sequence[float], homes: Sequence[str], rng: np.random.Generator
) -> list[str]:
    """Records as people might leave them, one for each lean and commune of residence."""
    number, given = len(leans), dict[str, Codes]()
    lean = np.array(leans, dtype=np.float64)
    home = _ascii("".join(homes)).reshape(number, COMMUNE_CODE_LENGTH)
    is_straight, straight = rng.random(number) < STRAIGHT_SHARE, _ascii("12345")[_levels(rng, lean, 5) - 1]
    columns: list[Codes] = []
    for item in questionnaire.items():
        if item.kind is ItemKind.TEXT:
            continue
        if item.id == questionnaire.stage_item:
            drawn = rng.choice(_ascii("1234"), number, p=STAGE_SHARES)[:, None]
        else:
            drawn = _answers(item, lean, home, rng)
        if item.scale is not None and item.scale.drawn_as == "faces":
            drawn[is_straight] = straight[is_straight, None]
        drawn[~_visible(item, given, number)] = ord(NOT_SHOWN)
        given[item.id] = drawn[:, 0]
        columns.append(drawn)
    matrix = np.hstack(columns)
    text, width = matrix.tobytes().decode("ascii"), matrix.shape[1]
    return [text[start : start + width] for start in range(0, len(text), width)]
