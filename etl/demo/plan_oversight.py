"""Reviews of child protection plans, and the visits to children on plans of any kind."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from etl.demo import pathways
from etl.demo.casenotes import VISIT_ENTRY
from etl.demo.dates import NEVER, latest, working_days_after
from etl.demo.draws import Bands, draw_days, happens, yes_or_no
from etl.demo.meetings import MINUTES_DELAY, Numbering, with_cancelled
from etl.demo.tables import (
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    numbered,
    pair_up,
    source_table,
)

BOOKED_BEFORE_DUE = 45  # days


class Pace(NamedTuple):
    """Working days until the first visit, and between visits."""

    first: Bands
    following: Bands


# Practice aims at ten working days; the last band is what makes a visit late even against the
# council's own twenty.
ON_A_PLAN = Pace(
    first=((0.60, 1, 5), (0.34, 6, 10), (0.06, 11, 26)),
    following=((0.49, 7, 10), (0.29, 11, 15), (0.13, 16, 20), (0.09, 21, 36)),
)
AFTER_NOT_SEEN: Bands = ((1.0, 2, 6),)
NOT_SEEN_SHARE = 0.03
VISITS_AT_MOST = 100
LINKED_VISIT_SHARE = 0.8


def draw_reviews(rng: np.random.Generator, plans: Columns) -> tuple[Columns, Columns]:
    """Reviews as meetings of a family, and the children at them, up to the end of each plan."""
    plan, number = pair_up(np.zeros(len(plans), dtype=np.int64), plans.review_count)
    keep = plans.review_held[plan, number] <= plans.ended[plan]
    plan, number = plan[keep], number[keep]
    key = plans.event[plan] * pathways.REVIEWS_AT_MOST + number
    _, first, meeting = np.unique(key, return_index=True, return_inverse=True)
    row, which = plan[first], number[first]
    held, due = plans.review_held[row, which], plans.review_due[row, which]
    previous = np.where(which > 0, plans.review_held[row, which - 1], NEVER)
    booked = latest(due - BOOKED_BEFORE_DUE, plans.recorded[row], previous + 2)
    meetings = Columns(
        booked=booked,
        held=held,
        minutes=latest(booked, held + draw_days(rng, len(held), MINUTES_DELAY)),
        called_off=np.full(len(held), NEVER),
    )
    subjects = Columns(
        meeting=meeting,
        child=plans.child[plan],
        plan_id=plans.plan_id[plan],
        due=plans.review_due[plan, number],
        is_last=number == plans.review_count[plan] - 1,
    )
    return with_cancelled(rng, meetings, subjects)


def review_table(reviews: Columns, meetings: Columns, first: Numbering) -> SourceTable:
    """Reviews: there with a due date once booked, with a held date once the minutes are in."""
    is_cancelled = ~np.isnat(meetings.called_off[reviews.meeting])
    minutes = meetings.minutes[reviews.meeting]
    columns = {
        "FACT_CP_REVIEW_ID": numbered(len(reviews)),
        "FACT_CP_PLAN_ID": reviews.plan_id,
        "DIM_PERSON_ID": reviews.child + FIRST_ID,
        "FACT_MEETING_ID": reviews.meeting + first.meeting,
        "DUE_DTTM": reviews.due,
        "MEETING_DTTM": meetings.held[reviews.meeting],
        "OUTCOME_CONTINUE_CP_FLAG": yes_or_no(~reviews.is_last),
    }
    changes = {
        "MEETING_DTTM": Change(minutes),
        "OUTCOME_CONTINUE_CP_FLAG": Change(np.where(is_cancelled, NEVER, minutes)),
    }
    return source_table(columns, meetings.booked[reviews.meeting], changes)


def draw_visits(
    rng: np.random.Generator,
    plans: Columns,
    children: Columns,
    last_day: np.datetime64,
    pace: Pace = ON_A_PLAN,
) -> Columns:
    """Visits to the children on plans: the social worker sees siblings on the same day.

    Plans are in order of `event`, and siblings of one event on plans together.
    """
    _, first, count = np.unique(plans.event, return_index=True, return_counts=True)
    until = np.minimum(np.maximum.reduceat(plans.ended, first), last_day)
    family_visits = draw_family_visits(rng, plans.started[first], until, pace)
    visit, plan = pair_up(first[family_visits.family], count[family_visits.family])
    day = family_visits.day[visit]
    keep = day <= plans.ended[plan]
    visit, plan, day = visit[keep], plan[keep], day[keep]
    child = plans.child[plan]
    is_seen = family_visits.is_seen[visit] & happens(rng, len(day), 0.985)
    entry = draw_days(rng, len(family_visits), VISIT_ENTRY)[visit]
    return Columns(
        child=child,
        day=day,
        created=day + entry,
        is_seen=is_seen & (children.birth[child] <= day),
        plan_id=plans.plan_id[plan],
        plan_recorded=plans.recorded[plan],
    )


def draw_family_visits(
    rng: np.random.Generator, started: np.ndarray, until: np.ndarray, pace: Pace
) -> Columns:
    """Visits one after the other (`family`: position in the arguments); failed ones are repeated
    within days."""
    family = np.flatnonzero(started < until)
    previous = started[family]
    gap = draw_days(rng, len(family), pace.first)
    families, days, seen = [], [], []
    for _ in range(VISITS_AT_MOST):
        day = working_days_after(previous, gap)
        going_on = day <= until[family]
        family, day = family[going_on], day[going_on]
        is_seen = ~happens(rng, len(family), NOT_SEEN_SHARE)
        families.append(family)
        days.append(day)
        seen.append(is_seen)
        soon = draw_days(rng, len(family), AFTER_NOT_SEEN)
        gap = np.where(is_seen, draw_days(rng, len(family), pace.following), soon)
        previous = day
    return Columns(
        family=np.concatenate(families), day=np.concatenate(days), is_seen=np.concatenate(seen)
    )


def visit_table(rng: np.random.Generator, notes: Columns) -> SourceTable:
    """The link from note to plan, which a fifth of the notes lack."""
    rows = np.flatnonzero(happens(rng, len(notes), LINKED_VISIT_SHARE))
    linked = notes.take(rows)
    columns = {
        "FACT_CP_VISIT_ID": numbered(len(rows)),
        "FACT_CASENOTE_ID": rows + FIRST_ID,
        "FACT_CP_PLAN_ID": linked.plan_id,
        "DIM_PERSON_ID": linked.child + FIRST_ID,
        "VISIT_DTTM": linked.day,
    }
    return source_table(columns, latest(linked.created, linked.plan_recorded))
