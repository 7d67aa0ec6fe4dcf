"""Importing units all or nothing, and retiring them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey_app.domain.org_tree import UnitHasValidChildren
from survey_app.domain.unit_changes import UnitPlan
from survey_app.services import units
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.storage.org_units import GEOGRAPHY
from tests import scenes

HEADER = "code,kind,name,parent_code,valid_from,valid_to,service_fields\n"
PROVINCE = "51,province,Tỉnh Quảng Ngãi,,2025-07-01,,\n"


def _counts(plan: UnitPlan) -> tuple[int, int, int]:
    return len(plan.added), len(plan.changed), len(plan.unchanged)


def _import(engine: Engine, folder: Path, text: str, encoding: str = "utf-8") -> tuple[int, int, int]:
    (folder / "units.csv").write_bytes(text.encode(encoding))
    return _counts(units.import_units(engine, folder / "units.csv", scenes.NOW, "an"))


def test_the_sample_file_imports_and_importing_again_changes_nothing(any_engine: Engine):
    path = GEOGRAPHY / "quang_ngai_units.csv"
    added, *_ = _counts(units.import_units(any_engine, path, scenes.NOW, "an"))
    before = units.unit_tree(any_engine).units
    assert _counts(units.import_units(any_engine, path, scenes.NOW, "an")) == (0, 0, added)
    assert units.unit_tree(any_engine).units == before
    assert added == len(before) == 849
    with begin_read(any_engine) as connection:
        assert len(audit_log.entries(connection, "unit.import")) == 1


def test_one_bad_line_and_nothing_is_imported(engine: Engine, tmp_path: Path):
    text = HEADER + PROVINCE + "\n21548,comune,Đặc khu Lý Sơn,51,2025-07-01,,\n21549,commune,,99,2025-07-01,,\n"
    with pytest.raises(units.UnitFileProblems) as caught:
        _import(engine, tmp_path, text)
    assert {problem.line for problem in caught.value.problems} == {4, 5}, "blank lines count too"
    assert not units.unit_tree(engine).units


def test_a_vietnamese_excel_file_is_read(engine: Engine, tmp_path: Path):
    assert _import(engine, tmp_path, (HEADER + PROVINCE).replace(",", ";"), "utf-8-sig") == (1, 0, 0)


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


def test_the_present_units_are_a_file_that_changes_nothing(any_engine: Engine, any_province: scenes.Province):
    for separator in (",", ";"):
        text = units.export_text(any_engine, None, separator)
        assert _counts(units.preview(any_engine, text)) == (0, 0, len(any_province.ids))
    below = units.export_text(any_engine, any_province.centres[0], ";")
    assert _counts(units.preview(any_engine, below, any_province.centres[0])) == (0, 0, 3)
    assert _counts(units.preview(any_engine, units.empty_file())) == (0, 0, 0)
    with pytest.raises(units.UnknownUnit):
        units.export_text(any_engine, "none")


def test_a_preview_stores_nothing_and_is_kept_to(engine: Engine, province: scenes.Province):
    text = units.export_text(engine, None).replace("Phường Kon Tum,51", "Phường mới,51")
    plan = units.preview(engine, text)
    assert _counts(plan) == (0, 1, len(province.ids) - 1)
    assert units.unit_tree(engine).units["51-23293"].name == "Phường Kon Tum"
    units.retire(engine, province.counters[0], date(2026, 11, 30), scenes.NOW, "an")
    marked = units.fingerprint(plan)
    with pytest.raises(units.OutdatedPreview):
        units.import_text(engine, text, scenes.NOW, "an", file_name="a.csv", previewed=marked)
    marked = units.fingerprint(units.preview(engine, text))
    units.import_text(engine, text, scenes.NOW, "an", file_name="a.csv", previewed=marked)
    with begin_read(engine) as connection:
        [(_, _, detail)] = audit_log.entries(connection, "unit.import")
    assert detail["changes"]["51-23293"] == {"name": ["Phường Kon Tum", "Phường mới"]}


@pytest.mark.parametrize(
    "text",
    [HEADER + '51,province,"Tỉnh', HEADER + "x" * 140_000, HEADER + "51\0,province,Tỉnh,,2025-07-01,,\n"],
    ids=["open quote", "a huge cell", "NUL"],
)
def test_a_broken_table_is_a_problem_not_a_fault(engine: Engine, text: str):
    with pytest.raises(units.UnitFileProblems):
        units.preview(engine, text)


def test_line_ends_of_any_kind_are_read(engine: Engine):
    for end in ("\r\n", "\r"):
        assert _counts(units.preview(engine, (HEADER + PROVINCE).replace("\n", end))) == (1, 0, 0)
