"""``flask dataset``: released responses, scores and codebook as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, bar, told
from survey_app.services.questionnaires import newest_version

FORMATS = {"csv": (".zip", ".csv"), "csv-excel": (".zip", ".csv"), "xlsx": (".xlsx",)}
MONTH = click.DateTime(["%Y-%m"])

group = AppGroup("dataset", help="Export released responses with scores and codebook.")


@contextmanager
def _told() -> Iterator[None]:
    """Name what went wrong: exit status 1."""
    from survey_app.services import datasets  # noqa: PLC0415 - other commands must not load pandas

    with told(datasets.NothingReleased, datasets.TooManyRows):
        try:
            yield
        except datasets.NoSuchUnit as error:
            raise Failed(f"Không có đơn vị {error} (xem flask unit list).") from error
        except datasets.NoSuchVersion as error:
            raise Failed(f"Không có {error} (xem flask questionnaire list, flask wave list).") from error
        except OSError as error:
            raise Failed(f"Không ghi được tệp: {error.strerror}") from error


def _check_out(out: Path, file_format: str) -> None:
    if out.suffix not in FORMATS[file_format]:
        endings = " hoặc ".join(FORMATS[file_format])
        raise click.BadParameter(f"tệp định dạng {file_format} phải có đuôi {endings}", param_hint="--out")
    if not out.parent.is_dir():
        raise click.BadParameter(f"không có thư mục {out.parent}", param_hint="--out")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@group.command()
@click.argument("slug")
@click.option("--version", type=int, help="Version of the questionnaire (default: the newest published).")
@click.option("--format", "file_format", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.zip, FILE.csv, FILE.xlsx."
)
@click.option("--unit", "units", multiple=True, help="Code of a unit, with everything below it (default: all).")
@click.option("--wave", help="Code of a wave (default: all).")
@click.option("--from", "first", type=MONTH, help="First month, YYYY-MM.")
@click.option("--to", "last", type=MONTH, help="Last month, YYYY-MM.")
def export(
    slug: str,
    version: int | None,
    file_format: str,
    out: Path,
    units: tuple[str, ...],
    wave: str | None,
    first: datetime | None,
    last: datetime | None,
) -> None:
    """Export the released responses of questionnaire SLUG.

    csv: comma, decimal point; csv-excel: semicolon, decimal comma. FILE.zip holds responses, scores, codebook and
    README; FILE.csv the responses alone; FILE.xlsx one workbook.
    """
    from survey_app.services import datasets  # noqa: PLC0415 - other commands must not load pandas

    _check_out(out, file_format)
    with _told():
        version = version or newest_version(extensions.engine(), slug)
        query = datasets.DatasetQuery(slug, version, units, wave, _day(first), _day(last))
        done = datasets.export_dataset(
            extensions.engine(),
            extensions.recipes(),
            extensions.now(),
            query=query,
            file_format=datasets.FileFormat(file_format),
            out=out,
            progress=lambda rows, total: bar("Xuất dữ liệu", rows, total),
        )
    click.echo(f"{out}: {done.rows} phiếu, SHA-256 {done.sha256}")
