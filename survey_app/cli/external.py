"""``flask external``: results measured elsewhere before ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, told, told_by_line
from survey_app.domain.external_series import MOST_METHOD, MOST_NAME, MOST_SOURCE, ExternalSeries
from survey_app.services import external_series
from survey_app.services.external_series import ExternalFileProblems, NameTaken, NoSuchSeries
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("external", help="Import, list and delete results measured before in another way.")


def _at_most(most: int) -> Callable[[click.Context, click.Parameter, str], str]:
    """One readable line of so many letters, as the page asks for."""

    def checked(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
        line = " ".join(typed.split())
        if not line or not line.isprintable():
            raise click.BadParameter("cần một dòng chữ đọc được")
        if len(line) > most:
            raise click.BadParameter(f"dài quá {most} ký tự")
        return line

    return checked


@group.command("import")
@click.argument("unit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, callback=_at_most(MOST_NAME), help="What the series is called.")
@click.option("--source", required=True, callback=_at_most(MOST_SOURCE), help="Who collected it, where and when.")
@click.option("--method", required=True, callback=_at_most(MOST_METHOD), help="How it differs from this survey.")
@click.option("--form", default="sipas_desk", show_default=True, help="Slug of the questionnaire whose figures it has.")
@click.option("--replaces", default=0, metavar="NUMBER", help="Take the place of this series.")
def import_file(unit: str, file: Path, name: str, source: str, method: str, form: str, replaces: int) -> None:
    """Import counts per level (CSV or XLSX: unit, period, figure, responses, level_1, …) for UNIT and below."""
    series = ExternalSeries(name, source, method, form)
    with told(UnknownUnit, NoSuchSeries):
        try:
            with told_by_line(file, ExternalFileProblems):
                table = external_series.table_of(file.read_bytes())
                lines = external_series.import_series(
                    extensions.engine(), series, table, unit, extensions.now(), SYSTEM, replaces=replaces
                )
        except NameTaken as error:
            raise Failed(f"đã có chuỗi số liệu tên “{name}”") from error
    click.echo(f"đã nhập {lines} dòng")


@group.command("list")
@click.argument("unit")
def listing(unit: str) -> None:
    """List the series at UNIT and below with their numbers."""
    with told(UnknownUnit):
        for stored in external_series.series_at(extensions.engine(), unit):
            months = f"{stored.first_month:%m/%Y} – {stored.last_month:%m/%Y}"
            click.echo(f"{stored.id}  {stored.series.name}  {months}  {stored.figures} dòng  {stored.series.source}")


@group.command("delete")
@click.argument("unit")
@click.argument("number", type=int)
@click.confirmation_option(prompt="Xóa toàn bộ chuỗi số liệu này?")
def delete(unit: str, number: int) -> None:
    """Delete series NUMBER of UNIT."""
    with told(UnknownUnit, NoSuchSeries):
        name = external_series.delete_series(extensions.engine(), number, unit, extensions.now(), SYSTEM)
    click.echo(f"đã xóa {name}")
