"""The extract as a whole against the nights before it: what it lost, what is empty, what is old.

Made here are the frames that the suites ``extract`` and ``columns`` judge, and by which name each
of their rows is told of. A value is null where there is nothing to judge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.contracts.contract import Column, Kind, Table
from etl.contracts.hand_overs import (
    COUNTED,
    PAST_LOADS,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    PREVIOUS_COUNTS,
    READING,
    WITH_ANY_OTHER_CODE,
    WITH_NONE,
    WITH_THE_RECORD,
    Account,
    Reading,
    TableColumn,
)
from etl.run import Run

ALL_TABLES = "all tables"
# Between a looked-up table and what is picked from it.
PICKED = " where "
# With fewer rows than these a fifth is soon lost by ordinary work.
ENOUGH_VALUES = 20
# Nights of one weekday that must be known before one can be called unusual.
ENOUGH_NIGHTS = 8
_TOLD_AS = {
    WITH_NONE: " empty",
    WITH_ANY_OTHER_CODE: " with another code or none",
    WITH_THE_RECORD: " that names a record of the extract, each counted once",
}
NAMES = ["table_name", "column_name", "code"]


@dataclass(frozen=True)
class Compared:
    """frame: what a suite judges. told: by column of the frame, how each row is told of."""

    frame: pd.DataFrame
    told: dict[str, pd.Series]


def whole_extract(
    run: Run, children: pd.DataFrame, held_back_percent: pd.Series, newest: dict[str, int]
) -> Compared:
    """One row for each table, those that are only looked up and the parts of them that are picked
    too, and one for all together.

    children: tonight's, held back or not. held_back_percent: by table of ours. newest: see
    ``hand_overs.NEWEST``.
    """
    previous, reading = PREVIOUS.read(run), READING.read(run)
    counted, counted_before = (_looked_up(read.read(run)) for read in (COUNTED, PREVIOUS_COUNTS))
    ours = {name: account["rows"] for name, account in reading["accounts"].items()}
    rows = pd.concat([pd.Series(ours, dtype=float), counted])
    before = pd.concat([pd.Series(previous["rows"], dtype=float), counted_before])
    before = before.reindex(rows.index)
    tables = [*rows.index, ALL_TABLES]
    frame = pd.DataFrame(index=tables)
    lost = 100 * (before - rows) / before.where(before > 0)
    is_part = pd.Series(rows.index.str.contains(PICKED, regex=False), index=rows.index)
    frame["rows_lost_percent"] = lost.mask(is_part & (before < ENOUGH_VALUES)).reindex(tables)
    left_out = pd.concat([held_back_percent, _left_out_percent(reading)])
    frame["rows_held_back_percent"] = left_out.reindex(tables)
    for name in ("children_shared_percent", "days_since_newest_event"):
        frame[name] = np.nan
    if previous["run_id"]:
        frame.loc["child", "children_shared_percent"] = _shared(run, children)
        frame.loc[ALL_TABLES, "days_since_newest_event"] = min(newest.values(), default=np.nan)
    _add_what_is_usual(run, frame, rows, newest)
    return Compared(frame, _told_of_tables(frame, rows, before))


def lost_tables(whole: Compared, limit: float, accounts: dict[str, Account]) -> set[str]:
    """The source's tables that lost more rows than the limit."""
    lost = whole.frame.index[whole.frame["rows_lost_percent"] > limit]
    return {
        accounts[name]["source_table"] if name in accounts else name.partition(PICKED)[0]
        for name in lost
    }


def _told_of_tables(
    frame: pd.DataFrame, rows: pd.Series, before: pd.Series
) -> dict[str, pd.Series]:
    names = pd.Series(frame.index, index=frame.index)
    days = frame["days_since_newest_event"]
    lost = [
        f"{name} ({had:,.0f} rows at the last load, {has:,.0f} tonight)"
        for name, had, has in zip(rows.index, before.fillna(0), rows, strict=True)
    ]
    return {
        "rows_lost_percent": pd.Series(lost, index=rows.index).reindex(names).fillna(names),
        "days_since_newest_event": names + days.map(": {:,.0f} days".format),
    }


def _looked_up(counts: pd.DataFrame) -> pd.Series:
    """Rows of the tables that are only looked up, and of what is picked from them, by name."""
    found = counts[counts["column_name"].eq("")]
    names = found["table_name"] + (PICKED + found["code"]).mask(found["code"].eq(""), "")
    return pd.Series(found["rows"].to_numpy(dtype=float), index=names.to_list())


def _left_out_percent(reading: Reading) -> pd.Series:
    """By looked-up table, how many of the records that were read cannot be looked up."""
    columns = ["table", "column", "number", "reason", "id"]
    left_out = pd.DataFrame(reading["left_out"], columns=columns)
    counted = left_out.groupby("table")["number"].nunique()
    read = pd.Series(reading["looked_up"], dtype=float)
    return 100 * counted.reindex(read.index, fill_value=0) / read.where(read > 0)


def _shared(run: Run, children: pd.DataFrame) -> float:
    """How many of the children the last load had. Two councils may number children alike: one who
    was born in another month is another child, and where no month is known, one of another sex."""
    about = ["child_token", "birth_month", "sex"]
    before = PREVIOUS_CHILDREN.read(run)[about].drop_duplicates("child_token")
    both = children[about].merge(before, on="child_token", how="left", indicator=True)
    known = both[[f"{name}_{side}" for name in about[1:] for side in "xy"]].notna()
    differs = {
        name: both[f"{name}_x"].ne(both[f"{name}_y"]).astype(bool)
        & known[f"{name}_x"] & known[f"{name}_y"]
        for name in about[1:]
    }  # fmt: skip
    has_month = known["birth_month_x"] & known["birth_month_y"]
    is_another = differs["birth_month"].where(has_month, differs["sex"])
    return float(100 * (both["_merge"].eq("both") & ~is_another).mean())


