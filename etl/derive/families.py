"""Of which family each child is on any day: that of its latest contact on or before the day; of
several on one day, of the one with the higher id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
import pandas as pd

from etl.contracts.frames import in_id_order, taken
from etl.derive.history import History, moments, places


@dataclass(frozen=True)
class Families:
    """history: the days of the children's contacts; family_token: by them."""

    history: History
    family_token: pd.Series

    @classmethod
    def of(cls, contacts: pd.DataFrame) -> Families:
        """Of contacts with their family_token."""
        known = contacts[["child_token", "family_token"]]
        children = pd.Index(known["child_token"].drop_duplicates())
        days = contacts["received_date"].to_numpy("datetime64[D]")
        known = known.assign(since=moments(places(known["child_token"], children), days))
        # Few share a day: of them alone the ids are put in order.
        is_tied = known["since"].duplicated(keep=False)
        known["order"] = in_id_order(contacts["contact_id"].where(is_tied))
        known = known.sort_values(["since", "order"], kind="stable")
        family = known["family_token"].reset_index(drop=True)
        return cls(History(children, known["since"].to_numpy()), family)

    def on(self, children: pd.Series, days: npt.NDArray[Any]) -> pd.Series:
        """By record, the family of its child on its day; the child's own where it has no contact by
        then, or the record no day. children: child_token."""
        found = taken(self.family_token, self.history.on(children, days), children.index)
        return found.fillna(children)
