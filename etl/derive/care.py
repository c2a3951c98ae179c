"""What is worked out of care: how periods end, which are short breaks, how long visits are owed to
a placement, and when closer ones are."""

from __future__ import annotations

import pandas as pd

from etl.contracts import periods_of_care
from etl.contracts.code_lists import national_codes
from etl.contracts.legal_status import INTERIM_CARE_ORDER, SHORT_BREAKS
from etl.contracts.placement import LONG_TERM_PLACEMENTS, WITH_PARENTS
from etl.derive.facts import Tables, span_in_force

CLOSER_VISITS = "closer_visits"
_DAY = pd.Timedelta(days=1)


def add_legal_status(tables: Tables) -> None:
    """legal_status_code of each episode: its own where the source gives it, else the child's status
    in force on its first day."""
    episodes, statuses = tables["care_episode"], tables["legal_status"]
    in_force = span_in_force(episodes, "episode_id", "started_date", statuses, "legal_status_id")
    code = statuses.set_index("legal_status_id")["legal_status_code"]
    own = episodes["own_legal_status_code"]
    episodes["legal_status_code"] = own.fillna(in_force.map(code).astype("str"))


def add_end_of_care(tables: Tables) -> None:
    """ended_date, end_reason_code and is_short_break of each period of care."""
    periods, episodes = tables["looked_after_period"], tables["care_episode"]
    ended = periods_of_care.ends(episodes)
    ended = ended.reindex(periods["looked_after_id"]).set_axis(periods.index)
    periods["ended_date"] = ended["ended_date"]
    periods["end_reason_code"] = ended["end_reason_code"]
    periods["end_reason_code"] = periods["end_reason_code"].astype("str")
    periods["is_short_break"] = _is_short_break(periods, tables["legal_status"]) | (
        _has_breaks_alone(periods, episodes)
    )


def _is_short_break(periods: pd.DataFrame, statuses: pd.DataFrame) -> pd.Series:
    """Whether every legal status of the national list in force during the period, and there is one,
    is of short breaks. A status, like the period, is over on the day it ends; a period of one day
    is that day."""
    pairs = periods[["child_token", "started_date", "ended_date"]].assign(row=periods.index)
    pairs = pairs.merge(statuses, on="child_token", suffixes=("", "_of_status"))
    ended = pairs["ended_date"].where(
        ~(pairs["ended_date"] <= pairs["started_date"]), pairs["started_date"] + _DAY
    )
    during = ~(pairs["started_date_of_status"] >= ended) & ~(
        pairs["ended_date_of_status"] <= pairs["started_date"]
    )
    code = pairs["legal_status_code"]
    code = code[during & code.isin(national_codes()["legal_status"])]
    is_break = code.isin(SHORT_BREAKS)
    return (
        is_break.groupby(pairs["row"].reindex(is_break.index))
        .all()
        .reindex(periods.index, fill_value=False)
        .astype("boolean")
    )


def _has_breaks_alone(periods: pd.DataFrame, episodes: pd.DataFrame) -> pd.Series:
    """The same by the statuses that the source gives with the episodes."""
    own = episodes.dropna(subset=["looked_after_id"])
    is_break = own["own_legal_status_code"].isin(SHORT_BREAKS).groupby(own["looked_after_id"]).all()
    found = is_break.reindex(periods["looked_after_id"], fill_value=False)
    return found.set_axis(periods.index).astype("boolean")


def add_kind_of_placement(tables: Tables) -> None:
    """is_long_term, is_short_break as the period of care has it, and closed_date of each
    placement: it ends at the latest when its period does."""
    placements = tables["placement"]
    # Of its own child: what is of another says nothing of this one.
    key = ["looked_after_id", "child_token"]
    periods = tables["looked_after_period"].drop_duplicates(key)
    period = placements[key].merge(periods, on=key, how="left").set_axis(placements.index)
    placements["is_short_break"] = period["is_short_break"].fillna(False).astype("boolean")
    is_long_term = placements["placement_type_code"].isin(LONG_TERM_PLACEMENTS)
    placements["is_long_term"] = is_long_term.astype("boolean")
    closed = pd.concat([placements["ended_date"], period["ended_date"]], axis=1).min(axis=1)
    placements["closed_date"] = closed.astype("datetime64[s]")


def add_closer_visits(tables: Tables) -> None:
    """``closer_visits``: by placement_id, the days from started_date until before ended_date
    (empty: for ever) on which a child is placed with parents under an interim care order, apart
    before the first review of the period of care and from its day on (is_reviewed).

    Source: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28(3).
    """
    placements, statuses = tables["placement"], tables["legal_status"]
    is_with_parents = placements["placement_type_code"].eq(WITH_PARENTS)
    with_parents = placements[is_with_parents.fillna(False).astype(bool)]
    is_interim = statuses["legal_status_code"].eq(INTERIM_CARE_ORDER)
    interim = statuses[is_interim.fillna(False).astype(bool)]
    spans = with_parents[["placement_id", "looked_after_id", "child_token"]].merge(
        interim[["child_token", "started_date", "ended_date"]], on="child_token"
    )
    first = _first_reviews(tables).reindex(spans["looked_after_id"]).set_axis(spans.index)
    reviewed = first.astype("datetime64[s]")
    before = spans.assign(is_reviewed=False)
    before["ended_date"] = pd.concat([spans["ended_date"], reviewed], axis=1).min(axis=1)
    after = spans.assign(is_reviewed=True)
    after["started_date"] = pd.concat([spans["started_date"], reviewed], axis=1).max(axis=1)
    after = after[reviewed.notna()]
    found = pd.concat([before, after], ignore_index=True)
    tables[CLOSER_VISITS] = found[~(found["ended_date"] <= found["started_date"])]


def _first_reviews(tables: Tables) -> pd.Series:
    """By looked_after_id the day of the first review held of its own child after its first day."""
    reviews, periods = tables["looked_after_review"], tables["looked_after_period"]
    held = reviews[~reviews["is_cancelled"].fillna(False).astype(bool)]
    held = held[["looked_after_id", "child_token", "held_date"]].merge(
        periods[["looked_after_id", "child_token", "started_date"]],
        on=["looked_after_id", "child_token"],
    )
    held = held[held["held_date"] > held["started_date"]]
    return held.groupby("looked_after_id")["held_date"].min()
