"""Posters, printed in the background with progress: choosing, following, fetching."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from flask import Flask, abort, current_app, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from survey_app import extensions
from survey_app.domain.languages import BY_TAG
from survey_app.domain.local_day import VIET_NAM
from survey_app.domain.permissions import Permission
from survey_app.domain.print_job import JobState, PosterFormat, PrintJob
from survey_app.services import print_jobs, units
from survey_app.services.poster_sheet import BESIDE_VIETNAMESE, poster_languages
from survey_app.services.posters import Collected, NothingToPrint, collect_all, plain_name
from survey_app.web.access import may_at, require_at, requires, signed_in
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

REFRESH_SECONDS = "2"
WORKING = "hailong_printing"
"""Where an application keeps the threads that print, by number of the job."""
JOB = "/print-jobs/<int(max=2147483647):job_id>"
FOUND = TypeVar("FOUND")


def format_name(poster_format: PosterFormat) -> str:
    """What a format is for."""
    return {
        PosterFormat.A4: _("Bảng A4 dán tại quầy"),
        PosterFormat.A6: _("Bảng để bàn (tờ A5 gấp đôi, hai mặt)"),
        PosterFormat.NOTICE: _("Thông báo chung của trung tâm, khổ A4"),
        PosterFormat.NOTICE_A3: _("Thông báo chung của trung tâm, khổ A3"),
        PosterFormat.CONTACT: _("Danh sách mã để kiểm tra tại chỗ (A4 ngang)"),
    }[poster_format]


def state_tag(state: JobState) -> tuple[str, str]:
    """(label, kind of tag) of a job's state."""
    return {
        JobState.QUEUED: (_("đang chờ"), "plain"),
        JobState.RUNNING: (_("đang dựng"), "plain"),
        JobState.DONE: (_("đã xong"), "good"),
        JobState.FAILED: (_("bị lỗi"), "bad"),
        JobState.CANCELLED: (_("đã hủy"), "warm"),
        JobState.STOPPED: (_("bị ngắt giữa chừng"), "warm"),
    }[state]


class PrintForm(FlaskForm):
    """What to print."""

    formats = SelectMultipleField(validators=[InputRequired()], default=[PosterFormat.A4.value])
    languages = SelectMultipleField(default=["en"])

    def offer(self, there: Mapping[PosterFormat, Collected]) -> None:
        """The formats with how many posters each has, the languages whose texts are complete."""
        self.formats.choices = [
            (one.value, _("%(what)s: %(n)s mã", what=format_name(one), n=number(_count(found))))
            for one, found in there.items()
        ]
        beside = [tag for tag in poster_languages() if tag in BY_TAG and tag != "vi"]
        self.languages.choices = [(tag, BY_TAG[tag].own_name) for tag in beside]

    def check(self) -> bool:
        """Whether everything was chosen well; problems stand at their field."""
        is_valid = bool(self.validate())
        if self.formats.errors:
            self.formats.errors = [_("Hãy chọn ít nhất một loại bảng trong danh sách.")]
        if self.languages.errors or len(self.languages.data or ()) > BESIDE_VIETNAMESE:
            most = number(BESIDE_VIETNAMESE)
            told = _("Hãy chọn trong danh sách, nhiều nhất %(most)s thứ tiếng bên cạnh tiếng Việt.", most=most)
            self.languages.errors = [told]
            return False
        return is_valid


def _count(found: Collected) -> int:
    return sum(len(bundle.sheets) for bundle in found.bundles)


def _there(unit_code: str) -> dict[PosterFormat, Collected]:
    base = extensions.setting("PUBLIC_BASE_URL")
    return collect_all(extensions.engine(), unit_code, PosterFormat, base, extensions.now())


def _form_page(unit_code: str, form: PrintForm, status: int = 200) -> ResponseReturnValue:
    now, tree = extensions.now(), units.unit_tree(extensions.engine())
    there = _there(unit_code)
    form.offer(there)
    page = render_template(
        "officer/print_form.html",
        form=form,
        unit=tree.units[unit_code],
        path=[(unit, may_at(unit.code, Permission.POSTERS_PRINT)) for unit in reversed(tree.ancestors(unit_code))],
        total=sum(map(_count, there.values())),
        missing={"counters": there[PosterFormat.A4].missing, "centres": there[PosterFormat.NOTICE].missing},
        may_issue=may_at(unit_code, Permission.CODES_MANAGE),
        jobs=print_jobs.recent(extensions.engine(), unit_code, now),
        now=now,
        state_tag=state_tag,
        format_name=format_name,
        clock=_clock,
    )
    return page, status


def _clock(job: PrintJob) -> str:
    """The time of day a job was asked for, and until when it is kept."""
    return f"{job.requested_at.astimezone(VIET_NAM):%H:%M}"


@blueprint.get("/places/<unit_code>/print", endpoint="places_print")
@requires(Permission.POSTERS_PRINT)
def choose(unit_code: str) -> ResponseReturnValue:
    """What to print of a unit and everything below it."""
    return _form_page(unit_code, PrintForm())


@blueprint.post("/places/<unit_code>/print", endpoint="places_print_start")
@requires(Permission.POSTERS_PRINT)
def start(unit_code: str) -> ResponseReturnValue:
    """Begin a job; its page tells how far it is."""
    form = PrintForm()
    form.offer(_there(unit_code))
    if not form.check():
        return _form_page(unit_code, form, 422)
    formats = [one for one in PosterFormat if one.value in form.formats.data]
    return _begin(lambda: _started(unit_code, formats, form.languages.data), unit_code)


