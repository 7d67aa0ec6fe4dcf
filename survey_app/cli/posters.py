"""``flask posters``: printable posters."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from survey_app import extensions
from survey_app.cli.speaking import bar, told
from survey_app.domain.print_job import PosterFormat
from survey_app.services import posters
from survey_app.services.poster_sheet import poster_languages
from survey_app.services.units import UnknownUnit
from survey_app.storage.audit_log import SYSTEM

FORMAT = click.Choice([one.value for one in PosterFormat])


@click.command("posters")
@click.argument("unit")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--format", "poster_format", type=FORMAT, default="a4", show_default=True)
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("vi", "en"),
    show_default=True,
    help="Languages on the posters: Vietnamese always, at most one beside it; repeat the option.",
)
@with_appcontext
def command(unit: str, out: Path, poster_format: str, languages: tuple[str, ...]) -> None:
    """Write the posters of UNIT and everything below it into a PDF, or a ZIP with a PDF for each commune."""
    unknown = sorted(set(languages) - set(poster_languages()))
    if unknown:
        raise click.BadParameter(f"no poster texts in {', '.join(unknown)}", param_hint="--language")
    if out.suffix.lower() not in {".pdf", ".zip"}:
        raise click.BadParameter("must end in .pdf or .zip", param_hint="--out")
    with told(UnknownUnit, posters.NothingToPrint, ValueError, OSError):
        number, missing = posters.write_posters(
            extensions.engine(),
            unit,
            out,
            PosterFormat(poster_format),
            languages,
            extensions.setting("PUBLIC_BASE_URL"),
            extensions.now(),
            SYSTEM,
            lambda done, total: bar("posters", done, total),
        )
    click.echo(f"{number} bảng mã QR trong {out}")
    if missing:
        click.echo(f"{missing} quầy hoặc trung tâm chưa có mã: flask counter issue {unit}", err=True)
