"""Health checks of looked after children: a first health assessment, then one a year, or every half
year under five; the dentist's in between. Each is booked first, and completed once made."""

from __future__ import annotations

import numpy as np

from etl.demo.dates import (
    NEVER,
    latest,
    months_after,
    working_day_on_or_before,
    working_days_after,
)
from etl.demo.draws import Bands, draw_days, happens, words
from etl.demo.placements import is_short_break
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

CHECKS_AT_MOST = 14
FIRST_MARGIN: Bands = ((0.85, -9, 0), (0.15, 1, 25))  # calendar days from the due date
LATER_MARGIN: Bands = ((0.9, -30, 0), (0.1, 1, 60))
BOOKED_BEFORE: Bands = ((1.0, 10, 40),)
ENTERED: Bands = ((0.85, 0, 5), (0.15, 6, 40))
BETWEEN_TEETH: Bands = ((1.0, 160, 260),)
TYPES = ("Initial Health Assessment", "Review Health Assessment", "Dental check")
STATUSES = ("Completed", "Booked")


def health_check_table(
    rng: np.random.Generator, periods: Columns, children: Columns, last_day: np.datetime64
) -> SourceTable:
    """Health checks in the order of their days; what is booked for after the child left care is
    never completed."""
    kept = periods.take(~is_short_break(periods))
    checks = stack([_assessments(rng, kept, children, last_day), _teeth(rng, kept, last_day)])
    checks = checks.take(np.lexsort((checks.kind, checks.child, checks.day)))
    size = len(checks)
    booked = latest(checks.known, checks.day - draw_days(rng, size, BOOKED_BEFORE))
    is_made = checks.is_in_care & happens(rng, size, 0.97)
    entered = latest(booked, checks.day + draw_days(rng, size, ENTERED))
    columns = {
        "FACT_HEALTH_CHECK_ID": numbered(size),
        "DIM_PERSON_ID": checks.child + FIRST_ID,
        "DIM_LOOKUP_EVENT_TYPE_DESC": words(checks.kind, TYPES),
        "START_DTTM": checks.day,
        "DIM_LOOKUP_EXAM_STATUS_DESC": words(np.zeros(size, dtype=np.int8), STATUSES),
    }
    is_booked = words(np.ones(size, dtype=np.int8), STATUSES)
    completed = np.where(is_made, entered, NEVER)
    return source_table(
        columns, booked, {"DIM_LOOKUP_EXAM_STATUS_DESC": Change(completed, is_booked)}
    )


def _assessments(
    rng: np.random.Generator, periods: Columns, children: Columns, last_day: np.datetime64
) -> Columns:
    period, previous, parts = np.arange(len(periods)), periods.started, []
    for number in range(CHECKS_AT_MOST):
        fifth_birthday = months_after(children.birth[periods.child[period]], 60)
        months = np.where(previous < fifth_birthday, 6, 12)
        due = working_days_after(previous, 20) if number == 0 else months_after(previous, months)
        margin = FIRST_MARGIN if number == 0 else LATER_MARGIN
        day = working_day_on_or_before(due + draw_days(rng, len(due), margin))
        day = latest(day, previous + 1)
        goes_on = (due <= last_day) & ~(due > periods.ended[period])
        period, day = period[goes_on], day[goes_on]
        parts.append(_checks(periods, period, day, kind=min(number, 1)))
        previous = day
    return stack(parts)


def _teeth(rng: np.random.Generator, periods: Columns, last_day: np.datetime64) -> Columns:
    period, day, parts = np.arange(len(periods)), periods.started, []
    for _ in range(CHECKS_AT_MOST):
        day = working_day_on_or_before(day + draw_days(rng, len(day), BETWEEN_TEETH))
        goes_on = (day <= last_day) & ~(day > periods.ended[period])
        period, day = period[goes_on], day[goes_on]
        parts.append(_checks(periods, period, day, kind=2))
    return stack(parts)


def _checks(periods: Columns, period: np.ndarray, day: np.ndarray, kind: int) -> Columns:
    return Columns(
        child=periods.child[period],
        day=day,
        known=periods.recorded[period],
        is_in_care=~(day > periods.ended[period]),
        kind=np.full(len(period), kind, dtype=np.int8),
    )
