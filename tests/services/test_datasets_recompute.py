"""Recomputing published scores from a package alone: it agrees, and it notices every altered digit."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app.services.datasets_reading import NotAPackage
from survey_app.services.datasets_recompute import recompute
from tests import dataset_files, scenes


@pytest.fixture
def package(engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path) -> Path:
    dataset_files.fill(engine, province, rng)
    return dataset_files.export(engine, tmp_path / "o.zip").path


def forged(package: Path, name: str, change: Callable[[str], str]) -> Path:
    """The package with a file altered and its hash in the manifest made right again."""
    with zipfile.ZipFile(package) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        data = change(bundle.read(name).decode("utf-8-sig")).encode("utf-8-sig")
    for entry in manifest["files"]:
        if entry["name"] == name:
            entry["sha256"] = sha256(data).hexdigest()
    changes = {name: lambda _: data, "manifest.json": lambda _: json.dumps(manifest).encode()}
    return dataset_files.rewritten(package, package.with_name("forged.zip"), changes)


@pytest.mark.parametrize("kind", ["csv", "csv-excel", "jsonl", "parquet", "sav", "dta"])
def test_a_package_of_every_format_agrees(
    engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path, kind: str
) -> None:
    dataset_files.fill(engine, province, rng)
    query = replace(dataset_files.QUERY, unit_codes=("51-23293",), first_month=date(2026, 11, 1))
    result = recompute(dataset_files.export(engine, tmp_path / "o.zip", kind, query=query).path)
    assert (result.agrees, result.differences, result.broken) == (True, [], [])
    assert result.compared > 100
    assert result.withheld > 0


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_so_does_the_long_shape(
    engine: Engine, province: scenes.Province, rng: Random, tmp_path: Path, kind: str
) -> None:
    dataset_files.fill(engine, province, rng)
    result = recompute(dataset_files.export(engine, tmp_path / "o.zip", kind, shape="long").path)
    assert result.agrees
    assert result.responses > 100


def test_a_folder_serves_as_well(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as bundle:
        bundle.extractall(tmp_path / "folder")
    assert recompute(tmp_path / "folder").agrees


def test_one_answer_altered_is_noticed(package: Path) -> None:
    def change(text: str) -> str:
        header, first, rest = text.split("\r\n", 2)
        cells = first.split(",")
        place = header.split(",").index("official_polite")
        cells[place] = "1" if cells[place] != "1" else "5"
        return "\r\n".join([header, ",".join(cells), rest])

    result = recompute(forged(package, "responses.csv", change))
    assert not result.agrees
    assert result.broken == []
    assert "official_polite" in {difference.id for difference in result.differences}


@pytest.mark.parametrize("column", ["value", "published", "base", "responses"])
def test_one_digit_of_a_score_altered_is_noticed(package: Path, column: str) -> None:
    def change(text: str) -> str:
        header, *lines = text.split("\r\n")
        place = header.split(",").index(column)
        for number, line in enumerate(lines):
            cells = line.rsplit(",", len(header.split(",")) - place)
            if line and re.fullmatch(r"[\d.]+", cells[1]):
                cells[1] = cells[1][:-1] + str((int(cells[1][-1]) + 1) % 10)
                lines[number] = ",".join(cells)
                break
        return "\r\n".join([header, *lines])

    result = recompute(forged(package, "scores.csv", change))
    assert [difference.column for difference in result.differences] == [column]


def rewritten_row(column: str, value: str, *, withheld: str) -> Callable[[str], str]:
    """The first score that is withheld, or is not, with another value in a column."""

    def change(text: str) -> str:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        next(row for row in rows if row["withheld"] == withheld)[column] = value
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    return change


@pytest.mark.parametrize(
    ("column", "value", "withheld"),
    [("low", "100", "0"), ("high", "0", "0"), ("reason", "few", "0"), ("reason", "", "1"), ("reason", "why", "1")],
)
def test_what_cannot_be_is_noticed(package: Path, column: str, value: str, withheld: str) -> None:
    result = recompute(forged(package, "scores.csv", rewritten_row(column, value, withheld=withheld)))
    assert [difference.column for difference in result.differences] == [column]


def test_a_file_that_is_not_what_the_manifest_says_is_named(package: Path, tmp_path: Path) -> None:
    altered = dataset_files.rewritten(package, tmp_path / "a.zip", {"codebook.md": lambda data: data + b"\n"})
    assert recompute(altered).broken == ["codebook.md"]
    missing = dataset_files.rewritten(package, tmp_path / "b.zip", {"README.txt": None})
    assert recompute(missing).broken == ["README.txt"]
    assert not recompute(missing).agrees


def test_a_withheld_figure_is_never_worked_out(engine: Engine, package: Path) -> None:
    scores = dataset_files.tables_of(package)["scores"]
    withheld = [row for row in scores if row["withheld"] == "1"]
    assert withheld
    result = recompute(package)
    assert result.withheld == len(withheld)
    assert result.compared == len(scores) - len(withheld)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder,
        lambda folder: folder / "note.txt",
        lambda folder: folder / "empty.zip",
        lambda folder: folder / "evil.zip",
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (tmp_path / "note.txt").write_text("hello")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as bundle:
        bundle.writestr("manifest.json", json.dumps({"files": [{"name": "../../etc/passwd", "sha256": ""}]}))
    with pytest.raises(NotAPackage):
        recompute(make(tmp_path))


def test_the_manifest_tells_where_everything_comes_from(package: Path, province: scenes.Province) -> None:
    with zipfile.ZipFile(package) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        for entry in manifest["files"]:
            data = bundle.read(entry["name"])
            assert (entry["sha256"], entry["bytes"]) == (sha256(data).hexdigest(), len(data))
        assert {entry["name"] for entry in manifest["files"]} == set(bundle.namelist()) - {"manifest.json"}
    assert manifest["questionnaire"] == {"slug": "sipas_desk", "version": 1, "sha256": province.sipas.sha256}
    assert {recipe["slug"] for recipe in manifest["recipes"]} == {"sipas-2017-top2", "sipas-2022-mean5"}
    assert (manifest["created"], manifest["level"], manifest["responses"]) == (
        "2026-11-16",
        "internal",
        len(dataset_files.tables_of(package)["responses"]),
    )
    assert manifest["is_sample_data"] is False
    assert manifest["product"]["version"]
