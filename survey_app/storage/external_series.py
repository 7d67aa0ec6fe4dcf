"""External series as stored: where they come from, and their counts per level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from survey_app.domain.external_series import ExternalFigure, ExternalSeries
from survey_app.storage.boundary_tables import ExternalCountRow, ExternalFigureRow, ExternalSeriesRow
from survey_app.storage.tables import OrgUnitRow


@dataclass(frozen=True)
class StoredSeries:
    """A series with its number, and what there is of it."""

    id: int
    series: ExternalSeries
    imported_on: date
    figures: int
    first_month: date
    last_month: date


def add(
    connection: Connection,
    series: ExternalSeries,
    imported_on: date,
    figures: Iterable[ExternalFigure],
    ids: Mapping[str, int],
) -> int:
    """Store a series; returns its number."""
    row = {"name": series.name, "source": series.source, "method": series.method, "slug": series.slug}
    statement = insert(ExternalSeriesRow).returning(ExternalSeriesRow.id)
    series_id: int = connection.execute(statement, row | {"imported_on": imported_on}).scalar_one()
    for figure in figures:
        values = {
            "series_id": series_id,
            "unit_id": ids[figure.unit_code],
            "figure": figure.figure,
            "first_month": figure.first_month,
            "last_month": figure.last_month,
            "responses": figure.responses,
        }
        added = connection.execute(insert(ExternalFigureRow).returning(ExternalFigureRow.id), values).scalar_one()
        counts = [{"figure_id": added, "score": score, "answers": n} for score, n in figure.counts.items()]
        connection.execute(insert(ExternalCountRow), counts)
    return series_id


def every(connection: Connection) -> list[StoredSeries]:
    """All series by name."""
    series, figure = ExternalSeriesRow, ExternalFigureRow
    query = (
        select(
            *(series.id, series.name, series.source, series.method, series.slug, series.imported_on),
            *(func.count(figure.id), func.min(figure.first_month), func.max(figure.last_month)),
        )
        .join_from(series, figure, figure.series_id == series.id)
        .group_by(series.id, series.name, series.source, series.method, series.slug, series.imported_on)
        .order_by(series.name)
    )
    return [
        StoredSeries(number, ExternalSeries(name, source, method, slug), imported_on, figures, first, last)
        for number, name, source, method, slug, imported_on, figures, first, last in connection.execute(query)
    ]


def number_of(connection: Connection, name: str) -> int | None:
    """The number of the series that has this name."""
    return connection.scalar(select(ExternalSeriesRow.id).where(ExternalSeriesRow.name == name))


def remove(connection: Connection, series_id: int) -> None:
    """Delete a series with all its figures."""
    connection.execute(delete(ExternalSeriesRow).where(ExternalSeriesRow.id == series_id))


def _read(connection: Connection, conditions: Sequence[object]) -> list[tuple[int, ExternalFigure]]:
    figure, count = ExternalFigureRow, ExternalCountRow
    query = (
        select(
            *(figure.id, figure.series_id, OrgUnitRow.code, figure.first_month, figure.last_month),
            *(figure.figure, figure.responses, count.score, count.answers),
        )
        .join_from(figure, OrgUnitRow, figure.unit_id == OrgUnitRow.id)
        .join(count, count.figure_id == figure.id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(OrgUnitRow.code, figure.first_month, figure.last_month, figure.id, count.score)
    )
    heads: dict[int, tuple[int, tuple[str, date, date, str, int]]] = {}
    counts: dict[int, dict[int, int]] = {}
    for number, series_id, code, first, last, name, responses, score, answers in connection.execute(query):
        heads[number] = (series_id, (code, first, last, name, responses))
        counts.setdefault(number, {})[score] = answers
    return [(series_id, ExternalFigure(*head, counts[number])) for number, (series_id, head) in heads.items()]


def figures_of(connection: Connection, series_id: int) -> list[ExternalFigure]:
    """Every figure of a series."""
    return [figure for _series, figure in _read(connection, [ExternalFigureRow.series_id == series_id])]


def figures_at(connection: Connection, unit_ids: Sequence[int], figure: str) -> list[tuple[int, ExternalFigure]]:
    """(series, figure) of everything measured elsewhere for these units under this name."""
    row = ExternalFigureRow
    return _read(connection, [row.unit_id.in_(unit_ids), row.figure == figure])
