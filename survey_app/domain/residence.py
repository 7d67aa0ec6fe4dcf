"""Figures by commune of residence: which released responses become readable together.

A questionnaire that is scored by residence asks about home, wherever it was answered: its responses are counted for the
commune their citizen named. Such a cut runs across releases, so it has batches of its own, made when a quarter is over
and never changed afterwards. A batch holds at least k responses of one commune (or of nobody's: no commune named, or
one elsewhere); every figure by residence, the province's as well, is a sum of whole batches, and these questionnaires
have no figures by counter, so that no two figures differ by fewer than k people. What is short of k waits for the next
quarter; when a year ends, what is left joins without its communes, and counts for the province only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.questionnaire import Item, ItemKind, Questionnaire
from survey_app.domain.record import COMMUNE_CODE_LENGTH, layout

LAST_QUARTER = 4
NOBODYS = None
"""The commune of responses that count for the province only."""


@dataclass(frozen=True)
class HomeBatch:
    """Responses that become readable by residence at once; ``commune`` is None where they count for the province."""

    commune: str | None
    responses: tuple[int, ...]


def residence_item(questionnaire: Questionnaire) -> Item | None:
    """The item that asks for the commune of residence, if there is one."""
    return next((item for item in questionnaire.items() if item.kind is ItemKind.COMMUNE), None)


def residence_start(questionnaire: Questionnaire) -> int:
    """Where the commune's code begins in the record. Raises ValueError where residence is not asked."""
    item = residence_item(questionnaire)
    if item is None:
        raise ValueError(f"{questionnaire.slug} does not ask for the commune of residence")
    return next(column.position for column in layout(questionnaire) if column.item == item.id)


def residence_of(start: int, record: str, communes: Collection[str]) -> str | None:
    """The commune named in a record; None for none, for no wish to tell, and for one that is not among these."""
    code = record[start : start + COMMUNE_CODE_LENGTH]
    return code if code in communes else NOBODYS


def home_batches(homes: Mapping[int, str | None], least: int, quarter: int) -> list[HomeBatch]:
    """The batches to make of waiting responses at the end of a quarter; the rest goes on waiting.

    Args:
        homes: response -> commune of residence.
        least: k, the smallest batch.
        quarter: its number, 1 to 4; with the last one of a year what is left joins.
    """
    by_commune: dict[str | None, list[int]] = defaultdict(list)
    for response in sorted(homes):
        by_commune[homes[response]].append(response)
    batches: list[HomeBatch] = []
    left: list[int] = by_commune.pop(NOBODYS, [])
    for commune in sorted(by_commune, key=str):
        if len(by_commune[commune]) >= least:
            batches.append(HomeBatch(commune, tuple(by_commune[commune])))
        elif quarter == LAST_QUARTER:
            left += by_commune[commune]
    return [*batches, *_nobodys(left, least)]


def _nobodys(responses: Sequence[int], least: int) -> list[HomeBatch]:
    return [HomeBatch(NOBODYS, tuple(sorted(responses)))] if len(responses) >= least else []
