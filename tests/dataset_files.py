"""A province with enough released responses to export, and its exports."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from survey_app.services.datasets import DatasetQuery, Export, FileFormat, Form, Level, Shape, export_dataset
from survey_app.services.release import run_releases
from survey_app.storage.recipe_files import load_recipes
from tests import scenes

RECIPES = load_recipes(scenes.QUESTIONNAIRES_DIR / "recipes")
QUERY = DatasetQuery("sipas_desk", 1)


def fill(engine: Engine, province: scenes.Province, rng: Random) -> None:
    """Four counters with enough responses for stage cuts, and one of another questionnaire."""
    for counter in province.counters[:4]:
        for stage, number in (("collecting", 45), ("filing", 40)):
            scenes.fill_inbox(engine, province, counter, number, rng, stage=stage)
    scenes.fill_inbox(engine, province, province.counters[4], 25, rng, slug="quick_pulse")
    run_releases(engine, scenes.NOW)


def export(
    engine: Engine,
    out: Path,
    kind: str = "csv",
    *,
    query: DatasetQuery = QUERY,
    shape: str = "wide",
    level: str = "internal",
    language: str = "vi",
) -> Export:
    """The dataset, written to ``out``."""
    form = Form(FileFormat(kind), Shape(shape), Level(level), language)
    return export_dataset(engine, RECIPES, scenes.NOW, query=query, form=form, out=out)


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def tables_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """The tables of a package: name without ending -> rows."""
    with zipfile.ZipFile(path) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(".csv")]
        return {name.removesuffix(".csv"): rows_of(bundle.read(name)) for name in names}


def rewritten(path: Path, out: Path, change: dict[str, Any]) -> Path:
    """The package with some files changed: name -> function of its bytes (None: left out)."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
            elif change[name] is not None:
                new.writestr(name, change[name](old.read(name)))
    return out
