"""README keeps its word: it names every command, every setting and every dependency."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

import config
from survey_app.cli import main
from tests import scenes

README = (scenes.ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme(app: Flask):
    main.register(app)
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    for name, command in app.cli.commands.items():
        mine = " ".join(row for row in rows if row.startswith(f"| `{name}"))
        assert mine, f"{name} is not in README's table"
        for sub in command.commands if isinstance(command, click.Group) else ():
            assert re.search(rf"`({name} )?{sub}\b", mine), f"{name} {sub} is not in README's table"


def test_every_environment_setting_is_in_the_readme():
    source = Path(config.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'environ\.get\("(\w+)"', source))
    assert names
    assert [name for name in sorted(names) if f"`{name}`" not in README] == []


def test_every_direct_dependency_is_explained():
    wanted = (scenes.ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n\n")[0]
    names = [re.split(r"[\[=]", line)[0] for line in wanted.splitlines() if "==" in line]
    explained = README.split("## Why each dependency")[1].lower()
    assert [name for name in names if name.lower() not in explained] == []


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_every_picture_and_file_linked_is_there(link: str):
    assert (scenes.ROOT / link).is_file()
