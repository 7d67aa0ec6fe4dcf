"""Posters of everything below a unit."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine

from survey_app.services import counters, posters
from survey_app.services.units import UnknownUnit
from tests import scenes

BASE = "https://khaosat.example/"


def test_one_page_per_counter_with_its_own_address(engine: Engine, province: scenes.Province):
    pdf, number = posters.print_posters(engine, province.communes[0], BASE, scenes.NOW, "an")
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    found = [zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())[0].text for page in pages]
    codes = [province.codes[counter] for counter in province.counters[:2]]
    assert found == [f"https://khaosat.example/q/{code}" for code in codes]
    assert number == 2
    assert "Phường Kon Tum" in pages[0].get_textpage().get_text_range()


def test_a_revoked_code_is_not_printed(engine: Engine, province: scenes.Province):
    for counter in province.counters[:2]:
        counters.revoke(engine, province.codes[counter], scenes.NOW, "an")
    with pytest.raises(posters.NothingToPrint):
        posters.print_posters(engine, province.communes[0], BASE, scenes.NOW, "an")
    with pytest.raises(UnknownUnit):
        posters.print_posters(engine, "none", BASE, scenes.NOW, "an")
