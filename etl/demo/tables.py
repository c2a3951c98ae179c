"""What the simulation is made of: columns of equal length, and source tables that remember when
each row and each later entry was typed in.

The second is what makes several nights agree: a night shows the rows recorded by then, and of a
column that is filled in later, what it said before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DAY = pa.timestamp("ms")  # written by Arrow as the case system does: 2014-10-31 00:00:00.000
FIRST_ID = 1001


class Columns:
    """Named NumPy arrays of equal length, read as attributes."""

    def __init__(self, **arrays: np.ndarray) -> None:
        self.__dict__.update(arrays)

    def __getattr__(self, name: str) -> np.ndarray:
        raise AttributeError(f"no column {name!r}; there are {', '.join(self.__dict__)}")

    def __len__(self) -> int:
        return len(next(iter(self.__dict__.values())))

    def take(self, rows: np.ndarray) -> Columns:
        """The rows of a mask, or at the given positions."""
        return Columns(**{name: array[rows] for name, array in self.__dict__.items()})

    def with_columns(self, **arrays: np.ndarray) -> Columns:
        """The same rows with more columns."""
        return Columns(**{**self.__dict__, **arrays})


def stack(parts: list[Columns]) -> Columns:
    """The rows of all parts, one after the other; all have the columns of the first."""
    names = parts[0].__dict__
    return Columns(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def pair_up(first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each left row with each of its right rows, which lie together: positions on both sides.

    `first` and `count` say, per left row, where its right rows begin and how many there are.
    """
    left = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, np.asarray(first)[left] + offset


def shared_by_event(event: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What is true of the first row of each event, for all its rows: siblings share it."""
    _, first, position = np.unique(event, return_index=True, return_inverse=True)
    return values[first][position]


def numbered(size: int, first: int = FIRST_ID) -> np.ndarray:
    """Ids in a row."""
    return np.arange(first, first + size, dtype=np.int64)


@dataclass(frozen=True)
class Change:
    """An entry made later than its row: when, and what the column said before (else nothing)."""

    recorded: np.ndarray
    before: pa.Array | None = None


@dataclass(frozen=True)
class SourceTable:
    """A table of the case system over the council's whole life.

    `columns` hold the final values, `recorded` the day each row was typed in (missing: never), and
    `changes` the columns that are filled in or altered later.
    """

    columns: dict[str, pa.Array]
    recorded: np.ndarray
    changes: dict[str, Change] = field(default_factory=dict)

    def rows_on(self, day: np.datetime64) -> np.ndarray:
        """Positions of the rows recorded by the end of that day."""
        return np.flatnonzero(self.recorded <= day)

    def as_on(self, day: np.datetime64) -> pa.Table:
        """The table as an export of that evening shows it."""
        rows = self.rows_on(day)
        return pa.table({name: self._column_on(name, rows, day) for name in self.columns})

    def _column_on(self, name: str, rows: np.ndarray, day: np.datetime64) -> pa.Array:
        values = self.columns[name].take(pa.array(rows))
        change = self.changes.get(name)
        if change is None:
            return values
        before = pa.scalar(None, values.type)
        if change.before is not None:
            before = change.before.take(pa.array(rows))
        return pc.if_else(pa.array(change.recorded[rows] <= day), values, before)


def source_table(
    columns: dict[str, np.ndarray | pa.Array],
    recorded: np.ndarray,
    changes: dict[str, Change] | None = None,
) -> SourceTable:
    """A source table from NumPy and Arrow columns; days become the source's date and time."""
    return SourceTable({n: _as_arrow(c) for n, c in columns.items()}, recorded, changes or {})


def _as_arrow(column: np.ndarray | pa.Array) -> pa.Array:
    if not isinstance(column, np.ndarray):
        return column
    if column.dtype.kind == "M":
        return pa.array(column).cast(DAY)
    return pa.array(column)


def join_tables(parts: list[SourceTable]) -> SourceTable:
    """One table out of several with the same columns."""
    names = parts[0].columns
    columns = {n: pa.concat_arrays([part.columns[n] for part in parts]) for n in names}
    changing = sorted({name for part in parts for name in part.changes})
    changes = {name: _join_changes(parts, name) for name in changing}
    return SourceTable(columns, np.concatenate([part.recorded for part in parts]), changes)


def _join_changes(parts: list[SourceTable], name: str) -> Change:
    """A part whose column never changes counts as entered with its row."""
    recorded, before = [], []
    for part in parts:
        change = part.changes.get(name, Change(part.recorded))
        blank = pa.nulls(len(part.recorded), part.columns[name].type)
        recorded.append(change.recorded)
        before.append(blank if change.before is None else change.before)
    return Change(np.concatenate(recorded), pa.concat_arrays(before))
