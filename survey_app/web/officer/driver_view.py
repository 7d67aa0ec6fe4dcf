"""The page "Ưu điểm, hạn chế" in words, and where the points of its chart stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil, floor
from statistics import fmean, median

from survey_app.domain.drivers import LEAST_BASE, Advice, Driver
from survey_app.domain.recipe import Span
from survey_app.domain.rounding import rounded
from survey_app.domain.scoring import Figure
from survey_app.services.driver_results import Drivers, FactorDriver, FactorReliability, ItemDriver
from survey_app.services.result_choices import UnitPage
from survey_app.services.result_tables import Block, ResultTable, Value
from survey_app.web.officer.charts import Axis, Tick
from survey_app.web.officer.explain_names import ASSOCIATION
from survey_app.web.officer.faces import OFFICER
from survey_app.web.officer.figures import item_name, span
from survey_app.web.officer.page_top import MayRead, Top, page_top
from survey_app.web.officer.result_tables import table_of
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words

WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 14, 44


@dataclass(frozen=True)
class DriverRow:
    """An item or a factor as evidence: ``number`` is an item's place in the table and on the chart, 0 of a factor."""

    number: int
    name: str
    factor: str
    advice: str
    kind: str
    importance: str
    importance_interval: str
    value: str
    interval: str
    base: str
    is_collinear: bool
    explain: str


@dataclass(frozen=True)
class Point:
    """An item on the chart, with both of its intervals."""

    number: int
    kind: str
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class DriverChart:
    """Performance to the right, importance upwards; lines at the average item and the middle importance."""

    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    average: float
    middle: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class ReliabilityRow:
    """A factor's alpha and the item-rest correlation of each of its items."""

    name: str
    alpha: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DriversView:
    """The page; without rows it says how many responses there are and ``needed``.

    ``keep_up`` and ``mend`` hold factors before items.
    """

    top: Top
    rows: tuple[DriverRow, ...]
    factors: tuple[DriverRow, ...]
    keep_up: tuple[DriverRow, ...]
    mend: tuple[DriverRow, ...]
    chart: DriverChart | None
    reliability: tuple[ReliabilityRow, ...]
    left_out: tuple[str, ...]
    responses: str
    needed: str
    has_enough: bool
    explain: str = ""


def advice_words(advice: Advice) -> str:
    """What an item's place suggests."""
    return {
        Advice.KEEP_UP: _("Phát huy"),
        Advice.MEND: _("Khắc phục"),
        Advice.WATCH: _("Theo dõi"),
    }[advice]


KINDS = {Advice.KEEP_UP: "good", Advice.MEND: "bad", Advice.WATCH: "plain"}


def _row(place: int, named: tuple[str, str], driver: Driver, figure: Figure, explain: str, places: int) -> DriverRow:
    tied = driver.importance_interval
    return DriverRow(
        number=place,
        name=named[0],
        factor=named[1],
        advice=advice_words(driver.advice),
        kind=KINDS[driver.advice],
        importance=number(driver.importance, 2),
        importance_interval=f"{number(tied.low, 2)} – {number(tied.high, 2)}",
        value="" if figure.value is None else number(figure.value, places),
        interval=span(figure.interval, places),
        base=number(driver.base),
        is_collinear=driver.is_collinear,
        explain=explain,
    )


def _item_rows(items: Sequence[ItemDriver], explain: Callable[[str], str], places: int) -> tuple[DriverRow, ...]:
    return tuple(
        _row(
            place,
            (item_name(entry.score.item), words(entry.section.section.title)),
            entry.driver,
            entry.score.figure,
            explain(entry.score.item.id),
            places,
        )
        for place, entry in enumerate(items, 1)
    )


def _factor_rows(factors: Sequence[FactorDriver], explain: Callable[[str], str], places: int) -> tuple[DriverRow, ...]:
    return tuple(
        _row(
            0,
            (words(entry.section.section.title), ""),
            entry.driver,
            entry.section.figure,
            explain(entry.section.section.id),
            places,
        )
        for entry in factors
    )


def _ticks(axis: Axis, step: float, places: int) -> tuple[Tick, ...]:
    first, last = ceil(axis.low / step - 1e-9), floor(axis.high / step + 1e-9)
    return tuple(Tick(axis.at(place * step), number(place * step, places)) for place in range(first, last + 1))


