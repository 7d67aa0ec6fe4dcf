"""Importing units all or nothing, and retiring them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey_app.domain.org_tree import UnitHasValidChildren
from survey_app.services import units
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.storage.org_units import GEOGRAPHY
from tests import scenes

HEADER = "code,kind,name,parent_code,valid_from,valid_to,service_fields\n"
PROVINCE = "51,province,Tỉnh Quảng Ngãi,,2025-07-01,,\n"


def _import(engine: Engine, folder: Path, text: str, encoding: str = "utf-8") -> tuple[int, int]:
    (folder / "units.csv").write_bytes(text.encode(encoding))
    return units.import_units(engine, folder / "units.csv", scenes.NOW, "an")


def test_the_sample_file_imports_and_importing_again_changes_nothing(any_engine: Engine):
    path = GEOGRAPHY / "quang_ngai_units.csv"
    added, _ = units.import_units(any_engine, path, scenes.NOW, "an")
    before = units.unit_tree(any_engine).units
    assert units.import_units(any_engine, path, scenes.NOW, "an") == (0, added)
    assert units.unit_tree(any_engine).units == before
    assert added == len(before) == 849


def test_one_bad_line_and_nothing_is_imported(engine: Engine, tmp_path: Path):
    text = HEADER + PROVINCE + "\n21548,comune,Đặc khu Lý Sơn,51,2025-07-01,,\n21549,commune,,99,2025-07-01,,\n"
    with pytest.raises(units.UnitFileProblems) as caught:
        _import(engine, tmp_path, text)
    assert {problem.line for problem in caught.value.problems} == {4, 5}, "blank lines count too"
    assert not units.unit_tree(engine).units


def test_a_vietnamese_excel_file_is_read(engine: Engine, tmp_path: Path):
    assert _import(engine, tmp_path, (HEADER + PROVINCE).replace(",", ";"), "utf-8-sig") == (1, 0)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", PROVINCE], ids=["empty", "other columns", "no header"])
def test_a_file_that_is_none_says_so(engine: Engine, tmp_path: Path, text: str):
    with pytest.raises(units.UnitFileProblems):
        _import(engine, tmp_path, text)


def test_a_file_in_another_encoding_says_so(engine: Engine, tmp_path: Path):
    with pytest.raises(units.UnitFileProblems, match="UTF-8"):
        _import(engine, tmp_path, HEADER + PROVINCE, "utf-16")


def test_a_unit_retires_after_those_below_it(engine: Engine, province: scenes.Province):
    counter, centre = province.counters[0], province.centres[0]
    last_day = date(2026, 11, 30)
    with pytest.raises(UnitHasValidChildren):
        units.retire(engine, centre, last_day, scenes.NOW, "an")
    units.retire(engine, counter, last_day, scenes.NOW, "an")
    assert units.unit_tree(engine).units[counter].valid_to == last_day
    with begin_read(engine) as connection:
        assert audit_log.entries(connection, "unit.retire") == [("an", counter, {"valid_to": "2026-11-30"})]
    with pytest.raises(units.UnknownUnit):
        units.retire(engine, "none", last_day, scenes.NOW, "an")
