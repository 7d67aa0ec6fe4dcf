"""Comments as citizens leave them, and the small province's after they may be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, Engine

from survey_app.domain.local_day import minute_of
from survey_app.services.release import run_releases
from survey_app.storage import comments, org_units
from survey_app.storage.comments import Comment, CommentFilter
from survey_app.storage.database import begin_read
from tests import scenes

WRITTEN = scenes.NOW - timedelta(days=20)
"""27 October 2026: old enough at ``scenes.NOW``."""

TEXTS = (
    "Phải chờ đợi hơi lâu mới tới lượt.",
    "Chậm quá, ngồi chờ cả buổi sáng.",
    "Chị Hạnh hướng dẫn tận tình.",
    "Đề nghị có thêm ghế ngồi.",
    "Gọi lại cho tôi số 0905 123 456.",
    "Phí 150.000 đồng, có biên lai.",
    "Nộp trực tuyến hay bị lỗi mạng.",
    "Trả kết quả đúng hẹn, cảm ơn.",
    "Hồ sơ phải photo nhiều lần.",
    "Cán bộ cáu gắt.",
)


def write_comments(
    engine: Engine,
    province: scenes.Province,
    texts: Sequence[str],
    counter: int = 0,
    at: datetime = WRITTEN,
    **changed: object,
) -> None:
    """Each text is the comment of one response at the counter; all of them arrive at ``at``."""
    rng = Random(f"{texts} {counter} {at} {changed}")
    sent = [
        scenes.entry(
            province,
            province.counters[counter],
            rng,
            **({"stage": "filing", "received_minute": minute_of(at) - place, "comment": text} | changed),
        )
        for place, text in enumerate(texts)
    ]
    scenes.put_all(engine, sent)


def released_comments(
    engine: Engine, province: scenes.Province, texts: Sequence[str] = TEXTS, counter: int = 0
) -> None:
    """The same, and they may be read at ``scenes.NOW``."""
    write_comments(engine, province, texts, counter)
    run_releases(engine, WRITTEN)
    run_releases(engine, scenes.NOW)


def every_comment(engine: Engine) -> list[Comment]:
    """Every comment that may be read."""
    with begin_read(engine) as connection:
        return comments.read(connection, CommentFilter(every_unit(connection)), 0, 10_000)


def every_unit(connection: Connection) -> list[int]:
    return list(org_units.read_all(connection)[1].values())
