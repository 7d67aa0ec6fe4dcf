"""Posters as PDF in every format, and a code as text for a terminal. No database: the caller brings the names.

The pages are ``templates/poster/*.typ``, set in the complete Inter of ``fonts/``; their words come from
``templates/poster/texts.json``. Names reach them as JSON data, never as markup. Codes are QR level Q (a quarter of
the symbol may be lost), ISO/IEC 18004.
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

from survey_app.domain.print_job import PosterFormat
from survey_app.storage.poster_texts import MAIN_LANGUAGE, POSTERS, complete_texts

ADDRESS_LIMIT = 100
"""Longest address in characters that is still typed by hand and printed in letters of a readable size."""

BESIDE_VIETNAMESE = 1
"""How many further languages find room on a poster, the smallest with the longest names included."""

_FONTS = POSTERS.parent.parent / "fonts"
_PAGES = {
    PosterFormat.A4: "a4.typ",
    PosterFormat.A6: "a6.typ",
    PosterFormat.NOTICE: "notice.typ",
    PosterFormat.NOTICE_A3: "notice.typ",
    PosterFormat.CONTACT: "contact.typ",
}


@dataclass(frozen=True)
class PosterSheet:
    """What one poster says. ``address`` is the full address, encoded and printed as given; ``counter_name`` is
    empty on the notice of a whole centre."""

    counter_name: str
    centre_name: str
    unit_name: str
    address: str
    issue_number: int
    printed_on: date
    is_sample: bool


def poster_languages() -> list[str]:
    """Tags of the languages whose poster texts are complete, Vietnamese first."""
    return list(complete_texts())


def render_posters(
    sheets: Sequence[PosterSheet],
    poster_format: PosterFormat = PosterFormat.A4,
    languages: Sequence[str] = (MAIN_LANGUAGE, "en"),
    texts_path: Path = POSTERS / "texts.json",
) -> bytes:
    """Return one PDF with the sheets in the order given: one page each, many a page on the contact sheet.

    Vietnamese is always there and comes first, whatever ``languages`` says. Names up to 120 characters wrap and
    shrink to fit.

    Raises:
        ValueError: no sheet, an address that is empty or longer than ``ADDRESS_LIMIT``, a language whose texts are
            not complete, or more languages than there is room for.
    """
    if not sheets:
        raise ValueError("no poster to print")
    values = {
        "sheets": json.dumps([_page_facts(sheet) for sheet in sheets], ensure_ascii=False),
        "tongues": json.dumps(_tongues(languages, texts_path), ensure_ascii=False),
        "paper": "a3" if poster_format is PosterFormat.NOTICE_A3 else "a4",
    }
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
    pdf: bytes = typst.compile(POSTERS / _PAGES[poster_format], root=POSTERS, font_paths=fonts, sys_inputs=values)
    return pdf


def _tongues(languages: Sequence[str], texts_path: Path) -> list[dict[str, object]]:
    texts = complete_texts(texts_path)
    chosen = list(dict.fromkeys((MAIN_LANGUAGE, *languages)))
    unknown = [tag for tag in chosen if tag not in texts]
    if unknown:
        raise ValueError(f"no complete poster texts in {', '.join(unknown)}")
    if len(chosen) > 1 + BESIDE_VIETNAMESE:
        raise ValueError(f"a poster has room for {BESIDE_VIETNAMESE} language beside Vietnamese")
    return [{"tag": tag.split("-")[0], "words": texts[tag]} for tag in chosen]


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
        "code": sheet.address.rsplit("/", 1)[-1],
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
