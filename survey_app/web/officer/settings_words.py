"""What each number of the settings is called, and what it protects."""

from __future__ import annotations

from survey_app.web.rendering import gettext as _

Labels = dict[str, tuple[str, str]]
"""Field -> its label and its hint."""


def number_labels() -> Labels:
    """Every number of the page."""
    return _bases() | _times() | _comments() | _pace()


def _bases() -> Labels:
    return {
        "release": (
            _("Số phiếu của một lần công bố"),
            _("Phiếu của một quầy chỉ được đưa ra cùng lúc từ chừng này phiếu, để không suy ra được phiếu của ai."),
        ),
        "officer_score": (_("Điểm, cho cán bộ xem"), _("Dưới mức này không hiện điểm của đơn vị cho cán bộ.")),
        "public_score": (_("Điểm, công khai"), _("Dưới mức này không hiện điểm trên trang công khai.")),
        "distribution": (_("Phân bố câu trả lời"), _("Dưới mức này không hiện tỷ lệ từng mức trả lời.")),
        "sensitive": (_("Tiêu chí nhạy cảm"), _("Câu về phiền hà, đưa tiền ngoài quy định cần nhiều phiếu hơn.")),
        "demographic": (
            _("Nhóm nhân khẩu"),
            _("Nhóm nhỏ hơn mức này bị che trong tệp dữ liệu, để không nhận ra người trả lời."),
        ),
    }


def _times() -> Labels:
    return {
        "mixed_release_days": (
            _("Số ngày chờ gộp"),
            _("Phiếu cùng mục đích đến chờ nhau lâu nhất chừng này ngày, rồi được công bố gộp."),
        ),
        "exact_minute_hours": (
            _("Số giờ giữ phút gửi phiếu"),
            _("Sau chừng này giờ chỉ còn ngày nhận. Giữ càng ngắn càng khó dò ra người gửi."),
        ),
    }


def _comments() -> Labels:
    return {
        "comment_batch": (
            _("Số ý kiến của một đợt"),
            _("Ý kiến bằng lời chỉ hiện từng đợt, xáo trộn, từ chừng này ý kiến."),
        ),
        "comment_days": (_("Số ngày chờ của ý kiến"), _("Ý kiến mới hơn chừng này ngày chưa hiện.")),
        "comment_months": (_("Số tháng giữ ý kiến"), _("Ý kiến cũ hơn được xoá.")),
    }


def _pace() -> Labels:
    told = _("Nhiều hơn là dấu hiệu cần kiểm tra; phiếu vẫn được nhận.")
    return {
        "ten_minutes": (_("Phiếu của một quầy trong mười phút"), told),
        "day": (_("Phiếu của một quầy trong một ngày"), told),
        "page": (_("Phiếu gửi từ một lần mở trang"), _("Một gia đình có thể chuyền tay một điện thoại.")),
    }
