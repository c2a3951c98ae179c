"""What later steps need of a birth date, worked out here so that the date goes no further."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    DAYS_BEFORE_BIRTH,
    LONG_BEFORE_BIRTH,
    Kind,
    Table,
)
from etl.contracts.frames import row_of, taken

# Nobody born before is a child; the case system's own records of no person are.
EARLIEST_BIRTH = pd.Timestamp("1900-01-01")
ADULT = pd.DateOffset(years=18)
FIVE = pd.DateOffset(years=5)
UNDER_FIVE = "is_under_five"


def of_children(frame: pd.DataFrame, birth: pd.DataFrame, extract_date: pd.Timestamp) -> None:
    """Add birth_month, is_unborn, is_born_after_extract, is_born_before_1900, is_dead_before_birth
    and is_adult to the children.

    birth: ``date`` and ``is_estimated`` by row. An estimated date after the extract date is an
    expected one: the child is unborn, and known no longer than it is expected. An estimated date in
    the past is an age that is not sure.
    """
    # Only until repeats are known: children that differ by it alone are not the same row.
    frame["birth_date"] = birth["date"]
    is_later = birth["date"] > extract_date
    is_estimated = birth["is_estimated"].fillna(False).astype(bool)
    frame["birth_month"] = birth["date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    frame["is_unborn"] = (is_later & is_estimated).astype("boolean")
    is_too_late = birth["date"] > extract_date + pd.Timedelta(days=DAYS_BEFORE_BIRTH)
    frame["is_born_after_extract"] = (is_later & (~is_estimated | is_too_late)).astype("boolean")
    if "died_date" in frame:
        is_before = frame["died_date"] < birth["date"]
        frame["is_dead_before_birth"] = (is_before & ~is_estimated).astype("boolean")
    frame["is_adult"] = (birth["date"] <= extract_date - ADULT).astype("boolean")
    frame["is_born_before_1900"] = (birth["date"] < EARLIEST_BIRTH).astype("boolean")


def of_facts(frame: pd.DataFrame, table: Table, births: pd.DataFrame) -> None:
    """Add is_long_before_birth and, where the contract asks for them, is_before_birth,
    is_before_certain_birth, False where a date is not known, and is_under_five, then empty.

    births: ``date`` and ``is_estimated`` by child_token. What was cancelled did not happen, so it
    is before nothing.
    """
    rows = row_of(frame["child_token"], births.index)
    born = taken(births["date"], rows, frame.index)
    is_estimated = taken(births["is_estimated"], rows, frame.index)
    is_certain = ~is_estimated.fillna(False).astype(bool).to_numpy()
    took_place = np.ones(len(frame), dtype=bool)
    if "is_cancelled" in frame:
        took_place = ~frame["is_cancelled"].fillna(False).to_numpy(dtype=bool)
    nowhere = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    dated = frame.get(str(table.dated_by), nowhere)  # an extract may lack the column
    is_before = _is_before(dated, born) & took_place
    if table.has("is_before_birth"):
        frame["is_before_birth"] = pd.array(is_before, dtype="boolean")
    if table.has(BEFORE_CERTAIN_BIRTH.name):
        certain = pd.array(is_before & is_certain, dtype="boolean")
        frame[BEFORE_CERTAIN_BIRTH.name] = certain
    if table.has(UNDER_FIVE):
        is_under = _is_before(dated, born + FIVE)
        frame[UNDER_FIVE] = pd.array(is_under, dtype="boolean")
        frame[UNDER_FIVE] = frame[UNDER_FIVE].mask(born.isna() | dated.isna())
    known = born - pd.Timedelta(days=DAYS_BEFORE_BIRTH)
    is_long_before = np.zeros(len(frame), dtype=bool)
    for column in table.conformed_columns:
        if column.kind is Kind.DATE and column.name in frame:
            is_long_before |= _is_before(frame[column.name], known)
    is_long_before &= took_place & is_certain
    frame[LONG_BEFORE_BIRTH.name] = pd.array(is_long_before, dtype="boolean")


def _is_before(days: pd.Series, others: pd.Series) -> npt.NDArray[np.bool_]:
    return (days < others).to_numpy(dtype=bool, copy=True)
