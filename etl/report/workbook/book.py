"""The workbook's file and the one way into it: what a cell may be, and how a table of them lies on
a sheet. What is on which sheet is not here."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

_A4 = 9
_MARGIN_INCHES = 0.55
MONTH, DAY = "mmm yyyy", "d mmm yyyy"
WHOLE = "#,##0"
# In pixels: a column without a width of its own, what a character of width is, and a row.
_COLUMN_PIXELS, _CHARACTER_PIXELS, _PADDING_PIXELS, _ROW_PIXELS = 64, 7, 5, 20
# Texts wider than this turn into lines of their own.
_WRAPPED_FROM = 40
# A text keeps off the number to its left.
_RIGHT, _LEFT = {"align": "right"}, {"align": "left", "indent": 1}
# In points. Not every program makes a row as high as its text.
_LINE_POINTS = 15
# A wider list is printed lying down.
_UPRIGHT_PIXELS = 900


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. form: how Excel shows a number or day. formula: from which the value
    comes; the value is kept beside it, so that what does not reckon (a preview, a telephone, Power
    Query) shows it too."""

    value: str | int | Decimal | date | None = None
    form: str | None = None
    formula: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is a number, or a text in the place of one."""
        return self.form is not None and not isinstance(self.value, date)


EMPTY = Cell()
Rows = list[list[Cell]]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and its width in characters."""

    heading: str
    width: int = 11


@dataclass(frozen=True)
class Filled:
    """A column with what is in it. dash: of one that is drawn as a line of reference."""

    column: Column
    cells: Sequence[Cell]
    dash: str | None = None


