"""Whether this process lives (``/healthz``) and can serve (``/readyz``)."""

from __future__ import annotations

from flask import Blueprint

from survey_app import extensions
from survey_app.services.health import is_ready

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[str, int]:
    return "ok\n", 200


@blueprint.get("/readyz")
def ready() -> tuple[str, int]:
    return ("ready\n", 200) if is_ready(extensions.engine()) else ("not ready\n", 503)
