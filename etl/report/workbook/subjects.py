"""The sheets of the subjects: months down, each measure's figures across, and its charts below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.report.outline import SECTIONS, Section
from etl.report.record import COUNT, PER_10000, Breakdown, Point, Report, Series
from etl.report.sentences import breakdown_title, describe, plain
from etl.report.workbook.book import EMPTY, MONTH, WHOLE, Book, Cell, Column, columns_over
from etl.report.workbook.drawing import WIDTH, draw, drawing_of
from etl.report.workbook.figures import entered, from_target, has_number, reckoned, value, whole
from etl.report.workbook.words import CONTENTS, VALUE, of_what
from etl.targets import financial_year

# The row of the head; above it, what the sheet is of.
HEAD = 3
Places = dict[tuple[str, date], str]


def name_of(section: Section) -> str:
    """The name of its sheet, which is short."""
    return f"{section.number} {section.id.replace('-', ' ').capitalize()}"


class Subject:
    """A section's sheet: where each figure stands is known before it is written."""

    def __init__(self, report: Report, section: Section) -> None:
        self._report, self._section = report, section
        self._columns = [Column("Month", 10)]
        self._cells = [[Cell(month, MONTH) for month in report.months]]
        # By measure, the column of its value.
        self._values: dict[str, int] = {}
        for series in self.series:
            self._add_figures(series)
            self._add_target(series)
            self._add_comparators(series)

    @property
    def title(self) -> str:
        """Its section's."""
        return self._section.title

    @property
    def labels(self) -> list[str]:
        """Of its measures that are published."""
        return [self._section.rows[series.measure] for series in self.series]

    @property
    def series(self) -> list[Series]:
        """Its measures that are published."""
        found = (self._report.of(measure) for measure in self._section.measures)
        return [series for series in found if series is not None]

    def places(self) -> Places:
        """By measure and month, the cell of its value, as other sheets name it."""
        return {
            (series.measure, point.month): f"'{name_of(self._section)}'!"
            + xl_rowcol_to_cell(row, self._values[series.measure], True, True)
            for series in self.series
            for row, point in self._rows(series)
        }

    def write(self, book: Book, sheet: Worksheet) -> None:
        """Fill the sheet."""
        report = self._report
        book.heading(sheet, 0, f"{self._section.number} {self._section.title}")
        sheet.write_string(1, 0, of_what(report))
        book.link(sheet, 2, 0, CONTENTS)
        if not self.series:
            sheet.write_string(HEAD, 0, "No figure of this subject is published: see Notes.")
            return
        rows = [list(row) for row in zip(*self._cells, strict=True)]
        book.table(sheet, self._columns, rows, at=HEAD)
        below = self._draw(book, sheet, HEAD + len(report.months) + 3)
        below = self._break_down(book, sheet, below)
        book.on_one_page(sheet, self._columns, below, WIDTH)

    def _add_figures(self, series: Series) -> None:
        """The columns of what a measure counted, and of its value."""
        label, points = self._section.rows[series.measure], series.points
        if series.unit == COUNT:
            self._values[series.measure] = self._add(label, [value(COUNT, p) for p in points])
            return
        per = "population" if series.unit == PER_10000 else "denominator"
        top = self._add(f"{label}: numerator", [whole(p, p.numerator) for p in points])
        bottom = self._add(f"{label}: {per}", [whole(p, p.denominator) for p in points])
        shares = [
            reckoned(
                series.unit, point, xl_rowcol_to_cell(row, top), xl_rowcol_to_cell(row, bottom)
            )
            for row, point in self._rows(series)
        ]
        self._values[series.measure] = self._add(f"{label}: {VALUE[series.unit]}", shares)

    def _add_target(self, series: Series) -> None:
        """Of M's financial year alone: another year's was another."""
        target, label = series.target, self._section.rows[series.measure]
        if target is None:
            return
        at = self._values[series.measure]
        to = self._add(f"{label}: target {target.financial_year}", self._in_year(entered(target)))
        distances = [
            from_target(
                series, point, target, xl_rowcol_to_cell(row, at), xl_rowcol_to_cell(row, to)
            )
            if self._is_in_year(point.month)
            else EMPTY
            for row, point in self._rows(series)
        ]
        self._add(f"{label}: from target", distances)

    def _add_comparators(self, series: Series) -> None:
        """In the rows of M's financial year; of which year they are, their heading says."""
        label = self._section.rows[series.measure]
        for whose, found in (("England", series.england), ("neighbours", series.neighbours)):
            if found:
                heading = f"{label}: {whose} {found.financial_year}"
                self._add(heading, self._in_year(entered(found)))

    def _add(self, heading: str, cells: list[Cell]) -> int:
        """A column, its last cell M's. Gives its number."""
        self._columns.append(Column(heading, 12))
        self._cells.append([EMPTY] * (len(self._report.months) - len(cells)) + cells)
        return len(self._columns) - 1

    def _in_year(self, cell: Cell) -> list[Cell]:
        """The same in each row of M's financial year."""
        return [cell if self._is_in_year(month) else EMPTY for month in self._report.months]

    def _is_in_year(self, month: date) -> bool:
        return financial_year(month) == self._report.financial_year

    def _rows(self, series: Series) -> Iterator[tuple[int, Point]]:
        """The points of a series with their rows: M's is the last of the table."""
        first = HEAD + 1 + len(self._report.months) - len(series.points)
        return enumerate(series.points, first)

    def _draw(self, book: Book, sheet: Worksheet, below: int) -> int:
        """The charts, one below the other. Gives the row after them.

        What is drawn stands in columns of its own, right of the table: there a figure that may
        not be said is an empty cell. Of the text in the table Excel would make a zero.
        """
        right = columns_over(self._columns, WIDTH) + 1
        for chart in self._section.charts:
            series = self._report.of(chart.measure)
            if series is None or not any(has_number(series.unit, p) for p in series.points):
                continue
            places = {point.month: xl_rowcol_to_cell(row, self._values[series.measure])
                      for row, point in self._rows(series)}  # fmt: skip
            drawing = drawing_of(chart, series, self._report.months, places, HEAD, right)
            for number, line in enumerate(drawing.lines, right):
                book.beside(sheet, line, HEAD, number)
            shown = describe(self._report, drawing.series, chart.form, drawing.axis_start)
            below = draw(book, sheet, drawing, f"{chart.caption}. {shown}", below)
            right += len(drawing.lines)
        return below

    def _break_down(self, book: Book, sheet: Worksheet, below: int) -> int:
        """The breakdowns of the section, under all else. Gives the row after them."""
        for wanted in self._section.breakdowns:
            if found := self._report.breakdowns.get(wanted.name):
                title = plain(breakdown_title(self._report, found))
                below = _write_breakdown(book, sheet, title, found, below)
        return below


def _write_breakdown(
    book: Book, sheet: Worksheet, title: str, breakdown: Breakdown, below: int
) -> int:
    bands = [(band.number, band.label) for band in breakdown.bands]
    book.put(sheet, below, 0, Cell(title))
    for row, (number, label) in enumerate([*bands, (breakdown.total, "in all")], below + 1):
        book.put(sheet, row, 0, Cell("c" if number is None else number, WHOLE))
        book.put(sheet, row, 1, Cell(label))
    return below + len(bands) + 3


def subjects(report: Report) -> dict[str, Subject]:
    """Every section's sheet, by its name."""
    return {name_of(section): Subject(report, section) for section in SECTIONS}
