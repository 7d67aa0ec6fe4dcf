"""Sample answers with the unevenness of real ones: some centres better, some factors weaker, some people in haste."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire
from survey_app.domain.record import Answer, encode, is_visible

STAGE_WEIGHTS = (50, 33, 12, 5)
FACTOR_LEAN = {"access": 0.1, "procedures": -0.1, "officials": 0.15, "result": -0.05, "feedback": -0.35}


def lean_of(code: str) -> float:
    """A unit's own lean, about -0.5..0.5, the same at every run."""
    return hashlib.sha256(code.encode()).digest()[0] / 255 - 0.5


def _level(rng: Random, lean: float, levels: int) -> int:
    """A level 1..levels; people at a desk mostly give the upper ones."""
    return max(1, min(levels, round(rng.gauss(0.78 * levels + 0.35 * lean * levels / 2, 0.17 * levels))))


def _one_answer(item: Item, lean: float, rng: Random, communes: Sequence[str]) -> Answer | None:
    if rng.random() < (0.35 if item.is_demographic else 0.06):
        return None
    if item.missing and rng.random() < 0.04:
        return rng.choice(item.missing)
    if item.kind is ItemKind.COMMUNE:
        return rng.choice(communes)
    assert item.scale is not None
    codes = item.scale.characters
    if item.kind is ItemKind.CHOICES:
        return tuple(code for code in codes if rng.random() < 0.25)
    return _one_code(item, codes, lean, rng)


def _one_code(item: Item, codes: str, lean: float, rng: Random) -> str:
    if item.scale is not None and item.scale.drawn_as == "faces":
        return codes[_level(rng, lean + FACTOR_LEAN.get(item.section, 0.0), len(codes)) - 1]
    if item.is_sensitive and not item.is_demographic:
        return rng.choices(codes, [80, *[20 / max(1, len(codes) - 1)] * (len(codes) - 1)])[0]
    return rng.choice(codes)


def sample_record(questionnaire: Questionnaire, lean: float, rng: Random, communes: Sequence[str]) -> str:
    """A record as one person might leave it; about one in eight gives the same face throughout."""
    answers: dict[str, Answer] = {}
    straight = str(_level(rng, lean, 5)) if rng.random() < 0.12 else None
    for item in questionnaire.items():
        if item.kind is ItemKind.TEXT or not is_visible(item, answers):
            continue
        if item.id == questionnaire.stage_item:
            answers[item.id] = rng.choices("1234", STAGE_WEIGHTS)[0]
            continue
        if straight and item.scale is not None and item.scale.drawn_as == "faces":
            answers[item.id] = straight
            continue
        answer = _one_answer(item, lean, rng, communes)
        if answer is not None and answer != ():
            answers[item.id] = answer
    return encode(questionnaire, answers)
