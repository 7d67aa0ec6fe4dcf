"""The officer surface's blueprint; the views hang themselves on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("officer", __name__, url_prefix="/officer")
