"""Posters of everything below a unit: what is collected, and the files of the command."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine

from survey_app.domain.print_job import PosterFormat
from survey_app.services import counters, posters
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from tests import scenes

BASE = "https://khaosat.example/"


def write(
    engine: Engine, unit: str, out: Path, poster_format: PosterFormat = PosterFormat.A4, progress=lambda *_: None
) -> tuple[int, int]:
    return posters.write_posters(engine, unit, out, poster_format, ("vi", "en"), BASE, scenes.NOW, "an", progress)


def test_one_page_per_counter_with_its_own_address(engine: Engine, province: scenes.Province, tmp_path: Path):
    out = tmp_path / "posters.pdf"
    assert write(engine, province.communes[0], out) == (2, 0)
    pages = pypdfium2.PdfDocument(io.BytesIO(out.read_bytes()))
    found = [zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())[0].text for page in pages]
    codes = [province.codes[counter] for counter in province.counters[:2]]
    assert found == [f"https://khaosat.example/q/{code}" for code in codes]
    assert "Phường Kon Tum" in pages[0].get_textpage().get_text_range()


def test_a_revoked_code_is_not_printed(engine: Engine, province: scenes.Province, tmp_path: Path):
    counters.revoke(engine, province.codes[province.counters[0]], scenes.NOW, "an")
    assert write(engine, province.communes[0], tmp_path / "one.pdf") == (1, 1)
    counters.revoke(engine, province.codes[province.counters[1]], scenes.NOW, "an")
    with pytest.raises(posters.NothingToPrint):
        write(engine, province.communes[0], tmp_path / "none.pdf")
    with pytest.raises(UnknownUnit):
        write(engine, "none", tmp_path / "none.pdf")
    assert not (tmp_path / "none.pdf").exists()


def test_a_zip_has_a_file_for_each_commune_and_progress_is_told(
    engine: Engine, province: scenes.Province, tmp_path: Path
):
    out, told = tmp_path / "posters.zip", []
    write(engine, "51", out, PosterFormat.CONTACT, lambda done, total: told.append((done, total)))
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == 3
        assert all(name.isascii() and name.endswith("-contact.pdf") for name in archive.namelist())
    assert told[-1] == (5, 5)
    with begin_read(engine) as connection:
        assert audit_log.entries(connection, "posters.print") == [("an", "51", {"formats": ["contact"], "posters": 5})]


@pytest.mark.parametrize("unit", [scenes.CENTRES[0], "51-23293-TT-Q1"])
def test_a_centre_or_counter_is_one_file_of_its_own(engine: Engine, province: scenes.Province, unit: str):
    with begin_read(engine) as connection:
        found = posters.collect(connection, unit, PosterFormat.A4, BASE, province.sipas.published_at.date())
    assert [bundle.unit.code for bundle in found.bundles] == [unit]


def test_centres_without_a_code_of_their_own_are_missing(engine: Engine, province: scenes.Province):
    counters.issue_missing_for_centres(engine, province.communes[0], scenes.NOW, "an")
    with begin_read(engine) as connection:
        found = posters.collect(connection, "51", PosterFormat.NOTICE, BASE, scenes.NOW.date())
    assert [sheet.centre_name for bundle in found.bundles for sheet in bundle.sheets] == [
        "Trung tâm Phục vụ hành chính công phường Kon Tum"
    ]
    assert {unit.code for unit in found.missing} == {province.centres[1], province.province_centre}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Xã Đăk Long", "xa-dak-long"),
        ("Đặc khu Lý Sơn", "dac-khu-ly-son"),
        ("../../etc/passwd\x00", "etc-passwd"),
        ("ភាសា", ""),
    ],
)
def test_file_names_are_plain_ascii(name: str, plain: str):
    assert posters.plain_name(name) == plain
    assert posters.file_name(name, "51-1", PosterFormat.NOTICE_A3).endswith("51-1-notice-a3.pdf")
