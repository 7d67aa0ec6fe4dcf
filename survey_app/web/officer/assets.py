"""Style and script of the officer pages, at addresses that carry the hash of their content."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, abort, make_response, url_for

from survey_app.web.access import open_to_everyone
from survey_app.web.officer.blueprint import blueprint

STATIC = Path(__file__).resolve().parents[2] / "static"
TYPES = {"officer.css": "text/css; charset=utf-8", "officer.js": "text/javascript; charset=utf-8"}
FOR_A_YEAR = "public, max-age=31536000, immutable"


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = (STATIC / name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


def asset_url(name: str) -> str:
    """The address of an asset in its present state."""
    return url_for("officer.asset", digest=_content(name)[1], name=name)


@blueprint.get("/static/<digest>/<name>")
@open_to_everyone
def asset(digest: str, name: str) -> Response:
    """One of the two files; kept by browsers for a year under the address that fits its content."""
    if name not in TYPES:
        abort(404)
    content, present = _content(name)
    reply = make_response(content)
    reply.headers["Content-Type"] = TYPES[name]
    reply.headers["Cache-Control"] = FOR_A_YEAR if digest == present else "no-cache"
    return reply
