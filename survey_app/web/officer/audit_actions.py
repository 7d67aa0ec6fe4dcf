"""What each action of the audit log is called."""

from __future__ import annotations

from survey_app.web.rendering import gettext as _


def _of_accounts() -> dict[str, str]:
    """What is done with accounts and in signing in."""
    return {
        "officer.accept": _("Đặt mật khẩu bằng liên kết mời"),
        "officer.confirm": _("Xác nhận lại trước việc khó hoàn tác"),
        "officer.confirm_failed": _("Nhập lại mật khẩu không đúng"),
        "officer.create": _("Tạo tài khoản"),
        "officer.disable": _("Khóa tài khoản"),
        "officer.enable": _("Mở lại tài khoản"),
        "officer.grant": _("Cấp vai trò"),
        "officer.invite": _("Mời bằng liên kết"),
        "officer.password_change": _("Đổi mật khẩu của mình"),
        "officer.recovery_codes": _("Tạo mã khôi phục mới"),
        "officer.rename": _("Đổi tên người dùng"),
        "officer.reset": _("Cấp mật khẩu mới"),
        "officer.revoke": _("Kết thúc vai trò"),
        "officer.second_factor_enrol": _("Bật xác thực lớp thứ hai"),
        "officer.second_factor_failed": _("Nhập sai mã xác thực"),
        "officer.second_factor_off": _("Tắt xác thực lớp thứ hai"),
        "officer.second_factor_reset": _("Gỡ xác thực lớp thứ hai của người khác"),
        "officer.session_end": _("Kết thúc một phiên đăng nhập của mình"),
        "officer.sign_in": _("Đăng nhập"),
        "officer.sign_in_failed": _("Đăng nhập không được"),
        "officer.sign_out": _("Đăng xuất"),
        "officer.sign_out_everywhere": _("Đăng xuất mọi thiết bị của người khác"),
        "officer.sign_out_own": _("Đăng xuất mọi thiết bị của mình"),
    }


def _of_places() -> dict[str, str]:
    """What is done with units, counters, codes and posters."""
    return {
        "counter.issue": _("Cấp mã QR cho quầy"),
        "counter.move": _("Chuyển mã QR sang quầy khác"),
        "counter.reissue": _("Cấp lại mã QR"),
        "counter.revoke": _("Thu hồi mã QR"),
        "posters.cancel": _("Hủy lần in bảng mã QR"),
        "posters.print": _("In bảng mã QR"),
        "posters.resume": _("Tiếp tục in bảng mã QR"),
        "posters.start": _("Bắt đầu in bảng mã QR"),
        "unit.add": _("Thêm đơn vị"),
        "unit.edit": _("Sửa đơn vị"),
        "unit.move": _("Chuyển đơn vị sang nơi khác"),
        "unit.restore": _("Khôi phục đơn vị đã ngừng"),
        "transactions.import": _("Nhập lượt giao dịch"),
        "unit.import": _("Nhập danh sách đơn vị"),
        "unit.retire": _("Ngừng một đơn vị"),
        "unit.successions": _("Nhập đơn vị cũ và đơn vị thay thế"),
    }


def _of_fieldwork() -> dict[str, str]:
    """What is done with waves, their calendar, questionnaires and releases."""
    return {
        "calendar.add": _("Thêm ngày vào lịch làm việc"),
        "calendar.end": _("Kết thúc một quy định của lịch làm việc"),
        "calendar.remove": _("Bỏ một ngày khỏi lịch làm việc"),
        "calendar.restore": _("Khôi phục một ngày của lịch làm việc"),
        "calendar.week": _("Đổi giờ làm việc trong tuần"),
        "questionnaire.publish": _("Ban hành mẫu phiếu"),
        "release.run": _("Công bố phiếu"),
        "residence.close": _("Chốt số liệu theo nơi ở"),
        "dossiers.import": _("Nhập số liệu của hệ thống hồ sơ"),
        "external.delete": _("Xóa số liệu nhập từ trước"),
        "external.import": _("Nhập số liệu từ trước"),
        "external.replace": _("Thay số liệu nhập từ trước"),
        "transactions.enter": _("Nhập lượt giao dịch của một tháng"),
        "transactions.import": _("Nhập lượt giao dịch từ tệp"),
        "wave.approved": _("Duyệt đợt khảo sát"),
        "wave.returned": _("Trả lại đợt khảo sát để sửa"),
        "wave.submitted": _("Trình duyệt đợt khảo sát"),
        "wave.withdrawn": _("Rút lại đợt khảo sát đã trình"),
        "wave.change": _("Sửa đợt khảo sát"),
        "wave.create": _("Lập đợt khảo sát"),
        "wave.status": _("Đổi trạng thái đợt khảo sát"),
        "wave.transactions": _("Nhập số lượt giao dịch"),
    }


def _of_readers() -> dict[str, str]:
    """What readers of results and comments do."""
    return {
        "audit.export": _("Tải nhật ký thao tác"),
        "comments.export": _("Tải ý kiến"),
        "comments.handle": _("Xử lý ý kiến"),
        "comments.reply_publish": _("Công bố trả lời chung"),
        "comments.reply_save": _("Lưu trả lời chung"),
        "comments.reply_withdraw": _("Rút trả lời chung đã công bố"),
        "comments.staff_names": _("Sửa danh sách tên cần che trong ý kiến"),
        "dataset.export": _("Xuất bộ dữ liệu khảo sát"),
        "results.export": _("Tải số liệu đang xem"),
    }


def _of_the_system() -> dict[str, str]:
    """What is done with settings and the database."""
    return {
        "database.backup": _("Sao lưu cơ sở dữ liệu"),
        "database.grant": _("Cấp quyền cho hai vai trò của cơ sở dữ liệu"),
        "settings.change": _("Đổi cài đặt"),
        "settings.reset": _("Đưa cài đặt về mặc định"),
    }


def actions() -> dict[str, str]:
    """Every action there is -> what it is called."""
    return _of_accounts() | _of_places() | _of_fieldwork() | _of_readers() | _of_the_system()
