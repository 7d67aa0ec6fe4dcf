"""The officer's cookie: signed with SECRET_KEY, read on first need, kept from every other address.

Its name has no ``__Host-``: browsers take that prefix with ``Path=/`` only, and then the cookie would go with every
request of citizens on the same computer. The narrower path is worth more than the prefix.
"""

from __future__ import annotations

from flask import Flask, current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from survey_app import extensions

PREFIX = "/officer"
LANGUAGE_KEY = "language"


class OfficerCookies(SecureCookieSessionInterface):
    """Sessions exist under ``/officer`` only, so that nothing else needs the key or could set a cookie."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer with every key, the signing one last; None outside the officer surface."""
        if not (request.path == PREFIX or request.path.startswith(PREFIX + "/")):
            return None
        found = extensions.keys("SECRET_KEY")
        return URLSafeTimedSerializer(
            list(reversed(found)),
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )

    def get_cookie_path(self, app: Flask) -> str:
        """``/officer`` below whatever sub-path the product is served at."""
        return request.script_root + PREFIX


def give_csrf_key() -> None:
    """Before a request: let Flask-WTF sign with the first key (the setting may hold several)."""
    current_app.config["WTF_CSRF_SECRET_KEY"] = extensions.keys("SECRET_KEY")[0]
