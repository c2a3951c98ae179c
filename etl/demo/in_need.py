"""Child in need plans, and the visits under them.

A plan follows an assessment that led to services, or a child protection plan or a stay in care
that ended while the referral stays open. It never runs beside either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo import pathways, plan_oversight
from etl.demo.care_plans import CHILD_IN_NEED_PLAN, care_plan_table
from etl.demo.casenotes import casenote_table
from etl.demo.dates import NEVER, earliest, latest, working_days_after
from etl.demo.draws import Bands, draw_days, happens
from etl.demo.front_door import WITHIN_A_WEEK
from etl.demo.meetings import Numbering
from etl.demo.tables import FIRST_ID, Columns, SourceTable, shared_by_event, stack

SHARES = (  # of families whose assessment leads to a plan, where there is time for one
    (pathways.CHILD_IN_NEED, 0.95),
    (pathways.ENQUIRY_ONLY, 0.90),
    (pathways.CONFERENCE_ONLY, 0.95),
)
STEP_DOWN_SHARE = 0.9
FIRST_MEETING: Bands = ((1.0, 1, 10),)  # working days from what the plan follows
# Days, where the referral is not closed earlier, as most are.
PLAN_LENGTH: Bands = ((0.10, 60, 120), (0.20, 121, 270), (0.70, 271, 900))
SHORTEST_PLAN = 28  # days
UNTIL_ENDED_ON_SYSTEM = WITHIN_A_WEEK[-1][-1]  # days, at most, from the end to its entry
PACE = plan_oversight.Pace(  # practice aims at twenty working days
    first=((0.60, 1, 10), (0.32, 11, 20), (0.08, 21, 35)),
    following=((0.22, 8, 14), (0.66, 15, 20), (0.12, 21, 38)),
)
MISTAKEN_SHARE = 0.05


@dataclass(frozen=True)
class InNeed:
    """The source tables of this module, and its case notes."""

    plans: SourceTable
    casenotes: SourceTable


def simulate_in_need(
    rng: np.random.Generator,
    referrals: Columns,
    assessments: Columns,
    children: Columns,
    last_day: np.datetime64,
    first: Numbering,
) -> InNeed:
    """Everything from the first child in need meeting to the end of the plan."""
    plans = draw_plans(rng, referrals, assessments)
    notes = plan_oversight.draw_visits(rng, plans, children, last_day, PACE)
    return InNeed(
        plans=plan_table(rng, plans, first.care_plan),
        casenotes=casenote_table(rng, notes, "CNSTAT", first.casenote),
    )


def draw_plans(rng: np.random.Generator, referrals: Columns, assessments: Columns) -> Columns:
    """Plans per child, alike for siblings; a referral can have two, before and after care."""
    referrals = referrals.with_columns(
        authorised=_authorised(referrals, assessments), event=2 * referrals.event
    )
    referrals = referrals.take(~referrals.is_overlapping)
    plans = stack([_after_assessment(rng, referrals), _after_other_plans(rng, referrals)])
    plans = plans.take(np.argsort(plans.event, kind="stable"))
    return plans.with_columns(plan_id=np.arange(len(plans)))


def _authorised(referrals: Columns, assessments: Columns) -> np.ndarray:
    """When the last of the siblings' assessments was authorised, for each row of a referral."""
    completed = assessments.take(assessments.status == 0)
    authorised = np.full(len(referrals), NEVER)
    authorised[completed.referral_id - FIRST_ID] = completed.authorised
    _, first, position = np.unique(referrals.event, return_index=True, return_inverse=True)
    return np.fmax.reduceat(authorised, first)[position]


def _after_assessment(rng: np.random.Generator, referrals: Columns) -> Columns:
    """Plans from the assessment until the referral is closed, or the child comes into care."""
    is_one = [referrals.pathway == pathway for pathway, _ in SHARES]
    chance = np.select(is_one, [share for _, share in SHARES], 0.0)
    chosen = shared_by_event(referrals.event, happens(rng, len(referrals), chance))
    after = latest(referrals.authorised, referrals.enquiry_ended, referrals.conference_held)
    rows = referrals.with_columns(
        after=np.where(chosen, after, NEVER),
        until=earliest(referrals.closed, referrals.care_started - 1),
        until_recorded=earliest(referrals.closed_recorded, referrals.care_started),
        earliest_entry=referrals.recorded,
    )
    return _draw_between(rng, rows)


def _after_other_plans(rng: np.random.Generator, referrals: Columns) -> Columns:
    """Plans of children who step down from a child protection plan, or come home from care.

    They are typed in once what went before has been ended on the system.
    """
    is_temporary = referrals.pathway == pathways.TEMPORARY_PLAN
    steps_down = happens(rng, len(referrals), STEP_DOWN_SHARE)
    chosen = shared_by_event(referrals.event, steps_down) & ~is_temporary
    other_ended = latest(referrals.plan_ended, referrals.care_ended)
    follows = chosen & ~np.isnat(other_ended)
    after = np.where(follows, latest(other_ended, referrals.authorised), NEVER)
    rows = referrals.with_columns(
        event=referrals.event + 1,
        after=after,
        until=referrals.closed,
        until_recorded=referrals.closed_recorded,
        earliest_entry=latest(referrals.recorded, after + UNTIL_ENDED_ON_SYSTEM),
    )
    return _draw_between(rng, rows)


def _draw_between(rng: np.random.Generator, rows: Columns) -> Columns:
    """Plans that start soon after `after` and end by `until`; those too short are left out.

    An end is typed in before the referral's closing is, or the coming into care.
    """
    size = len(rows)
    days = [draw_days(rng, size, bands) for bands in (FIRST_MEETING, PLAN_LENGTH, WITHIN_A_WEEK)]
    wait, length, delay = (shared_by_event(rows.event, drawn) for drawn in days)
    started = working_days_after(rows.after, wait)
    ended = earliest(started + length, rows.until)
    recorded = latest(started + delay, rows.earliest_entry)
    plans = Columns(
        event=rows.event,
        child=rows.child,
        referral_id=rows.referral_id,
        started=started,
        ended=ended,
        recorded=recorded,
        ended_recorded=latest(recorded, earliest(ended + delay, rows.until_recorded)),
    )
    return plans.take(ended - started >= np.timedelta64(SHORTEST_PLAN, "D"))


def plan_table(rng: np.random.Generator, plans: Columns, first_id: int) -> SourceTable:
    """Plans, then the few that were typed in a second time by mistake, and marked so."""
    real = plans.with_columns(is_mistaken=np.zeros(len(plans), dtype=bool))
    second = plans.take(happens(rng, len(plans), MISTAKEN_SHARE))
    second = second.with_columns(is_mistaken=np.ones(len(second), dtype=bool))
    rows = stack([real, second])
    return care_plan_table(rows, CHILD_IN_NEED_PLAN, first_id)
