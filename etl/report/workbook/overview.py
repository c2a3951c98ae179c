"""The first two sheets: what is where, and every figure of the report in one table."""

from __future__ import annotations

from datetime import date

from xlsxwriter.worksheet import Worksheet

from etl.report.outline import GROUPS
from etl.report.record import Point, Reference, Report, Series
from etl.report.sentences import header
from etl.report.workbook.book import EMPTY, Book, Cell, Column, Rows
from etl.report.workbook.figures import entered, from_target, value, whole
from etl.report.workbook.subjects import Places
from etl.report.workbook.words import ALL_FIGURES, UNITS, of_what

_HEAD = 3
# Where a measure's value and target are, for its distance.
_VALUE, _TARGET = "F", "K"


def contents(book: Book, sheet: Worksheet, report: Report, sheets: dict[str, str]) -> None:
    """What each sheet has, with a link. sheets: by name."""
    book.heading(sheet, 0, f"Children’s social care, {report.month:%B %Y}")
    sheet.write_string(1, 0, of_what(report))
    sheet.write_string(2, 0, _edition(report))
    rows = [[EMPTY, Cell(what)] for what in sheets.values()]
    book.table(sheet, [Column("Sheet", 26), Column("What", 80)], rows, at=_HEAD, fixed=0)
    for row, name in enumerate(sheets, _HEAD + 1):
        book.link(sheet, row, 0, name)


def _edition(report: Report) -> str:
    """What a reader must know before any figure."""
    said = header(report)
    label = [f"Edition {report.label}."] if report.label else []
    return " ".join([*label, *said.warnings, said.edition])


def all_figures(book: Book, sheet: Worksheet, report: Report, places: Places) -> None:
    """Every measure of the report: M, the month before, the year before, and what they are set
    against."""
    book.heading(sheet, 0, f"{ALL_FIGURES}, {report.month:%B %Y}")
    sheet.write_string(1, 0, of_what(report))
    book.table(sheet, _columns(report), _rows(report, places), at=_HEAD, fixed=2)


def _columns(report: Report) -> list[Column]:
    month, year = report.month, report.month.year
    before = date(year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return [
        Column("Group", 22), Column("Measure", 48), Column("Unit", 18),
        Column("Numerator"), Column("Denominator", 12), Column(f"{month:%B %Y}", 13),
        Column(f"{before:%B %Y}", 13), Column(f"{month:%B} {year - 1}", 13),
        Column("Usual range from"), Column("Usual range to"),
        Column(f"Target {report.financial_year}"), Column("From target", 13),
        Column("England"), Column("Statistical neighbours"), Column("Comparators of", 13),
        Column("Note", 34),
    ]  # fmt: skip


def _rows(report: Report, places: Places) -> Rows:
    shown = [
        (group, series)
        for group, measures in GROUPS.items()
        for measure in measures
        if (series := report.of(measure)) is not None
    ]
    # Row 1 of the sheet is number 1, and the first of these is below the head.
    return [
        _row(group, series, places, number, is_public=report.is_public)
        for number, (group, series) in enumerate(shown, _HEAD + 2)
    ]


def _row(group: str, series: Series, places: Places, number: int, *, is_public: bool) -> list[Cell]:
    now, target, usual = series.now, series.target, series.usual
    distance = target and from_target(
        series, now, target, f"{_VALUE}{number}", f"{_TARGET}{number}"
    )
    limits = (usual.low, usual.high) if usual else (None, None)
    form = value(series.unit, Point(now.month)).form
    return [
        Cell(group), Cell(series.title), Cell(UNITS[series.unit]),
        whole(now, now.numerator), whole(now, now.denominator),
        *(_taken(series, point, places) for point in (now, series.month_before,
                                                      series.year_before)),
        *(Cell(limit, form) for limit in limits),
        entered(target) if target else EMPTY, distance or EMPTY,
        _entered(series.england), _entered(series.neighbours), Cell(_years(series)),
        Cell(_note(series, is_public=is_public) or None),
    ]  # fmt: skip


def _taken(series: Series, point: Point | None, places: Places) -> Cell:
    """A figure from the cell of its subject's sheet; one of nothing there would be taken as 0."""
    if point is None:
        return EMPTY
    cell = value(series.unit, point)
    place = places.get((series.measure, point.month))
    return Cell(cell.value, cell.form, f"={place}") if place and cell.value is not None else cell


def _entered(reference: Reference | None) -> Cell:
    return entered(reference) if reference else EMPTY


def _years(series: Series) -> str | None:
    """Of which financial year the comparators are, or of which each is."""
    of = {each.financial_year for each in (series.england, series.neighbours) if each}
    if len(of) < 2:
        return next(iter(of), None)
    assert series.england and series.neighbours
    return f"{series.england.financial_year}, {series.neighbours.financial_year}"


def _note(series: Series, *, is_public: bool) -> str:
    """What else is to be known of M's figure. In public without numbers: they may be small."""
    parts = []
    if series.is_not_final:
        awaiting = "" if is_public else f": {series.now.awaiting:,} awaiting their record"
        parts.append(f"◊ not final{awaiting}")
    if rows := sum(each.rows for each in series.held_back):
        are = "some rows are" if is_public else f"{rows:,} {'row is' if rows == 1 else 'rows are'}"
        parts.append(f"‡ {are} held back")
    return "; ".join(parts)
