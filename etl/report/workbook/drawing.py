"""Native charts, with a description for those who cannot see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from etl.report.charts import axis_start
from etl.report.numbers import as_entered
from etl.report.outline import COLUMNS, Chart
from etl.report.record import COUNT, PERCENT, YEAR_TO_DATE, Point, Reference, Series
from etl.report.workbook.book import EMPTY, MONTH, Book, Cell, Column, Filled
from etl.report.workbook.figures import entered, has_number, value
from etl.targets import financial_year

# In pixels; and how many rows of a sheet it covers.
WIDTH, _HEIGHT, _ROWS = 660, 300, 16
_DATA, _OTHER_MONTHS, _INK, _GRID = "#12436D", "#7C8FA3", "#3A4650", "#D9DEE3"


@dataclass(frozen=True)
class Drawing:
    """A chart and its lines, which stand in columns beside each other. head: the row of their
    heads. first: the column of the first."""

    chart: Chart
    series: Series
    months: tuple[date, ...]
    lines: Sequence[Filled]
    head: int
    first: int

    @property
    def is_columns(self) -> bool:
        """Whether it is one of columns from zero."""
        return self.chart.form == COLUMNS

    @property
    def references(self) -> list[Filled]:
        """The lines of a target or comparator."""
        return [line for line in self.lines if line.dash]

    @property
    def axis_start(self) -> int:
        """Where the axis begins."""
        return axis_start(self.series, self.chart.form)


def drawing_of(
    chart: Chart, series: Series, months: tuple[date, ...], places: Mapping[date, str],
    head: int, first: int,
) -> Drawing:  # fmt: skip
    """A chart of a series. It has no usual range: that is on the sheet of all figures."""
    lines = _lines_of(chart, series, months, places)
    return Drawing(chart, replace(series, usual=None), months, lines, head, first)


def _lines_of(
    chart: Chart, series: Series, months: Sequence[date], places: Mapping[date, str]
) -> list[Filled]:
    """What a chart draws, a row for each month. A year to date is a line for each year, so that it
    breaks at April. places: of the values in the table, by month."""
    points = {point.month: point for point in series.points}
    years = sorted({financial_year(month) for month in months if _drawn(series, points, month)})
    parts: list[str | None] = [*years] if series.span == YEAR_TO_DATE else [None]
    lines = [
        Filled(
            Column(f"Drawn: {chart.caption}{f', {year}' if year else ''}", 12),
            [
                _cell(series, point, places[month])
                if (point := _drawn(series, points, month))
                and year in (None, financial_year(month))
                else EMPTY
                for month in months
            ],
        )
        for year in parts
    ]
    for words, dash, reference in _references(series):
        heading = f"{words} {reference.financial_year}: {as_entered(reference.value)}"
        lines.append(Filled(Column(heading, 12), [entered(reference)] * len(months), dash))
    return lines


def _drawn(series: Series, points: Mapping[date, Point], month: date) -> Point | None:
    point = points.get(month)
    return point if point and has_number(series.unit, point) else None


def _cell(series: Series, point: Point, place: str) -> Cell:
    figure = value(series.unit, point)
    return Cell(figure.value, figure.form, f"={place}")


def _references(series: Series) -> Iterator[tuple[str, str, Reference]]:
    """In words, with their dash: they are told apart by it, not by colour."""
    if series.target:
        yield "Target", "dash", series.target
    if series.england:
        yield "England", "round_dot", series.england
    if series.neighbours:
        yield "Statistical neighbours", "long_dash_dot", series.neighbours


def draw(book: Book, sheet: Worksheet, drawing: Drawing, description: str, row: int) -> int:
    """Put a chart at a row, with what it shows in words. Gives the row after it."""
    chart = book.chart("column" if drawing.is_columns else "line")
    references = book.chart("line") if drawing.is_columns else chart
    for number, line in enumerate(drawing.lines, drawing.first):
        look = _reference(line.dash) if line.dash else _figures(drawing)
        to = references if line.dash else chart
        to.add_series(_where(drawing, sheet.get_name(), number) | look)
    _set_up(chart, drawing)
    if drawing.is_columns and drawing.references:
        chart.combine(references)
    sheet.insert_chart(row, 0, chart, {"description": description, "object_position": 2})
    return row + _ROWS


def _where(drawing: Drawing, sheet: str, column: int) -> dict[str, Any]:
    first, last = drawing.head + 1, drawing.head + len(drawing.months)
    return {
        "name": [sheet, drawing.head, column],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
    }


def _reference(dash: str) -> dict[str, Any]:
    return {"line": {"color": "black", "width": 1, "dash_type": dash}}


def _figures(drawing: Drawing) -> dict[str, Any]:
    """Of columns, M's is dark."""
    dark = {"color": _DATA}
    if not drawing.is_columns:
        marker = {"type": "circle", "size": 4, "fill": dark, "border": dark}
        return {"line": {**dark, "width": 2}, "marker": marker}
    others = [None] * (len(drawing.months) - 1)
    return {"fill": {"color": _OTHER_MONTHS}, "gap": 40, "points": [*others, {"fill": dark}]}


def _set_up(chart: Any, drawing: Drawing) -> None:
    font, unit = {"color": _INK, "size": 9}, drawing.series.unit
    about = f" (axis starts at {drawing.axis_start})" if drawing.axis_start else ""
    chart.set_title({"name": drawing.chart.caption + about,
                     "name_font": {"size": 11, "bold": True, "color": _INK}})  # fmt: skip
    chart.set_size({"width": WIDTH, "height": _HEIGHT})
    chart.set_x_axis({"date_axis": True, "num_format": MONTH, "major_unit": 3,
                      "major_unit_type": "months", "num_font": font})  # fmt: skip
    chart.set_y_axis({"min": drawing.axis_start, "num_font": font,
                      "num_format": "#,##0" if unit in (COUNT, PERCENT) else "#,##0.0",
                      "major_gridlines": {"visible": True, "line": {"color": _GRID}},
                      **({"max": 100} if unit == PERCENT else {})})  # fmt: skip
    # The figures' own lines need no name: the title says what they are.
    unnamed = list(range(len(drawing.lines) - len(drawing.references)))
    legend = {"position": "bottom", "delete_series": unnamed, "font": font}
    chart.set_legend(legend if drawing.references else {"none": True})
