"""``flask dataset``: released responses, scores and codebook as files, and scores recomputed from such files."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, bar, told
from survey_app.services.questionnaires import newest_version

if TYPE_CHECKING:
    from survey_app.services.datasets_recompute import Difference, Recomputed

FORMATS = ("csv", "csv-excel", "xlsx", "sav", "dta", "parquet", "jsonl")
SHAPES, LEVELS, LANGUAGES = ("wide", "long"), ("internal", "public"), ("vi", "en")
MONTH = click.DateTime(["%Y-%m"])
MOST_TOLD = 20
"""Differences told one by one; more of them tell nothing new."""

REASONS = {
    errno.EACCES: "không có quyền ghi vào thư mục này",
    errno.EPERM: "không có quyền ghi vào thư mục này",
    errno.EROFS: "thư mục này chỉ cho đọc",
    errno.ENOENT: "thư mục này không nhận tệp mới",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EISDIR: "đó là một thư mục",
    errno.ENAMETOOLONG: "tên tệp quá dài",
}

group = AppGroup(
    "dataset", help="Export released responses with scores and codebook; recompute scores from such files."
)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Name what went wrong: exit status 1."""
    from survey_app.services import datasets  # noqa: PLC0415 - other commands stay light

    with told(datasets.NothingReleased, datasets.TooManyRows, datasets.TooFewForPublic):
        try:
            yield
        except datasets.NoSuchUnit as error:
            raise Failed(f"Không có đơn vị {error} (xem flask unit list).") from error
        except datasets.NoSuchVersion as error:
            raise Failed(f"Không có {error} (xem flask questionnaire list, flask wave list).") from error
        except OSError as error:
            reason = REASONS.get(error.errno or 0, "hệ thống không cho ghi")
            raise Failed(f"Không ghi được tệp {out}: {reason}.") from error


def _check_out(out: Path, file_format: str, shape: str) -> None:
    from survey_app.services.datasets import FileFormat, Form, Shape  # noqa: PLC0415 - other commands stay light

    form = Form(FileFormat(file_format), Shape(shape))
    if not form.is_possible:
        raise click.BadParameter(f"định dạng {file_format} chỉ có dạng wide (một dòng một phiếu)", param_hint="--shape")
    if out.suffix not in form.file_format.endings:
        endings = " hoặc ".join(form.file_format.endings)
        raise click.BadParameter(f"tệp định dạng {file_format} phải có đuôi {endings}", param_hint="--out")
    if not out.parent.is_dir():
        raise click.BadParameter(f"không có thư mục {out.parent}", param_hint="--out")


def _version(slug: str, version: int | None) -> int:
    """The version asked for, or the newest there is."""
    found = newest_version(extensions.engine(), slug)
    if not found:
        message = f"chưa ban hành mẫu phiếu nào tên {slug} (xem flask questionnaire list)"
        raise click.BadParameter(message, param_hint="SLUG")
    return version or found


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@group.command()
@click.argument("slug")
@click.option("--version", type=int, help="Version of the questionnaire (default: the newest published).")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--shape", type=click.Choice(SHAPES), default="wide", show_default=True, help="A row a response or answer."
)
@click.option("--level", type=click.Choice(LEVELS), default="internal", show_default=True, help="Who may have it.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="vi", show_default=True, help="Of labels.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="FILE.zip (package), FILE.xlsx, or FILE with the format's ending.",
)
@click.option("--unit", "units", multiple=True, help="Code of a unit, with everything below it (default: all).")
@click.option("--wave", help="Code of a wave (default: all).")
@click.option("--from", "first", type=MONTH, help="First month, YYYY-MM.")
@click.option("--to", "last", type=MONTH, help="Last month, YYYY-MM.")
def export(
    slug: str,
    version: int | None,
    file_format: str,
    shape: str,
    level: str,
    language: str,
    out: Path,
    units: tuple[str, ...],
    wave: str | None,
    first: datetime | None,
    last: datetime | None,
) -> None:
    """Export the released responses of questionnaire SLUG.

    csv: comma, decimal point; csv-excel: semicolon, decimal comma; sav: SPSS; dta: Stata. FILE.zip holds responses,
    scores, codebook, recipes, README and manifest; FILE.csv (.sav, ...) the responses alone; FILE.xlsx one workbook.
    --level public: coarse units and periods, no combination of demographic answers shared by fewer than k.
    """
    from survey_app.services import datasets  # noqa: PLC0415 - other commands stay light

    _check_out(out, file_format, shape)
    with _told(out):
        query = datasets.DatasetQuery(slug, _version(slug, version), units, wave, _day(first), _day(last))
        done = datasets.export_dataset(
            extensions.engine(),
            extensions.recipes(),
            extensions.now(),
            query=query,
            form=datasets.Form(
                datasets.FileFormat(file_format), datasets.Shape(shape), datasets.Level(level), language
            ),
            out=out,
            progress=lambda rows, total: bar("Xuất dữ liệu", rows, total),
        )
    click.echo(f"{out}: {done.rows} phiếu, SHA-256 {done.sha256}")


def _tell(difference: Difference) -> str:
    d = difference
    where = " / ".join(part for part in (d.unit, d.recipe, d.stage, d.level, d.id) if part)
    return f"  {where}: {d.column} trong gói là {d.published or 'trống'}, tính lại là {d.recomputed}"


def _report(result: Recomputed) -> Iterator[str]:
    for name in result.broken:
        yield f"  {name}: thiếu hoặc không khớp SHA-256 trong manifest.json"
    yield from map(_tell, result.differences[:MOST_TOLD])
    if len(result.differences) > MOST_TOLD:
        yield f"  … và {len(result.differences) - MOST_TOLD} chỗ khác nữa"
    told_so = f"Đã tính lại {result.compared} số liệu từ {result.responses} phiếu"
    yield f"{told_so}; {result.withheld} số liệu không công bố được giữ kín, chỉ đối chiếu số câu trả lời."
    if result.skipped:
        yield f"{result.skipped} số liệu nhập từ nơi khác không tính lại được từ phiếu."


@group.command()
@click.argument("path", metavar="DIR", type=click.Path(path_type=Path, exists=True))
def recompute(path: Path) -> None:
    """Recompute every score of the package DIR (a folder or a ZIP) from its own files, without the database.

    Exit status 0: everything agrees to the last digit; 1: something differs; 2: DIR is no package.
    """
    from survey_app.services.datasets_reading import NotAPackage  # noqa: PLC0415 - other commands stay light
    from survey_app.services.datasets_recompute import recompute as run  # noqa: PLC0415

    try:
        result = run(path)
    except NotAPackage as error:
        raise click.BadParameter(str(error), param_hint="DIR") from error
    for line in _report(result):
        click.echo(line)
    if not result.agrees:
        raise Failed("Gói dữ liệu KHÔNG khớp.")
    click.echo("Khớp đến chữ số cuối cùng.")
