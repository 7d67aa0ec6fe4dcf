"""SPSS, Stata, Parquet and JSON Lines hold what the CSV holds, as read by programs that did not write them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import duckdb
import pandas as pd
import pyreadstat
import pytest
from sqlalchemy import Engine

from survey_app.services.datasets_codebook import SPSS_MISSING, STATA_MISSING, stata_names
from survey_app.services.datasets_columns import UNIT_COLUMNS, dataset_columns
from survey_app.services.datasets_reading import open_package
from tests import dataset_files, scenes

LETTERS = dict(zip(STATA_MISSING.values(), STATA_MISSING, strict=True))


@pytest.fixture
def filled(engine: Engine, province: scenes.Province, rng: Random) -> scenes.Province:
    dataset_files.fill(engine, province, rng)
    return province


@pytest.fixture
def rows(engine: Engine, filled: scenes.Province, tmp_path: Path) -> list[dict[str, str]]:
    return dataset_files.rows_of(dataset_files.export(engine, tmp_path / "o.csv").path.read_bytes())


def _codes(filled: scenes.Province) -> list[str]:
    """The columns of one character."""
    return [c.name for c in dataset_columns(filled.sipas.questionnaire) if c.item is not None and not c.is_commune]


def test_spss_holds_every_answer_with_its_kind_of_missing(
    engine: Engine, filled: scenes.Province, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    path = dataset_files.export(engine, tmp_path / "o.sav", "sav").path
    table, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert list(table.columns) == list(rows[0])
    assert meta.number_rows == len(rows) == len(table)
    assert table["response"].tolist() == [row["response"] for row in rows]
    assert table["unit"].tolist() == [row["unit"] for row in rows]
    assert table["residence"].tolist() == [row["residence"] for row in rows]
    assert [day.isoformat() for day in table["week"]] == [row["week"] for row in rows]
    for name in _codes(filled):
        expected = [float(SPSS_MISSING.get(row[name], row[name])) for row in rows]
        assert table[name].tolist() == expected, name


def test_spss_names_columns_codes_missing_and_measures(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    path = dataset_files.export(engine, tmp_path / "o.sav", "sav").path
    table, meta = pyreadstat.read_sav(str(path))
    labels = meta.column_names_to_labels
    item = filled.sipas.questionnaire.item("official_polite")
    assert labels["official_polite"] == item.text["vi"]
    assert labels["week"] == "Tuần nhận phiếu (ngày thứ Hai)"
    values = meta.variable_value_labels["official_polite"]
    assert (values[1.0], values[5.0], values[-93.0]) == ("Rất không hài lòng", "Rất hài lòng", "Không áp dụng")
    assert meta.variable_value_labels["channel"][1.0] == "mã QR tại quầy"
    _, declared = pyreadstat.read_sav(str(path), user_missing=True)
    assert declared.missing_ranges["official_polite"] == [{"lo": -96.0, "hi": -91.0}]
    assert meta.variable_measure["official_polite"] == "ordinal"
    assert (meta.variable_measure["gender"], meta.variable_measure["week"]) == ("nominal", "scale")
    given = table["official_polite"].dropna()
    assert set(given) <= {1.0, 2.0, 3.0, 4.0, 5.0}, "user-missing values are left out"
    assert len(given) < len(table)


def test_stata_holds_every_answer_with_its_kind_of_missing(
    engine: Engine, filled: scenes.Province, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    path = dataset_files.export(engine, tmp_path / "o.dta", "dta").path
    table = pd.read_stata(path, convert_categoricals=False, convert_missing=True)
    assert list(table.columns) == stata_names(list(rows[0]))
    assert table["response"].tolist() == [row["response"] for row in rows]
    assert [day.date().isoformat() for day in table["week"]] == [row["week"] for row in rows]
    for name in _codes(filled):
        found = [
            LETTERS[cell.string[1:]] if isinstance(cell, pd.io.stata.StataMissingValue) else str(int(cell))
            for cell in table[name]
        ]
        assert found == [row[name] for row in rows], name


def test_stata_names_columns_and_codes(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    path = dataset_files.export(engine, tmp_path / "o.dta", "dta", language="en").path
    with pd.io.stata.StataReader(path) as reader:
        labels, values = reader.variable_labels(), reader.value_labels()
    assert labels["official_polite"] == filled.sipas.questionnaire.item("official_polite").text["en"]
    assert values["official_polite"][5] == "Very satisfied"
    _, meta = pyreadstat.read_dta(str(path), user_missing=True)
    assert meta.variable_value_labels["official_polite"]["k"] == "Don't know"


def test_parquet_holds_the_same_texts(
    engine: Engine, filled: scenes.Province, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    path = dataset_files.export(engine, tmp_path / "o.parquet", "parquet").path
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    assert [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()] == rows
    kinds = dict(duckdb.connect().execute("SELECT name, type FROM parquet_schema(?)", [str(path)]).fetchall())
    assert (kinds["week"], kinds["release"]) == ("INT32", "INT32")


def test_json_lines_hold_the_same_texts(
    engine: Engine, filled: scenes.Province, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    text = dataset_files.export(engine, tmp_path / "o.jsonl", "jsonl").path.read_text("utf-8")
    assert [json.loads(line) for line in text.splitlines()] == rows


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_the_long_shape_is_the_wide_one_melted(
    engine: Engine, filled: scenes.Province, rows: list[dict[str, str]], tmp_path: Path, kind: str
) -> None:
    out = dataset_files.export(engine, tmp_path / f"long.{kind}", kind, shape="long").path
    if kind == "csv":
        long = dataset_files.rows_of(out.read_bytes())
    elif kind == "jsonl":
        long = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    else:
        found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(out)])
        names = [column[0] for column in found.description]
        long = [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]
    answers = [c.name for c in dataset_columns(filled.sipas.questionnaire) if c.item is not None]
    facts = ("response", "release_month", *UNIT_COLUMNS, "release_stage")
    expected = [
        {**{fact: row[fact] for fact in facts}, "column": name, "code": row[name]} for row in rows for name in answers
    ]
    assert long == expected


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "sav", "dta"])
def test_options_of_a_choice_of_many_have_columns_in_every_format(
    engine: Engine, filled: scenes.Province, tmp_path: Path, kind: str
) -> None:
    query = dataset_files.DatasetQuery("quick_pulse", 1)
    expected = dataset_files.rows_of(dataset_files.export(engine, tmp_path / "o.csv", query=query).path.read_bytes())
    dataset_files.export(engine, tmp_path / "o.zip", kind, query=query)
    with open_package(tmp_path / "o.zip") as package:
        found = [dict(row) for row in package.responses()]
    names = [c.name for c in dataset_columns(filled.pulse.questionnaire) if c.item is not None]
    assert [[row[name] for name in names] for row in found] == [[row[name] for name in names] for row in expected]


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sav", "parquet"])
def test_the_same_on_postgresql(postgresql_engine: Engine, rng: Random, tmp_path: Path, kind: str) -> None:
    province = scenes.build_province(postgresql_engine)
    dataset_files.fill(postgresql_engine, province, rng)
    assert dataset_files.export(postgresql_engine, tmp_path / f"o.{kind}", kind).rows > 100


def test_long_names_are_cut_for_stata_and_stay_apart() -> None:
    names = ["short", "a" * 33, "a" * 34]
    cut = stata_names(names)
    assert cut[0] == "short"
    assert max(map(len, cut)) == 32
    assert len(set(cut)) == 3
