"""Sample comments: as varied as real ones, some with what must be masked, some handled already."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Engine

from survey_app.domain.comment_reply import EVERY_THEME, ReplyText
from survey_app.domain.comments import Status
from survey_app.services.comment_replies import publish_reply, reply_subjects, save_reply
from survey_app.services.comments import CommentChange, CommentsAsked, comments_page, handle_comments
from survey_app.services.staff_names import change_names
from survey_app.storage.audit_log import SYSTEM

STAFF = ("Nguyễn Thị Thu Hà", "Trần Văn Minh", "Lê Quang Vinh", "Phạm Thị Bích Ngọc", "Y Blơng")
SHARE, MOST = 0.1, 20_000
"""About so many people write something, in all at most so many."""

OPENINGS = (
    "Tôi đến {when}, ",
    "Hôm {when} tôi lên nộp hồ sơ, ",
    "Nhà tôi ở xa, đi từ sáng sớm, ",
    "Lần này ",
    "",
    "",
    "",
)
WHENS = ("sáng thứ hai", "chiều thứ sáu", "đầu giờ sáng", "ngày 05/10/2026", "gần trưa")
BODIES = (
    "phải chờ đợi hơi lâu mới tới lượt, khoảng {minutes} phút.",
    "đông người quá mà chỉ có một quầy làm việc, chờ lâu.",
    "phai cho doi lau, mong co them nguoi tiep nhan.",
    "cán bộ hướng dẫn tận tình, dễ hiểu, tôi rất hài lòng.",
    "chị {given} hướng dẫn rất nhiệt tình, cảm ơn chị.",
    "anh {given} ở quầy số {counter} giải thích rõ ràng, lịch sự.",
    "cán bộ {name} thái độ chưa vui vẻ, hỏi thì trả lời cộc lốc.",
    "chị Sương bên cạnh giúp tôi điền tờ khai, cảm ơn nhiều.",
    "giấy tờ phải photo nhiều lần, đi lại nhiều lần mới đủ hồ sơ.",
    "tờ khai khó hiểu, chữ nhỏ, người già như tôi không đọc được.",
    "phí 150.000 đồng có biên lai rõ ràng.",
    "không biết lệ phí bao nhiêu, mong niêm yết cho dễ thấy.",
    "đề nghị có thêm ghế ngồi và quạt, buổi trưa nóng quá.",
    "nhà vệ sinh cần sạch hơn, bãi xe chật.",
    "mong có người hướng dẫn làm hồ sơ trên mạng, tôi không rành VNeID.",
    "nộp trực tuyến hay bị lỗi mạng, phải lên tận nơi.",
    "trả kết quả đúng hẹn, cảm ơn.",
    "hồ sơ H40.12-260915-0{digits} trễ hẹn ba ngày mà không thấy báo.",
    "xin gọi lại cho tôi số 0905 12{digits} để tôi hỏi thêm.",
    "xe 82B1-{digits}5 của tôi để ngoài nắng, mong có mái che.",
    "kết quả sai họ tên, phải làm lại từ đầu.",
    "tốt.",
    "không có ý kiến gì thêm.",
)
ENGLISH = (
    "The officer was very helpful and polite, thank you.",
    "I waited about {minutes} minutes, the queue was long.",
    "Please put the forms in English online.",
)


def share_of(responses: int) -> float:
    """How many of so many people write something."""
    return min(SHARE, MOST / responses) if responses else 0.0


def sample_comment(rng: Random, language: str, share: float = SHARE) -> str | None:
    """Sometimes a comment."""
    if rng.random() >= share:
        return None
    name = rng.choice(STAFF)
    values = {
        "when": rng.choice(WHENS),
        "minutes": rng.choice(("30", "45", "60", "90")),
        "counter": rng.randint(1, 4),
        "given": name.split()[-1],
        "name": name,
        "digits": f"{rng.randrange(1000):03}4",
    }
    if language == "en":
        return rng.choice(ENGLISH).format(**values)
    text = (rng.choice(OPENINGS) + rng.choice(BODIES)).format(**values)
    return text[0].upper() + text[1:]


def list_staff(engine: Engine, unit_code: str, now: datetime) -> None:
    """List the sample names for a unit, so that they are masked."""
    change_names(engine, now, SYSTEM, unit_code, list(STAFF))


def handle_some(engine: Engine, unit_code: str, now: datetime) -> None:
    """At one unit some comments are under way, some are answered, and a summary reply is published."""
    shown = [comment.id for comment in comments_page(engine, unit_code, CommentsAsked()).comments]
    under_way, answered = shown[::3], shown[::6]
    for status, ids in ((Status.IN_PROGRESS, under_way), (Status.ANSWERED, answered)):
        change = CommentChange(status=status)
        handle_comments(engine, now, SYSTEM, unit_code=unit_code, ids=ids, change=change)
    subjects = reply_subjects(engine, unit_code)
    if not subjects.quarters or subjects.quarters[0].themes[EVERY_THEME] < subjects.least:
        return
    text = ReplyText(
        theme=EVERY_THEME,
        quarter=subjects.quarters[0].quarter.first_month,
        said="Bà con mong bớt thời gian ngồi đợi và có thêm chỗ ngồi; nhiều người khen cách hướng dẫn.",
        done="Mở thêm một quầy vào sáng thứ hai, bổ sung ghế và quạt tại khu vực đợi.",
        responsible="Trung tâm Phục vụ hành chính công",
        due_on=None,
    )
    publish_reply(engine, now, SYSTEM, unit_code, save_reply(engine, now, SYSTEM, unit_code=unit_code, text=text))
