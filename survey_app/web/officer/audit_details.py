"""What the detail of an audit entry says, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date

from survey_app.domain.org_unit import KIND_LABELS, UnitKind
from survey_app.domain.permissions import Role
from survey_app.web.officer.role_names import role_name
from survey_app.web.rendering import day, number
from survey_app.web.rendering import gettext as _

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _labels() -> dict[str, str]:
    """Names of details -> what they are called; a detail that is not here keeps its name."""
    return {
        "login": _("tài khoản"),
        "role": _("vai trò"),
        "valid_to": _("đến hết ngày"),
        "code": _("mã"),
        "codes": _("số mã"),
        "posters": _("số bảng"),
        "rows": _("số dòng"),
        "responses": _("số phiếu"),
        "format": _("định dạng"),
        "wave": _("đợt khảo sát"),
        "from": _("từ"),
        "to": _("đến"),
        "file": _("tệp"),
        "added": _("thêm"),
        "updated": _("sửa"),
        "units": _("đơn vị"),
        "text": _("có chữ"),
        "by": _("người thao tác"),
        "action": _("thao tác"),
        "view": _("trang"),
    }


def _more_labels() -> dict[str, str]:
    """The same for what is counted, frozen or dated."""
    return {
        "comments": _("số ý kiến"),
        "releases": _("số lượt công bố"),
        "slug": _("mẫu phiếu"),
        "questionnaire": _("mẫu phiếu"),
        "version": _("phiên bản"),
        "sha256": _("mã băm"),
        "names": _("mục"),
        "name": _("tên"),
        "reason": _("lý do"),
        "parent": _("thuộc"),
        "first_month": _("từ tháng"),
        "last_month": _("đến tháng"),
        "filter": _("lựa chọn"),
        "day": _("ngày"),
        "theme": _("chủ đề"),
        "quarter": _("quý"),
        "issue_number": _("lần cấp"),
        "note": _("ghi chú"),
        "bytes": _("số byte"),
        "said": _("người dân nói"),
        "done": _("chúng tôi làm"),
        "responsible": _("người phụ trách"),
        "due_on": _("hạn"),
        "status": _("tình trạng"),
        "reply": _("trả lời chung số"),
        "comments_masked": _("số ý kiến được che thêm"),
        "removed": _("bỏ"),
    }


def _labels_of_the_desk() -> dict[str, str]:
    """The same for calendars, posters, moves and what commands do."""
    return {
        "approval_void": _("phê duyệt cũ hết hiệu lực"),
        "rule": _("quy định số"),
        "ends": _("hết ngày"),
        "week": _("tuần làm việc"),
        "formats": _("loại bảng"),
        "job": _("lần in số"),
        "kind": _("loại"),
        "of": _("của"),
        "lines": _("số dòng"),
        "report": _("loại số liệu"),
        "predecessor": _("thay cho"),
        "transactions": _("số lượt giao dịch"),
        "flagged": _("số phiếu mới bị đánh dấu"),
        "filters": _("lựa chọn"),
        "result": _("kết quả"),
        "citizen_role": _("vai trò của trang người dân"),
        "officer_role": _("vai trò của trang cán bộ"),
    }


def _values() -> dict[str, str]:
    """States and results as pages call them."""
    return {
        "new": _("Mới"),
        "in_progress": _("Đang xử lý"),
        "answered": _("Đã trả lời"),
        "draft": _("dự thảo"),
        "published": _("đã công bố"),
        "planned": _("dự thảo"),
        "open": _("đang mở"),
        "paused": _("tạm dừng"),
        "closed": _("đã kết thúc"),
        "done": _("xong"),
        "refused: own submission": _("từ chối: người trình tự phê duyệt"),
        "centres": _("cả trung tâm"),
    }


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return number(len(value)) if name == "comments" else ", ".join(_said(name, entry) for entry in value)
    return _said_text(name, str(value))


def _said_text(name: str, text: str) -> str:
    if name == "role" and text in list(Role):
        return role_name(Role(text))
    if name == "kind" and text in list(UnitKind):
        return KIND_LABELS[UnitKind(text)]
    if ISO_DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    return _values().get(text, text)


def _parts(detail: Mapping[str, object], labels: Mapping[str, str]) -> Iterator[str]:
    for name, value in detail.items():
        if isinstance(value, dict):
            yield from _parts(value, labels)
        elif value not in (None, "", []):
            yield f"{labels.get(name, name)}: {_said(name, value)}"


def result(detail: str) -> str:
    """The detail of an entry in words."""
    read = json.loads(detail)
    return (
        "; ".join(_parts(read, _labels() | _more_labels() | _labels_of_the_desk()))
        if isinstance(read, dict)
        else str(read)
    )
