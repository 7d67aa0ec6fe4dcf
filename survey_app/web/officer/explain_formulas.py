"""The formula of a figure with its own numbers filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.domain.recipe import Formula, Overall, Recipe
from survey_app.domain.scorecard import Figure, SectionScore
from survey_app.domain.scoring import weighted_mean
from survey_app.domain.workings import CompositeWorking, ItemWorking
from survey_app.web.officer.figures import item_names
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

EXACT = 6
"""Decimals of a result before it is rounded for display."""


@dataclass(frozen=True)
class Part:
    """A step: sentences, then numbers in a table (``columns`` empty: none)."""

    title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def _result(value: Fraction, recipe: Recipe) -> str:
    return _("làm tròn một lần, nửa lên: %(value)s", value=number(value, recipe.rounding.places))


def _sum_of_scores(working: ItemWorking) -> str:
    """The sum of scores, level by level where the counts may be told."""
    if not working.counts:
        return number(working.total)
    terms = " + ".join(f"{level} × {number(count)}" for level, count in working.counts.items())
    return f"{terms} = {number(working.total)}"


def _top_two(working: ItemWorking) -> tuple[str, str]:
    both = (number(working.counts[level]) for level in working.levels[-2:]) if working.counts else ()
    part = f"({' + '.join(both)})" if working.counts else number(working.total)
    told = _("Hai mức cao nhất chia cho mọi câu trả lời có mức điểm, nhân 100:")
    return told, f"100 × {part} / {number(working.base)} = {number(working.value, EXACT)}"


def _mean_to_100(working: ItemWorking) -> tuple[str, str]:
    total, top, base = number(working.total), number(working.levels[-1]), number(working.base)
    line = f"100 × {total} / ({top} × {base}) = {number(working.value, EXACT)}"
    told = _("Tổng điểm chia cho mức cao nhất nhân số câu trả lời, nhân 100:")
    return told, f"{_sum_of_scores(working)}; {line}" if working.counts else line


def _points(working: ItemWorking) -> tuple[str, str]:
    line = f"{number(working.total)} / {number(working.base)} = {number(working.value, EXACT)}"
    told = _("Tổng số điểm chia cho số câu trả lời:")
    return told, f"{_sum_of_scores(working)}; {line}" if working.counts else line


def _rescaled(working: ItemWorking) -> tuple[str, str]:
    low, high = working.levels[0], working.levels[-1]
    mean = f"{number(working.total)} / {number(working.base)}"
    line = f"1 + 9 × ({mean} − {low}) / ({high} − {low}) = {number(working.value, EXACT)}"
    told = _("Trung bình các câu trả lời quy về thang 1–10:")
    return told, f"{_sum_of_scores(working)}; {line}" if working.counts else line


def item_formula(working: ItemWorking, recipe: Recipe) -> Part:
    """An item's index."""
    told, line = {
        Formula.TOP_TWO_BOX: _top_two,
        Formula.MEAN_TO_100: _mean_to_100,
        Formula.POINTS: _points,
        Formula.RESCALED_PARTS: _rescaled,
    }[recipe.formula](working)
    return Part(_("Công thức"), (told, line, _result(working.value, recipe)))


def value_rows(working: CompositeWorking) -> tuple[tuple[str, ...], ...]:
    """The items of a figure: name, unrounded index, base."""
    names = item_names([score.item for score, _value in working.values])
    return tuple(
        (name, number(value, EXACT), number(score.figure.base))
        for name, (score, value) in zip(names, working.values, strict=True)
    )


def _weighted_formula(working: CompositeWorking, recipe: Recipe) -> Part:
    pairs = list(zip(working.values, working.weights, strict=True))
    total, weight = sum((value * own for (_, value), own in pairs), Fraction(0)), sum(working.weights, Fraction(0))
    told = _("Trung bình có trọng số của các tiêu chí theo cách tính này, chưa làm tròn:")
    times = "" if working.multiple == 1 else f" × {number(working.multiple, EXACT)}"
    line = f"{number(total, EXACT)} / {number(weight, EXACT)}{times} = {number(working.value, EXACT)}"
    rows = tuple(
        (name, number(own, EXACT), value, base)
        for (name, value, base), own in zip(value_rows(working), working.weights, strict=True)
    )
    columns = (_("Tiêu chí"), _("Trọng số"), _("Điểm chưa làm tròn"), "n")
    return Part(_("Công thức"), (told, line, _result(working.value, recipe)), columns, rows)


