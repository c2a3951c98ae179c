"""The sheets of an .xlsx workbook, cell by cell, as the values that it stores.

No library reads one as we must: openpyxl and calamine both give nothing alike for a formula that
stores no value and for an empty cell, calamine the same for an error, and it asks for the memory of
a whole sheet where one cell stands in its last corner. A workbook is a zip of XML, of which three
kinds of part are of use here: what sheets there are, the texts that they share, the cells.
Formats, formulas, macros, comments and links to other files are not looked at.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from etl.sources.annex_a.lists import number_of
from etl.sources.annex_a.markup import Attributes, NotWellFormed, Reader, local_name, read_markup
from etl.sources.arrival.files import COPY_AGAIN, Read, stop, zip_members

# The most that Excel has.
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
# Written in place of what a formula did not store; nothing reads it as a value.
NOT_STORED = "formula without a stored value"
AS_WORKBOOK = (
    "Open it in Excel, save it without a password as 'Excel Workbook (.xlsx)', and load that."
)
_CONTENT, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS_OF = "/sharedStrings"
# A workbook with a password, or of the years before 2007.
_OLD_OR_ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_NUMBER = 40
# A character that XML does not have, or a line end; and the `_` of a text that looks like one. Half
# of a pair is none.
_ESCAPED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")

# Takes the number of a row, and its cells that hold something by column, from 1.
TakeRow = Callable[[int, dict[int, str]], None]


@dataclass(frozen=True)
class Sheet:
    """title: its name. raw: reads its bytes."""

    title: str
    raw: Read


@dataclass(frozen=True)
class Workbook:
    """where: for people. sheets: those that are not hidden. is_1904: its days are counted from
    1 January 1904. strings: reads the texts that its sheets share."""

    where: str
    sheets: tuple[Sheet, ...]
    is_1904: bool
    strings: Read | None

    @classmethod
    def at(cls, path: Path, most_bytes: int) -> Workbook:
        """The workbook of a file. Raises NightStopped where it is none, or too big once unpacked,
        OSError where it cannot be read."""
        with path.open("rb") as file:
            if file.read(len(_OLD_OR_ENCRYPTED)) == _OLD_OR_ENCRYPTED:
                raise stop(
                    "The workbook has a password, or is of Excel's old kind (.xls).",
                    str(path), AS_WORKBOOK,
                )  # fmt: skip
        parts = zip_members(path, most_bytes)
        if not {_CONTENT, _RELATIONS} <= parts.keys():
            raise stop("The file is no .xlsx workbook.", str(path), AS_WORKBOOK)
        content, relations = _Content(), _Relations()
        _read(parts[_CONTENT](), content, "its list of sheets", str(path))
        _read(parts[_RELATIONS](), relations, "its list of parts", str(path))
        sheets = tuple(
            Sheet(title, parts[target])
            for title, key in content.shown
            if (target := relations.target.get(key)) in parts
        )
        strings = next((parts[name] for name in relations.strings if name in parts), None)
        return cls(str(path), sheets, content.is_1904, strings)

    def shared_strings(self) -> list[str]:
        """The texts that its sheets share, by number."""
        found = _Strings()
        if self.strings:
            _read(self.strings(), found, "its texts", self.where)
        return found.texts

    def read(self, sheet: Sheet, strings: list[str], take: TakeRow) -> list[str]:
        """Tell ``take`` of every row of a sheet that holds something, in order. Returns what cells
        are merged. Raises NightStopped."""
        cells = _Cells(strings, take)
        try:
            _read(sheet.raw(), cells, f"list {number_of(sheet.title)}", self.where)
        except _TooBig as error:
            raise stop(
                f"List {number_of(sheet.title)} has {error}, as no sheet of Excel has.",
                self.where, f"Find out who made it. {AS_WORKBOOK}",
            ) from None  # fmt: skip
        return cells.merged


def _read(raw: bytes, reader: Reader, part: str, where: str) -> None:
    """Raises NightStopped where the part is no XML."""
    try:
        read_markup(raw, reader)
    except NotWellFormed as error:
        what = f"is not well-formed XML, from line {error.line:,}" if error.line else (
            "declares a document type, as no workbook does"
        )  # fmt: skip
        next = COPY_AGAIN if error.line else f"Find out who made it. {AS_WORKBOOK}"
        raise stop(f"The workbook is damaged: {part} {what}.", where, next) from None


class _TooBig(Exception):
    """A cell stands where no sheet has one."""


@dataclass
class _Content:
    """What sheets there are. shown: title and key of those that are not hidden."""

    shown: list[tuple[str, str]] = field(default_factory=list)
    is_1904: bool = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0").lower() in ("1", "true", "on")
        elif name == "sheet" and attributes.get("state", "visible") == "visible":
            keys = [text for key, text in attributes.items() if _is_relation(key)]
            self.shown += [(attributes.get("name", ""), key) for key in keys]

    def text(self, text: str) -> None: ...
    def end(self, name: str) -> None: ...


def _is_relation(attribute: str) -> bool:
    return "}" in attribute and local_name(attribute) == "id"


@dataclass
class _Relations:
    """In which part what the list of sheets names is. strings: that of the shared texts."""

    target: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)

    def begin(self, name: str, attributes: Attributes) -> None:
        # What lies outside the workbook is not read.
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        path = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))[1:]
        self.target[attributes.get("Id", "")] = path
        if attributes.get("Type", "").endswith(_STRINGS_OF):
            self.strings.append(path)

    def text(self, text: str) -> None: ...
    def end(self, name: str) -> None: ...


@dataclass
class _Texts:
    """Gathers the text of ``<t>``, without what says how it is pronounced."""

    pieces: list[str] = field(default_factory=list)
    is_text: bool = False
    is_pronunciation: bool = False

    def begin(self, name: str, _: Attributes) -> None:
        self.is_text = name == "t" and not self.is_pronunciation
        self.is_pronunciation = self.is_pronunciation or name == "rPh"

    def text(self, text: str) -> None:
        if self.is_text:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        self.is_text = False
        self.is_pronunciation = self.is_pronunciation and name != "rPh"

    def taken(self) -> str:
        found = "".join(self.pieces)
        self.pieces.clear()
        return found


class _Strings(_Texts):
    """The texts that sheets share."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self.texts.append(self.taken())


