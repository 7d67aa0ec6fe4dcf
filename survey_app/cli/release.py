"""``flask release``: make waiting responses visible."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from survey_app import extensions
from survey_app.cli.speaking import bar, told
from survey_app.services.release import run_releases
from survey_app.services.release_run import ReleaseSummary

group = AppGroup("release", help="Release waiting responses, at least k at a time.")


def _left_over(summary: ReleaseSummary) -> str:
    """Said where responses wait for more that no longer come."""
    told = f" (trong đó {summary.left_over} phiếu của đợt đã kết thúc, cả tỉnh không đủ số để công bố)"
    return told if summary.left_over else ""


@group.command("run")
@click.option("--patient", is_flag=True, help="For timers: let each visit stage wait for a release of its own first.")
def run(patient: bool) -> None:
    """Release everything that may be released; fewer than k go on waiting."""
    with told():
        engine, now, themes = extensions.engine(), extensions.now(), extensions.themes()
        summary = run_releases(engine, now, patient, lambda d, t: bar("Công bố", d, t), themes)
    click.echo(
        f"{summary.releases} lượt công bố, {summary.responses} phiếu, {summary.comments} ý kiến; "
        f"{summary.still_waiting} phiếu đang chờ công bố"
        f"{_left_over(summary)}; bỏ {summary.late_retries_dropped} phiếu gửi lặp"
    )
