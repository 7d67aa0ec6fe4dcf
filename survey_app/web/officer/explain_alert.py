""" "Cách tính" of a clear drop: the last month beside the three before, on like releases and the same items."""

from __future__ import annotations

from survey_app.domain.comparing import steps
from survey_app.domain.recipe import Recipe
from survey_app.services.alerts import Alerts
from survey_app.services.difference_workings import DifferenceWorking
from survey_app.web.officer.alerts import alert_line, rules_of
from survey_app.web.officer.explain_differences import difference_columns, difference_row, formula_part
from survey_app.web.officer.explain_formulas import Part
from survey_app.web.officer.explain_view import ExplainView, recipe_facts
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import item_name
from survey_app.web.officer.page_top import caution
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number


def drop_explanation(found: Alerts, recipe: Recipe) -> ExplainView | None:
    """The explanation of the drop of this very unit; None where it has none."""
    entry = next((one for one in found.found if one.windows and one.centre.code == found.unit.code), None)
    windows, drop = (entry.windows, entry.alert.drop) if entry else (None, None)
    if entry is None or windows is None or windows.last is None or windows.before is None or drop is None:
        return None
    test = steps(windows.last, windows.before)
    working = DifferenceWorking(windows.last, windows.before, test, drop)
    together = _(
        "%(n)s trung tâm trong tỉnh được xét cùng lúc theo Benjamini – Hochberg ở mức 5 phần trăm: p được nhân với số "
        "trung tâm chia cho thứ hạng của p.",
        n=number(found.tested),
    )
    columns = difference_columns((_("Đơn vị"),), _("tháng cuối"), _("ba tháng trước"))
    row = difference_row((entry.centre.name,), working, _("giảm rõ rệt"), recipe.rounding.places)
    items = tuple((item_name(item),) for item in entry.items)
    asked = Part(_("Các tiêu chí đủ câu trả lời ở cả hai bên"), (), (_("Tiêu chí"),), items)
    return ExplainView(
        name=_("Giảm rõ rệt"),
        unit_name=entry.centre.name,
        value="",
        interval="",
        base="",
        parts=(
            Part(_("Khi nào có cảnh báo"), (rules_of(found)[0], alert_line(entry).text)),
            formula_part(),
            Part(_("Giảm rõ rệt"), (together,), columns, (row,)),
            asked,
        ),
        facts=tuple(recipe_facts(recipe)),
        back=OFFICER.address(entry.centre.code),
        caution=caution(recipe),
    )
