"""Facts about a row that only other rows can tell, added as columns for the suites to judge.

A column is null where it does not apply: an expectation passes over nulls.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts import periods_of_care
from etl.contracts.contract import MEETING, MEETING_KNOWN, Table
from etl.contracts.frames import is_among, is_before_parent, row_of, taken
from etl.contracts.register import BY_NAME
from etl.validate.ordinary import HAPPENED, LASTING, known, of_another_child, parents
from etl.validate.relations import add_relations

Frames = dict[str, pd.DataFrame]
# Of a fact where the child of each row stands among the children; see ``find_children``.
_CHILD_ROW = "child_row"


def find_children(conformed: Frames) -> None:
    """Add to every fact where its rows' children stand, for ``add_cross_row_columns``: of all facts
    at once, since all children are gone through each time.

    conformed: every conformed table, the children without those that are held back.
    """
    facts = [frame for name, frame in conformed.items() if BY_NAME[name].is_fact]
    tokens = pd.concat([frame["child_token"] for frame in facts])
    rows = row_of(tokens, conformed["child"]["child_token"])
    of_each = np.split(rows, np.cumsum([len(frame) for frame in facts]))
    for frame, own in zip(facts, of_each[:-1], strict=True):
        frame[_CHILD_ROW] = own


def add_cross_row_columns(table: Table, frame: pd.DataFrame, conformed: Frames) -> pd.DataFrame:
    """The frame with is_child_known, is_<parent>_known, is_<parent>_of_another_child,
    happened_date, is_open_after_death, is_open_at_18 and what the table's own suite asks for.

    conformed: every conformed table by name, the children, who are judged first, without those that
    are held back, and found for the facts.
    """
    frame = frame.copy(deep=False)
    for column in parents(table):
        parent = BY_NAME[str(column.names)]
        there = conformed[parent.name]
        rows = row_of(frame[column.name], there[parent.key[0]])
        frame[known(column)] = _is_found(rows, frame[column.name])
        if table.is_fact and parent.is_fact:
            whose = taken(there["child_token"], rows, frame.index)
            is_other = whose.ne(frame["child_token"]).astype("boolean")
            frame[of_another_child(column)] = is_other.mask(whose.isna())
    if table.has(MEETING_KNOWN.name):
        frame[MEETING_KNOWN.name] = frame[MEETING_KNOWN.name].mask(frame[MEETING.name].isna())
    for column in table.conformed_columns:
        if column.unless:
            # What was cancelled did not happen: its date was only booked.
            did_not = frame[column.unless].fillna(False).astype(bool)
            frame[HAPPENED] = frame[column.name].mask(did_not)
    if table.name in _OWN:
        _OWN[table.name](frame, conformed)
    if table.is_fact:
        _of_its_child(table, frame, conformed["child"])
    add_relations(table.name, frame, conformed)
    return frame


def _is_found(rows: npt.NDArray[np.int32], named: pd.Series) -> pd.Series:
    """Whether what is named is there; null where nothing is named. rows: see ``row_of``."""
    return pd.Series(rows >= 0, index=named.index, dtype="boolean").mask(named.isna())


def _of_its_child(table: Table, frame: pd.DataFrame, children: pd.DataFrame) -> None:
    """Whether its child is there; of what is open, whether the child has died, and whether it is
    18."""
    rows = frame[_CHILD_ROW].to_numpy()
    frame["is_child_known"] = _is_found(rows, frame["child_token"])
    if table.name not in LASTING:
        return
    is_over = frame[LASTING[table.name]].notna()
    if "substatus_code" in frame:
        is_over |= is_no_assessment(frame["substatus_code"])
    if "status_code" in frame:
        is_over |= is_no_plan(frame["status_code"])
    has_died = taken(children["died_date"], rows, frame.index).notna().astype("boolean")
    frame["is_open_after_death"] = has_died.mask(is_over)
    frame["is_open_at_18"] = taken(children["is_adult"], rows, frame.index).mask(is_over)


def is_no_assessment(substatus: pd.Series) -> pd.Series:
    """A draft, or cancelled."""
    return substatus.str.upper().isin(["D", "X"])


def is_no_plan(status: pd.Series) -> pd.Series:
    """A child in need plan that is cancelled."""
    return status.str.lower().eq("z").fillna(False).astype(bool)


def _of_child(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether a child has a birth date, be it an expected one. Parents and others need none."""
    is_client = frame["is_client"].fillna(False).astype(bool)
    frame["is_birth_known"] = frame["birth_month"].notna().astype("boolean").mask(~is_client)


def _of_worker(frame: pd.DataFrame, conformed: Frames) -> None:
    named = frame["team_name"]
    frame["is_team_known"] = _is_found(row_of(named, conformed["team"]["name"]), named)


