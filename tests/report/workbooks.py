"""Reading back a workbook: its cells with and without formulas, and what lies in its file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from etl.report.record import Report
from etl.report.workbook import write_workbook
from etl.report.workbook.writing import Note

# Where the table of a subject's sheet, and that of all figures, has its head.
HEAD = 4


@dataclass(frozen=True)
class Read:
    """A workbook as it is kept: values as they are cached, formulas as they are written, and its
    parts by name."""

    values: Any
    formulas: Any
    parts: dict[str, str]

    def column(self, sheet: str, heading: str, head: int = HEAD) -> list[Any]:
        """What stands below a heading in the table of a sheet, from top to bottom."""
        return [cell.value for cell in self.cells(sheet, heading, head)]

    def cells(self, sheet: str, heading: str, head: int = HEAD) -> list[Any]:
        """The cells below a heading, with their formats."""
        of = self.values[sheet]
        [number] = [cell.column for cell in of[head] if cell.value == heading]
        _, _, _, last = range_boundaries(of.auto_filter.ref)
        return [of.cell(row, number) for row in range(head + 1, last + 1)]

    def row(
        self, sheet: str, name: str, head: int = HEAD, column: str = "Measure"
    ) -> dict[Any, Any]:
        """The only row of that name, by the headings."""
        columns = [self.column(sheet, each, head) for each in self.headings(sheet, head)]
        rows = zip(*columns, strict=True)
        found = [dict(zip(self.headings(sheet, head), row, strict=True)) for row in rows]
        [row] = [each for each in found if each[column] == name]
        return row

    def headings(self, sheet: str, head: int = HEAD) -> list[str]:
        """Those of its table."""
        first, _, last, _ = range_boundaries(self.values[sheet].auto_filter.ref)
        return [self.values[sheet].cell(head, number).value for number in range(first, last + 1)]

    def every_formula(self) -> list[tuple[str, str, str, Any]]:
        """Sheet, cell, formula, cached value."""
        return [
            (
                sheet.title,
                cell.coordinate,
                cell.value,
                self.values[sheet.title][cell.coordinate].value,
            )
            for sheet in self.formulas
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]

    def worked_out(self, sheet: str, formula: str) -> Any:
        """What a formula of the report's forms gives, exactly."""
        if found := re.fullmatch(r'=IF\((.+)=0,"",(.+)\)', formula):
            is_nothing = self._worked_out(sheet, found[1]) == 0
            return None if is_nothing else self._worked_out(sheet, found[2])
        return self._worked_out(sheet, formula.removeprefix("="))

    def _worked_out(self, sheet: str, expression: str) -> Any:
        names: dict[str, Any] = {}

        def named(found: re.Match[str]) -> str:
            name = f"cell_{len(names)}"
            names[name] = self._cell(found[1] or sheet, found[2].replace("$", ""))
            return name

        python = re.sub(r"(?:'([^']+)'!)?(\$?[A-Z]+\$?\d+)", named, expression)
        return eval(python, {"__builtins__": {}}, names)

    def _cell(self, sheet: str, place: str) -> Any:
        value = self.formulas[sheet][place].value
        if isinstance(value, str) and value.startswith("="):
            return self.worked_out(sheet, value)
        return value if isinstance(value, str) or value is None else Fraction(str(value))


def written(report: Report, folder: Path, notes: Sequence[Note] = ()) -> Read:
    """A report's workbook, read back."""
    path = folder / "report.xlsx"
    write_workbook(report, notes, path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return Read(openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path), parts)
