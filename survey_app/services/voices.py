"""Recorded voice: which names of a questionnaire may have a recording, and the one there is."""

from __future__ import annotations

from pathlib import Path

from survey_app.domain.questionnaire import Questionnaire
from survey_app.storage.voice_files import Recording, find_recording

__all__ = ["Recording"]

SCALE_MARK = "_scale-"
"""Stands before the id of a response scale that is read aloud; no item id begins so."""


def recordable_names(questionnaire: Questionnaire) -> set[str]:
    """Every item, and every response scale under ``_scale-<id>``."""
    return {item.id for item in questionnaire.items()} | {SCALE_MARK + scale for scale in questionnaire.scales}


def recording(folder: Path, questionnaire: Questionnaire, language: str, name: str) -> Recording | None:
    """What is recorded for an item or scale, if the questionnaire is complete in the language and a file exists."""
    if language not in questionnaire.languages or name not in recordable_names(questionnaire):
        return None
    return find_recording(folder, questionnaire.slug, language, name)