def _of_referral(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether the child's referral before this one is open on the day this one arrives."""
    ordered = frame.sort_values(["received_date", "referral_id"], kind="stable")
    # The latest closing of all earlier ones; an open one never closes.
    closed = ordered["closed_date"].fillna(pd.Timestamp.max.as_unit("s"))
    latest = closed.groupby(ordered["child_token"]).cummax()
    earlier = latest.groupby(ordered["child_token"]).shift()
    is_open = (earlier > ordered["received_date"]).astype("boolean").mask(earlier.isna())
    frame["is_earlier_referral_open"] = is_open.reindex(frame.index)
    is_one_of_two = frame.duplicated(["child_token", "received_date"], keep=False)
    frame["is_one_of_two_that_day"] = is_one_of_two.astype("boolean")


def _is_beside_another(frame: pd.DataFrame) -> pd.Series:
    """Whether another row of the child that began no later is open when this one begins. One that
    ends that day is not."""
    ordered = frame.sort_values(["started_date", "ended_date"], kind="stable", na_position="last")
    ended = ordered["ended_date"].fillna(pd.Timestamp.max.as_unit("s"))
    latest = ended.groupby(ordered["child_token"]).cummax()
    earlier = latest.groupby(ordered["child_token"]).shift()
    is_beside = (earlier > ordered["started_date"]).astype("boolean").mask(earlier.isna())
    return is_beside.reindex(frame.index)


def _of_plan(frame: pd.DataFrame, conformed: Frames) -> None:
    """Plans held for other authorities may stand beside one of this."""
    own = frame[~frame["is_temporary"].fillna(False).astype(bool)]
    frame["is_beside_another"] = _is_beside_another(own).reindex(frame.index)


def _of_placement(frame: pd.DataFrame, conformed: Frames) -> None:
    frame["is_beside_another"] = _is_beside_another(frame)
    ended = periods_of_care.ends(conformed["care_episode"])["ended_date"]
    of_period = taken(ended, row_of(frame["looked_after_id"], ended.index), frame.index)
    is_after = frame["ended_date"].isna() | (frame["ended_date"] > of_period)
    frame["is_after_its_period"] = is_after.astype("boolean").mask(of_period.isna())


def _on_start_day(frame: pd.DataFrame, plans: pd.DataFrame, plan: str, dated: str) -> None:
    started = taken(plans["started_date"], row_of(frame[plan], plans["plan_id"]), frame.index)
    frame["is_on_start_day"] = started.eq(frame[dated]).astype("boolean").mask(started.isna())


def _of_review(frame: pd.DataFrame, conformed: Frames) -> None:
    _on_start_day(frame, conformed["child_protection_plan"], "plan_id", HAPPENED)


def _of_visit(frame: pd.DataFrame, conformed: Frames) -> None:
    _on_start_day(frame, conformed["child_protection_plan"], "named_plan_id", "visited_date")
    # A plan may begin before birth and its visits with it; care cannot.
    is_care = frame["visit_type"].eq("looked_after").fillna(False).astype(bool)
    frame["is_care_before_birth"] = frame["is_before_certain_birth"].where(is_care)


def _of_period(frame: pd.DataFrame, conformed: Frames) -> None:
    ended = periods_of_care.ends(conformed["care_episode"])["ended_date"]
    of_period = row_of(frame["looked_after_id"], ended.index)
    frame["last_episode_ended_date"] = taken(ended, of_period, frame.index)
    is_cut_off = is_among(
        frame["looked_after_id"], periods_of_care.cut_off(conformed["care_episode"])
    )
    frame["is_cut_off"] = is_cut_off.astype("boolean")
    others = frame[["child_token", "last_episode_ended_date"]].dropna()
    days = pd.MultiIndex.from_frame(others)
    begins = pd.MultiIndex.from_frame(frame[["child_token", "started_date"]])
    # One that began and ended that day is not another.
    is_one_day = frame["last_episode_ended_date"].eq(frame["started_date"]).fillna(False)
    frame["is_begun_as_another_ended"] = pd.array(
        begins.isin(days) & ~is_one_day.to_numpy(dtype=bool), dtype="boolean"
    )


def _of_conference(frame: pd.DataFrame, conformed: Frames) -> None:
    enquiries = conformed["section_47_enquiry"]
    frame["is_before_enquiry"] = is_before_parent(
        frame, HAPPENED, enquiries, "enquiry_id", "started_date"
    )


def _of_assessment(frame: pd.DataFrame, conformed: Frames) -> None:
    referrals = conformed["referral"]
    frame["is_before_referral"] = is_before_parent(
        frame, "authorised_date", referrals, "referral_id", "received_date"
    )


def _of_in_need_plan(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether a child protection plan of this authority begins while this plan runs."""
    plans = conformed["child_protection_plan"]
    plans = plans[~plans["is_temporary"].fillna(False).astype(bool)]
    pairs = frame[["child_token", "started_date", "ended_date"]].assign(row=frame.index)
    pairs = pairs.merge(
        plans[["child_token", "started_date"]], on="child_token", suffixes=("", "_of_other")
    )
    other = pairs["started_date_of_other"]
    runs = (other >= pairs["started_date"]) & ~(other >= pairs["ended_date"])
    rows = frame.index.isin(pairs.loc[runs, "row"])
    frame["is_beside_protection_plan"] = pd.array(rows, dtype="boolean")


_OWN = {
    "child": _of_child,
    "worker": _of_worker,
    "child_protection_plan": _of_plan,
    "placement": _of_placement,
    "initial_conference": _of_conference,
    "single_assessment": _of_assessment,
    "child_in_need_plan": _of_in_need_plan,
    "referral": _of_referral,
    "child_protection_review": _of_review,
    "visit": _of_visit,
    "looked_after_period": _of_period,
}
