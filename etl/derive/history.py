"""What is so of each child from which day on, found for many children and days at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

NOBODY = -1
Rows = npt.NDArray[np.int64]
# More days than any calendar has.
_DAYS = 1_000_000


@dataclass(frozen=True)
class History:
    """The days on which something begins. children: each that has one, once. since: the
    ``moments`` of them, in order."""

    children: pd.Index
    since: Rows

    def on(self, children: pd.Series, days: npt.NDArray[Any]) -> Rows:
        """By record, the place in ``since`` of its child's latest day on or before its own; NOBODY
        where there is none, or the record has no day. children: child_token."""
        found = np.full(len(children), NOBODY)
        child = places(children, self.children)
        days = np.asarray(days, dtype="datetime64[D]")
        asked = np.flatnonzero((child >= 0) & ~np.isnat(days))
        at = np.searchsorted(self.since, moments(child[asked], days[asked]), side="right") - 1
        is_its = (at >= 0) & (self.since[np.maximum(at, 0)] // _DAYS == child[asked])
        found[asked[is_its]] = at[is_its]
        return found


def places(tokens: pd.Series, among: pd.Index) -> Rows:
    """Where each token stands among others, of which each is there once; -1 where it does not."""
    return np.asarray(among.get_indexer(pd.Index(tokens)))


def moments(child: Rows, days: npt.NDArray[np.datetime64]) -> Rows:
    """A number that grows by child, then by day."""
    return np.asarray(child * _DAYS + days.astype(np.int64))
