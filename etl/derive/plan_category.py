"""Which category of abuse a plan had at a month's end, which no source says: it has the category at
the plan's start and the one now, and not when that changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.contracts.code_lists import national_codes
from etl.contracts.frames import is_among

_DAY = "datetime64[D]"


@dataclass(frozen=True)
class PastCategories:
    """What the warehouse knew before tonight. extracts: the dates of the nights before, in order.
    versions: of every version of a plan its id, latest category, and the first extract that no
    longer held it (known_to)."""

    extracts: np.ndarray
    versions: pd.DataFrame

    @classmethod
    def of(cls, extracts: pd.DataFrame, versions: pd.DataFrame) -> PastCategories:
        """From what recall brought. A category that no list knows was not known: it was empty, or
        written in words that nobody had mapped yet."""
        is_known = is_among(
            versions["latest_category"], pd.Series(list(national_codes()["abuse_category"]))
        )
        days = np.sort(extracts["extract_date"].to_numpy(_DAY))
        return cls(days, versions[is_known].sort_values("known_to", kind="stable"))

    def at_month_ends(self, plans: pd.DataFrame) -> pd.Series:
        """Of each plan and month's end its category as the first extract after that day had it,
        when the month could first be reported; where that extract did not know one, as the first
        after it that did. plans: plan_id, month_end, and tonight's latest_category."""
        after = np.searchsorted(self.extracts, plans["month_end"].to_numpy(_DAY), side="right")
        is_past = after < len(self.extracts)
        category = plans["latest_category"].copy()
        if not is_past.any() or self.versions.empty:  # merge_asof refuses two empty columns
            return category
        asked = pd.DataFrame(
            {
                "plan_id": plans["plan_id"][is_past],
                "reported": self.extracts[after[is_past]].astype("datetime64[s]"),
                "row": np.flatnonzero(is_past),
            }
        )
        found = pd.merge_asof(
            asked.sort_values("reported", kind="stable"), self.versions,
            left_on="reported", right_on="known_to", by="plan_id",
            direction="forward", allow_exact_matches=False,
        )  # fmt: skip
        known = found[found["latest_category"].notna()]
        category.iloc[known["row"].to_numpy()] = known["latest_category"].to_numpy()
        return category
