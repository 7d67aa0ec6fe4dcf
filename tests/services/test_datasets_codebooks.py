"""The codebook as DDI-Codebook 2.5 and Markdown: complete, and valid by the schema."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from random import Random

import pytest
from lxml import etree
from sqlalchemy import Engine

from survey_app.services.datasets_columns import dataset_columns
from tests import dataset_files, scenes

DDI = {"d": "ddi:codebook:2_5"}
OWN_SCHEMA = Path(__file__).with_name("ddi_codebook_parts.xsd")
OFFICIAL_SCHEMA = os.environ.get("DDI_CODEBOOK_XSD", "")


@pytest.fixture
def files(engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path) -> dict[str, bytes]:
    dataset_files.fill(engine, province, rng)
    with zipfile.ZipFile(dataset_files.export(engine, tmp_path / "o.zip").path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_ddi_keeps_the_order_of_elements(files: dict[str, bytes]) -> None:
    schema = etree.XMLSchema(etree.parse(OWN_SCHEMA))
    book = etree.fromstring(files["codebook.xml"])
    assert schema.validate(book), schema.error_log


@pytest.mark.skipif(not OFFICIAL_SCHEMA, reason="DDI_CODEBOOK_XSD does not name the official codebook.xsd")
@pytest.mark.parametrize("level", ["internal", "public"])
def test_ddi_is_valid_by_the_official_schema(
    engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path, level: str
) -> None:
    dataset_files.fill(engine, province, rng)
    schema = etree.XMLSchema(etree.parse(OFFICIAL_SCHEMA))
    for slug in ("sipas_desk", "quick_pulse"):
        query = dataset_files.DatasetQuery(slug, 1)
        path = dataset_files.export(engine, tmp_path / f"{slug}.zip", query=query, level=level).path
        with zipfile.ZipFile(path) as bundle:
            assert schema.validate(etree.fromstring(bundle.read("codebook.xml"))), schema.error_log


def test_a_schema_can_refuse(files: dict[str, bytes]) -> None:
    schema = etree.XMLSchema(etree.parse(OWN_SCHEMA))
    broken = files["codebook.xml"].replace(b"<catValu>", b"<catValue>").replace(b"</catValu>", b"</catValue>")
    assert not schema.validate(etree.fromstring(broken))


def test_ddi_tells_every_variable(files: dict[str, bytes], province: scenes.Province) -> None:
    book = etree.fromstring(files["codebook.xml"])
    form = province.sipas.questionnaire
    names = [variable.get("name") for variable in book.iterfind(".//d:var", DDI)]
    assert names == [column.name for column in dataset_columns(form)]

    def texts(name: str, path: str) -> list[str]:
        return [e.text for e in book.iterfind(f".//d:var[@name='{name}']/{path}", DDI)]

    item = form.item("official_polite")
    assert texts("official_polite", "d:labl") == [item.text["vi"], item.text["en"]]
    asked = [(item.full_text or item.text)[language] for language in ("vi", "en")]
    assert texts("official_polite", "d:qstn/d:qstnLit") == asked
    assert texts("official_polite", "d:concept") == [item.criterion.name]
    assert texts("official_polite", "d:catgry[@missing='Y']/d:catValu") == [".", "X", "K"]
    assert texts("official_polite", "d:catgry[@missing='N']/d:labl")[:2] == ["Rất không hài lòng", "Very dissatisfied"]
    assert texts("result_fair", "d:universe") == ["stage = 2"]
    [measure] = [v.get("nature") for v in book.iterfind(".//d:var[@name='gender']", DDI)]
    assert measure == "nominal"
    assert book.findtext(".//d:caseQnty", namespaces=DDI) == str(len(dataset_files.rows_of(files["responses.csv"])))


def test_markdown_has_an_entry_for_every_column(files: dict[str, bytes], province: scenes.Province) -> None:
    text = files["codebook.md"].decode()
    for column in dataset_columns(province.sipas.questionnaire):
        assert f"### `{column.name}`" in text
    assert "- Chỉ hỏi khi: stage = 2" in text
    assert "1 = Rất không hài lòng" in text
    assert "\\| 2 = Không hài lòng" in text


def test_english_speaks_english(engine: Engine, files: dict[str, bytes], tmp_path: Path) -> None:
    path = dataset_files.export(engine, tmp_path / "e.zip", language="en").path
    with zipfile.ZipFile(path) as bundle:
        assert bundle.read("codebook.md").decode().startswith("# Codebook")
        assert "A row of responses is one released response" in bundle.read("README.txt").decode("utf-8-sig")
        assert ",Overall index," in bundle.read("scores.csv").decode("utf-8-sig")
