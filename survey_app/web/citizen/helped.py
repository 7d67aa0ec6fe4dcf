"""Whether this form was opened by somebody who helps, or who enters a paper form: told by a signed mark."""

from __future__ import annotations

from flask import request

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.services.collection_facts import OpenForm
from survey_app.services.helped_form import read_mark

MARK = "via"
POSTER = "poster"


def channel_of(open_form: OpenForm) -> str:
    """How this form reached the citizen; a mark that is changed, of another code or another day counts for nothing."""
    text = request.args.get(MARK)
    if not text:
        return POSTER
    return read_mark(extensions.keys("PAGE_KEY"), text, open_form.code, local_day(extensions.now())) or POSTER


def kept_mark(open_form: OpenForm) -> str | None:
    """The mark to be carried on to the next page; None where there is none that counts."""
    return None if channel_of(open_form) == POSTER else request.args[MARK]
