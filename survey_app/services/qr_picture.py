"""A QR as a picture for a page: black on white in every colour scheme, no file, no request of its own."""

from __future__ import annotations

from base64 import b64encode

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathFillImage


def qr_data_address(text: str) -> str:
    """The QR of ``text`` as the address of an SVG image."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    symbol.add_data(text)
    picture: bytes = symbol.make_image(image_factory=SvgPathFillImage).to_string()
    return "data:image/svg+xml;base64," + b64encode(picture).decode()