class Book:
    """The workbook while it is written, in memory: a command that is ended leaves no file of it."""

    def __init__(
        self, path: Path, known_on: date, foot: str, head: str, *, has_formulas: bool
    ) -> None:
        self._book = xlsxwriter.Workbook(str(path), {
            "in_memory": True,
            "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        })  # fmt: skip
        self._has_formulas = has_formulas
        # On every printed page. A single ampersand is an instruction to Excel.
        self._page_head, self._page_foot = (text.replace("&", "&&") for text in (head, foot))
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        # The same record is the same file: by itself it would hold the clock.
        self._book.set_properties({"title": foot, "created": datetime.combine(known_on, time())})

    def sheet(self, name: str) -> Worksheet:
        """A new sheet, set up for A4."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(_MARGIN_INCHES, _MARGIN_INCHES, 0.6, 0.75)
        sheet.set_header(f"&L&B{self._page_head}" if self._page_head else "")
        sheet.set_footer(f"&L&8 {self._page_foot}&R&8 &A, page &P of &N")
        return sheet

    def chart(self, kind: str) -> Any:
        """A native chart, to be put on a sheet."""
        return self._book.add_chart({"type": kind})

    def heading(self, sheet: Worksheet, row: int, text: str) -> None:
        """A line in large type."""
        sheet.write_string(row, 0, text, self._format(bold=True, font_size=14))

    def text(
        self, sheet: Worksheet, row: int, text: str, width: int, *, is_bold: bool = False
    ) -> None:
        """A line or paragraph in the first column, which is so wide."""
        look = {"bold": True} if is_bold else {"text_wrap": True, "valign": "top"}
        sheet.write_string(row, 0, text, self._format(**look))
        sheet.set_row(row, _height([(text, width)]))

    def link(self, sheet: Worksheet, row: int, column: int, to: str) -> None:
        """To a sheet of this workbook, whose name it shows."""
        look = self._format(font_color="#12436D", underline=1, valign="top")
        sheet.write_url(row, column, f"internal:'{to}'!A1", look, to, f"Go to {to}")

    def table(
        self, sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[Cell]],
        at: int = 0, fixed: int = 1,
    ) -> None:  # fmt: skip
        """A table with a filter, whose head stays in sight on the screen and on each printed page.
        at: the row of its head. fixed: how many columns stay in sight too."""
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            is_of_numbers = any(row[number].is_number for row in rows if len(row) > number)
            self._head(sheet, at, number, column.heading, is_of_numbers)
        sheet.set_row(at, _height([(column.heading, column.width) for column in columns]))
        for down, row in enumerate(rows, at + 1):
            wrapped = [
                (cell.value, column.width)
                for cell, column in zip(row, columns, strict=False)
                if isinstance(cell.value, str) and column.width >= _WRAPPED_FROM
            ]
            sheet.set_row(down, _height(wrapped))
            for number, cell in enumerate(row):
                self.put(sheet, down, number, cell, columns[number].width)
        sheet.autofilter(at, 0, at + max(len(rows), 1), len(columns) - 1)
        sheet.freeze_panes(at + 1, fixed)
        sheet.repeat_rows(at)
        if pixels(columns) > _UPRIGHT_PIXELS:
            sheet.set_landscape()

    def beside(self, sheet: Worksheet, line: Filled, at: int, number: int) -> None:
        """A column that is no part of the table, its head in the row of the table's."""
        sheet.set_column(number, number, line.column.width)
        self._head(sheet, at, number, line.column.heading, is_of_numbers=True)
        for down, cell in enumerate(line.cells, at + 1):
            self.put(sheet, down, number, cell)

    def put(self, sheet: Worksheet, row: int, column: int, cell: Cell, width: int = 0) -> None:
        """A cell: a text always as a text, whatever it begins with."""
        value = cell.value
        if cell.formula and self._has_formulas:
            sheet.write_formula(row, column, cell.formula, self._of(cell, width), _plain(value))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self._of(cell, width))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._of(cell, width))
        elif value is not None:
            sheet.write_number(row, column, float(value), self._of(cell, width))

    def on_one_page(
        self, sheet: Worksheet, columns: Sequence[Column], last_row: int, least_pixels: int
    ) -> None:
        """A sheet that is printed on one page, with what stands below its table, which may be
        wider than it."""
        sheet.print_area(0, 0, last_row, columns_over(columns, least_pixels) - 1)
        sheet.fit_to_pages(1, 1)
        if pixels(columns) <= last_row * _ROW_PIXELS:
            sheet.set_portrait()

    def close(self) -> None:
        """Raises OSError where the file cannot be written."""
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None

    def _head(
        self, sheet: Worksheet, row: int, column: int, text: str, is_of_numbers: bool
    ) -> None:
        """A column's heading, on the side where what is below it stands."""
        look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        side = _RIGHT if is_of_numbers else _LEFT
        sheet.write_string(row, column, text, self._format(**look, **side))

    def _of(self, cell: Cell, width: int) -> Any:
        look: dict[str, Any] = {"valign": "top"}
        if isinstance(cell.value, (str, date)):
            # What stands in a number's place stands where the number would.
            look |= _RIGHT if cell.is_number else _LEFT
        if isinstance(cell.value, str) and width >= _WRAPPED_FROM:
            look["text_wrap"] = True
        return self._format(**look, **({"num_format": cell.form} if cell.form else {}))

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _height(texts: Sequence[tuple[str, int]]) -> int:
    """Of a row, in points, that shows texts whole in columns of these widths."""
    # Bold and wide letters take more than the average that a width is measured in.
    lines = (len(textwrap.wrap(text, max(width - 1, 1))) for text, width in texts)
    return _LINE_POINTS * max(lines, default=1)


def _plain(value: Any) -> Any:
    """As a workbook keeps what a formula gives: nothing is an empty text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else float(value)


def pixels(columns: Sequence[Column]) -> int:
    """How wide columns are on the screen."""
    return sum(_CHARACTER_PIXELS * column.width + _PADDING_PIXELS for column in columns)


def columns_over(columns: Sequence[Column], width: int) -> int:
    """How many columns, these first and then usual ones, are as wide as a width in pixels."""
    lacking = max(width - pixels(columns), 0)
    return len(columns) + -(-lacking // _COLUMN_PIXELS)