def _started(unit_code: str, formats: list[PosterFormat], languages: list[str]) -> int:
    base, now = extensions.setting("PUBLIC_BASE_URL"), extensions.now()
    tongues = ["vi", *languages]
    return print_jobs.start(extensions.engine(), unit_code, formats, tongues, base, now, signed_in().login)


def _begin(ready: Callable[[], int], unit_code: str) -> ResponseReturnValue:
    """Work on the job that ``ready`` makes ready, or say why there is none."""
    try:
        job_id = ready()
    except print_jobs.AlreadyPrinting as busy:
        flash(_("Một lần in khác của Ông/Bà chưa xong. Hãy chờ xong hoặc hủy lần đó rồi in tiếp."))
        return redirect(url_for("officer.places_print_job", job_id=busy.job_id), 303)
    except print_jobs.TooManyJobs:
        flash(_("Đang có nhiều người cùng in. Hãy thử lại sau một phút."))
        return redirect(url_for("officer.places_print", unit_code=unit_code), 303)
    except NothingToPrint:
        flash(_("Chưa có mã nào đang dùng để in. Hãy cấp mã trước."))
        return redirect(url_for("officer.places_print", unit_code=unit_code), 303)
    _work_on(job_id)
    return redirect(url_for("officer.places_print_job", job_id=job_id), 303)


def _work_on(job_id: int) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    threads = app.extensions.setdefault(WORKING, {})

    def work() -> None:
        with app.app_context():
            print_jobs.work(extensions.engine(), job_id, extensions.setting("PUBLIC_BASE_URL"), extensions.now)
        threads.pop(job_id, None)

    threads[job_id] = threading.Thread(target=work, name=f"printer-{job_id}", daemon=True)
    threads[job_id].start()


def _job(job_id: int) -> PrintJob:
    """The job of the address; 404 for one that is not there or whose unit lies beyond the grant."""
    job = _or_404(lambda: print_jobs.find(extensions.engine(), job_id, extensions.now()))
    require_at(job.unit_code, Permission.POSTERS_PRINT)
    return job


def _or_404(read: Callable[[], FOUND]) -> FOUND:
    try:
        return read()
    except print_jobs.UnknownJob:
        abort(404)


@blueprint.get(JOB, endpoint="places_print_job")
@requires(Permission.POSTERS_PRINT)
def follow(job_id: int) -> ResponseReturnValue:
    """How far a job is; the browser asks again every two seconds until it is over."""
    job, now = _job(job_id), extensions.now()
    page = render_template(
        "officer/print_job.html",
        job=job,
        state=job.state(now),
        is_live=job.is_live(now),
        clock=_clock,
        state_tag=state_tag,
        format_name=format_name,
    )
    reply = make_response(page)
    if job.is_live(now):
        reply.headers["Refresh"] = REFRESH_SECONDS
    return reply


@blueprint.post(f"{JOB}/cancel", endpoint="places_print_cancel")
@requires(Permission.POSTERS_PRINT)
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop after the file that is being made."""
    _job(job_id)
    _or_404(lambda: print_jobs.cancel(extensions.engine(), job_id, extensions.now(), signed_in().login))
    return redirect(url_for("officer.places_print_job", job_id=job_id), 303)


@blueprint.post(f"{JOB}/resume", endpoint="places_print_resume")
@requires(Permission.POSTERS_PRINT)
def resume(job_id: int) -> ResponseReturnValue:
    """Go on where a job stopped."""
    job = _job(job_id)

    def ready() -> int:
        _or_404(lambda: print_jobs.resume(extensions.engine(), job_id, extensions.now(), signed_in().login))
        return job_id

    try:
        return _begin(ready, job.unit_code)
    except print_jobs.NotToBeResumed:
        return redirect(url_for("officer.places_print_job", job_id=job_id), 303)


def _send(name: str, content: bytes) -> ResponseReturnValue:
    reply = send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name, etag=False)
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _whole_name(job: PrintJob, ending: str) -> str:
    return f"{plain_name(job.unit_name)}-{plain_name(job.unit_code)}-{ending}"


@blueprint.get(f"{JOB}/<any(a4, a6, notice, notice_a3, contact):kind>.pdf", endpoint="places_print_pdf")
@requires(Permission.POSTERS_PRINT)
def send_pdf(job_id: int, kind: str) -> ResponseReturnValue:
    """Everything of one format in one PDF."""
    job = _job(job_id)
    content = _or_404(lambda: print_jobs.whole_pdf(extensions.engine(), job, PosterFormat(kind)))
    return _send(_whole_name(job, f"{kind.replace('_', '-')}.pdf"), content)


@blueprint.get(f"{JOB}/posters.zip", endpoint="places_print_zip")
@requires(Permission.POSTERS_PRINT)
def send_zip(job_id: int) -> ResponseReturnValue:
    """A ZIP with a PDF for each commune and format, sent from a file whose name is gone already."""
    job = _job(job_id)
    with tempfile.TemporaryDirectory(prefix="posters-") as folder:
        out = Path(folder) / "posters.zip"
        print_jobs.write_whole_zip(extensions.engine(), job, out)
        size, file = out.stat().st_size, out.open("rb")
    name = _whole_name(job, "posters.zip")
    reply = send_file(file, "application/zip", as_attachment=True, download_name=name, etag=False, max_age=0)
    reply.content_length = size
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.get(f"{JOB}/files/<int(max=2147483647):file_id>.pdf", endpoint="places_print_file")
@requires(Permission.POSTERS_PRINT)
def send_one(job_id: int, file_id: int) -> ResponseReturnValue:
    """The file of one commune."""
    job = _job(job_id)
    return _send(*_or_404(lambda: print_jobs.one_pdf(extensions.engine(), job, file_id)))
