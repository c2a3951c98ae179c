"""Children who are in the extract twice, with other words about the same child.

Two records of one id that differ in no more than birth, sex, ethnicity or the number that staff
know are one child, who is loaded: held back they would take every record of the child with them.
What they differ in stays as it was last known, or is missing, and both records are listed.
"""

from __future__ import annotations

import pandas as pd

from etl.conform.work import Conforming
from etl.contracts.child import CHILD_TABLE
from etl.contracts.frames import row_of

REASON = "child_disputed"
# Two that differ in it are a child and a duplicate of it that was merged: no words about one child.
_OF_ITS_EXISTENCE = "merged_date"
_ABOUT_THE_RECORD = ("record_number", "unreadable_column", "held_back_column", "doubtful_column")
# They go to ``restricted`` alone; without one the child could not be found there.
_NUMBERS = tuple(column.name for column in CHILD_TABLE.identity)


def settle(
    work: Conforming, children: pd.DataFrame, source: str, known: pd.DataFrame
) -> pd.DataFrame:
    """The children, with one row for each who is there twice.

    children: without repeats, with ``birth_date``. source: the table they come from. known:
    columns of the children as last known, by child_token.
    """
    token = children["child_token"]
    shared = children[token.duplicated(keep=False) & token.notna()]
    existences = shared.groupby("child_token")[_OF_ITS_EXISTENCE].nunique(dropna=False)
    rows = shared[shared["child_token"].map(existences).eq(1)]
    if rows.empty:
        return children
    one_each = rows.drop_duplicates("child_token").copy()
    one_each["unreadable_column"] = pd.NA
    changed = ["unreadable_column"]
    disputed = pd.Series(pd.NA, index=rows.index, dtype="str")
    for column in rows.columns.difference(["child_token", *_ABOUT_THE_RECORD, *_NUMBERS]):
        differing = rows.groupby("child_token")[column].nunique(dropna=False).gt(1)
        if not differing.any():
            continue
        changed.append(column)
        disputed = disputed.mask(rows["child_token"].map(differing) & disputed.isna(), column)
        chosen = one_each["child_token"].map(differing).to_numpy(dtype=bool)
        settled = _settled(column, rows, one_each.loc[chosen, "child_token"], known)
        one_each.loc[chosen, column] = settled.to_numpy()
    disputed = disputed.replace("birth_date", "birth_month").fillna(_NUMBERS[-1])
    work.left_out |= {
        (source, column, int(number), REASON, str(number_of_child))
        for column, number, number_of_child in zip(
            disputed, rows["record_number"], rows["case_number"].fillna(""), strict=True
        )
    }
    dates = work.births["date"].array.copy()
    dates[row_of(one_each["child_token"], work.births.index)] = one_each["birth_date"].array
    work.births = work.births.assign(date=dates)
    kept = children.drop(rows.index.difference(one_each.index))
    kept.loc[one_each.index, changed] = one_each[changed]
    return kept


def _settled(column: str, rows: pd.DataFrame, tokens: pd.Series, known: pd.DataFrame) -> pd.Series:
    """What each of these children has in a column that its records differ in."""
    if column == "birth_date":
        return _birth_dates(rows, tokens, known)
    last = known[column] if column in known else pd.Series(dtype=rows[column].dtype)
    return last.reindex(tokens).astype(rows[column].dtype)


def _birth_dates(rows: pd.DataFrame, tokens: pd.Series, known: pd.DataFrame) -> pd.Series:
    """The one of its records' dates that lies in the month last known; no more than the month is
    ever kept."""
    month = rows["birth_date"].dt.to_period("M").dt.to_timestamp()
    fits = month.eq(rows["child_token"].map(known["birth_month"])) if len(known) else month.isna()
    dates = rows[fits].groupby("child_token")["birth_date"].agg(["min", "max"])
    return dates["min"].where(dates["min"] == dates["max"]).reindex(tokens)
