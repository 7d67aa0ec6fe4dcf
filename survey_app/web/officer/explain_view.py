"""One figure's "Cách tính" in words, with its own numbers filled in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.disclosure import Withheld
from survey_app.domain.questionnaire import Item, ItemKind
from survey_app.domain.recipe import Formula, Recipe, Span
from survey_app.domain.record import DONT_KNOW, NO_WISH, NOT_ANSWERED, NOT_APPLICABLE
from survey_app.domain.scoring import Distribution
from survey_app.domain.workings import BetaInputs, CompositeWorking, ItemWorking
from survey_app.services.explaining import Explained
from survey_app.web.officer import filters
from survey_app.web.officer.explain_formulas import EXACT, Part, item_formula, mean_formula, sum_of_parts, value_rows
from survey_app.web.officer.faces import Face
from survey_app.web.officer.figures import Bases, first_shown, item_names, out_of, percent, span
from survey_app.web.officer.page import bases_of
from survey_app.web.officer.page_top import caution
from survey_app.web.officer.points_view import points_view
from survey_app.web.officer.withheld import is_few, label
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words


@dataclass(frozen=True)
class ExplainView:
    """The page; ``value`` is empty where the figure is withheld, as ``withheld`` says.

    ``facts`` tell where the numbers come from.
    """

    name: str
    unit_name: str
    value: str
    interval: str
    base: str
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, str], ...]
    back: str
    caution: str
    withheld: str = ""


def _level_labels(item: Item) -> dict[str, str]:
    return {code.code: words(code.label) for code in item.scale.codes} if item.scale else {}


def _missing_rows(distribution: Distribution) -> list[tuple[str, ...]]:
    """Who gave no level: counted, but in no score."""
    named = (
        (NOT_APPLICABLE, _("Không áp dụng")),
        (DONT_KNOW, _("Không biết")),
        (NO_WISH, _("Không muốn trả lời")),
        (NOT_ANSWERED, _("Bỏ qua câu này")),
    )
    missing = distribution.missing or {}
    return [(label, "–", number(missing[code])) for code, label in named if missing.get(code)]


def _counts_part(found: Explained, bases: Bases) -> Part:
    assert found.item is not None
    score = found.item
    title = _("Số câu trả lời")
    if score.distribution.counts is None:
        least = number(bases.counts(score.item))
        return Part(title, (_("Phân bố chưa công bố: cần từ %(n)s câu trả lời.", n=least),))
    labels = _level_labels(score.item)
    rows = [(labels[code], number(int(code)), number(count)) for code, count in score.distribution.counts.items()]
    told = _("Chỉ tính câu trả lời có mức điểm; những câu không có mức điểm không vào mẫu số.")
    columns = (_("Câu trả lời"), _("Điểm"), _("Số phiếu"))
    return Part(title, (told,), columns, (*rows, *_missing_rows(score.distribution)))


def beta_rows(beta: BetaInputs) -> list[tuple[str, ...]]:
    first, second = beta.parameters
    scale = f"{number(beta.low)} – {number(beta.high)}"
    return [
        (_("Trung bình sau khi thêm phiếu giả định, thang %(scale)s", scale=scale), number(beta.mean, EXACT)),
        (_("Phương sai của trung bình"), number(beta.variance, 8)),
        (_("Hai tham số của phân phối Beta"), f"{number(first, 3)}; {number(second, 3)}"),
    ]


def _interval_part(working: ItemWorking | CompositeWorking, recipe: Recipe) -> Part:
    low, high = number(working.interval.low, EXACT), number(working.interval.high, EXACT)
    ends = (_("Khoảng chưa làm tròn"), f"{low} – {high}")
    rows: list[tuple[str, ...]] = []
    if isinstance(working, CompositeWorking):
        told = _(
            "Mỗi tiêu chí có số người trả lời riêng, nên phương sai là của trung bình các tỷ số (tuyến tính hóa) từ "
            "tổng tích của từng cặp tiêu chí, thêm một phiếu giả định rải đều các mức; khoảng là phần giữa 95 phần "
            "trăm của phân phối Beta khớp trung bình và phương sai đó."
        )
        rows = [(_("Số tiêu chí"), number(len(working.values))), *beta_rows(working.beta)]
    elif recipe.formula is Formula.TOP_TWO_BOX:
        told = _("Khoảng Wilson của một tỷ lệ, z = 1,96.")
        rows = [(_("Số câu trả lời ở hai mức cao nhất"), number(working.total)), ("n", number(working.base))]
    else:
        told = _(
            "Thêm một câu trả lời giả định rải đều các mức (0,2 mỗi mức trên thang năm mức), rồi lấy phần giữa 95 phần "
            "trăm của phân phối Beta khớp trung bình và phương sai."
        )
        rows = [("n", number(working.base)), *(beta_rows(working.beta) if working.beta else [])]
    limit = _("Khoảng chỉ tính đến sai số ngẫu nhiên, không tính ai chọn trả lời và ai không.")
    shown = (_("Khoảng đã làm tròn"), span(working.interval, recipe.rounding.places))
    return Part(_("Khoảng tin cậy 95 %"), (told, limit), (_("Đại lượng"), _("Giá trị")), (*rows, ends, shown))


def _withheld_part(found: Explained, bases: Bases) -> Part:
    """Why there is no figure: the base that is needed, never how far a small one has come."""
    title = _("Vì sao chưa công bố")
    if found.item is not None:
        least, reason = number(bases.score(found.item.item)), found.item.figure.reason
        if not is_few(reason):
            return Part(title, (label(reason),))
        return Part(
            title, (_("Tiêu chí chưa đủ %(n)s câu trả lời; ít hơn thì có thể nhận ra người trả lời.", n=least),)
        )
    if not found.lacking:
        return Part(title, (_("Con số này gồm tiêu chí nhạy cảm chỉ người có thẩm quyền được xem."),))
    if found.figure is not None and found.figure.reason is Withheld.INCOMPLETE:
        return Part(title, (label(found.figure.reason),))
    told = _("Chỉ tính khi mọi tiêu chí đủ câu trả lời, để không suy ra được tiêu chí còn thiếu. Còn thiếu:")
    items = [score.item for score in found.lacking]
    rows = tuple((name, number(bases.score(item))) for name, item in zip(item_names(items), items, strict=True))
    return Part(title, (told,), (_("Tiêu chí"), _("Cần từ (câu trả lời)")), rows)


def _share_rows(item: Item, option: str, spread: Distribution) -> list[tuple[str, ...]]:
    labels, counts = _level_labels(item), spread.counts or {}

    def exact(count: int) -> str:
        return number(Fraction(100 * count, spread.base), EXACT)

    codes = counts if item.kind is ItemKind.CHOICE else {"1": counts["1"]}
    return [
        (
            labels[option or code],
            number(counts[code]),
            f"100 × {number(counts[code])} / {number(spread.base)} = {exact(counts[code])}",
            percent(counts[code], spread.base),
        )
        for code in codes
    ]


def _shares_part(found: Explained, bases: Bases) -> Part:
    assert found.option_counts is not None
    item, options = found.option_counts.item, found.option_counts.options
    shown = {option: spread for option, spread in options.items() if spread.counts is not None and spread.base}
    if not shown:
        least, reason = number(bases.counts(item)), next(iter(options.values())).reason
        if not is_few(reason):
            return Part(_("Vì sao chưa công bố"), (label(reason),))
        return Part(_("Vì sao chưa công bố"), (_("Phân bố chưa công bố: cần từ %(n)s câu trả lời.", n=least),))
    told = _("Số phiếu chọn chia cho số phiếu đã trả lời câu này, nhân 100; làm tròn một lần, nửa lên.")
    rows = [row for option, spread in shown.items() for row in _share_rows(item, option, spread)]
    return Part(_("Công thức"), (told,), (_("Câu trả lời"), _("Số phiếu"), _("Phép tính"), _("Tỷ lệ")), tuple(rows))


def _items_part(working: CompositeWorking) -> Part:
    """The items of a dimension, before they are put together part by part."""
    return Part(_("Từng tiêu chí"), (), (_("Tiêu chí"), _("Điểm chưa làm tròn"), "n"), value_rows(working))


def _parts(found: Explained, bases: Bases) -> tuple[Part, ...]:
    if found.option_counts is not None:
        return (_shares_part(found, bases),)
    working, recipe = found.working, found.card.recipe
    if working is None:
        return (_withheld_part(found, bases),)
    interval = _interval_part(working, recipe)
    if isinstance(working, ItemWorking):
        return (_counts_part(found, bases), item_formula(working, recipe), interval)
    if found.dimension is not None:
        return (_items_part(working), *sum_of_parts(found.parts, found.dimension.figure, recipe), interval)
    return (mean_formula(working, recipe, is_overall=found.section is None), interval)


def _points_facts(found: Explained) -> list[tuple[str, str]]:
    """Of a sum of points: that it is for reference, what is known, and its class where one is given."""
    card, results = found.card, found.page.results
    shown = points_view(card, results.class_reference) if results and found.figure is card.overall else None
    if shown is None:
        return []
    told = [(_("Số chỉ số đã có"), shown.known)] if shown.known else []
    if shown.band:
        told.append((_("Xếp loại"), f"{shown.band} ({shown.reference})"))
    return told


def recipe_facts(recipe: Recipe) -> list[tuple[str, str]]:
    """Which recipe, how sure its formula is, and where it is written."""
    status = (
        _("Suy ra từ số liệu đã công bố, chưa đối chiếu với văn bản gốc")
        if recipe.status == "inferred"
        else _("Theo văn bản chính thức")
    )
    return [
        (_("Tên cách tính"), f"{recipe.slug} v{recipe.version}"),
        (_("Tình trạng"), status),
        *([(_("Dùng để"), _("tham khảo"))] if recipe.is_reference else []),
        (_("Căn cứ"), "; ".join(recipe.sources)),
    ]


def facts_of(found: Explained, bases: Bases, face: Face) -> list[tuple[str, str]]:
    """Where the numbers come from. Releases are counted, people never."""
    questionnaire = found.card.questionnaire
    summed, results = found.counted.releases, found.page.results
    releases = [(_("Số lượt công bố đã cộng"), number(summed.releases))]
    waiting = results.result.waiting if results and face.has_waiting else 0
    return [
        *recipe_facts(found.card.recipe),
        *_points_facts(found),
        (_("Phiên bản mẫu phiếu"), f"{words(questionnaire.title)}, {questionnaire.slug} v{questionnaire.version}"),
        *filters.summary(found.page, face.filters),
        (_("Số phiếu hợp lệ"), number(found.card.responses)),
        *(releases if summed.responses == found.card.responses else []),
        *([(_("Phiếu đang chờ công bố, chưa tính"), number(waiting))] if waiting else []),
        (_("Số phiếu ít nhất của một lượt công bố"), number(bases.thresholds.release)),
    ]


def _name(found: Explained) -> str:
    if found.section:
        return words(found.section.section.title)
    if found.dimension:
        return words(found.dimension.dimension.title)
    if found.item:
        siblings = [score.item for section in found.card.sections for score in section.items]
        return dict(zip((item.id for item in siblings), item_names(siblings), strict=True))[found.item.item.id]
    return words(found.option_counts.item.text) if found.option_counts else _("Chỉ số chung")


def _span(found: Explained) -> Span:
    spans = found.card.recipe.spans
    if found.dimension and spans.dimension:
        return spans.dimension
    if found.section:
        return found.card.recipe.section_span(found.section.section.id)
    return spans.item if found.item else spans.overall


def _base(found: Explained) -> str:
    if found.option_counts:
        first = first_shown(found.option_counts)
        return number(first.base) if first.counts else ""
    return number(found.figure.base) if found.figure and not found.figure.is_withheld else ""


def _reason(found: Explained) -> Withheld | None:
    if found.option_counts:
        return first_shown(found.option_counts).reason
    return found.figure.reason if found.figure else None


def explain_view(found: Explained, face: Face) -> ExplainView:
    """The explanation as its template shows it."""
    assert found.page.results is not None
    bases, figure, unit = bases_of(found.page.results), found.figure, found.page.path[-1]
    recipe = found.card.recipe
    places, on = recipe.rounding.places, _span(found)
    return ExplainView(
        name=_name(found),
        unit_name=unit.name,
        value=number(figure.value, places) + out_of(on) if figure and figure.value is not None else "",
        interval=span(figure.interval, places) if figure else "",
        base=_base(found),
        parts=_parts(found, bases),
        facts=tuple(facts_of(found, bases, face)),
        back=face.address(unit.code),
        withheld=label(_reason(found)),
        caution=caution(recipe),
    )
