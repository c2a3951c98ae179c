"""How many rows have a value, and a code that matters, column by column: by this a hollow extract
is told from a whole one. Counts, never a value that is not in a contract."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.conform.work import Conforming
from etl.contracts.contract import Column, Kind, Table
from etl.contracts.hand_overs import COUNTED
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
        yes = int(values.fillna(False).astype(bool).sum())
        there = {"": int(values.notna().sum()), YES: yes}
        return {**there, NO: len(values) - yes} if column.empty_is_no else there
    found = {"": int(values.notna().sum())}
    if column.hangs_on:
        having = values.dropna().str.casefold().value_counts()
        found |= {code: int(having.get(code.casefold(), 0)) for code in column.hangs_on}
    return found


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
    work.looked_up[lookup.source] = np.union1d(before, picked)


def count_needed(work: Conforming, table: str, lookup: Lookup, key: str, rows: int) -> None:
    """Note, beside each of our columns that a lookup fills, how many of its records have the key by
    which they are found."""
    for filled in lookup.columns:
        work.counted[table, filled.ours, key, lookup.source, key] = rows


def as_frame(work: Conforming) -> pd.DataFrame:
    """One row for each count, in the order of their names."""
    rows = [(*name, rows) for name, rows in sorted(work.counted.items())]
    return pd.DataFrame(rows, columns=[column.name for column in COUNTED.columns])
