"""Reviews of looked after children, the visits to them, and their pathway plans."""

from __future__ import annotations

import numpy as np

from etl.demo.care_plans import PATHWAY_PLAN, care_plan_table
from etl.demo.casenotes import VISIT_ENTRY
from etl.demo.dates import (
    NEVER,
    latest,
    months_after,
    working_day_on_or_before,
    working_days_after,
)
from etl.demo.draws import Bands, draw_days, happens
from etl.demo.meetings import MINUTES_DELAY, Numbering, with_cancelled
from etl.demo.placements import is_short_break
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

REVIEWS_AT_MOST = 26
REVIEW_MARGIN: Bands = ((0.95, -13, 0), (0.05, 1, 30))  # calendar days from the due date
BOOKED_BEFORE_DUE = 27
FIRST_VISIT: Bands = ((0.93, 1, 7), (0.07, 8, 20))  # calendar days
NEXT_VISIT: Bands = ((0.20, 18, 28), (0.68, 29, 42), (0.12, 43, 75))
VISITS_AT_MOST = 130
MONTHS_UNTIL_FEWER_VISITS = 12
PATHWAY_PLAN_DELAY = 60  # days from the sixteenth birthday or from coming into care after it


def draw_reviews(
    rng: np.random.Generator, periods: Columns, last_day: np.datetime64
) -> tuple[Columns, Columns]:
    """Reviews after 20 working days, then 3 months, then every 6, each a meeting of its own.

    A review booked for a day after the child left care is called off.
    """
    period = np.flatnonzero(~is_short_break(periods))
    previous = periods.started[period]
    parts = []
    for number in range(REVIEWS_AT_MOST):
        months = 3 if number == 1 else 6
        due = working_days_after(previous, 20) if number == 0 else months_after(previous, months)
        booked = latest(due - BOOKED_BEFORE_DUE, periods.recorded[period], previous + 2)
        going_on = booked <= np.minimum(periods.ended[period], last_day)
        period, due, booked = period[going_on], due[going_on], booked[going_on]
        held = working_day_on_or_before(due + draw_days(rng, len(due), REVIEW_MARGIN))
        minutes = latest(booked, held + draw_days(rng, len(due), MINUTES_DELAY))
        parts.append(Columns(period=period, due=due, booked=booked, held=held, minutes=minutes))
        previous = held
    rows = stack(parts)
    is_held = rows.held <= periods.ended[rows.period]
    called_off = latest(rows.booked, periods.ended_recorded[rows.period])
    meetings = Columns(
        booked=rows.booked,
        held=np.where(is_held, rows.held, NEVER),
        minutes=np.where(is_held, rows.minutes, NEVER),
        called_off=np.where(is_held, NEVER, called_off),
    )
    subjects = Columns(
        meeting=np.arange(len(rows)),
        child=periods.child[rows.period],
        period=rows.period,
        due=rows.due,
    )
    return with_cancelled(rng, meetings, subjects)


def review_table(
    periods: Columns, reviews: Columns, meetings: Columns, first: Numbering
) -> SourceTable:
    """Reviews: there with a due date once booked, with a held date once the minutes are in."""
    columns = {
        "FACT_CLA_REVIEW_ID": numbered(len(reviews)),
        "FACT_CLA_ID": periods.period_id[reviews.period],
        "DIM_PERSON_ID": reviews.child + FIRST_ID,
        "FACT_MEETING_ID": reviews.meeting + first.meeting,
        "DUE_DTTM": reviews.due,
        "MEETING_DTTM": meetings.held[reviews.meeting],
    }
    changes = {"MEETING_DTTM": Change(meetings.minutes[reviews.meeting])}
    return source_table(columns, meetings.booked[reviews.meeting], changes)


def draw_visits(
    rng: np.random.Generator, periods: Columns, placements: Columns, last_day: np.datetime64
) -> Columns:
    """Visits within a week of each placement, then about every six weeks until it ends."""
    row = np.flatnonzero(~is_short_break(periods)[placements.period])
    until = np.minimum(placements.ended, last_day)
    previous = placements.started[row]
    parts = []
    for number in range(VISITS_AT_MOST):
        gap = draw_days(rng, len(row), FIRST_VISIT if number == 0 else NEXT_VISIT)
        day = working_day_on_or_before(previous + gap)
        day = np.where(day > previous, day, previous + gap)
        going_on = day <= until[row]
        row, day = row[going_on], day[going_on]
        parts.append(Columns(placement=row, day=day, number=np.full(len(row), number)))
        previous = day
    visits = stack(parts)
    period = placements.period[visits.placement]
    created = visits.day + draw_days(rng, len(visits), VISIT_ENTRY)
    return visits.with_columns(
        period_id=periods.period_id[period],
        child=periods.child[period],
        created=latest(created, placements.recorded[visits.placement]),
        is_seen=happens(rng, len(visits), 0.98),
    )


def with_fewer_visits(visits: Columns, placements: Columns) -> Columns:
    """After its first year a child in long-term fostering is visited half as often.

    Every other visit was then not made: it is drawn, but never recorded.
    """
    later = months_after(placements.started, MONTHS_UNTIL_FEWER_VISITS)
    is_later = visits.day >= later[visits.placement]
    before = np.bincount(visits.placement[~is_later], minlength=len(placements))
    is_second = (visits.number - before[visits.placement]) % 2 == 1
    not_made = placements.is_long_term[visits.placement] & is_later & is_second
    return visits.with_columns(created=np.where(not_made, NEVER, visits.created))


def visit_table(notes: Columns, first: Numbering) -> SourceTable:
    """The link from note to period of care, which every looked after visit has."""
    columns = {
        "FACT_CLA_VISIT_ID": numbered(len(notes)),
        "FACT_CLA_ID": notes.period_id,
        "DIM_PERSON_ID": notes.child + FIRST_ID,
        "FACT_CASENOTE_ID": numbered(len(notes), first.casenote),
        "VISIT_DTTM": notes.day,
    }
    return source_table(columns, notes.created)


def pathway_plan_table(periods: Columns, children: Columns) -> SourceTable:
    """Pathway plans of young people in care at sixteen; they outlast care that ends at eighteen."""
    sixteenth_birthday = months_after(children.eighteenth_birthday[periods.child], -24)
    started = latest(periods.started, sixteenth_birthday) + PATHWAY_PLAN_DELAY
    plans = periods.with_columns(started=started, recorded=latest(periods.recorded, started))
    plans = plans.take(~is_short_break(periods) & (started < periods.ended))
    plans = plans.with_columns(
        ended=np.where(plans.is_at_eighteen, NEVER, plans.ended),
        is_mistaken=np.zeros(len(plans), dtype=bool),
    )
    return care_plan_table(plans, PATHWAY_PLAN, FIRST_ID)