def _sum_formula(working: CompositeWorking, recipe: Recipe) -> Part:
    """A sum of indices: the mean of those known times all there are."""
    known = [*(value for _score, value in working.values), *(entry.value for entry in working.imported)]
    total = sum(known, Fraction(0))
    told = _("Trung bình các chỉ số đã có nhân với số chỉ số của cả bộ; đủ chỉ số thì đó là tổng. Chưa làm tròn:")
    line = f"{number(total, EXACT)} / {len(known)} × {working.indices} = {number(working.value, EXACT)}"
    imported = [
        (words(entry.index.title), number(entry.value, EXACT), _("%(n)s hồ sơ", n=number(entry.dossiers)))
        for entry in working.imported
    ]
    columns = (_("Chỉ số"), _("Điểm chưa làm tròn"), "n")
    return Part(
        _("Công thức"), (told, line, _result(working.value, recipe)), columns, (*imported, *value_rows(working))
    )


def sum_of_parts(parts: Sequence[SectionScore], figure: Figure, recipe: Recipe) -> tuple[Part, Part]:
    """A dimension: its parts, each the mean of its items divided by their number, then their sum."""
    rows, values, k = [], [], number(len(parts))
    for part in parts:
        own, weights = (
            [score.figure.value or Fraction(0) for score in part.items],
            recipe.weights_of([score.item for score in part.items]),
        )
        value = weighted_mean(own, weights) / len(parts)
        total = sum((one * weight for one, weight in zip(own, weights, strict=True)), Fraction(0))
        steps = f"{number(total, EXACT)} / {number(sum(weights, Fraction(0)))} / {k}"
        rows.append((words(part.section.title), steps, number(value, EXACT), number(part.figure.base)))
        values.append(number(value, EXACT))
    made = _("Nội dung thành phần là trung bình các câu hỏi của nó chia cho số nội dung thành phần: %(k)s.", k=k)
    columns = (_("Nội dung thành phần"), _("Phép tính"), _("Kết quả"), "n")
    assert figure.value is not None
    line = f"{' + '.join(values)} = {number(figure.value, EXACT)}"
    told = _("Chỉ số nội dung là tổng các nội dung thành phần, từ 1 đến 10:")
    return (
        Part(_("Nội dung thành phần"), (made,), columns, tuple(rows)),
        Part(_("Công thức"), (told, line, _result(figure.value, recipe))),
    )


def _told(working: CompositeWorking, recipe: Recipe, is_overall: bool) -> str:
    if not is_overall and working.multiple != 1:
        return _("Trung bình điểm của các tiêu chí, chia cho số nội dung thành phần; chưa làm tròn:")
    if is_overall:
        return _("Trung bình điểm của mọi tiêu chí, không phải trung bình các yếu tố; chưa làm tròn:")
    return _("Trung bình điểm của các tiêu chí trong yếu tố, chưa làm tròn:")


def mean_formula(working: CompositeWorking, recipe: Recipe, *, is_overall: bool) -> Part:
    """A figure made of several items."""
    if working.indices:
        return _sum_formula(working, recipe)
    if len(set(working.weights)) > 1 or (is_overall and recipe.overall is Overall.SUM_OF_DIMENSIONS):
        return _weighted_formula(working, recipe)
    total, items = sum((value for _, value in working.values), Fraction(0)), len(working.values)
    times = "" if working.multiple == 1 else f" × {working.multiple}"
    line = f"{number(total, EXACT)} / {items}{times} = {number(working.value, EXACT)}"
    columns = (_("Tiêu chí"), _("Điểm chưa làm tròn"), "n")
    told = _told(working, recipe, is_overall)
    return Part(_("Công thức"), (told, line, _result(working.value, recipe)), columns, value_rows(working))
