"""``flask wave``: fieldwork periods."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import told
from survey_app.domain.wave import Wave, WaveChangeRefused, WaveStatus
from survey_app.services import waves
from survey_app.storage.audit_log import SYSTEM

group = AppGroup("wave", help="Make, open, pause, close and list waves.")
NOT_APPROVED = "lệnh này là cách của người vận hành: không có người thứ hai phê duyệt như ở trang Đợt khảo sát"
DAY = click.DateTime(["%Y-%m-%d"])


def _version(text: str) -> tuple[str, int]:
    slug, _, number = text.partition(":")
    if not number.removeprefix("v").isdigit():
        raise click.BadParameter("mẫu phiếu viết là TÊN:PHIÊN_BẢN, ví dụ sipas_desk:1")
    return slug, int(number.removeprefix("v"))


@group.command("create")
@click.argument("code")
@click.argument("title")
@click.option("--from", "opens_on", type=DAY, required=True)
@click.option("--to", "closes_on", type=DAY, required=True)
@click.option("--questionnaire", "asked", multiple=True, required=True, metavar="SLUG:VERSION", help="First = poster.")
@click.option("--unit", "unit_codes", multiple=True, required=True, help="Runs here and below; may be repeated.")
def create(
    code: str,
    title: str,
    opens_on: datetime,
    closes_on: datetime,
    asked: tuple[str, ...],
    unit_codes: tuple[str, ...],
) -> None:
    """Make a planned wave."""
    versions = tuple(_version(text) for text in asked)
    wave = Wave(code, title, opens_on.date(), closes_on.date(), WaveStatus.PLANNED, versions, unit_codes)
    with told(waves.WaveProblem):
        waves.create(extensions.engine(), wave, extensions.now(), SYSTEM)
    click.echo(f"đã tạo đợt {code}; mở bằng: flask wave open {code}")
    click.echo(NOT_APPROVED)


def _change(code: str, status: WaveStatus, word: str) -> None:
    with told(waves.UnknownWave, WaveChangeRefused):
        waves.change_status(extensions.engine(), code, status, extensions.now(), SYSTEM)
    click.echo(f"{word} đợt {code}")


@group.command("open")
@click.argument("code")
def open_wave(code: str) -> None:
    """Open a planned or paused wave (between its dates it takes answers)."""
    _change(code, WaveStatus.OPEN, "đã mở")
    click.echo(NOT_APPROVED)


@group.command("pause")
@click.argument("code")
def pause(code: str) -> None:
    """Pause an open wave."""
    _change(code, WaveStatus.PAUSED, "đã tạm dừng")


@group.command("close")
@click.argument("code")
def close(code: str) -> None:
    """Close a wave for good; what is left of its counters is released at the centre."""
    _change(code, WaveStatus.CLOSED, "đã kết thúc")


@group.command("list")
def listing() -> None:
    """List waves."""
    with told():
        for wave in waves.every(extensions.engine()):
            asked = ", ".join(f"{slug} v{number}" for slug, number in wave.questionnaires)
            dates = f"{wave.opens_on:%d/%m/%Y}–{wave.closes_on:%d/%m/%Y}"
            click.echo(f"{wave.code}  {wave.status.value}  {dates}  {asked}  {', '.join(wave.units)}  {wave.title}")
