"""``flask unit``: import, list, move, retire, bring back org units."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli import successions
from survey_app.cli.speaking import Failed, told, told_by_line
from survey_app.services import unit_changes, units
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("unit", help="Import, list, move, retire and bring back org units.")
group.add_command(successions.group)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Import a CSV of units by code: all or nothing."""
    with told(), told_by_line(file, units.UnitFileProblems):
        done = units.import_units(extensions.engine(), file, extensions.now(), SYSTEM)
    click.echo(f"thêm {len(done.added)}, cập nhật {len(done.changed)}, không đổi {len(done.unchanged)} đơn vị")


@group.command("list")
@click.option("--under", metavar="CODE", help="Only this unit and those below it.")
def listing(under: str | None) -> None:
    """List units as a tree."""
    with told():
        tree = units.unit_tree(extensions.engine())
    if under is not None and under not in tree.units:
        raise Failed(f"không có đơn vị mã {under}")
    roots = [tree.units[under]] if under else [u for u in tree.units.values() if u.parent_code is None]
    for root in roots:
        depth = len(tree.ancestors(root.code))
        for unit in (root, *tree.descendants(root.code)):
            indent = "  " * (len(tree.ancestors(unit.code)) - depth)
            until = f"  (đến {unit.valid_to:%d/%m/%Y})" if unit.valid_to else ""
            click.echo(f"{indent}{unit.code}  {unit.name}{until}")


@group.command("retire")
@click.argument("code")
@click.argument("last_day", type=click.DateTime(["%Y-%m-%d"]))
def retire(code: str, last_day: datetime) -> None:
    """Retire a unit after its last day (yyyy-mm-dd). It stays in the database."""
    with told(units.UnknownUnit, ValueError):
        units.retire(extensions.engine(), code, last_day.date(), extensions.now(), SYSTEM)
    click.echo(f"{code} ngừng từ sau {last_day:%d/%m/%Y}")


@group.command("move")
@click.argument("code")
@click.argument("parent")
def move(code: str, parent: str) -> None:
    """Put a unit that has no responses yet under another one of the same kind as before."""
    with told(units.UnknownUnit, units.UnitFileProblems):
        unit_changes.move(extensions.engine(), code, parent, extensions.now(), SYSTEM)
    click.echo(f"{code} nay thuộc {parent}")


@group.command("restore")
@click.argument("code")
def restore(code: str) -> None:
    """Take back the last day of a unit."""
    with told(units.UnknownUnit, unit_changes.CannotBringBack):
        unit_changes.bring_back(extensions.engine(), code, extensions.now(), SYSTEM)
    click.echo(f"{code} đã được khôi phục")
