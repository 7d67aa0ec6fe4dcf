"""The page that exports a dataset, and the file it sends."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from survey_app import extensions
from survey_app.domain.local_day import local_day
from survey_app.domain.permissions import Permission
from survey_app.services.datasets import (
    DatasetQuery,
    FileFormat,
    Form,
    Level,
    NothingReleased,
    Shape,
    TooFewForPublic,
    TooManyRows,
    dataset_choices,
    export_dataset,
)
from survey_app.web.access import current_officer, requires
from survey_app.web.officer.blueprint import blueprint
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number

FORM = re.compile(r"([a-z0-9_]{1,40})\.v([1-9]\d{0,3})")
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
LANGUAGES = ("vi", "en")


class _BadMonth(ValueError):
    """A month that is none."""


class _NoSuchShape(ValueError):
    """A format that has no long shape."""


def _granted() -> list[str]:
    """The units at which this officer may export."""
    officer, today = current_officer(), local_day(extensions.now())
    grants = officer.grants if officer else ()
    codes = (grant.unit_code for grant in grants if grant.gives(Permission.DATASET_EXPORT, today))
    return list(dict.fromkeys(codes))


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    if text and found is None:
        raise _BadMonth(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _read_query(values: Mapping[str, str], granted: list[str]) -> DatasetQuery:
    """What the form asks for, never beyond the units granted. Aborts with 404 for what it did not offer."""
    form, unit = FORM.fullmatch(values.get("form", "")), values.get("unit", "")
    if form is None or (unit and unit not in granted):
        abort(404)
    return DatasetQuery(
        slug=form[1],
        version=int(form[2]),
        unit_codes=(unit,) if unit else tuple(granted),
        wave=values.get("wave") or None,
        first_month=_month(values.get("from", "").strip()),
        last_month=_month(values.get("to", "").strip()),
    )


def _read_form(values: Mapping[str, str]) -> Form:
    """How the file is to be written. Aborts with 404 for what the form did not offer."""
    try:
        file_format = FileFormat(values.get("format", ""))
        form = Form(file_format, Shape(values.get("shape", "wide")), Level(values.get("level", "internal")))
    except ValueError:
        abort(404)
    language = values.get("lang", "vi")
    if language not in LANGUAGES:
        abort(404)
    if not form.is_possible:
        raise _NoSuchShape
    return replace(form, language=language)


def _page(problem: str | None = None) -> ResponseReturnValue:
    choices = dataset_choices(extensions.engine(), _granted())
    page = render_template("officer/datasets.html", choices=choices, problem=problem, values=request.form)
    return page, 400 if problem else 200


def _send(query: DatasetQuery, form: Form) -> ResponseReturnValue:
    """Write the file outside any folder that is served, and send it; its name is gone before it is sent."""
    officer, now = current_officer(), extensions.now()
    assert officer is not None
    level = "-public" if form.level is Level.PUBLIC else ""
    name = f"{query.slug}-v{query.version}{level}-{local_day(now):%Y%m%d}{form.file_format.endings[0]}"
    with tempfile.TemporaryDirectory(prefix="dataset-") as folder:
        out = Path(folder) / name
        export_dataset(
            extensions.engine(),
            extensions.recipes(),
            now,
            query=query,
            form=form,
            out=out,
            actor=officer.login,
        )
        size, file = out.stat().st_size, out.open("rb")
    reply = send_file(file, as_attachment=True, download_name=name, etag=False, max_age=0)
    reply.content_length = size
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.get("/datasets")
@requires(Permission.DATASET_EXPORT)
def datasets() -> ResponseReturnValue:
    """The form."""
    return _page()


@blueprint.post("/datasets")
@requires(Permission.DATASET_EXPORT)
def send_dataset() -> ResponseReturnValue:
    """The file, or the form with what stands in the way."""
    try:
        return _send(_read_query(request.form, _granted()), _read_form(request.form))
    except _NoSuchShape:
        return _page(_("Định dạng này chỉ có dạng một dòng một phiếu. Hãy chọn dạng đó, hoặc chọn CSV, Parquet, JSON."))
    except _BadMonth:
        return _page(_("Tháng phải có dạng năm-tháng, ví dụ 2026-10."))
    except NothingReleased:
        return _page(_("Không có phiếu nào đã công bố khớp với lựa chọn này."))
    except TooFewForPublic as error:
        return _page(
            _("Lựa chọn này có dưới %(k)s phiếu nên không lập được bản công khai. Hãy mở rộng lựa chọn.", k=error.k)
        )
    except TooManyRows as error:
        rows, limit = number(error.rows), number(error.limit)
        return _page(
            _(
                "Có %(rows)s phiếu; một tệp XLSX chỉ nhận %(limit)s phiếu. Hãy thu hẹp lựa chọn hoặc dùng CSV.",
                rows=rows,
                limit=limit,
            )
        )
