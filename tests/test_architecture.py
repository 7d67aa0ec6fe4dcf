"""The house as drawn: imports go down only, the citizen process stays small, modules stay readable."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.citizen_process import HEAVY

HOME = Path(__file__).resolve().parent.parent
MODULES = sorted((HOME / "survey_app").rglob("*.py"))
VISIBLE = {
    "README.md",
    "config.py",
    "deploy",
    "docs",
    "migrations",
    "pyproject.toml",
    "questionnaires",
    "requirements.txt",
    "survey_app",
    "tests",
}


def test_import_contracts_hold():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_citizen_process_loads_no_officer_code_and_no_pandas():
    program = """
import sys
from survey_app import create_app
create_app({"DATABASE_URL": "sqlite://"}, "citizen")
print(*sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True, check=True)
    assert [name for name in run.stdout.split() if name.startswith(HEAVY)] == []


def test_nothing_else_is_visible_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=True).stdout
    tops = {line.split("/")[0] for line in listed.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= VISIBLE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_modules_and_functions_stay_readable(path: Path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 320
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 42, f"{node.name} is long"


def test_every_module_says_what_it_is_for():
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []
