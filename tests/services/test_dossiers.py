"""What the dossier system reports: a file is taken whole or not at all, and comes out again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from survey_app.domain.dossier_file import Report
from survey_app.services import dossiers
from survey_app.services.transactions import TransactionFileProblems
from survey_app.services.units import UnknownUnit
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests import scenes
from tests.rows import nothing_stored
from tests.scenes import CENTRES, NOW, Province

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
INDICES, LEDGER = (dossiers.shape_of(RECIPES, report) for report in (Report.INDICES, Report.LEDGER))
TODAY = date(2026, 11, 16)
COUNTER, CENTRE = f"{CENTRES[0]}-Q1", CENTRES[0]
INDEX_FILE = f"counter,month,total_time,agency_time,dossiers,source\n{COUNTER},2026-10,1.75,,120,Cổng\n"
LEDGER_FILE = f"centre;month;dossiers;overdue;complaints;disliked;in_time;rejected\n{CENTRE};10/2026;1.000;30;4;6;3;1\n"


def load(engine: Engine, shape: dossiers.Shape, text: str, unit: str = "51") -> int:
    return dossiers.import_reports(engine, shape, text, unit, NOW, "tester")


@pytest.mark.parametrize(("shape", "text"), [(INDICES, INDEX_FILE), (LEDGER, LEDGER_FILE)], ids=["indices", "ledger"])
def test_a_file_is_stored_and_comes_out_again(
    any_engine: Engine, any_province: Province, shape: dossiers.Shape, text: str
) -> None:
    assert load(any_engine, shape, text) == 1
    exported = dossiers.export_reports(any_engine, shape, "51", TODAY, ";")
    assert load(any_engine, shape, "\ufeff" + exported) == 1
    assert dossiers.export_reports(any_engine, shape, "51", TODAY, ";") == exported
    [line] = dossiers.reports_page(any_engine, shape, "51", TODAY).lines
    assert line.month == date(2026, 10, 1)


def test_an_index_that_was_left_out_stays_empty(engine: Engine, province: Province) -> None:
    load(engine, INDICES, INDEX_FILE)
    [line] = dossiers.reports_page(engine, INDICES, COUNTER, TODAY).lines
    assert (dict(line.values), line.source) == ({"total_time": "1,75", "dossiers": "120"}, "Cổng")


def test_a_later_file_replaces_the_months_it_names(engine: Engine, province: Province) -> None:
    load(engine, INDICES, INDEX_FILE)
    load(engine, INDICES, INDEX_FILE.replace("1.75,,120", ",2,80"))
    [line] = dossiers.reports_page(engine, INDICES, "51", TODAY).lines
    assert dict(line.values) == {"agency_time": "2", "dossiers": "80"}


def test_one_bad_line_and_nothing_is_stored(engine: Engine, province: Province) -> None:
    bad = f"{LEDGER_FILE}{CENTRES[1]};2026-10;10;11;0;0;;\n"
    with nothing_stored(engine), pytest.raises(TransactionFileProblems) as refused:
        load(engine, LEDGER, bad)
    assert [(problem.line, problem.column) for problem in refused.value.problems] == [(3, "overdue")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "counter,month\n", '"', INDEX_FILE.split("\n", 1)[0]])
def test_a_file_without_its_columns_or_lines_is_refused(engine: Engine, province: Province, text: str) -> None:
    with nothing_stored(engine), pytest.raises(TransactionFileProblems):
        load(engine, INDICES, text)


def test_only_units_at_and_below_the_own_one_are_known(engine: Engine, province: Province) -> None:
    with pytest.raises(TransactionFileProblems) as refused:
        load(engine, LEDGER, LEDGER_FILE, CENTRES[1])
    assert "Không có trung tâm mã" in refused.value.problems[0].message
    with pytest.raises(UnknownUnit):
        load(engine, LEDGER, LEDGER_FILE, "51-NOPE")


def test_a_month_is_typed_in_and_audited(engine: Engine, province: Province) -> None:
    cells = {"centre": CENTRE, "month": "2026-09", "dossiers": "50", "overdue": "1", "complaints": "0", "disliked": "0"}
    dossiers.enter_report(engine, LEDGER, cells, CENTRE, NOW, "tester")
    page = dossiers.reports_page(engine, LEDGER, CENTRE, TODAY)
    assert [line.month for line in page.lines] == [date(2026, 9, 1)]
    assert page.missing == 10
    with begin_read(engine) as connection:
        entry = next(iter(audit_log.newest_first(connection, audit_log.AuditFilter())))
    assert (entry.action, entry.unit_code) == ("dossiers.import", CENTRE)


def test_an_empty_file_names_everyone_who_could_report(engine: Engine, province: Province) -> None:
    lines = dossiers.empty_file(engine, LEDGER, "51", TODAY).splitlines()
    assert len(lines) == 4
    assert all(",2026-10," in line for line in lines[1:])
