"""The demo as a newcomer starts it: a process of its own, twice."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

from survey_app.domain.permissions import Role
from tests import scenes


def _processor_seconds() -> float:
    """Of the processes that have ended; a busy machine makes it no longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _demo(folder: Path, *words: str) -> tuple[str, float]:
    """What it printed, and the processor time it took."""
    environment = {**os.environ, "INSTANCE_DIR": str(folder)}
    environment.pop("SURVEY_CONFIG", None)
    command = [sys.executable, "-m", "flask", "demo", "--no-serve", "--responses", "500", *words]
    before = _processor_seconds()
    run = subprocess.run(command, cwd=scenes.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout, _processor_seconds() - before


def test_two_starts(tmp_path: Path):
    first, _ = _demo(tmp_path)
    assert "DỮ LIỆU MẪU" in first
    assert "no second factor" in first
    address = re.search(r"http://127\.0\.0\.1:8000/q/[0-9a-z]{7}", first)
    assert address
    passwords = re.findall(r"^  \w+ +([0-9a-z]{20}) ", first, re.MULTILINE)
    assert len(set(passwords)) == len(Role)
    again, seconds = _demo(tmp_path)
    assert address[0] in again
    assert not set(passwords) & set(again.split())
    assert seconds < 5


def test_other_data_are_left_alone(tmp_path: Path):
    database = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    environment = {**os.environ, "INSTANCE_DIR": str(tmp_path), "DATABASE_URL": database}
    units = tmp_path / "units.csv"
    header = "code,kind,name,parent_code,valid_from,valid_to,service_fields\n"
    units.write_text(header + "51,province,Tỉnh Quảng Ngãi,,2025-07-01,,\n", encoding="utf-8")
    for words in (["db", "upgrade"], ["unit", "import", str(units)]):
        subprocess.run([sys.executable, "-m", "flask", *words], cwd=scenes.ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "flask", "demo", "--no-serve", "--database", database]
    run = subprocess.run(command, cwd=scenes.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "dữ liệu thật" in run.stderr
