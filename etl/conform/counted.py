"""How many rows have a value, and a code that matters, column by column: by this a hollow extract
is told from a whole one. Counts, never a value that is not in a contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.conform.work import Conforming
from etl.contracts.contract import Column, Kind, Table
from etl.contracts.frames import is_among
from etl.contracts.hand_overs import (
    COUNTED,
    WITH_ANY_OTHER_CODE,
    WITH_NONE,
    WITH_THE_RECORD,
)
from etl.contracts.register import BY_NAME
from etl.sources.mapping import FromColumn, Lookup, Mapping

YES, NO = "yes", "no"
NO_RECORDS = np.array([], dtype=np.int64)


def count_columns(work: Conforming, table: Table, mapping: Mapping, frame: pd.DataFrame) -> None:
    """Count a conformed table's columns that the source fills: rows with any value; with each code
    that a rule tells apart; of flags, those that say yes, and no where an empty one means no."""
    filled = [(mapping.source, column) for column in mapping.columns]
    filled += [(each.source, column) for each in mapping.lookups for column in each.columns]
    if mapping.birth:
        filled.append((mapping.source, FromColumn("birth_month", dict(mapping.birth)["date"])))
    for source, column in filled:
        flags = {word: flag for flag, word in column.first_set}
        every = ", ".join(column.source_columns)
        for code, rows in _rows_by_code(table.column(column.ours), frame[column.ours]).items():
            name = (table.name, column.ours, code, source, flags.get(code, every))
            work.counted[name] = rows


def _rows_by_code(column: Column, values: pd.Series) -> dict[str, int]:
    if column.kind is Kind.FLAG:
        yes = int(values.sum())
        there = {"": int(values.notna().sum()), YES: yes}
        return {**there, NO: len(values) - yes} if column.empty_is_no else there
    found = {"": int(values.notna().sum())}
    if column.takes_out:
        found[WITH_NONE] = int(values.isna().sum())
    if column.hangs_on:
        having: Counter[str] = Counter()
        for word, rows in values.value_counts().items():
            having[str(word).casefold()] += rows
        by_code = {code: having[code.casefold()] for code in column.hangs_on}
        found |= {**by_code, WITH_ANY_OTHER_CODE: len(values) - sum(by_code.values())}
    return found


def count_references(work: Conforming, frames: dict[str, pd.DataFrame]) -> None:
    """Count, of each column that names records of another table, how many different ones of these
    the extract has. frames: the conformed tables that the extract has.

    Not the rows: one record that goes takes all with it that name it, and is one that went.
    Where the id of a record cannot be read, what names it is not lost: recall keeps the record.
    """
    read_from = {name[:2]: name[3:] for name in work.counted if not name[2]}
    for name, frame in frames.items():
        for column in _references(BY_NAME[name]):
            others = str(column.names)
            if others not in frames or (name, column.name) not in read_from:
                continue
            key = BY_NAME[others].key[0]
            if frames[others]["unreadable_column"].eq(key).any():
                continue
            named = frame[column.name].drop_duplicates()
            has_it = is_among(named, frames[others][key])
            source, every = read_from[name, column.name]
            work.counted[name, column.name, WITH_THE_RECORD, source, every] = int(has_it.sum())


def names_of_records(table: Table) -> list[str]:
    """What ``count_references`` needs of a conformed table."""
    return [table.key[0], "unreadable_column", *(column.name for column in _references(table))]


def _references(table: Table) -> list[Column]:
    """The columns that name a record, read from a source. A row without its child is held back."""
    return [
        column
        for column in table.mapped_columns
        if column.names not in (None, table.name) and not column.required
    ]


def count_looked_up(
    work: Conforming, lookup: Lookup, rows: int = 0, part: str = "",
    picked: npt.NDArray[np.int64] = NO_RECORDS,
) -> None:  # fmt: skip
    """Note how many records a table has that is only looked up, and those of them that a lookup
    picks by a value. part: that value, as ``column=value``. picked: numbers of the records read."""
    work.counted[lookup.source, "", "", lookup.source, ""] = rows
    if part:
        work.counted[lookup.source, "", part, lookup.source, ""] = len(picked)
    before = work.looked_up.get(lookup.source, NO_RECORDS)
    numbers = np.bincount(np.concatenate([before, picked]))
    work.looked_up[lookup.source] = np.flatnonzero(numbers)


def count_needed(work: Conforming, table: str, lookup: Lookup, key: str, rows: int) -> None:
    """Note, beside each of our columns that a lookup fills, how many of its records have the key by
    which they are found."""
    for filled in lookup.columns:
        work.counted[table, filled.ours, key, lookup.source, key] = rows


def as_frame(works: Sequence[Conforming]) -> pd.DataFrame:
    """One row for each count through any door, in the order of their names. Tables of a source are
    called as they are told apart."""
    counted = {
        (
            table if table in BY_NAME else work.told(table),
            *more,
            work.told(source),
            columns,
        ): rows
        for work in works
        for (table, *more, source, columns), rows in work.counted.items()
    }
    rows = [(*name, rows) for name, rows in sorted(counted.items())]
    return pd.DataFrame(rows, columns=[column.name for column in COUNTED.columns])
