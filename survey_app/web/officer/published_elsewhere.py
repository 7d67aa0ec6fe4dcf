"""The box of published figures: what official surveys printed, without arrow, difference or rank against ours."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.benchmark import PublishedFigure
from survey_app.domain.org_unit import OrgUnit, UnitKind
from survey_app.services.benchmarks import province_names, published_for
from survey_app.web.rendering import gettext as _
from survey_app.web.rendering import number, words


@dataclass(frozen=True)
class PublishedRow:
    """A figure as printed."""

    year: str
    of: str
    name: str
    value: str
    source: str


@dataclass(frozen=True)
class PublishedBox:
    """A published survey and its figures."""

    title: str
    population: str
    rows: tuple[PublishedRow, ...]


def _value(figure: PublishedFigure) -> str:
    shown = "" if figure.value is None else number(figure.value, -int(figure.value.as_tuple().exponent))
    rank = _("hạng %(rank)s", rank=figure.rank) if figure.rank else ""
    return ", ".join(part for part in (shown, rank) if part)


def published_boxes(unit: OrgUnit) -> tuple[PublishedBox, ...]:
    """The boxes of a province; none at other units."""
    if unit.kind is not UnitKind.PROVINCE:
        return ()
    names = province_names()
    return tuple(
        PublishedBox(
            words(found.benchmark.title),
            words(found.benchmark.population),
            tuple(
                PublishedRow(
                    str(figure.year),
                    _("%(name)s (trước 1/7/2025)", name=names[figure.province]) if figure.province else _("Cả nước"),
                    words(figure.name),
                    _value(figure),
                    figure.source,
                )
                for figure in found.figures
            ),
        )
        for found in published_for(unit.code)
    )
