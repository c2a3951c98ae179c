"""One workbook with a sheet for each view. Every text is written as a text: no formula, no link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from etl.errors import WrongUsage
from etl.export.about import About
from etl.export.writer import Writer, in_rows

FILE = "report.xlsx"
# What Excel can hold.
SHEET_ROWS = 1_048_576
SHEET_NAME = 31
CELL_TEXT = 32_767
_WIDTHS = (10, 40)


@contextmanager
def writing(folder: Path, about: About) -> Iterator[Writer]:
    """Writes a sheet for each view, and at the end the first one, which says what the others are.
    Rows go to the disk as they come."""
    book = _Book(folder, about.latest)
    rows: dict[str, int] = {}

    def write(name: str, reader: pa.RecordBatchReader) -> int:
        rows[name] = book.write(name, reader)
        return rows[name]

    try:
        yield write
        book.say(about, rows)
        book.close()
    finally:
        book.leave()


def files_of(name: str) -> list[str]:
    """The files that a view becomes. Raises WrongUsage where no sheet can have its name."""
    if len(_sheet(name, 2)) > SHEET_NAME:
        raise WrongUsage(
            f"Excel allows a sheet {SHEET_NAME} characters of name, too few for {name}.",
            where="command line",
            means="Nothing was written.",
            next="Export it as CSV or Parquet, or name other views with --only.",
        )
    return [FILE]


def _sheet(name: str, number: int) -> str:
    """The name of a view's first sheet, second, and so on."""
    return name if number == 1 else f"{name} {number}"


class _Book:
    """The workbook while it is written."""

    def __init__(self, folder: Path, night: date) -> None:
        self._book = xlsxwriter.Workbook(
            str(folder / FILE), {"constant_memory": True, "tmpdir": str(folder)}
        )
        # The same night is the same file: by itself it would hold the clock.
        self._book.set_properties({"created": datetime.combine(night, time())})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._first = self._book.add_worksheet("about")

    def write(self, name: str, reader: pa.RecordBatchReader) -> int:
        """A view's sheet, and as many more as its rows need."""
        schema, sheet, row_number, sheets = reader.schema, self._begin(name, reader.schema), 0, 1

        def write_row(row: tuple[Any, ...]) -> None:
            nonlocal sheet, row_number, sheets
            row_number += 1
            if row_number == SHEET_ROWS:
                _filter(sheet, row_number - 1, schema)
                sheets, row_number = sheets + 1, 1
                sheet = self._begin(_sheet(name, sheets), schema)
            for column, (value, write_cell) in enumerate(zip(row, cells, strict=True)):
                if value is not None:
                    write_cell(sheet, row_number, column, value)

        cells = [self._cell(field.type, f"{name}.{field.name}") for field in schema]
        count = in_rows(reader, write_row)
        _filter(sheet, row_number, schema)
        return count

    def say(self, about: About, rows: dict[str, int]) -> None:
        """The first sheet."""
        self._first.set_column(0, 1, _WIDTHS[1])
        lines: list[tuple[str, Any]] = [*about.lines(), *rows.items()]
        for number, (name, value) in enumerate(lines):
            self._first.write_string(number, 0, f"rows of {name}" if name in rows else name)
            if isinstance(value, date):
                self._first.write_datetime(number, 1, value, self._day)
            elif isinstance(value, int):
                self._first.write_number(number, 1, value)
            else:
                self._first.write_string(number, 1, value)

    def close(self) -> None:
        """Raises OSError where the file cannot be written."""
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None

    def leave(self) -> None:
        """Close the files of rows, which a workbook that is not to be would keep open."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def _begin(self, name: str, schema: pa.Schema) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(schema.names):
            sheet.set_column(number, number, min(max(len(column) + 3, _WIDTHS[0]), _WIDTHS[1]))
            sheet.write_string(0, number, column, self._bold)
        return sheet

    def _cell(self, kind: pa.DataType, where: str) -> Callable[[Worksheet, int, int, Any], object]:
        """How a value of a type is written."""
        if pa.types.is_date(kind):
            return lambda sheet, row, column, value: sheet.write_datetime(
                row, column, value, self._day
            )
        if pa.types.is_timestamp(kind):
            return lambda sheet, row, column, value: sheet.write_datetime(
                row, column, value, self._moment
            )
        if pa.types.is_string(kind):
            return lambda sheet, row, column, value: sheet.write_string(
                row, column, _that_fits(value, where)
            )
        return lambda sheet, row, column, value: sheet.write_number(row, column, value)


def _that_fits(text: str, where: str) -> str:
    """Raises WrongUsage where Excel would cut the text."""
    if len(text) > CELL_TEXT:
        raise WrongUsage(
            f"A text is longer than the {CELL_TEXT:,} characters that a cell of Excel holds.",
            where=where,
            means="No workbook was written.",
            next="Export the view as CSV or Parquet.",
        )
    return text


def _filter(sheet: Worksheet, last_row: int, schema: pa.Schema) -> None:
    sheet.autofilter(0, 0, last_row, len(schema) - 1)
