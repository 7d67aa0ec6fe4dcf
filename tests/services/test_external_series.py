"""External series: taken in whole, shown apart, withheld below the same bases, never in our own scores."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.domain.disclosure import Withheld
from survey_app.domain.external_series import ExternalSeries
from survey_app.domain.rounding import rounded
from survey_app.domain.unit_succession import Boundaries
from survey_app.services import external_series
from survey_app.services.external_series import ExternalFileProblems, NameTaken, NoSuchSeries, table_of
from survey_app.services.release import run_releases
from survey_app.services.results import ResultsQuery, results_page, unit_results
from survey_app.services.trend_points import Step
from survey_app.services.trends import unit_trend
from survey_app.storage import audit_log
from survey_app.storage.database import begin_read
from survey_app.storage.recipe_files import load_recipes
from tests.merger import NEW, OLD, reorganise
from tests.rows import nothing_stored
from tests.scenes import CENTRES, COMMUNES, NOW, QUESTIONNAIRES_DIR, Province, fill_inbox

RECIPES = load_recipes(QUESTIONNAIRES_DIR / "recipes")
SERIES = ExternalSeries("Google Form 2024", "Sở Nội vụ", "Một câu hỏi chung, đếm tay", "sipas_desk")
HEAD = "unit;period;figure;responses;level_1;level_2;level_3;level_4;level_5\n"
FIRST = f"{HEAD}{OLD[0]};2024;overall;30;0;0;3;20;7\n{OLD[1]};2024;overall;20;0;0;0;10;10\n"


def load(engine: Engine, text: str, unit: str = "51", series: ExternalSeries = SERIES, replaces: int = 0) -> int:
    table = table_of(text.encode())
    return external_series.import_series(engine, series, table, unit, NOW, "tester", replaces=replaces)


def trend_of(engine: Engine, unit: str, figure: str = "overall", **more: object):
    asked = ResultsQuery(unit, "sipas_desk", 1, boundaries=Boundaries.NOW, today=date(2026, 11, 16))
    return unit_trend(engine, RECIPES, replace(asked, **more), figure, Step.MONTH)


def test_figures_of_former_units_are_pooled_by_their_counts(any_engine: Engine, any_province: Province) -> None:
    reorganise(any_engine, any_province)
    assert load(any_engine, FIRST) == 2
    [point] = trend_of(any_engine, NEW).external
    assert str(rounded(point.value, 2)) == "85.60"
    assert (point.responses, point.units, point.series.source) == (50, 2, "Sở Nội vụ")
    [top] = trend_of(any_engine, NEW, recipe="sipas-2017-top2").external
    assert top.value == Fraction(94)
    [own] = trend_of(any_engine, OLD[0], boundaries=Boundaries.THEN).external
    assert (str(rounded(own.value, 2)), own.units) == ("82.67", 0)
    assert trend_of(any_engine, NEW, boundaries=Boundaries.THEN).external == ()
    [entry] = trend_of(any_engine, NEW, first_month=date(2024, 1, 1)).external
    assert entry == point


def test_it_is_withheld_below_our_own_bases(engine: Engine, province: Province) -> None:
    lines = ("51;2024;overall;9;0;0;0;90;81", "51;2023;access_info;10;0;0;0;5;4", "51;2023;access;10;0;0;0;9;9")
    load(engine, HEAD + "\n".join(lines))
    [point] = trend_of(engine, "51").external
    assert (point.value, point.reason, point.responses) == (None, Withheld.FEW, 9)
    [item] = trend_of(engine, "51", "access_info").external
    assert item.value is None
    [factor] = trend_of(engine, "51", "access").external
    assert factor.value == Fraction(90)


def test_no_cut_shows_it(engine: Engine, province: Province) -> None:
    load(engine, f"{HEAD}51;2024;overall;90;0;0;0;90;81\n")
    assert len(trend_of(engine, "51").external) == 1
    for cut in ({"stage": "filing"}, {"channel": "poster"}, {"wave": "2026-q4"}, {"last_month": date(2023, 1, 1)}):
        assert trend_of(engine, "51", **cut).external == ()


def test_it_never_enters_our_own_figures(engine: Engine, province: Province, rng: Random) -> None:
    fill_inbox(engine, province, province.counters[0], 40, rng, stage="collecting")
    run_releases(engine, NOW)
    asked = ResultsQuery("51", "sipas_desk", 1, boundaries=Boundaries.NOW)
    with begin_read(engine) as connection:
        before = results_page(connection, RECIPES, asked), unit_results(connection, RECIPES, asked)
    points = trend_of(engine, "51").points
    load(engine, f"{HEAD}51;2026-11;overall;900;900;0;0;0;0\n51;2024;overall;900;900;0;0;0;0\n")
    with begin_read(engine) as connection:
        assert (results_page(connection, RECIPES, asked), unit_results(connection, RECIPES, asked)) == before
    trend = trend_of(engine, "51")
    assert trend.points == points
    assert len(trend.external) == 2


def test_a_file_comes_out_as_it_went_in_as_csv_and_xlsx(any_engine: Engine, any_province: Province) -> None:
    own = f"{COMMUNES[0]};2024;overall;30;0;0;3;20;7"
    text = f"{HEAD}{own}\n51;2025-Q1;access_info;20;1;2;3;4;5\n51;2024-10;access;8;0;0;0;0;9\n"
    load(any_engine, text)
    [stored] = external_series.series_at(any_engine, "51")
    assert (stored.series, stored.figures) == (SERIES, 3)
    figures = external_series.one_series(any_engine, stored.id, "51").figures
    table = external_series.as_table(figures)
    assert sorted(";".join(cells) for cells in table[1:]) == sorted(text.splitlines()[1:])
    for content in (external_series.csv_file(table), external_series.xlsx_file(table)):
        assert table_of(content) == table
        count = external_series.import_series(
            any_engine, SERIES, table_of(content), "51", NOW, "tester", replaces=stored.id
        )
        [stored] = external_series.series_at(any_engine, "51")
        assert (count, stored.figures) == (3, 3)
    with begin_read(any_engine) as connection:
        assert len(audit_log.entries(connection, "external.import")) == 1
        assert len(audit_log.entries(connection, "external.replace")) == 2


def test_deleting_leaves_nothing_and_an_entry(any_engine: Engine, any_province: Province) -> None:
    load(any_engine, f"{HEAD}51;2024;overall;90;0;0;0;90;81\n")
    [stored] = external_series.series_at(any_engine, "51")
    assert external_series.delete_series(any_engine, stored.id, "51", NOW, "tester") == SERIES.name
    assert external_series.series_at(any_engine, "51") == []
    assert trend_of(any_engine, "51").external == ()
    with begin_read(any_engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "external.delete")
    assert (actor, unit, detail["name"]) == ("tester", "51", SERIES.name)
    with pytest.raises(NoSuchSeries):
        external_series.delete_series(any_engine, stored.id, "51", NOW, "tester")


def test_a_template_names_every_figure_and_is_refused_while_empty(engine: Engine, province: Province) -> None:
    table = external_series.template(engine, "sipas_desk", COMMUNES[0])
    assert table[0] == ["unit", "period", "figure", "responses", *(f"level_{n}" for n in range(1, 6)), "name"]
    assert [cells[2] for cells in table[1:4]] == ["overall", "access", "procedures"]
    assert len(table) == 1 + 1 + 5 + 19
    with pytest.raises(ExternalFileProblems, match="phải viết như"):
        external_series.import_series(engine, SERIES, table, "51", NOW, "tester")


@pytest.mark.parametrize(
    "text", ["", '"', "\0", HEAD, HEAD.replace("unit", "x"), f"{HEAD}51;2024;overall;30;0;0;3;20;x\n", "x" * 200_000]
)
def test_a_bad_file_changes_nothing(engine: Engine, province: Province, text: str) -> None:
    with nothing_stored(engine), pytest.raises(ExternalFileProblems):
        load(engine, text)


def test_names_are_unique_and_units_within_reach(engine: Engine, province: Province) -> None:
    load(engine, f"{HEAD}{COMMUNES[0]};2024;overall;90;0;0;0;90;81\n", COMMUNES[0])
    with nothing_stored(engine), pytest.raises(NameTaken):
        load(engine, f"{HEAD}51;2024;overall;90;0;0;0;90;81\n")
    with nothing_stored(engine), pytest.raises(ExternalFileProblems, match="trong phạm vi"):
        load(engine, f"{HEAD}51;2024;overall;90;0;0;0;90;81\n", CENTRES[0], replace(SERIES, name="khác"))
    assert external_series.series_at(engine, COMMUNES[1]) == []
    [stored] = external_series.series_at(engine, "51")
    with pytest.raises(NoSuchSeries):
        external_series.one_series(engine, stored.id, COMMUNES[1])


def _zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(f"xl/{name.replace('__', '/')}.xml", text)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"PK\x03\x04broken",
        _zipped(other=""),
        _zipped(worksheets__sheet1="<not"),
        _zipped(worksheets__sheet1='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        _zipped(worksheets__sheet1="<x>" + " " * 9_000_000 + "</x>"),
    ],
    ids=["not UTF-8", "no archive", "no sheet", "no XML", "entities", "a bomb"],
)
def test_what_is_no_table_says_so(content: bytes) -> None:
    with pytest.raises(ExternalFileProblems):
        table_of(content)
