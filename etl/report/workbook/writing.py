"""Writes the workbook, sheet by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from etl.report.record import Report
from etl.report.sentences import header
from etl.report.workbook import lists
from etl.report.workbook.book import Book, Column, Rows
from etl.report.workbook.overview import all_figures, contents
from etl.report.workbook.subjects import Places, Subject, subjects
from etl.report.workbook.words import (
    ALL_FIGURES,
    CONTENTS,
    HOW_TO_READ,
    HOW_TO_READ_PUBLIC,
    of_what,
)

# A heading and the paragraphs under it.
Note = tuple[str, Sequence[str]]
_NOTES, _NOTES_WIDTH = "Notes", 80


def write_workbook(report: Report, notes: Sequence[Note], path: Path) -> None:
    """Write the report's workbook. notes: what is said about the figures, by heading.

    A public report's has no formulas. Raises OSError where the file cannot be written.
    """
    warnings = " ".join(header(report).warnings) if report.is_stale else ""
    book = Book(path, report.known_on, of_what(report), warnings, has_formulas=not report.is_public)
    of_sections, tables = subjects(report), _tables(report)
    sheets = {CONTENTS: "What each sheet holds.",
              ALL_FIGURES: "Every measure of the report, with what it is set against.",
              **{name: _what(subject) for name, subject in of_sections.items()},
              **{name: what for name, (what, _, _) in tables.items()},
              _NOTES: "About these figures, and how to read this workbook."}  # fmt: skip
    made = {name: book.sheet(name) for name in sheets}
    places: Places = {}
    for name, subject in of_sections.items():
        subject.write(book, made[name])
        places |= subject.places()
    contents(book, made[CONTENTS], report, sheets)
    all_figures(book, made[ALL_FIGURES], report, places)
    for name, (_, columns, rows) in tables.items():
        book.table(made[name], columns, rows)
    _write_notes(book, made[_NOTES], report, notes)
    book.close()


def _what(subject: Subject) -> str:
    """A subject's sheet, as the contents say it."""
    return f"{subject.title}: {', '.join(subject.labels) or 'no figure is published'}."


def _tables(report: Report) -> dict[str, tuple[str, Sequence[Column], Rows]]:
    """The sheets that are lists, by name: what they hold, their columns and rows. Teams are
    nobody's to publish."""
    found: dict[str, tuple[str, Sequence[Column], Rows]] = {
        "Teams": ("Shares by team.", lists.TEAMS, lists.teams(report)),
        "Every figure": ("Each measure and month in a row of its own, for other software.",
                         lists.EVERY_FIGURE, lists.every_figure(report)),
        "Restated": ("Figures that moved since they were published.",
                     lists.RESTATED, lists.restated(report)),
        "Definitions": ("What each measure counts, and by which rule.",
                        lists.DEFINITIONS, lists.definitions(report)),
    }  # fmt: skip
    if report.is_public or not report.teams:
        del found["Teams"]
    return found


def _write_notes(book: Book, sheet: Worksheet, report: Report, notes: Sequence[Note]) -> None:
    """Headings and paragraphs, one below the other."""
    own = HOW_TO_READ_PUBLIC if report.is_public else HOW_TO_READ
    sheet.set_column(0, 0, _NOTES_WIDTH)
    book.heading(sheet, 0, "About these figures")
    row = 1
    for heading, paragraphs in (*notes, ("How to read this workbook", own)):
        book.text(sheet, row + 1, heading, _NOTES_WIDTH, is_bold=True)
        for number, paragraph in enumerate(paragraphs, row + 2):
            book.text(sheet, number, paragraph, _NOTES_WIDTH)
        row += 2 + len(paragraphs)
