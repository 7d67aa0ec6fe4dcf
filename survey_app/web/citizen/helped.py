"""Whether this form was opened by somebody who helps, or who enters a paper form: told by a signed mark."""

from __future__ import annotations

from flask import request

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.services.collection_facts import OpenForm
from survey_app.services.helped_form import read_mark

MARK = "via"
POSTER = "poster"
ONLINE = "online"


def _marked_channel(open_form: OpenForm) -> str | None:
    text = request.args.get(MARK)
    return read_mark(extensions.keys("PAGE_KEY"), text, open_form.code, local_day(extensions.now())) if text else None


def channel_of(open_form: OpenForm) -> str:
    """How this form reached the citizen; a mark that is changed, of another code or another day counts for nothing.

    What asks about home is on no poster: who has it came by a link.
    """
    is_link = open_form.version.questionnaire.is_scored_by_residence
    return _marked_channel(open_form) or (ONLINE if is_link else POSTER)


def kept_mark(open_form: OpenForm) -> str | None:
    """The mark to be carried on to the next page; None where there is none that counts."""
    return request.args[MARK] if _marked_channel(open_form) else None
