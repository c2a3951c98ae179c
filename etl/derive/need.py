"""When visits are owed under a child in need plan: not while the child is on a child protection
plan of this authority or looked after, when they are owed under that."""

from __future__ import annotations

import pandas as pd

from etl.contracts.child_in_need_plan import CANCELLED_PLAN
from etl.derive.numbered import together

Tables = dict[str, pd.DataFrame]
SPELLS = "child_in_need_spell"
_DAY = pd.Timedelta(days=1)
_NEVER = pd.Timestamp("2200-01-01").as_unit("s")


def add_plan_status(plans: pd.DataFrame) -> None:
    """is_cancelled of each child in need plan."""
    plans["is_cancelled"] = plans["status_code"].eq(CANCELLED_PLAN).fillna(False)


def add_spells_of_need(tables: Tables) -> None:
    """``child_in_need_spell``: the plans, a row for each time during which visits are owed, from
    ``started_date`` to ``closed_date``; and closed_date of each plan, the end of its last.

    A spell ends on the first day of a protection plan or of care; the next begins on the day after
    the last. What is left of a plan is no spell where it is its last day alone.
    """
    plans = tables["child_in_need_plan"]
    rests = _rests(tables)
    pairs = plans[["child_token"]].assign(row=plans.index).merge(rests, on="child_token")
    of_plan = pairs.merge(plans[["started_date", "ended_date"]], left_on="row", right_index=True)
    last_day = of_plan["ended_date"].fillna(_NEVER)
    of_plan = of_plan[
        (of_plan["until"] >= of_plan["started_date"]) & (of_plan["since"] <= last_day)
    ].sort_values(["row", "since"], kind="stable")
    begins = pd.concat(
        [
            plans[["started_date"]].rename_axis("row").reset_index().assign(is_first=True),
            of_plan[["row", "until"]].rename(columns={"until": "started_date"})
            .assign(started_date=lambda found: found["started_date"] + _DAY, is_first=False),
        ]
    )  # fmt: skip
    begins = begins.sort_values(["row", "started_date"], kind="stable")
    ends = pd.concat(
        [
            of_plan[["row", "since"]].rename(columns={"since": "closed_date"}),
            plans["ended_date"].rename_axis("row").rename("closed_date").reset_index(),
        ]
    ).sort_values(["row", "closed_date"], kind="stable", na_position="last")
    # Each rest ends one spell and begins another: the first begin belongs to the first end.
    spells = begins.reset_index(drop=True)
    spells["closed_date"] = ends["closed_date"].to_numpy()
    closed = spells["closed_date"].fillna(_NEVER)
    is_one = (spells["started_date"] < closed) | (
        spells["is_first"] & (spells["started_date"] == closed) & ~_is_resting(spells, of_plan)
    )
    spells = spells[is_one & (spells["started_date"] <= _NEVER)]
    found = plans.drop(columns=["started_date", "closed_date"], errors="ignore").merge(
        spells[["row", "started_date", "closed_date"]], left_index=True, right_on="row"
    )
    found = found.sort_values(["row", "started_date"], kind="stable")
    tables[SPELLS] = found.drop(columns="row").reset_index(drop=True)
    last = spells.drop_duplicates("row", keep="last").set_index("row")["closed_date"]
    closed_date = last.reindex(plans.index)
    # Where nothing was owed at all.
    closed_date = closed_date.mask(~plans.index.isin(last.index), plans["started_date"])
    plans["closed_date"] = closed_date.astype("datetime64[s]")


def _is_resting(spells: pd.DataFrame, of_plan: pd.DataFrame) -> pd.Series:
    """Whether a spell begins on a day of rest."""
    begun = spells[["row", "started_date"]].assign(at=spells.index)
    pairs = begun.merge(of_plan[["row", "since", "until"]], on="row")
    rests = pairs[pairs["started_date"].between(pairs["since"], pairs["until"])]
    return pd.Series(spells.index.isin(rests["at"]), index=spells.index)


def _rests(tables: Tables) -> pd.DataFrame:
    """By child, the days from ``since`` to ``until``, both included, on which it was on a child
    protection plan of this authority or looked after; what touches is one."""
    plans, periods = tables["child_protection_plan"], tables["looked_after_period"]
    of_a_span = ["child_token", "started_date", "ended_date"]
    spans = together(
        plans.loc[~plans["is_temporary"].astype(bool), of_a_span],
        periods.loc[~periods["is_short_break"].astype(bool), of_a_span],
    )
    spans = spans.assign(until=spans["ended_date"].fillna(_NEVER))
    spans = spans.sort_values(["child_token", "started_date"], kind="stable")
    child, _ = pd.factorize(spans["child_token"])
    reached = spans.groupby(child)["until"].cummax()
    before = reached.groupby(child).shift()
    is_new = before.isna() | (spans["started_date"] > before + _DAY)
    number = is_new.cumsum()
    grouped = spans.groupby(number.to_numpy())
    return grouped.agg(
        child_token=("child_token", "first"), since=("started_date", "min"), until=("until", "max")
    ).reset_index(drop=True)
