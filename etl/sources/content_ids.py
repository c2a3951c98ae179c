"""Ids for records of a source that has none: made of whose they are, of their kind and date.

The same record has the same id every night. A date that is corrected makes another record: its
history then closes one and opens another, which the audit counts.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

_BYTES = 16  # 128 bits, written as a UUID


def content_ids(kind: str, tokens: pd.Series, dates: pd.Series, content: pd.DataFrame) -> pd.Series:
    """An id for each row, null where its child or date is.

    kind: our table's name, or what tells apart two kinds of one table. tokens: of the children.
    dates: the days that place the rows. content: all that is read of them. Rows of one kind, child
    and day that differ in it are numbered in their order; those that do not are one, and share an
    id.
    """
    known = (tokens.notna() & dates.notna()).to_numpy(dtype=bool)
    rows = pd.DataFrame(
        {"token": tokens[known].astype("str"), "date": dates[known].dt.strftime("%Y-%m-%d")}
    )
    named = kind + "|" + rows["token"] + "|" + rows["date"]
    number = _numbers(named, content[known])
    ids = pd.Series(pd.NA, index=tokens.index, dtype="str")
    ids[known] = _hashed(named + "|" + number.astype("str"))
    return ids


def review_ids(plan_ids: pd.Series, held: pd.Series) -> pd.Series:
    """Ids of the reviews of child protection plans: a plan has one review a day."""
    named = "child_protection_review|" + plan_ids.astype("str") + "|" + held.dt.strftime("%Y-%m-%d")
    ids = pd.Series(pd.NA, index=plan_ids.index, dtype="str")
    known = named.notna().to_numpy(dtype=bool)
    ids[known] = _hashed(named[known])
    return ids


def _numbers(named: pd.Series, content: pd.DataFrame) -> pd.Series:
    """1, 2, ... of each different row among those of one name, in their order; 1 where they are
    the same."""
    is_tied = named.duplicated(keep=False).to_numpy(dtype=bool)
    numbers = pd.Series(1, index=named.index, dtype="int64")
    if not is_tied.any():
        return numbers
    tied = content[is_tied].assign(**{"of the name": named[is_tied]})
    which = tied.groupby(list(tied.columns), sort=False, dropna=False).ngroup()
    first = pd.DataFrame({"name": named[is_tied], "which": which}).drop_duplicates()
    first["number"] = first.groupby("name", sort=False).cumcount() + 1
    numbers[is_tied] = which.map(first.set_index("which")["number"]).to_numpy(dtype=np.int64)
    return numbers


def _hashed(named: pd.Series) -> pd.Series:
    """In UUID shape. The standard library hashes one text at a time: each is hashed once."""
    return named.map({name: _uuid_shaped(name) for name in named.unique()}).astype("str")


def _uuid_shaped(text: str) -> str:
    digits = hashlib.sha256(text.encode()).hexdigest()[: 2 * _BYTES]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
