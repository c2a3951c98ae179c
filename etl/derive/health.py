"""What is worked out of health checks: in which period of care each falls, which are health
assessments, and since when, and how soon, the next is owed.

Source: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 7.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.contracts.health_check import COMPLETED, HEALTH_ASSESSMENT
from etl.derive.facts import Tables, span_in_force

HEALTH_ASSESSMENTS = "health_assessment_in_period"
ASSESSED_PERIODS = "assessed_period"
UNDER_FIVE = "assessed_under_five"
_DAY = pd.Timedelta(days=1)


def add_period(tables: Tables) -> None:
    """looked_after_id and is_health_assessment of each health check. A check on the day on which
    one period of care ends and another begins belongs to the one that ends."""
    checks, periods = tables["health_check"], tables["looked_after_period"]
    in_force = span_in_force(
        checks, "health_check_id", "checked_date", periods, "looked_after_id", begun_before=True
    )
    checks["looked_after_id"] = in_force.reindex(checks.index).astype("str")
    is_one = checks["kind"].eq(HEALTH_ASSESSMENT) & checks["status"].eq(COMPLETED)
    checks["is_health_assessment"] = is_one.fillna(False).astype("boolean")


def add_what_is_assessed(tables: Tables) -> None:
    """``health_assessment_in_period``: the health assessments, one for each period of care of the
    child in whose days it lies, its first and last among them. ``assessed_period``: the periods in
    which there is one, started_date being the day of the first; none where that is the last day.
    ``assessed_under_five``: by looked_after_id, the days from started_date until before ended_date
    in which all of them were made before the child's fifth birthday.
    """
    checks, periods = tables["health_check"], tables["looked_after_period"]
    made = checks[checks["is_health_assessment"].astype(bool)].drop(columns="looked_after_id")
    of_child = periods[["child_token", "looked_after_id", "started_date", "ended_date"]]
    pairs = made.merge(of_child, on="child_token")
    day = pairs["checked_date"]
    pairs = pairs[(day >= pairs["started_date"]) & ~(day > pairs["ended_date"])]
    found = pairs[list(checks)].reset_index(drop=True)
    tables[HEALTH_ASSESSMENTS] = found
    first = found.groupby("looked_after_id")["checked_date"].min()
    tables[ASSESSED_PERIODS] = _from_the_first(periods, first)
    tables[UNDER_FIVE] = _under_five(found)


def _from_the_first(periods: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    started = pd.Series(
        first.reindex(periods["looked_after_id"]).to_numpy("datetime64[s]"), index=periods.index
    )
    last = np.fmin(
        periods["ended_date"].to_numpy("datetime64[s]"),
        periods["died_date"].to_numpy("datetime64[s]"),
    )
    goes_on = started.notna().to_numpy() & ~(started.to_numpy() >= last)
    return periods.assign(started_date=started)[goes_on].reset_index(drop=True)


def _under_five(assessments: pd.DataFrame) -> pd.DataFrame:
    is_under = assessments["is_under_five"].fillna(False).astype(bool)
    days = assessments[is_under].groupby("looked_after_id")["checked_date"]
    return pd.DataFrame({"started_date": days.min(), "ended_date": days.max() + _DAY}).reset_index()
