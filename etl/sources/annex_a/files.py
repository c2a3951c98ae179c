"""Reads a night of Annex A: an .xlsx workbook with a sheet for each list, or a folder or zip with a
CSV file for each.

Yields text under names of ours, of the lists that are asked for. What can be wrong with them as
files is found here; what their rows mean is not known here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from etl.contracts.source_table import SourceTable
from etl.run import Arrival
from etl.sources.annex_a.gathering import Gathered, Place, landed
from etl.sources.annex_a.lists import CHILD_ID, LISTS, Header, is_header, number_of, table_of
from etl.sources.annex_a.workbook import Workbook
from etl.sources.arrival.csv_file import OTHER_SEPARATORS, CsvFile
from etl.sources.arrival.files import files_called, stop, to_be_read
from etl.sources.source import Expected

_LISTS_AS_CSV = re.compile(r"(.+)\.csv(\.gz)?", re.IGNORECASE)
_NEED_ALL = (
    "Let the export write every list from 1 to 8, and load it again. Where an inspection asks for "
    "some of them only, name those in the authority's file: lists = [1, 3] in [source]."
)
# In so many bytes of a CSV file its header is looked for.
_FIRST_BYTES = 1 << 20
# With another separator it is looked for in so many rows, to say which it is.
_ROWS_ABOVE = 30
_WORKBOOKS = re.compile(r"(.+)\.xlsx()", re.IGNORECASE)


def read_lists(arrival: Arrival, expected: Expected) -> Iterator[SourceTable]:
    """Every list that is asked for, by number.

    Raises NightStopped where they cannot be trusted, ConnectionFault where they cannot be read.
    """
    asked = sorted(expected.door.lists or LISTS)
    where = arrival.path
    with to_be_read(where):
        if where.is_file() and where.suffix.lower() == ".xlsx":
            yield from _of_workbook(where, expected.most_bytes, asked)
        else:
            yield from _of_files(where, expected.most_bytes, asked)


def _of_workbook(path: Path, most_bytes: int, asked: list[int]) -> Iterator[SourceTable]:
    workbook = Workbook.at(path, most_bytes)
    numbers = [number_of(sheet.title) for sheet in workbook.sheets]
    _check_each_once(numbers, asked, "sheet", str(path))
    strings = workbook.shared_strings()
    for number in asked:
        found = Gathered(Place(number, str(path)))
        merged = workbook.read(workbook.sheets[numbers.index(number)], strings, found.take)
        content = found.as_table(merged, is_1904=workbook.is_1904)
        sha256 = hashlib.sha256(_as_csv(content)).hexdigest()
        yield SourceTable(table_of(number), content, sha256, "", path.name)


def _as_csv(content: pa.Table) -> bytes:
    written = io.BytesIO()
    pa.csv.write_csv(content, written)
    return written.getvalue()


def _of_files(where: Path, most_bytes: int, asked: list[int]) -> Iterator[SourceTable]:
    files = [
        (number_of(title), read) for title, read in files_called(_LISTS_AS_CSV, where, most_bytes)
    ]
    if not files and any(files_called(_WORKBOOKS, where, most_bytes)):
        raise stop(
            "The extract is a workbook within a folder or zip.",
            str(where),
            "Load the workbook itself, named for the night (2026-03-03.xlsx).",
        )
    _check_each_once([number for number, _ in files], asked, "file", str(where))
    for number, read in sorted(files, key=lambda each: each[0] or 0):
        if number in asked:
            yield _of_csv(Place(number, str(where)), read())


def _check_each_once(
    numbers: Iterable[int | None], asked: list[int], each: str, where: str
) -> None:
    """Raises NightStopped where a list that is asked for is not there, or is there twice."""
    there = [number for number in numbers if number in asked]
    if missing := [f"list {number}" for number in asked if number not in there]:
        raise stop(f"The extract lacks {', '.join(missing)}.", where, _NEED_ALL)
    if twice := sorted({number for number in there if there.count(number) > 1}):
        raise stop(
            f"The extract holds list {twice[0]} twice.",
            where,
            f"Leave the {each} that belongs to the night, and load it again.",
        )


def _of_csv(place: Place, raw: bytes) -> SourceTable:
    """The list of a file's bytes. Raises NightStopped where it is none."""
    name, file = table_of(place.number), f"List {place.number}.csv"
    header, width, records = _below_header(place, raw)
    if header is None:
        _check_separator(place, raw)
        # It says what else than such a file it is, where that can be told.
        CsvFile(file, f"{place.where}, {file}", {CHILD_ID.heading.upper()}).read(name, raw)
        raise place.without_header()
    ours = {at: column for column, at in header.at.items()}
    names = [ours.get(at, f"_{at}") for at in range(1, width + 1)]
    text = f"{','.join(names)}\n".encode() + records
    table = CsvFile(file, f"{place.where}, {file}", names).read(name, text)
    rows = _with_a_value(table.content)
    columns = {column: rows[column].combine_chunks() for column in header.at}
    content = landed(place.number, header, columns)
    return SourceTable(name, content, hashlib.sha256(raw).hexdigest(), table.encoding, file)


def _check_separator(place: Place, raw: bytes) -> None:
    """Raises NightStopped where the file would have the header with another separator."""
    text = raw[:_FIRST_BYTES].decode("latin-1")
    for separator, called in OTHER_SEPARATORS.items():
        with suppress(csv.Error):
            first = islice(
                csv.reader(io.StringIO(text, newline=""), delimiter=separator), _ROWS_ABOVE
            )
            if any(is_header(place.number, dict(enumerate(fields))) for fields in first):
                raise place.stopped(f"is separated by {called}; it must be by commas.")


def _below_header(place: Place, raw: bytes) -> tuple[Header | None, int, bytes]:
    """The header, how many fields its line has, and the bytes below it. A heading may go over
    several lines, and what is no English letter in it does not matter, nor its encoding."""
    lines = io.StringIO(raw[:_FIRST_BYTES].decode("latin-1"), newline="")
    read = 0

    def counted() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += len(line)
            yield line

    with suppress(csv.Error):  # then it is none
        for fields in csv.reader(counted()):
            cells = {at: cell for at, cell in enumerate(fields, start=1) if cell.strip()}
            if header := place.header(cells):
                return header, len(fields), raw[read:]
    return None, 0, b""


def _with_a_value(content: pa.Table) -> pa.Table:
    """The records that hold something."""
    holds = pa.array([False] * content.num_rows, pa.bool_())
    for column in content.columns:
        is_blank = pc.equal(pc.utf8_trim_whitespace(column), "")
        holds = pc.or_(holds, pc.invert(pc.fill_null(is_blank, True)))
    return content.filter(holds)
