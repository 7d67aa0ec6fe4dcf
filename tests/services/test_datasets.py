"""Exported datasets: the same answers, the same scores, nothing that tells who or when."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from pathlib import Path
from random import Random

import openpyxl
import pytest
from sqlalchemy import Engine, select

from survey_app.domain.record import decode
from survey_app.services import datasets, datasets_files
from survey_app.services.datasets import DatasetQuery, Export, FileFormat, Form
from survey_app.services.datasets_columns import FACTS, dataset_columns
from survey_app.services.release import run_releases
from survey_app.services.settings_changes import change_settings
from survey_app.storage import audit_log, org_units
from survey_app.storage.database import begin_read, begin_write
from survey_app.storage.recipe_files import load_recipes
from survey_app.storage.tables import ReleaseRow, ResponseInboxRow, ResponseRow
from tests import scenes

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
QUERY = DatasetQuery("sipas_desk", 1)
FORM = {"shape", "level", "language"}
ITEMS = "access procedure official result feedback"


@pytest.fixture
def filled(engine: Engine, province: scenes.Province, rng: Random) -> scenes.Province:
    """Four counters with enough responses for stage cuts, one whose remainder joins above."""
    for counter in province.counters[:4]:
        for stage, n in (("collecting", 45), ("filing", 40), ("asking", 4), ("other", 3)):
            scenes.fill_inbox(engine, province, counter, n, rng, stage=stage)
    scenes.fill_inbox(engine, province, province.counters[4], 25, rng, slug="quick_pulse")
    scenes.fill_inbox(engine, province, province.counters[4], 11, rng, stage="collecting", flagged=True)
    run_releases(engine, scenes.NOW)
    for counter in province.counters[:2]:
        scenes.fill_inbox(engine, province, counter, 2, rng, stage="filing", channel="ticket")
    run_releases(engine, scenes.AFTER_THE_WAVE)
    return province


def export(engine: Engine, out: Path, query: DatasetQuery = QUERY, kind: str = "csv", **more: object) -> Export:
    return datasets.export_dataset(
        engine,
        RECIPES,
        scenes.NOW,
        query=query,
        form=Form(FileFormat(kind), **{name: more.pop(name) for name in FORM & more.keys()}),  # type: ignore[arg-type]
        out=out,
        **more,  # type: ignore[arg-type]
    )


def read_csv(data: bytes, separator: str = ",") -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


def read_zip(path: Path, separator: str = ",") -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(".csv")]
        return {name.removesuffix(".csv"): read_csv(bundle.read(name), separator) for name in names}


def stored(engine: Engine, version_id: int) -> dict[str, tuple[object, ...]]:
    """Number as exported -> (record, unit, month, release stage, response stage, channel)."""
    r, h = ResponseRow, ReleaseRow
    query = select(r.id, r.record, h.unit_id, h.month, h.stage, r.stage, r.channel).join(h, h.id == r.release_id)
    with begin_read(engine) as connection:
        rows = connection.execute(query.where(r.version_id == version_id)).all()
    return {f"r{number:016x}": tuple(rest) for number, *rest in rows}


def test_codes_are_those_of_the_records(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    done = export(engine, tmp_path / "o.csv")
    rows = read_csv(done.path.read_bytes())
    held = stored(engine, filled.sipas.id)
    assert done.rows == len(rows) == len(held)
    assert {row["response"] for row in rows} == set(held)
    code_of = {number: code for code, number in filled.ids.items()}
    form = filled.sipas.questionnaire
    for row in rows:
        record, unit_id, month, release_stage, stage, channel = held[row["response"]]
        assert (row["unit"], row["release_month"]) == (code_of[unit_id], f"{month:%Y-%m}")
        assert (row["release_stage"], row["response_stage"], row["channel"]) == (release_stage, stage, channel)
        for item, answer in decode(form, str(record)).items():
            assert row[item] in ((answer, "W") if form.item(item).is_demographic else (answer,))


def test_k_choice_items_take_a_column_an_option(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    rows = read_csv(export(engine, tmp_path / "o.csv", DatasetQuery("quick_pulse", 1)).path.read_bytes())
    held = stored(engine, filled.pulse.id)
    names = [column.name for column in dataset_columns(filled.pulse.questionnaire)][FACTS:]
    assert len(rows) == 25
    for row in rows:
        assert "".join(row[name] for name in names) == held[row["response"]][0]


def test_unit_columns_say_where_a_release_stands(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    rows = read_csv(export(engine, tmp_path / "o.csv").path.read_bytes())
    by_unit = {row["unit"]: row for row in rows}
    counter = by_unit["51-23293-TT-Q1"]
    assert [counter[name] for name in ("province", "department", "commune", "centre", "counter")] == [
        "51",
        "",
        "51-23293",
        "51-23293-TT",
        "51-23293-TT-Q1",
    ]
    centre = by_unit["51-23293-TT"]
    assert (centre["centre"], centre["counter"], centre["commune"]) == ("51-23293-TT", "", "51-23293")
    assert by_unit["51-TT-Q1"]["commune"] == ""


def test_rows_tell_no_order_of_arrival(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    rows = read_csv(export(engine, tmp_path / "o.csv").path.read_bytes())
    places = [row["commune"] or row["centre"] or row["province"] for row in rows]
    keys = list(zip(places, [row["response"] for row in rows], strict=True))
    assert keys == sorted(keys)


def test_demographics_are_k_anonymous_in_commune_and_year(
    engine: Engine, filled: scenes.Province, tmp_path: Path
) -> None:
    rows = read_csv(export(engine, tmp_path / "o.csv").path.read_bytes())
    names = [item.id for item in filled.sipas.questionnaire.items() if item.is_demographic]
    shared: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        place = row["commune"] or row["centre"] or row["province"]
        shared[(place, row["release_month"][:4], *(row[name] for name in names))] += 1
    assert min(shared.values()) >= 10
    assert any("W" not in key[2] for key in shared), "the commonest values are told"


def test_a_filter_does_not_change_what_is_withheld(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    whole = {row["response"]: row for row in read_csv(export(engine, tmp_path / "a.csv").path.read_bytes())}
    query = replace(QUERY, unit_codes=("51-23293-TT-Q1",))
    part = read_csv(export(engine, tmp_path / "b.csv", query).path.read_bytes())
    assert 0 < len(part) < len(whole)
    assert all(row == whole[row["response"]] for row in part)
    assert {row["unit"] for row in part} == {"51-23293-TT-Q1"}


def _index(scores: list[int], recipe: str) -> Fraction:
    if recipe == "sipas-2017-top2":
        return Fraction(100 * sum(score >= 4 for score in scores), len(scores))
    return Fraction(100 * sum(scores), 5 * len(scores))


def _shown(value: Fraction, places: str) -> str:
    exact = Decimal(value.numerator) * 10**12 / Decimal(value.denominator)
    assert abs(exact) < 10**15
    return str((exact / 10**12).quantize(Decimal(places), ROUND_HALF_UP))


def _recomputed(
    rows: list[dict[str, str]], recipe: str, items: dict[str, list[str]]
) -> Iterator[tuple[str, str, str, str]]:
    """(level, id, value, published) of everything with base enough, from the exported rows alone."""
    given = {item: [int(row[item]) for row in rows if row[item].isdigit()] for ids in items.values() for item in ids}
    index = {item: _index(scores, recipe) for item, scores in given.items() if len(scores) >= 10}
    groups = {("item", item): [item] for item in given}
    groups |= {("factor", section): ids for section, ids in items.items()}
    groups["overall", ""] = list(given)
    for (level, name), ids in groups.items():
        if all(item in index for item in ids):
            value = sum((index[item] for item in ids), Fraction(0)) / len(ids)
            yield level, name, _shown(value, "0.000001"), _shown(value, "0.1")
        else:
            yield level, name, "", ""


def test_scores_follow_from_the_responses_to_the_last_digit(
    engine: Engine, filled: scenes.Province, tmp_path: Path
) -> None:
    files = read_zip(export(engine, tmp_path / "o.zip").path)
    sections = {s.id: [item.id for item in s.items] for s in filled.sipas.questionnaire.sections if s.is_scored}
    published: dict[tuple[str, str, str], dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
    for row in files["scores"]:
        cut = (row["unit"], row["recipe"], row["stage"])
        published[cut][row["level"], row["id"]] = (row["value"], row["published"])
        assert (row["value"] == "") == (row["withheld"] == "1") == (row["reason"] in {"few", "too_fine"})
    assert {recipe for _, recipe, _ in published} == {"sipas-2017-top2", "sipas-2022-mean5"}
    assert {stage for *_, stage in published} >= {"all", "filing", "collecting"}
    for (unit, recipe, stage), figures in published.items():
        rows = [
            row
            for row in files["responses"]
            if unit in (row["province"], row["commune"], row["centre"], row["counter"], row["unit"])
            and stage in ("all", row["release_stage"])
        ]
        expected = {(level, name): shown for level, name, *shown in _recomputed(rows, recipe, sections)}
        assert {key: list(shown) for key, shown in figures.items()} == expected, (unit, recipe, stage)
    assert any(value for figures in published.values() for value, _ in figures.values())


def test_intervals_of_shares_are_wilson(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    files = read_zip(export(engine, tmp_path / "o.zip").path)
    wanted = ("51", "sipas-2017-top2", "all", "official_polite")
    row = next(r for r in files["scores"] if (r["unit"], r["recipe"], r["stage"], r["id"]) == wanted)
    scores = [int(r["official_polite"]) for r in files["responses"] if r["official_polite"].isdigit()]
    n, z = len(scores), 1.959963984540054
    p = sum(score >= 4 for score in scores) / n
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert int(row["base"]) == n
    assert float(row["low"]) == pytest.approx(100 * (centre - half) / (1 + z * z / n), abs=1e-6)
    assert float(row["high"]) == pytest.approx(100 * (centre + half) / (1 + z * z / n), abs=1e-6)


def test_the_codebook_names_every_column_and_code(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    files = read_zip(export(engine, tmp_path / "o.zip").path)
    book = {row["column"]: row for row in files["codebook"]}
    assert list(book) == list(files["responses"][0])
    for row in files["responses"]:
        for name, cell in row.items():
            entry = book[name]
            codes = f"{entry['codes_vi']} | {entry['missing_vi']}"
            if entry["kind"] == "choice" or (cell in (".", "-", "X", "K", "R", "W") and entry["item"]):
                assert re.search(rf"(^|\| ){re.escape(cell)} = \w", codes), (name, cell)
    polite = book["official_polite"]
    assert polite["codes_en"].startswith("1 = Very dissatisfied | 2 = Dissatisfied")
    assert polite["missing_vi"] == ". = Không trả lời | X = Không áp dụng | K = Không biết"
    assert polite["missing_en"] == ". = Not answered | X = Not applicable | K = Don't know"
    assert "W = Withheld to protect privacy" in book["ethnicity"]["missing_en"]
    for entry in book.values():
        for vietnamese, english in (("label_vi", "label_en"), ("codes_vi", "codes_en"), ("missing_vi", "missing_en")):
            assert entry[vietnamese].count(" = ") == entry[english].count(" = "), entry["column"]
            assert bool(entry[vietnamese]) == bool(entry[english]), entry["column"]
        assert bool(entry["section"]) == bool(entry["section_en"])
    assert book["result_fair"]["show_if"] == "stage = 2"
    assert "W = Không công bố để bảo mật" in book["ethnicity"]["missing_vi"]
    assert (book["ethnicity"]["sensitive"], book["ethnicity"]["demographic"]) == ("1", "1")


def test_no_day_minute_or_key_leaves(engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path) -> None:
    entries = scenes.fill_inbox(engine, province, province.counters[0], 20, rng, stage="filing")
    with begin_read(engine) as connection:
        assert len(connection.scalars(select(ResponseInboxRow.key)).all()) == 20
    run_releases(engine, scenes.NOW + timedelta(days=3))
    with zipfile.ZipFile(export(engine, tmp_path / "o.zip").path) as bundle:
        responses, scores = (bundle.read(name).decode("utf-8-sig") for name in ("responses.csv", "scores.csv"))
    days = set(re.findall(r"20\d\d-\d\d-\d\d", responses + scores))
    assert days == {"2026-11-16"}, "the Monday of the week"
    assert all(date.fromisoformat(day).weekday() == 0 for day in days)
    assert not any(entry.key in responses or str(entry.received_minute) in responses for entry in entries)
    assert re.search(r"\d\d:\d\d", responses) is None


def test_vietnamese_excel(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    world = read_zip(export(engine, tmp_path / "a.zip").path)
    excel = read_zip(export(engine, tmp_path / "b.zip", kind="csv-excel").path, ";")
    assert excel["responses"] == world["responses"]
    assert excel["codebook"] == world["codebook"]
    for ours, theirs in zip(excel["scores"], world["scores"], strict=True):
        assert ours["value"] == theirs["value"].replace(".", ",")
        assert "." not in ours["low"]


def test_readme_tells_filter_counts_and_hashes(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    change_settings(engine, scenes.NOW, "system", {"is_sample": True})
    query = replace(QUERY, unit_codes=("51-23293",), wave="2026-q4", first_month=date(2026, 11, 1))
    with zipfile.ZipFile(export(engine, tmp_path / "o.zip", query).path) as bundle:
        readme = bundle.read("README.txt").decode("utf-8-sig").splitlines()
        assert readme[0] == "DỮ LIỆU MẪU"
        assert "Đơn vị: 51-23293 Phường Kon Tum" in readme
        assert "Tháng: 11/2026 – …" in readme
        for name in ("responses.csv", "scores.csv", "codebook.csv"):
            sha256 = hashlib.sha256(bundle.read(name)).hexdigest()
            assert any(line.startswith(f"{name}: ") and line.endswith(sha256) for line in readme)
        assert {row["sample"] for row in read_csv(bundle.read("responses.csv"))} == {"1"}
        assert {row["sample"] for row in read_csv(bundle.read("scores.csv"))} == {"1"}


def _sheet(book: openpyxl.Workbook, name: str) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in book[name].iter_rows(values_only=True)]


def test_workbook_holds_the_same(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    change_settings(engine, scenes.NOW, "system", {"is_sample": True})
    files = read_zip(export(engine, tmp_path / "o.zip").path)
    book = openpyxl.load_workbook(export(engine, tmp_path / "o.xlsx", kind="xlsx").path)
    assert book.sheetnames == ["readme", "data", "labels", "scores", "codebook"]
    assert book["readme"]["A1"].value == "DỮ LIỆU MẪU"
    for sheet, file in (("data", "responses"), ("codebook", "codebook")):
        header, *rows = _sheet(book, sheet)
        assert [dict(zip(header, row, strict=True)) for row in rows] == files[file]
    header, *rows = _sheet(book, "scores")
    for row, expected in zip(rows, files["scores"], strict=True):
        for name, cell in zip(header, row, strict=True):
            is_number = name in ("value", "published", "low", "high") and expected[name]
            assert float(cell) == float(expected[name]) if is_number else cell == expected[name]
    polite = [column.value for column in book["data"][1]].index("official_polite")
    assert {type(row[polite]) for row in book["data"].iter_rows(min_row=2, values_only=True)} == {int, str}
    assert all(cell.data_type != "f" for name in book.sheetnames for row in book[name] for cell in row)


def test_labels_sheet_speaks_vietnamese(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(engine, tmp_path / "o.xlsx", kind="xlsx").path)
    header, *data = _sheet(book, "data")
    assert _sheet(book, "labels")[0] == header
    labels = _sheet(book, "labels")[1:]
    say = {"1": "Rất không hài lòng", "2": "Không hài lòng", "3": "Bình thường", "4": "Hài lòng", "5": "Rất hài lòng"}
    say |= {".": "Không trả lời", "X": "Không áp dụng", "K": "Không biết"}
    polite, commune, channel = (header.index(name) for name in ("official_polite", "commune", "channel"))
    for codes, words in zip(data, labels, strict=True):
        assert words[0] == codes[0]
        assert words[polite] == say[codes[polite]]
        assert words[channel] == {"poster": "mã QR tại quầy", "ticket": "thẻ mời"}[codes[channel]]
        assert words[commune] == {"51-23293": "Phường Kon Tum", "51-23368": "Xã Đăk Long", "": ""}[codes[commune]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-", "-"),
        (".", "."),
        ("", ""),
        ("Quầy 1", "Quầy 1"),
    ],
)
def test_formulas_are_neutralised(text: str, expected: str) -> None:
    assert datasets_files.neutralise(text) == expected


def test_a_name_cannot_become_a_formula(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    with begin_write(engine) as connection:
        unit = org_units.tree(connection).units["51-23293"]
        org_units.save(connection, [replace(unit, name='=HYPERLINK("http://evil")')])
    names = {row["unit_name"] for row in read_zip(export(engine, tmp_path / "o.zip").path)["scores"]}
    assert '\'=HYPERLINK("http://evil")' in names
    book = openpyxl.load_workbook(export(engine, tmp_path / "o.xlsx", kind="xlsx").path)
    cells = [cell for name in ("labels", "scores") for row in book[name] for cell in row]
    found = [cell for cell in cells if cell.value == '=HYPERLINK("http://evil")']
    assert found
    assert all(cell.data_type != "f" for cell in found)


def test_an_export_is_audited(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    query = replace(QUERY, unit_codes=("51-23293",), last_month=date(2026, 11, 1))
    done = export(engine, tmp_path / "o.zip", query, actor="thu.le")
    assert done.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()
    with begin_read(engine) as connection:
        [(actor, unit, detail)] = audit_log.entries(connection, "dataset.export")
    assert (actor, unit) == ("thu.le", "51-23293")
    assert detail == {
        "filter": {
            "questionnaire": "sipas_desk",
            "version": 1,
            "units": ["51-23293"],
            "wave": None,
            "first_month": None,
            "last_month": "2026-11",
        },
        "format": "csv",
        "shape": "wide",
        "level": "internal",
        "rows": done.rows,
        "sha256": done.sha256,
    }


@pytest.mark.parametrize(("name", "kind"), [("o.csv", "csv"), ("o.zip", "csv"), ("o.xlsx", "xlsx")])
def test_a_broken_export_leaves_what_was_there(
    engine: Engine, filled: scenes.Province, tmp_path: Path, name: str, kind: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).write_text("yesterday's")

    def stop(_done: int, _total: int) -> None:
        assert sorted(path.name for path in folder.iterdir()) != [name], "it writes beside the name"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(engine, folder / name, kind=kind, progress=stop)
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "yesterday's"
    with begin_read(engine) as connection:
        assert audit_log.entries(connection, "dataset.export") == []


def test_a_workbook_has_its_limit(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    total = export(engine, tmp_path / "o.csv").rows
    export(engine, tmp_path / "o.xlsx", kind="xlsx", workbook_rows=total)
    with pytest.raises(datasets.TooManyRows) as refused:
        export(engine, tmp_path / "p.xlsx", kind="xlsx", workbook_rows=total - 1)
    assert (refused.value.rows, refused.value.limit) == (total, total - 1)
    assert not (tmp_path / "p.xlsx").exists()


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (replace(QUERY, unit_codes=("99",)), datasets.NoSuchUnit),
        (replace(QUERY, version=9), datasets.NoSuchVersion),
        (replace(QUERY, wave="none"), datasets.NoSuchVersion),
        (replace(QUERY, first_month=date(2030, 1, 1)), datasets.NothingReleased),
    ],
)
def test_what_does_not_exist_is_named(
    engine: Engine, filled: scenes.Province, tmp_path: Path, query: DatasetQuery, error: type[Exception]
) -> None:
    with pytest.raises(error):
        export(engine, tmp_path / "o.zip", query)


def test_progress_ends_at_all(engine: Engine, filled: scenes.Province, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    rows = export(engine, tmp_path / "o.xlsx", kind="xlsx", progress=lambda *at: told.append(at)).rows
    assert told == sorted(told), "it never goes back"
    assert {(rows, 2 * rows), (2 * rows, 2 * rows)} <= set(told)


@pytest.mark.postgresql
def test_the_same_on_postgresql(postgresql_engine: Engine, rng: Random, tmp_path: Path) -> None:
    province = scenes.build_province(postgresql_engine)
    scenes.fill_inbox(postgresql_engine, province, province.counters[0], 40, rng, stage="collecting")
    run_releases(postgresql_engine, scenes.NOW)
    files = read_zip(export(postgresql_engine, tmp_path / "o.zip").path)
    held = stored(postgresql_engine, province.sipas.id)
    assert {row["response"] for row in files["responses"]} == set(held)
    assert files["scores"]