class _Cells:
    """The rows of a sheet. A cell that does not say where it stands follows the one before it, and
    so does a row."""

    def __init__(self, strings: list[str], take: TakeRow) -> None:
        self.strings, self.take = strings, take
        self.merged: list[str] = []
        self.row, self.column, self.cells = 0, 0, dict[int, str]()
        self.kind, self.has_formula = "n", False
        self.value = _Texts()

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self.value.is_text = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        elif self.kind == "inlineStr":
            self.value.begin(name, attributes)

    def text(self, text: str) -> None:
        self.value.text(text)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            if self.cells:
                self.take(self.row, self.cells)
        else:
            self.value.end(name)

    def _begin_row(self, attributes: Attributes) -> None:
        self.row = _whole(attributes.get("r", ""), self.row + 1)
        self.column, self.cells = 0, {}
        if self.row > MOST_ROWS:
            raise _TooBig(f"more than {MOST_ROWS:,} rows")

    def _begin_cell(self, attributes: Attributes) -> None:
        self.column = column_of(attributes.get("r", "")) or self.column + 1
        if self.column > MOST_COLUMNS:
            raise _TooBig(f"more than {MOST_COLUMNS:,} columns")
        self.kind = attributes.get("t", "n")
        self.has_formula = False

    def _end_cell(self) -> None:
        stored = self.value.taken()
        if self.has_formula and not stored and self.kind != "str":
            self.cells[self.column] = NOT_STORED
        elif text := _as_text(stored, self.kind, self.strings):
            self.cells[self.column] = text


def _as_text(stored: str, kind: str, strings: list[str]) -> str:
    """A cell's value as text; empty where it holds nothing."""
    if kind == "s":
        number = _whole(stored, -1)
        return _as_typed(strings[number]) if 0 <= number < len(strings) else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(stored, "")
    if kind == "n":
        return _plain_number(stored.strip())
    return _as_typed(stored)


def _as_typed(text: str) -> str:
    """A text as it was typed: what XML has no sign for stands in it as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).strip()


def _plain_number(number: str) -> str:
    """A number as a person writes it: programs write 3001001 as 3001001.0 or 3.001001E6 too."""
    if number.isdecimal() or not number or len(number) > _LONGEST_NUMBER:
        return number
    try:
        value = float(number)
    except ValueError:
        return number
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else number


def _whole(text: str, otherwise: int) -> int:
    is_one = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if is_one else otherwise


def column_of(cell: str) -> int:
    """The number of a cell's column, from 1: of 'AB12' it is 28. 0 where it says none."""
    found = 0
    for letter in cell[:8]:
        if not "A" <= letter <= "Z":
            break
        found = found * 26 + ord(letter) - 64
    return found


def row_of(cell: str) -> int:
    """The number of a cell's row: of 'AB12' it is 12. 0 where it says none."""
    return _whole(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0)
