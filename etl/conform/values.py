"""Single columns of ours: read, pseudonymised, translated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.conform.reading import ReadColumn
from etl.conform.work import Conforming
from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Kind
from etl.sources.mapping import FromColumn, Mapping


def mark_unreadable(frame: pd.DataFrame, ours: str, unreadable: np.ndarray) -> None:
    """Note the first of our columns that could not be read of each row."""
    if unreadable.any():
        first = unreadable & frame["unreadable_column"].isna().to_numpy()
        frame.loc[first, "unreadable_column"] = ours


def read_ours(
    work: Conforming, source: pa.Table, mapping: Mapping, column: FromColumn,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> np.ndarray:  # fmt: skip
    """Add one of our columns to the frame; returns where it could not be read."""
    if column.first_set:
        return _first_set(work, source, mapping, column, frame)
    if column.column not in source.column_names:
        return np.zeros(len(frame), dtype=bool)
    kind = Kind.ID if column.token else kinds[column.ours]
    read = work.read(
        source, mapping.source, column.column, kind,
        any_date=column.any_date, missing=column.missing,
    )  # fmt: skip
    frame[column.ours] = finished(work, column, read)
    return read.unreadable


def finished(work: Conforming, column: FromColumn, read: ReadColumn) -> pd.Series:
    """The values as tokens, where the mapping says so."""
    if column.token == CHILD_TABLE.name:
        return read.by_row(_child_tokens(work, read.distinct))
    if column.token:
        return read.by_row(work.pseudonyms.tokens(work.apart(read.distinct), column.token))
    return read.values


def _child_tokens(work: Conforming, persons: pd.Series) -> pd.Series:
    """An erased child has the token of what stands in for its number."""
    case_numbers = work.child_ids(persons)
    if work.erased is None:
        return work.pseudonyms.tokens(case_numbers, CHILD_TABLE.name)
    are_erased = work.erased.are_among(case_numbers)
    known_as = case_numbers.mask(are_erased, work.erased.stand_ins(case_numbers[are_erased]))
    tokens = work.pseudonyms.tokens(known_as, CHILD_TABLE.name)
    work.erased_tokens.update(tokens[are_erased])
    return tokens


def _first_set(
    work: Conforming, source: pa.Table, mapping: Mapping, column: FromColumn, frame: pd.DataFrame
) -> np.ndarray:
    """The word of the first flag that is yes, null where none is."""
    words = pd.Series(pd.NA, index=frame.index, dtype="str")
    unreadable = np.zeros(len(frame), dtype=bool)
    for name, word in column.first_set:
        if name not in source.column_names:
            continue
        read = work.read(source, mapping.source, name, Kind.FLAG)
        unreadable |= read.unreadable
        words = words.mask(words.isna() & read.values.fillna(False).astype(bool), word)
    frame[column.ours] = words
    return unreadable
