"""Who was open to the service at each month's end: a snapshot per child and month."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from etl.calendar.working_days import FIRST_DAY
from etl.contracts.frames import taken
from etl.derive.allocation import RESPONSIBLE, Allocation
from etl.derive.history import NOBODY, places
from etl.derive.numbered import together
from etl.derive.plan_category import PastCategories

FLAGS = ("is_in_need", "is_on_plan", "is_looked_after")
CATEGORY = "plan_category"
# By column of a snapshot, the table whose rows tell it.
MONTH_TELLERS = {
    "is_in_need": "referral",
    "is_on_plan": "child_protection_plan",
    "plan_category": "child_protection_plan",
    "is_looked_after": "looked_after_period",
}
AGE_BANDS = ((1, "0"), (5, "1-4"), (10, "5-9"), (16, "10-15"), (18, "16-17"))


def child_months(
    tables: dict[str, pd.DataFrame],
    extract_date: pd.Timestamp,
    allocation: Allocation,
    past: PastCategories,
    covered_from: pd.Timestamp | None = None,
    told: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row per child and complete month in which a referral, plan or period of care was open
    at the month's end. Columns of the contract ``child_month``; merged children have none.

    covered_from: the first day from which the source holds every event: only what ended on or after
    it is there, so that no earlier month's end is known. told: of FLAGS and the category, which the
    source can tell, None for all: the others are empty, and bring no child in.

    Team and worker are those to whom the child is allocated at the month's end, else those of the
    latest referral open; family is that of any open record. past: by which a plan's category is
    the month's own.
    """
    rows = _open_records(tables, extract_date, past)
    told = {*FLAGS, CATEGORY} if told is None else {*told}
    rows = rows[rows[[name for name in FLAGS if name in told]].any(axis=1)]
    if covered_from is not None:
        rows = rows[rows["month_end"] >= covered_from]
    # They are in order; by its number alone a child is dearer to group by.
    child, _ = pd.factorize(rows["child_token"])
    grouped = rows.groupby([child, "month_end"], sort=False)
    found = grouped.agg(
        {
            "child_token": "first", **dict.fromkeys(FLAGS, "max"), "latest_category": "first",
            "family_token": "first", "team_id": "first", "worker_token": "first",
        }
    )  # fmt: skip
    found = found.reset_index("month_end").reset_index(drop=True)
    found = found.rename(columns={"latest_category": CATEGORY})
    for name in {*FLAGS, CATEGORY} - told:
        kind = "boolean" if name in FLAGS else "str"
        found[name] = pd.Series(pd.NA, index=found.index, dtype=kind)
    by = allocation.on(found["child_token"], found["month_end"].to_numpy())
    for name in RESPONSIBLE:
        found[name] = allocation.named(name, by).where(by != NOBODY, found[name])
    born = tables["child"].set_index("child_token")["birth_month"]
    born = taken(born, places(found["child_token"], born.index), found.index)
    found["age_band"] = _age_bands(born, found["month_end"])
    return found


def _open_records(
    tables: dict[str, pd.DataFrame], extract_date: pd.Timestamp, past: PastCategories
) -> pd.DataFrame:
    """A row for each referral, plan and period of care open at a month's end: a referral comes
    first, so that its team is the one shown."""
    plans = tables["child_protection_plan"]
    periods = tables["looked_after_period"]
    on_plan = _open_at_month_ends(
        plans[~plans["is_temporary"].astype(bool)], "started_date", "ended_date", extract_date
    ).assign(is_on_plan=True)
    on_plan["latest_category"] = past.at_month_ends(on_plan)
    rows = together(
        _open_at_month_ends(tables["referral"], "received_date", "closed_date", extract_date)
        .assign(is_in_need=True),
        on_plan,
        _open_at_month_ends(
            periods[~periods["is_short_break"].astype(bool)],
            "started_date", "ended_date", extract_date,
        ).assign(is_looked_after=True),
    )  # fmt: skip
    for flag in FLAGS:
        rows[flag] = rows[flag].eq(True).fillna(False).astype(bool)
    return rows.sort_values(
        ["child_token", "month_end", "is_in_need", "at"],
        ascending=[True, True, False, False],
        kind="stable",
    )


def _open_at_month_ends(
    frame: pd.DataFrame, starts: str, ends: str, extract_date: pd.Timestamp
) -> pd.DataFrame:
    """A row for each month's end, before the extract date, at which a row of the frame is open."""
    frame = frame[~frame["is_merged"].astype(bool)]
    last = extract_date.to_numpy().astype("datetime64[M]").astype(int)
    first_month = np.maximum(
        frame[starts].to_numpy("datetime64[M]").astype(int),
        np.datetime64(FIRST_DAY, "M").astype(int),
    )
    # Ended on a month's last day is not open at its end: the first month not counted.
    # Nor is what is still open of a child who has died.
    died = frame["died_date"].to_numpy("datetime64[D]")
    until = np.fmin(frame[ends].to_numpy("datetime64[D]"), died)
    month_after = np.where(np.isnat(until), last, until.astype("datetime64[M]").astype(int))
    count = np.maximum(np.minimum(month_after, last) - first_month, 0)
    columns = ["child_token", "family_token", "team_id", "worker_token"]
    of_a_plan = [name for name in ("plan_id", "latest_category") if name in frame]
    kept = frame[[*columns, starts, *of_a_plan]]
    repeated = kept.loc[kept.index.repeat(count)].reset_index(drop=True)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    month = (np.repeat(first_month, count) + within).astype("datetime64[M]")
    month_end = (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    found = repeated[columns].assign(at=repeated[starts])
    nothing = pd.Series(pd.NA, index=repeated.index, dtype="str")
    for name in ("plan_id", "latest_category"):
        found[name] = repeated.get(name, nothing)
    return found.assign(month_end=month_end.astype("datetime64[s]"))


def _age_bands(birth_month: pd.Series, month_end: pd.Series) -> pd.Series:
    """The age at a month's end is known from the month of birth alone: its birthday has been."""
    born = birth_month.dt.year * 12 + birth_month.dt.month
    at = month_end.dt.year * 12 + month_end.dt.month
    years = (at - born) // 12
    band = pd.Series("18+", index=month_end.index, dtype="str")
    for limit, name in reversed(AGE_BANDS):
        band = band.mask(years < limit, name)
    band = band.mask(at < born, "unborn")
    return band.mask(born.isna(), "not known")
