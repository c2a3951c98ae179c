"""To whom each child is allocated on any day, and what follows for the team and worker of records.

On a day a child is allocated by the involvement that is marked so, begun by that day and not ended
before it; of several by the one begun last, then the one with the higher id. An allocation without
a worker is an allocation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.frames import in_id_order, taken
from etl.contracts.involvement import ALLOCATED_ROLE
from etl.derive.history import NOBODY, History, Rows, moments, places

# Of every record, who answers for it.
RESPONSIBLE = ("team_id", "worker_token")
_FAR_AHEAD = np.datetime64("2600-01-01", "D")


def finish_involvements(involvements: pd.DataFrame, workers: pd.DataFrame) -> None:
    """is_allocated, where the source has no flag: by the role. team_id: the involvement's own, else
    the worker's at that time, else the worker's."""
    is_role = involvements["role_code"].eq(ALLOCATED_ROLE).fillna(False).astype("boolean")
    involvements["is_allocated"] = involvements["is_allocated"].fillna(is_role)
    once = workers.drop_duplicates("worker_token")
    worker = places(involvements["worker_token"], pd.Index(once["worker_token"]))
    known = involvements["team_id"].fillna(involvements["worker_team_id"])
    of_worker = taken(once["team_id"], worker, involvements.index)
    involvements["team_id"] = known.fillna(of_worker)


@dataclass(frozen=True)
class Allocation:
    """Who has which child from which day on.

    history: the days from which somebody else, or nobody, has a child; row: by them, the
    involvement's place, NOBODY where none. responsible: team_id and worker_token of the
    involvements.
    """

    history: History
    row: Rows
    responsible: pd.DataFrame

    @classmethod
    def of(cls, involvements: pd.DataFrame) -> Allocation:
        """Of finished involvements."""
        order = involvements.assign(order=in_id_order(involvements["involvement_id"]))
        order = order[order["is_allocated"].astype(bool)]
        own = order.sort_values(["started_date", "order"], kind="stable")
        children = pd.Index(own["child_token"].drop_duplicates())
        spans = pd.DataFrame(
            {
                "child": places(own["child_token"], children),
                "first": own["started_date"].to_numpy("datetime64[D]"),
                "last": own["ended_date"].fillna(_FAR_AHEAD).to_numpy("datetime64[D]"),
                "row": np.arange(len(own)),
            }
        )
        since, row = _changes(spans)
        return cls(History(children, since), row, own[list(RESPONSIBLE)].reset_index(drop=True))

    def on(self, children: pd.Series, days: npt.NDArray[Any]) -> Rows:
        """By record, which involvement its child is allocated by on the day; NOBODY where none.

        children: child_token, days: by record; no day, no allocation.
        """
        return np.append(self.row, NOBODY)[self.history.on(children, days)]

    def named(self, column: str, rows: Rows) -> pd.Series:
        """The team or worker of the involvements at these places; null at NOBODY."""
        return taken(self.responsible[column], rows, pd.RangeIndex(len(rows)))


def _changes(spans: pd.DataFrame) -> tuple[Rows, Rows]:
    """Of each child the days on which an allocation begins, or is over, and who has it from then
    on. spans: child, first, last, row; of two the one of the higher row counts."""
    ends = spans[spans["last"] < _FAR_AHEAD]
    days = pd.concat(
        [
            pd.DataFrame({"child": spans["child"], "day": spans["first"]}),
            pd.DataFrame({"child": ends["child"], "day": ends["last"] + pd.Timedelta(days=1)}),
        ]
    ).drop_duplicates()
    days = days.sort_values(["child", "day"], kind="stable")
    pairs = days.merge(spans, on="child")
    pairs = pairs[(pairs["first"] <= pairs["day"]) & (pairs["day"] <= pairs["last"])]
    latest = pairs.groupby(["child", "day"])["row"].max()
    row = latest.reindex(pd.MultiIndex.from_frame(days), fill_value=NOBODY)
    since = moments(days["child"].to_numpy(), days["day"].to_numpy("datetime64[D]"))
    return since, row.to_numpy(dtype=np.int64)


def give_to_allocated(frame: pd.DataFrame, allocation: Allocation, as_at: pd.Timestamp) -> None:
    """Put into obligations the team and worker to whom the child is allocated on the due date, or
    on the day ``as_at`` where it falls due later; where nobody is, their subject's stay."""
    due = frame["due_date"].to_numpy("datetime64[D]")
    rows = allocation.on(frame["child_token"], np.minimum(due, np.datetime64(as_at, "D")))
    if (rows == NOBODY).all():
        return
    for column in RESPONSIBLE:
        numbers, names = pd.factorize(allocation.responsible[column])
        before = frame[column].cat.codes.to_numpy()
        known = frame[column].cat.categories
        every = known.append(pd.Index(names, dtype="str").difference(known))
        place = np.append(every.get_indexer(names), -1)
        found = np.where(rows == NOBODY, before, place[np.append(numbers, -1)[rows]])
        dtype = pd.CategoricalDtype(every)
        frame[column] = pd.Categorical.from_codes(found, dtype=dtype)
