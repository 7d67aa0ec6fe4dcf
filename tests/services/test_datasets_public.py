"""Public datasets: k-anonymous by an independent count, coarse, without what would undo it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from survey_app.services.datasets import TooFewForPublic
from survey_app.services.datasets_recompute import recompute
from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from tests import dataset_files, scenes

DEMOGRAPHIC = ("gender", "age_group", "ethnicity", "education", "occupation", "area")


@pytest.fixture
def filled(engine: Engine, province: scenes.Province, rng: Random) -> scenes.Province:
    dataset_files.fill(engine, province, rng)
    return province


def public(engine: Engine, out: Path, **more: Any) -> Path:
    return dataset_files.export(engine, out, level="public", **more).path


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as bundle:
        found: dict[str, Any] = json.loads(bundle.read("manifest.json"))
        return found


def smallest_group(rows: list[dict[str, str]]) -> int:
    table = pd.DataFrame(rows)
    keys = ["unit", "period", *(name for name in DEMOGRAPHIC if name in table)]
    return int(table.groupby(keys).size().min())


def test_every_combination_has_k_responses(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    path = public(engine, tmp_path / "p.zip")
    rows = dataset_files.tables_of(path)["responses"]
    assert len(rows) == manifest(path)["responses"]
    assert smallest_group(rows) >= 10
    assert manifest(path)["protection"]["k"] == 10
    assert any(row["gender"] != "W" for row in rows), "something is told"


@pytest.mark.parametrize("k", [15, 40])
def test_k_is_a_setting(engine: Engine, filled: scenes.Province, tmp_path: Path, k: int) -> None:
    change_settings(engine, scenes.NOW, "system", {"thresholds": {"demographic": k}})
    path = public(engine, tmp_path / "p.zip")
    assert smallest_group(dataset_files.tables_of(path)["responses"]) >= k
    assert manifest(path)["protection"]["k"] == k


def test_a_filter_keeps_k_within_its_file_and_tells_no_more(
    engine: Engine, filled: scenes.Province, tmp_path: Path
) -> None:
    whole = manifest(public(engine, tmp_path / "a.zip"))["protection"]
    query = replace(dataset_files.QUERY, unit_codes=("51-23293",))
    path = public(engine, tmp_path / "b.zip", query=query)
    rows = dataset_files.tables_of(path)["responses"]
    assert smallest_group(rows) >= 10
    part = manifest(path)["protection"]
    order = ["month", "quarter", "year", "all"]
    assert order.index(part["period"]) >= order.index(whole["period"])
    assert set(part["items_left_out"]) >= set(whole["items_left_out"])


def test_what_would_tell_counter_day_or_person_is_left_out(
    engine: Engine, filled: scenes.Province, tmp_path: Path
) -> None:
    internal = dataset_files.tables_of(dataset_files.export(engine, tmp_path / "i.zip").path)
    path = public(engine, tmp_path / "p.zip")
    tables = dataset_files.tables_of(path)
    rows, scores = tables["responses"], tables["scores"]
    gone = {"release", "week", "counter", "wave", "channel", "language", "duration_band", "flagged", "residence"}
    assert not gone & set(rows[0])
    assert not {row["response"] for row in rows} & {row["response"] for row in internal["responses"]}
    again = dataset_files.tables_of(public(engine, tmp_path / "q.zip"))["responses"]
    assert not {row["response"] for row in rows} & {row["response"] for row in again}, "names of one export alone"
    assert {row["unit_kind"] for row in scores} <= {"province", "department", "commune", "centre"}
    assert {row["stage"] for row in scores} == {"all"}
    assert all(int(row["base"]) >= 30 for row in scores if row["withheld"] == "0")
    with zipfile.ZipFile(path) as bundle:
        readme = bundle.read("README.txt").decode("utf-8-sig")
    assert "BẢN CÔNG KHAI" in readme
    assert "Câu bỏ hẳn: " in readme
    assert recompute(path).agrees


def test_nobody_is_told_to_have_come_for_something(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    path = public(engine, tmp_path / "p.zip")
    table = pd.DataFrame(dataset_files.tables_of(path)["responses"])
    routed = ["result_on_time", "result_accurate", "result_fair"]
    assert not {"stage", "response_stage", "release_stage"} & set(table)
    assert not table[routed].isin(["-", "."]).any(axis=None), "not asked and not answered look alike"
    assert (table["official_polite"] == ".").any()
    was_asked = (table[routed] != "W").any(axis=1)
    assert 0 < was_asked.sum() < len(table)
    told = [name for name in DEMOGRAPHIC if name in table]
    collecting = table[was_asked & (table[told] != "W").any(axis=1)]
    assert collecting.groupby(["unit", "period", *told]).size().min() >= 8, "ten, less those who answered none of three"
    assert "stage" in manifest(path)["protection"]["items_left_out"]
    codebook = {row["column"]: row for row in dataset_files.tables_of(path)["codebook"]}
    assert "stage" not in codebook
    assert codebook["result_fair"]["missing_vi"].startswith("X = ")
    assert "W = " in codebook["result_fair"]["missing_vi"]
    with zipfile.ZipFile(path) as bundle:
        assert "không được hỏi và không trả lời đều là W" in bundle.read("README.txt").decode("utf-8-sig")
    assert recompute(path).agrees


def test_sensitive_answers_need_their_base(
    engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path
) -> None:
    scenes.fill_inbox(engine, province, province.counters[0], 60, rng, stage="filing")
    scenes.fill_inbox(engine, province, province.counters[4], 12, rng, stage="filing")
    run_releases(engine, scenes.NOW)
    rows = dataset_files.tables_of(public(engine, tmp_path / "p.zip"))["responses"]
    table = pd.DataFrame(rows)
    for _, group in table.groupby(["unit", "period"]):
        for item in ("officials_trouble", "extra_payment"):
            given = group[item][group[item].str.isdigit()]
            assert given.empty or (len(given) >= 30 and given.nunique() > 1)
    assert (table["extra_payment"] == "W").any() or len(set(table["unit"])) == 1


def test_too_few_are_refused(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    change_settings(engine, scenes.NOW, "system", {"thresholds": {"demographic": 341}})
    with pytest.raises(TooFewForPublic, match="341"):
        public(engine, tmp_path / "p.zip")
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".*.part"))


def test_months_outside_the_query_stay_outside(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    query = replace(dataset_files.QUERY, first_month=date(2026, 11, 1), last_month=date(2026, 11, 1))
    assert smallest_group(dataset_files.tables_of(public(engine, tmp_path / "p.zip", query=query))["responses"]) >= 10
