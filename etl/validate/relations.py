"""How a row stands to the records around it: inside its plan, after its referral, the only one that
is open. Added as columns for the suites to judge; null where there is nothing to compare."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from etl.contracts import periods_of_care
from etl.contracts.frames import is_among, is_before_parent, row_of, taken
from etl.contracts.single_assessment import CANCELLED, DRAFT
from etl.validate.ordinary import HAPPENED

Frames = dict[str, pd.DataFrame]
Relate = Callable[[pd.DataFrame, Frames], None]


def add_relations(table: str, frame: pd.DataFrame, conformed: Frames) -> None:
    """Add to the frame of a table what its suite asks for."""
    if "referral_id" in frame and "started_date" in frame:
        frame["is_started_before_referral"] = is_before_parent(
            frame, "started_date", conformed["referral"], "referral_id", "received_date"
        )
    if table in _OWN:
        _OWN[table](frame, conformed)


def _is_another_open(frame: pd.DataFrame, is_open: pd.Series) -> pd.Series:
    """Of rows that are open, whether another of the child's is; null of the others."""
    open_ones = frame.loc[is_open, "child_token"]
    others = open_ones.duplicated(keep=False).astype("boolean")
    return others.reindex(frame.index)


def _outside(
    frame: pd.DataFrame, dated: str, spans: pd.DataFrame, span_id: str, named: str
) -> pd.Series:
    """Where a row's day lies before the start or after the end of the span that it names."""
    rows = row_of(frame[named], spans[span_id])
    started, ended = (
        taken(spans[name], rows, frame.index) for name in ("started_date", "ended_date")
    )
    is_outside = (frame[dated] < started) | (frame[dated] > ended)
    return is_outside.astype("boolean").mask(started.isna() | frame[dated].isna())


def _periods(conformed: Frames) -> pd.DataFrame:
    """The periods of care with their ends."""
    periods = conformed["looked_after_period"]
    ended = periods_of_care.ends(conformed["care_episode"])["ended_date"]
    of_period = row_of(periods["looked_after_id"], ended.index)
    return periods.assign(ended_date=taken(ended, of_period, periods.index))


def _is_open_assessment(assessments: pd.DataFrame) -> pd.Series:
    is_void = assessments["substatus_code"].str.upper().isin([DRAFT, CANCELLED])
    return assessments["authorised_date"].isna() & ~is_void


def _of_assessment(frame: pd.DataFrame, conformed: Frames) -> None:
    frame["is_another_open"] = _is_another_open(frame, _is_open_assessment(frame))


def _of_period(frame: pd.DataFrame, conformed: Frames) -> None:
    frame["is_another_open"] = _is_another_open(frame, frame["last_episode_ended_date"].isna())
    episodes = conformed["care_episode"]["looked_after_id"]
    frame["has_episode"] = is_among(frame["looked_after_id"], episodes).astype("boolean")


def _of_review(frame: pd.DataFrame, conformed: Frames) -> None:
    plans = conformed["child_protection_plan"]
    frame["is_outside_plan"] = _outside(frame, HAPPENED, plans, "plan_id", "plan_id")


def _of_care_review(frame: pd.DataFrame, conformed: Frames) -> None:
    spans = _periods(conformed)
    frame["is_outside_period"] = _outside(
        frame, HAPPENED, spans, "looked_after_id", "looked_after_id"
    )


def _of_placement(frame: pd.DataFrame, conformed: Frames) -> None:
    spans = _periods(conformed)
    frame["is_outside_period"] = _outside(
        frame, "started_date", spans, "looked_after_id", "looked_after_id"
    )


def _of_visit(frame: pd.DataFrame, conformed: Frames) -> None:
    plans = conformed["child_protection_plan"]
    frame["is_outside_plan"] = _outside(frame, "visited_date", plans, "plan_id", "named_plan_id")
    frame["is_recorded_before"] = (
        (frame["recorded_date"] < frame["visited_date"])
        .astype("boolean")
        .mask(frame["recorded_date"].isna())
    )


def _of_enquiry(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether an enquiry that is to go to conference has one, held or called."""
    conferences = conformed["initial_conference"]
    has_one = is_among(frame["enquiry_id"], conferences["enquiry_id"]).astype("boolean")
    is_due = frame["outcome"].eq("initial_conference").fillna(False).astype(bool)
    frame["has_conference"] = has_one.where(is_due & frame["completed_date"].notna())


def _of_plan(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether a plan of this authority names the conference that made it."""
    is_temporary = frame["is_temporary"].fillna(False).astype(bool)
    frame["has_conference"] = frame["conference_id"].notna().astype("boolean").mask(is_temporary)


def _of_referral(frame: pd.DataFrame, conformed: Frames) -> None:
    """Whether something of a closed referral is still open."""
    assessments, enquiries = conformed["single_assessment"], conformed["section_47_enquiry"]
    plans, in_need = conformed["child_protection_plan"], conformed["child_in_need_plan"]
    periods = _periods(conformed)
    still_open = pd.concat(
        [
            assessments.loc[_is_open_assessment(assessments), "referral_id"],
            enquiries.loc[enquiries["completed_date"].isna(), "referral_id"],
            *(each.loc[each["ended_date"].isna(), "referral_id"]
              for each in (plans, in_need, periods)),
        ]
    )  # fmt: skip
    is_open = is_among(frame["referral_id"], still_open).astype("boolean")
    frame["is_closed_with_open"] = is_open.mask(frame["closed_date"].isna())


_OWN: dict[str, Relate] = {
    "referral": _of_referral,
    "single_assessment": _of_assessment,
    "section_47_enquiry": _of_enquiry,
    "child_protection_plan": _of_plan,
    "child_protection_review": _of_review,
    "looked_after_period": _of_period,
    "looked_after_review": _of_care_review,
    "placement": _of_placement,
    "visit": _of_visit,
}
