"""Items that are asked only of those who came for certain things: being asked them would tell why somebody came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.anonymity import WITHHELD
from survey_app.domain.public_release import asked_at, routed_items
from survey_app.domain.questionnaire import Item, Questionnaire
from survey_app.domain.record import MISSING, NOT_ANSWERED, NOT_SHOWN
from survey_app.services.datasets_batches import Spans

NOT_TOLD = str.maketrans(dict.fromkeys(NOT_SHOWN + NOT_ANSWERED, WITHHELD))
"""Not asked and not answered look alike."""


@dataclass(frozen=True)
class Routing:
    """The routed items; where the record says why somebody came, if that matters; and what they were asked then."""

    items: tuple[Item, ...]
    spans: Sequence[tuple[int, int]]
    stage: Sequence[tuple[int, int]]
    asked: Mapping[str, str]

    def asked_of(self, record: str) -> str:
        """What of these items this response was asked."""
        return "".join([self.asked[record[start:stop]] for start, stop in self.stage])

    def hidden(self, record: str) -> str:
        """The record without word of what was not asked."""
        for start, stop in self.spans:
            record = record[:start] + record[start:stop].translate(NOT_TOLD) + record[stop:]
        return record


def routing_of(form: Questionnaire, spans_of: Callable[[Iterable[Item]], Spans]) -> Routing:
    """The routing of a questionnaire; ``spans_of`` tells where items stand in the record."""
    items = routed_items(form)
    if not items or form.stage_item is None:
        return Routing((), (), (), {})
    stage = form.item(form.stage_item)
    codes = (*MISSING, *(stage.scale.characters if stage.scale else ()))
    return Routing(items, spans_of(items).all, spans_of([stage]).all, {code: asked_at(form, code) for code in codes})
