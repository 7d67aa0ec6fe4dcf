"""``flask audit``: follow the chain of the audit log, print the daily heads for keeping elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import Failed, told
from survey_app.domain.audit_chain import Break, BrokenLink, DailyHead
from survey_app.domain.local_day import local_day
from survey_app.services.audit import daily_heads, verify_chain

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
SHOWN = 7
WORDS = {
    Break.ALTERED: "nội dung đã bị sửa sau khi ghi",
    Break.OUT_OF_PLACE: "không nối tiếp mục ngay trước: có mục bị xóa, chèn thêm hoặc đổi chỗ",
}

group = AppGroup("audit", help="The audit log: follow its chain, print the daily heads.")


def _print_heads(heads: Iterable[DailyHead]) -> None:
    click.echo("đầu chuỗi của ngày:")
    for head in heads:
        click.echo(f"  {head.day:%d/%m/%Y}  mục {head.number}  {head.hash}")


def _broken(link: BrokenLink) -> Failed:
    entry = link.entry
    place = f"mục {entry.number} ({local_day(entry.at):%d/%m/%Y}, {entry.actor}, {entry.action})"
    return Failed(f"chuỗi nhật ký bị đứt ở {place}: {WORDS[link.kind]}")


@group.command()
@click.option("--head", help="Hash of an earlier day, as kept elsewhere: finds an end that was cut off.")
def verify(head: str | None) -> None:
    """Follow the chain from its first entry; exit 1 naming the first entry that does not fit."""
    with told():
        walk = verify_chain(extensions.engine(), head.strip().lower() if head else None)
    if walk.broken:
        raise _broken(walk.broken)
    click.echo(f"{walk.count} mục, chuỗi nhật ký nguyên vẹn")
    if not walk.is_met:
        raise Failed(f"không còn mục nào có mã {head}: phần cuối nhật ký đã bị cắt hoặc bị viết lại")
    _print_heads(walk.heads[-SHOWN:])


@group.command()
@click.option("--from", "first", type=DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "last", type=DAY, help="Last day, YYYY-MM-DD.")
def heads(first: datetime | None, last: datetime | None) -> None:
    """Print the head of every day with entries: print it out or mail it to the Inspectorate."""
    with told():
        found = daily_heads(extensions.engine(), first.date() if first else None, last.date() if last else None)
    _print_heads(found)