def newest_events(
    passed: dict[str, pd.DataFrame], tables: Collection[Table], run: Run
) -> dict[str, int]:
    """By table, how many days before the extract date the newest thing happened of which one of its
    rows tells; what is due, planned, cancelled or still to come happened not."""
    today = pd.Timestamp(run.extract_date)
    found = {}
    for table in tables:
        if not table.is_fact:
            continue
        frame = passed[table.name]
        newest = [
            _newest(frame, column, today)
            for column in table.conformed_columns
            if column.kind is Kind.DATE and not column.may_lie_ahead
        ]
        if known := [day for day in newest if pd.notna(day)]:
            found[table.name] = int((today - max(known)).days)
    return found


def _newest(frame: pd.DataFrame, column: Column, today: pd.Timestamp) -> pd.Timestamp:
    """The column's latest day up to today on which something happened; NaT where there is none."""
    happened = frame[column.name] <= today
    if column.unless:
        happened &= ~frame[column.unless].fillna(False).astype(bool)
    return frame.loc[happened, column.name].max()


def _add_what_is_usual(
    run: Run, frame: pd.DataFrame, rows: pd.Series, newest: dict[str, int]
) -> None:
    """is_newest_older_than_usual, is_growth_unusual: by what each table was on the nights of the
    same weekday; null while too few are known."""
    past = PAST_LOADS.read(run).sort_values("extract_date", kind="stable")
    past["grown"] = past.groupby("table_name")["rows"].diff()
    last = past.drop_duplicates("table_name", keep="last").set_index("table_name")["rows"]
    same = past[past["extract_date"].dt.day_of_week.eq(run.extract_date.weekday())]
    by_table = same.groupby("table_name")
    age = by_table["days_since_newest_event"].agg(["count", "max"]).reindex(frame.index)
    grown = by_table["grown"].agg(["count", "min", "max"]).reindex(frame.index).astype(float)
    days = pd.Series(newest, dtype=float).reindex(frame.index)
    is_old = days > (2 * age["max"].astype(float)).clip(lower=1)
    known = age["count"].ge(ENOUGH_NIGHTS).fillna(False).astype(bool) & days.notna()
    frame["is_newest_older_than_usual"] = is_old.astype("boolean").where(known)
    tonight = (rows - last.astype(float)).reindex(frame.index)
    is_unusual = (tonight < grown["min"] / 2) | (tonight > 2 * grown["max"])
    # Tables that shrink at times, and those that hardly grow, have no rate to go by.
    known = grown["count"].ge(ENOUGH_NIGHTS) & grown["min"].gt(1) & tonight.notna()
    frame["is_growth_unusual"] = is_unusual.astype("boolean").where(known)


def columns(
    run: Run,
    accounts: dict[str, Account],
    relied_on: Collection[TableColumn],
    lost_tables: Collection[str],
) -> Compared:
    """One row for each count of tonight.

    relied_on: the columns that figures hang on.
    lost_tables: the source's, that lost too many rows: said once, not of each of their columns.
    """
    tonight, before = COUNTED.read(run), PREVIOUS_COUNTS.read(run)
    had = before.set_index(NAMES)["rows"].astype(float)
    counts = tonight[tonight["column_name"].ne("")].reset_index(drop=True)
    had = pd.Series(had.reindex(pd.MultiIndex.from_frame(counts[NAMES])).to_numpy())
    has = counts["rows"].astype(float)
    names = pd.Series(list(zip(counts["table_name"], counts["column_name"], strict=True)))
    is_relied_on = names.isin(list(relied_on))
    lost = (100 * (had - has) / had).where(had >= ENOUGH_VALUES)
    lost = lost.mask(counts["source_table"].isin(lost_tables))
    frame = pd.DataFrame({"values_lost_percent": lost.where(is_relied_on)})
    frame["other_values_lost_percent"] = lost.where(~is_relied_on & counts["code"].eq(""))
    filled = counts["table_name"].map({name: each["rows"] for name, each in accounts.items()})
    is_judged = is_relied_on & counts["code"].eq("") & filled.gt(0) & before.empty
    first = PREVIOUS.read(run)["run_id"] is None
    frame["is_empty_on_first_load"] = has.eq(0).astype("boolean").where(is_judged & first)
    return Compared(frame, _told_of_columns(frame, counts, had, has))


def _told_of_columns(
    frame: pd.DataFrame, counts: pd.DataFrame, had: pd.Series, has: pd.Series
) -> dict[str, pd.Series]:
    """Tables and columns by the source's names, as those who can mend it know them."""
    is_plain = counts["code"].eq("") | counts["code"].eq(counts["source_column"])
    named = counts["source_table"] + "." + counts["source_column"]
    coded = (" with '" + counts["code"] + "'").mask(is_plain, "")
    named += counts["code"].map(_TOLD_AS).fillna(coded)
    named += " (" + counts["table_name"] + "." + counts["column_name"] + ")"
    lost = [
        f"{name}: {before:,.0f} rows at the last load, {now:,.0f} tonight"
        for name, before, now in zip(named, had.fillna(0), has, strict=True)
    ]
    told = pd.Series(lost, index=frame.index, dtype="str")
    return {
        "values_lost_percent": told,
        "other_values_lost_percent": told,
        "is_empty_on_first_load": named,
    }
