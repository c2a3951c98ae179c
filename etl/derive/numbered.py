"""Persons, teams and workers as numbers while derive works: by its token each child would be looked
for anew in every link, sort and comparison."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

# Columns that hold values of one list: they are compared, and fill one another.
_OF_ONE_LIST = (
    ("child_token", "contact_family_token"),
    ("team_id", "worker_team_id"),
    ("worker_token",),
)


def number(tables: dict[str, pd.DataFrame]) -> None:
    """Make those columns of all tables categorical, the ones of a list with the same categories, in
    the order of their texts."""
    for names in _OF_ONE_LIST:
        columns = [(table, name) for table in tables.values() for name in names if name in table]
        numbers, values = pd.factorize(
            pd.concat([table[name] for table, name in columns]), sort=True
        )
        _put(columns, numbers.astype(np.int32), pd.CategoricalDtype(values))


def _put(
    columns: list[tuple[pd.DataFrame, str]],
    numbers: npt.NDArray[np.int32],
    dtype: pd.CategoricalDtype,
) -> None:
    """numbers: those of the columns one after the other."""
    first = 0
    for table, name in columns:
        own = numbers[first : first + len(table)]
        table[name] = pd.Categorical.from_codes(own, dtype=dtype, validate=False)
        first += len(table)


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """The rows of numbered tables, one table after the other, by the lists of the first: pandas
    makes one of its own, and to compare it with these it reads every text of both."""
    found = pd.concat(tables, ignore_index=True)
    for name, dtype in tables[0].dtypes.items():
        if isinstance(dtype, pd.CategoricalDtype):
            numbers = found[name].cat.codes.to_numpy()
            found[name] = pd.Categorical.from_codes(numbers, dtype=dtype, validate=False)
    return found
