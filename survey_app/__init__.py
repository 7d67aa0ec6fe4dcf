"""Hài Lòng: citizens' satisfaction at the one-stop desk, from the QR at the counter to figures that stand up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask

from survey_app import extensions

SURFACES = ("citizen", "officer", "all")


Handler = TypeVar("Handler", bound=Callable[..., Any])


class Application(Flask):
    """Flask, without asking at every request whether each of its functions is asynchronous: none here is."""

    def ensure_sync(self, func: Handler) -> Handler:
        return func


def create_app(settings: Mapping[str, Any] | type, surface: str = "all") -> Flask:
    """The application with ``settings`` (a config class or a mapping), serving one surface or both.

    Only wires. A citizen-only process loads no officer code and no pandas.
    """
    app = Application(__name__, static_folder=None)
    values = settings if isinstance(settings, Mapping) else {n: getattr(settings, n) for n in dir(settings)}
    app.config.update({name: value for name, value in values.items() if name.isupper()})
    app.config["SURFACE"] = surface
    extensions.init_app(app)
    from survey_app.web import errors, health, rendering

    rendering.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.blueprint)
    if surface in ("citizen", "all"):
        from survey_app.web.citizen import blueprint as citizen

        app.register_blueprint(citizen)
    if surface in ("officer", "all"):
        from survey_app.web import officer

        officer.init_app(app)
    return app
