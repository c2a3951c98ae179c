"""What of a list lands: its header, and of its records the cells of the columns that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.errors import NightStopped
from etl.sources.annex_a.lists import CHILD_ID, LISTS, Cells, Header, is_header
from etl.sources.annex_a.workbook import NOT_STORED, column_of, row_of
from etl.sources.arrival.files import COPY_AGAIN, stop

CHANGE_THE_LIST = (
    "Copying it again would not help: change the export (docs/sources/annex_a.md says what a list "
    "must have), let it write the night again, and load that."
)
# A list has some 35 columns, and councils put a few beside them.
_MOST_HEADINGS = 500
# What a cell of words lands as that stores nothing: it is missing, and counted as that.
NO_WORDS = "#NOT STORED"
# Records whose child's id a merged cell took away.
IS_MERGED = "CHILD_ID_IS_MERGED"
# By whether a workbook counts its days from 1904: day 0. (To Excel 1900 was a leap year.)
_DAY_0 = {False: np.datetime64("1899-12-30", "D"), True: np.datetime64("1904-01-01", "D")}
_DAYS = (20_000, 80_000)


@dataclass(frozen=True)
class Place:
    """Which list, and where it is, for people."""

    number: int
    where: str

    def stopped(self, what: str, next: str = CHANGE_THE_LIST) -> NightStopped:
        """The error for a list that cannot be trusted."""
        return stop(f"List {self.number} {what}", f"{self.where}, list {self.number}", next)

    def without_header(self) -> NightStopped:
        """The error for one in which no header was found."""
        return self.stopped(
            f"has no header: no row has '{CHILD_ID.heading}' and another heading of the list.",
            COPY_AGAIN,
        )

    def header(self, cells: Mapping[int, str]) -> Header | None:
        """The header, where a row of cells is it. Raises NightStopped where a column is missing, or
        cannot be told from another."""
        if not is_header(self.number, cells):
            return None
        if len(cells) > _MOST_HEADINGS:
            raise self.stopped(f"has {len(cells):,} columns: it is no list of Annex A.")
        header = Header.of(self.number, cells)
        if header.lacking:
            raise self.stopped(f"lacks {_quoted(header.lacking)}.")
        if header.doubtful:
            raise self.stopped(
                f"has several columns that may be {_quoted(header.doubtful)}.",
                "Give the one that belongs there exactly that heading, and load it again.",
            )
        return header


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(f"'{heading}'" for heading in headings)


@dataclass
class Gathered:
    """The list of a sheet, row by row. rows: where its records stand. columns: their cells, under
    the names of ours."""

    place: Place
    header: Header | None = None
    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[str | None]] = field(default_factory=dict)

    def take(self, row: int, cells: Mapping[int, str]) -> None:
        """A row that holds something, its cells by column. Raises NightStopped where it is a header
        that cannot be read."""
        if self.header is None:
            self.header = self.place.header(cells)
            self.columns = {name: [] for name in self.header.at} if self.header else {}
            return
        self.rows.append(row)
        for name, at in self.header.at.items():
            self.columns[name].append(cells.get(at))

    def as_table(self, merged: Sequence[str], *, is_1904: bool) -> pa.Table:
        """What lands of it. merged: the merged cells of the sheet. Raises NightStopped where no
        header was found."""
        if self.header is None:
            raise self.place.without_header()
        columns = {name: pa.array(cells, pa.string()) for name, cells in self.columns.items()}
        if (is_merged := self._is_merged(merged)).any():
            columns[IS_MERGED] = pc.if_else(pa.array(is_merged), "Y", pa.scalar(None, pa.string()))
        return landed(self.place.number, self.header, columns, is_1904=is_1904)

    def _is_merged(self, merged: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which records lie in a merged cell of the child's id, and not in its first row."""
        change = np.zeros(len(self.rows) + 1, dtype=np.int64)
        column = self.header.at[CHILD_ID.name] if self.header else 0
        for cells in merged:
            first, _, last = cells.partition(":")
            if column_of(first) <= column <= column_of(last):
                above, until = row_of(first), max(row_of(first), row_of(last))
                change[np.searchsorted(self.rows, above, side="right")] += 1
                change[np.searchsorted(self.rows, until, side="right")] -= 1
        return np.asarray(np.cumsum(change)[:-1] > 0)


def landed(
    number: int, header: Header, columns: Mapping[str, pa.Array], *, is_1904: bool = False
) -> pa.Table:
    """The records as text, under the names of ours; and, empty, the columns that we do not know, so
    that they are listed."""
    kinds = {column.name: column.cells for column in LISTS[number]}
    content = {
        name: _as_read(cells, kinds.get(name, Cells.FLAG), is_1904=is_1904)
        for name, cells in columns.items()
    }
    rows = len(content[CHILD_ID.name])
    for name in header.others:
        content.setdefault(name, pa.nulls(rows, pa.string()))
    return pa.table(content)


def _as_read(values: pa.Array, cells: Cells, *, is_1904: bool) -> pa.Array:
    """The cells of a column as they land: a day as Excel counts them as a date, a whole number
    without its decimals; all else as it is."""
    if cells is Cells.DATE:
        return _with_days(values, _DAY_0[is_1904])
    if cells in (Cells.ID, Cells.WHOLE):
        return pc.replace_substring_regex(values, r"^([0-9]+)\.0+$", r"\1")
    if cells is Cells.WORDS:
        return pc.if_else(pc.fill_null(pc.equal(values, NOT_STORED), False), NO_WORDS, values)
    return values


def _with_days(values: pa.Array, day_0: np.datetime64) -> pa.Array:
    """Numbers that may be days of our time as ISO dates; another number stays, and is no date."""
    is_number = pc.match_substring_regex(values, r"^[0-9]{1,6}(\.[0-9]{1,20})?$")
    numbers = pc.if_else(pc.fill_null(is_number, False), values, pa.scalar(None, pa.string()))
    number = numbers.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_day = (number >= _DAYS[0]) & (number <= _DAYS[1])
    days = day_0 + np.where(is_day, number, 0).astype(np.int64)
    texts = pa.array(np.datetime_as_string(days), pa.string())
    return pc.if_else(pa.array(is_day), texts, values)
