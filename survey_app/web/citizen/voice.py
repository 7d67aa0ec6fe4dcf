"""Questions read aloud: a recording is fetched only when someone asks to hear it."""

from __future__ import annotations

from pathlib import Path

from flask import Response as Reply
from flask import abort, current_app, send_file, url_for

from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.voices import Recording, recording
from survey_app.web.citizen import blueprint
from survey_app.web.citizen.facts import facts

KEPT_SECONDS = 30 * 24 * 3600
"""How long a phone may keep a recording; a changed file has another address."""

CONTENT_SECURITY_POLICY = "default-src 'none'; media-src 'self'; frame-ancestors 'none'"
"""Without script the browser opens the recording as a page of its own, with its own player."""


def _recording(questionnaire: Questionnaire, name: str, language: str) -> Recording | None:
    folder = current_app.config.get("QUESTIONNAIRES_DIR")
    return recording(Path(folder), questionnaire, language, name) if folder else None


@blueprint.app_template_global()
def voice_file(questionnaire: Questionnaire, name: str, language: str) -> tuple[str, int] | None:
    """(address, size in kB) of what is recorded for an item, or for a scale (``_scale-<id>``), if there is a file."""
    found = _recording(questionnaire, name, language)
    if found is None:
        return None
    address = url_for(
        "citizen.voice",
        slug=questionnaire.slug,
        version=questionnaire.version,
        tag=language,
        name=name + found.path.suffix,
        changed=found.changed_at,
    )
    return address, -(-found.size // 1000)


@blueprint.get("/voice/<slug>/<int:version>/<tag>/<name>")
def voice(slug: str, version: int, tag: str, name: str) -> Reply:
    """A recording; parts of it for players that ask so. Only what a published version can have has an address."""
    asked = facts().versions.get((slug, version))
    found = _recording(asked.questionnaire, Path(name).stem, tag) if asked else None
    if found is None or not name.endswith(found.path.suffix):
        abort(404)
    reply = send_file(found.path, mimetype=found.mimetype, conditional=True, max_age=KEPT_SECONDS)
    reply.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return reply
