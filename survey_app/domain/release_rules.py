"""What the rules of a release (domain/release_plan.py) need to know of a questionnaire: the items that stages route."""

from __future__ import annotations

from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.record import layout

MIXED = "mixed"


def routed_positions(questionnaire: Questionnaire) -> tuple[int, ...]:
    """The record columns of the items that are shown only at certain visit stages; one for items shown alike.

    Items routed by another answer are not among them: nobody outside knows that answer, and whoever gave it stands
    among the k or more who were asked for it.
    """
    first_column = {column.item: column.position for column in reversed(layout(questionnaire))}
    alike: dict[tuple[str, ...], int] = {}
    for item in questionnaire.items():
        if item.show_if and item.show_if.item == questionnaire.stage_item and item.id in first_column:
            alike.setdefault(item.show_if.codes, first_column[item.id])
    return tuple(alike.values())
