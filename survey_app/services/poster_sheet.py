"""A4 posters as PDF, one page per counter, and the same QR as text. No database: the caller brings the words.

The page is ``templates/poster/a4.typ``, set in the complete Inter of ``fonts/``. Names reach it as JSON data,
never as markup. Codes are QR level Q (a quarter of the symbol may be lost), ISO/IEC 18004.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import qrcode
import typst
from qrcode.constants import ERROR_CORRECT_Q

ADDRESS_LIMIT = 100
"""Longest address in characters that is still typed by hand and printed in letters of a readable size."""

_APP = Path(__file__).resolve().parent.parent
_TEMPLATE = _APP / "templates" / "poster" / "a4.typ"
_FONTS = _APP / "fonts"


@dataclass(frozen=True)
class PosterSheet:
    """What one poster says. ``address`` is the counter's full address, encoded and printed as given."""

    counter_name: str
    centre_name: str
    unit_name: str
    address: str
    issue_number: int
    printed_on: date
    is_sample: bool


def render_posters(sheets: Sequence[PosterSheet]) -> bytes:
    """Return one PDF with an A4 page per sheet, in the order given.

    Names up to 120 characters wrap and shrink to fit. Raises ValueError if there is no sheet, or if an
    address is empty or longer than ``ADDRESS_LIMIT``.
    """
    if not sheets:
        raise ValueError("no poster to print")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
    facts = json.dumps([_page_facts(sheet) for sheet in sheets], ensure_ascii=False)
    return typst.compile(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, sys_inputs={"sheets": facts})


def terminal_qr(address: str) -> str:
    """Return the address's QR as lines of half-block characters, for a terminal with light signs on dark."""
    drawing = io.StringIO()
    _symbol(address, quiet_zone=4).print_ascii(out=drawing, invert=True)
    return drawing.getvalue()


def _page_facts(sheet: PosterSheet) -> dict[str, object]:
    if not 0 < len(sheet.address) <= ADDRESS_LIMIT:
        raise ValueError(f"address of {len(sheet.address)} characters; a poster takes 1 to {ADDRESS_LIMIT}")
    matrix = _symbol(sheet.address, quiet_zone=0).get_matrix()
    return {
        "counter_name": unicodedata.normalize("NFC", sheet.counter_name),
        "centre_name": unicodedata.normalize("NFC", sheet.centre_name),
        "unit_name": unicodedata.normalize("NFC", sheet.unit_name),
        "address": sheet.address,
        "issue_number": str(sheet.issue_number),
        "printed_on": f"{sheet.printed_on:%d/%m/%Y}",
        "is_sample": sheet.is_sample,
        "modules": len(matrix),
        "qr_svg": _qr_svg(matrix),
    }


def _symbol(address: str, quiet_zone: int) -> qrcode.QRCode:
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=quiet_zone)
    symbol.add_data(address)
    symbol.make(fit=True)
    return symbol


def _qr_svg(matrix: Sequence[Sequence[bool]]) -> str:
    """The symbol as one SVG path, one unit per module; the page's white is its quiet zone."""
    side = len(matrix)
    path = "".join(_row_path(y, row) for y, row in enumerate(matrix))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'


def _row_path(y: int, row: Sequence[bool]) -> str:
    """One rectangle for each run of dark modules in a row."""
    edges = [x for x in range(len(row) + 1) if (x > 0 and row[x - 1]) != (x < len(row) and row[x])]
    runs = zip(edges[::2], edges[1::2], strict=True)
    return "".join(f"M{start} {y}H{end}V{y + 1}H{start}z" for start, end in runs)
