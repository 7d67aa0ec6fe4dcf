"""What we promise and how to check it: privacy, accessibility, and a self-check of the phone in one's hand."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from flask import Response as Reply
from flask import current_app, request

from survey_app.web.citizen import blueprint
from survey_app.web.citizen.pages import document

CHECKED_ON = date(2026, 11, 22)
"""Day of the last whole run of the accessibility tests that the statement reports."""

LONGEST_CODE = 24


@cache
def _check_script() -> str:
    path = Path(current_app.root_path) / "static" / "citizen" / "check.js"
    return path.read_text(encoding="utf-8")


def _allow_script(reply: Reply, script: str) -> Reply:
    """Let this page run one more script, by its hash."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = reply.headers["Content-Security-Policy"]
    reply.headers["Content-Security-Policy"] = policy.replace("script-src ", f"script-src 'sha256-{digest}' ")
    return reply


def _code() -> str:
    """The code of the poster the reader came from, to lead back to its questionnaire."""
    return request.args.get("code", "").strip().replace("/", "")[:LONGEST_CODE]


@blueprint.get("/privacy")
def privacy() -> Reply:
    """What is kept of an answer, why, how long, who sees it and whom to ask."""
    return document("citizen/privacy.html", 200, code=_code())


@blueprint.get("/accessibility")
def accessibility() -> Reply:
    """What is met, what was tested, what is known not to work, and how to complain."""
    return document("citizen/accessibility.html", 200, code=_code(), checked_on=CHECKED_ON)


@blueprint.get("/check")
def check() -> Reply:
    """What this browser can do, for who helps with the phone in hand; nothing of it is sent."""
    script = _check_script()
    return _allow_script(document("citizen/check.html", 200, code=_code(), check_script=script), script)
