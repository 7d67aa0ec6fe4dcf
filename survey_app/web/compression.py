"""Pages travel compressed, whether or not a proxy stands in front: a cheap phone on 3G notices nothing more."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping

import brotli
from flask import Response, request

LEAST_BYTES = 1_000
"""A shorter page does not become shorter."""

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
"""Content coding -> how (RFC 9110, 8.4.1); the first the browser accepts is taken."""


def compress(reply: Response) -> Response:
    """After a request: the page in a coding its browser accepts; anything else as it is."""
    if reply.mimetype != "text/html" or reply.is_streamed or "Content-Encoding" in reply.headers:
        return reply
    body = reply.get_data()
    if len(body) < LEAST_BYTES:
        return reply
    reply.vary.add("Accept-Encoding")
    coding = next((name for name in ENCODERS if request.accept_encodings.quality(name) > 0), None)
    if coding is not None:
        reply.set_data(ENCODERS[coding](body))
        reply.headers["Content-Encoding"] = coding
    return reply