def driver_chart(items: Sequence[ItemDriver], on: Span) -> DriverChart | None:
    """The chart of the items that have a figure, on their recipe's range."""
    shown = [
        (place, entry, float(entry.score.figure.value), entry.score.figure.interval)
        for place, entry in enumerate(items, 1)
        if entry.score.figure.value is not None and entry.score.figure.interval
    ]
    if len(shown) < 2:
        return None
    step = float(on.high) / 20
    low = max(0.0, floor(min(interval.low for _p, _e, _v, interval in shown) / step) * step)
    high = min(float(on.high), ceil(max(interval.high for _p, _e, _v, interval in shown) / step) * step)
    across = Axis(low, max(high, low + step), LEFT + 10, WIDTH - RIGHT - 10)
    ties = [entry.driver.importance_interval for entry in items]
    least, most = floor(min(t.low for t in ties) * 10) / 10, ceil(max(t.high for t in ties) * 10) / 10
    upwards = Axis(least, max(most, least + 0.1), HEIGHT - BOTTOM - 10, TOP + 10)
    return DriverChart(
        points=tuple(
            Point(
                number=place,
                kind=KINDS[entry.driver.advice],
                x=across.at(value),
                y=upwards.at(entry.driver.importance),
                left=across.at(interval.low),
                right=across.at(interval.high),
                top=upwards.at(entry.driver.importance_interval.high),
                bottom=upwards.at(entry.driver.importance_interval.low),
            )
            for place, entry, value, interval in shown
        ),
        across=_ticks(across, step if across.high - across.low <= 6 * step else 2 * step, 0 if step >= 1 else 1),
        upwards=_ticks(upwards, 0.1 if most - least <= 0.6 else 0.2, 1),
        average=across.at(fmean(value for _p, _e, value, _i in shown)),
        middle=upwards.at(median(entry.driver.importance for entry in items)),
    )


def _reliability_row(entry: FactorReliability) -> ReliabilityRow:
    ties = entry.found.item_rest if entry.found else ()
    named = zip(entry.items, ties, strict=False)
    return ReliabilityRow(
        name=words(entry.section.section.title),
        alpha=number(entry.found.alpha, 2) if entry.found else "–",
        items=tuple((item_name(score.item), number(tie, 2)) for score, tie in named),
    )


def drivers_view(page: UnitPage, found: Drivers | None, may_read: MayRead) -> DriversView:
    """The page as its template shows it."""
    items = found.items if found else ()
    explain, places = partial(OFFICER.explain_address, page.path[-1].code), page.recipe.rounding.places
    rows = _item_rows(items, explain, places)
    factors = _factor_rows(found.factors if found else (), explain, places)
    return DriversView(
        top=page_top(page, OFFICER, may_read, "officer.results_drivers"),
        rows=rows,
        factors=factors,
        keep_up=tuple(row for row in (*factors, *rows) if row.kind == "good"),
        mend=tuple(row for row in (*factors, *rows) if row.kind == "bad"),
        chart=driver_chart(items, page.recipe.spans.item),
        reliability=tuple(_reliability_row(entry) for entry in found.reliability) if found else (),
        left_out=tuple(item_name(score.item) for score in found.left_out) if found else (),
        responses=number(found.responses if found else 0),
        needed=number(LEAST_BASE),
        has_enough=bool(found and found.responses >= LEAST_BASE),
        explain=explain(ASSOCIATION),
    )


def _evidence(driver: Driver, figure: Figure, places: int) -> list[Value]:
    tied, around = driver.importance_interval, figure.interval
    both = (around.low, around.high) if around else ()
    ends: list[Value] = [rounded(Fraction(end), places) for end in both] or [None, None]
    return [
        advice_words(driver.advice),
        *(rounded(Fraction(value), 2) for value in (driver.importance, tied.low, tied.high)),
        None if figure.value is None else rounded(figure.value, places),
        *ends,
        driver.base,
        _("có") if driver.is_collinear else _("không"),
    ]


def _evidence_columns() -> list[str]:
    tied = [_("Mức liên quan"), _("Mức liên quan: từ"), _("Mức liên quan: đến")]
    score = [_("Điểm"), _("Khoảng tin cậy 95 %: từ"), _("Khoảng tin cậy 95 %: đến"), "n"]
    return [_("Gợi ý"), *tied, *score, _("Trùng lặp")]


def drivers_table(page: UnitPage, found: Drivers | None) -> ResultTable:
    """The same evidence as a file."""
    places = page.recipe.rounding.places
    rows: list[list[Value]] = [
        [
            place,
            words(entry.section.section.title),
            item_name(entry.score.item),
            *_evidence(entry.driver, entry.score.figure, places),
        ]
        for place, entry in enumerate(found.items if found else (), 1)
    ]
    factors: list[list[Value]] = [
        [words(entry.section.section.title), *_evidence(entry.driver, entry.section.figure, places)]
        for entry in (found.factors if found else ())
    ]
    scales: list[list[Value]] = [
        [words(entry.section.section.title), item_name(score.item), *(rounded(Fraction(x), 2) for x in (tie, alpha))]
        for entry in (found.reliability if found else ())
        if entry.found
        for alpha in (entry.found.alpha,)
        for score, tie in zip(entry.items, entry.found.item_rest, strict=True)
    ]
    names = [_("Yếu tố"), _("Tiêu chí"), _("Tương quan với các tiêu chí còn lại"), _("Hệ số alpha của yếu tố")]
    title, about = _("Ưu điểm, hạn chế"), [_("Số"), _("Yếu tố"), _("Tiêu chí")]
    blocks = [
        Block(title, [*about, *_evidence_columns()], rows),
        *([Block(_("Các yếu tố"), [_("Yếu tố"), *_evidence_columns()], factors)] if factors else []),
        Block(_("Độ tin cậy của thang đo"), names, scales),
    ]
    return table_of(page, title, blocks if rows else [])
