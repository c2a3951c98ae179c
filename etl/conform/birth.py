"""What later steps need of a birth date, worked out here so that the date goes no further."""

from __future__ import annotations

import pandas as pd


def of_children(frame: pd.DataFrame, birth: pd.DataFrame, extract_date: pd.Timestamp) -> None:
    """Add birth_month, is_unborn and is_born_after_extract to the children.

    birth: ``date`` and ``is_estimated`` by row. An estimated date after the extract date is an
    expected one: the child is unborn. An estimated date in the past is an age that is not sure.
    """
    # Only until repeats are known: children that differ by it alone are not the same row.
    frame["birth_date"] = birth["date"]
    is_later = birth["date"] > extract_date
    is_estimated = birth["is_estimated"].fillna(False).astype(bool)
    frame["birth_month"] = birth["date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    frame["is_unborn"] = (is_later & is_estimated).astype("boolean")
    frame["is_born_after_extract"] = (is_later & ~is_estimated).astype("boolean")


def of_facts(frame: pd.DataFrame, dated_by: str, births: pd.DataFrame) -> None:
    """Add is_before_birth and is_before_certain_birth, False where a date is not known.

    dated_by: the date that is compared. births: ``date`` and ``is_estimated`` by child_token. A
    cancelled review did not happen, so it
    is before nothing.
    """
    born = frame["child_token"].map(births["date"])
    is_estimated = frame["child_token"].map(births["is_estimated"]).fillna(False).astype(bool)
    is_before = (frame[dated_by] < born).to_numpy(dtype=bool, copy=True)
    if "is_cancelled" in frame:
        is_before &= ~frame["is_cancelled"].fillna(False).to_numpy(dtype=bool)
    frame["is_before_birth"] = pd.array(is_before, dtype="boolean")
    frame["is_before_certain_birth"] = pd.array(is_before & ~is_estimated, dtype="boolean")
