"""Looked after children: their periods of care; `simulate_care` puts all about them together.

Short breaks (V3, V4) are periods here as in the case system; only the table of legal statuses
tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo import care_oversight, population
from etl.demo import placements as placing
from etl.demo.casenotes import casenote_table
from etl.demo.dates import (
    earliest,
    latest,
)
from etl.demo.draws import draw_days, draw_option, happens
from etl.demo.front_door import AT_ONCE, WITHIN_A_WEEK
from etl.demo.meetings import (
    MeetingTables,
    Numbering,
    meeting_tables,
)
from etl.demo.pathways import CARE_LENGTH
from etl.demo.placements import AT_EIGHTEEN, BREAKS_AGREED, EACH_BREAK, END_CODES
from etl.demo.tables import (
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    numbered,
    source_table,
    stack,
)

NO_REFERRAL = -1
LEAVE_CARE_DAYS = 30  # nobody comes into care in the last month before eighteen

FIRST_STATUS_SHARES = (0.40, 0.03, 0.0, 0.49, 0.06, 0.02)  # of STATUSES
END_SHARES = (0.52, 0.20, 0.12, 0.06, 0.10)

BREAKS_AT_MOST = 6


@dataclass(frozen=True)
class Care:
    """The source tables of this module, and the meetings and notes in them. drawn: the periods of
    care as they were drawn, to their end."""

    drawn: Columns
    periods: SourceTable
    episodes: SourceTable
    placements: SourceTable
    legal_statuses: SourceTable
    pathway_plans: SourceTable
    reviews: SourceTable
    casenotes: SourceTable
    visits: SourceTable
    review_meetings: MeetingTables


def simulate_care(
    rng: np.random.Generator,
    families: Columns,
    children: Columns,
    referrals: Columns,
    first_day: np.datetime64,
    last_day: np.datetime64,
    first: Numbering,
) -> Care:
    """Everything from coming into care to leaving it."""
    periods = draw_periods(rng, families, children, referrals, first_day, last_day)
    placements = placing.draw_placements(rng, periods, last_day)
    statuses = placing.draw_statuses(rng, periods)
    meetings, reviews = care_oversight.draw_reviews(rng, periods, last_day)
    visits = care_oversight.draw_visits(rng, periods, placements, last_day)
    episodes = placing.episode_table(rng, periods, placements, statuses)
    placements = placing.with_types(rng, placements)
    notes = care_oversight.with_fewer_visits(visits, placements)
    return Care(
        drawn=periods,
        periods=period_table(periods),
        episodes=episodes,
        placements=placing.placement_table(rng, periods, placements),
        legal_statuses=placing.status_table(periods, statuses),
        pathway_plans=care_oversight.pathway_plan_table(periods, children),
        reviews=care_oversight.review_table(periods, reviews, meetings, first),
        casenotes=casenote_table(rng, notes, "STVL", first.casenote),
        visits=care_oversight.visit_table(notes, first),
        review_meetings=meeting_tables("LACReview", meetings, reviews, first),
    )


def draw_periods(
    rng: np.random.Generator,
    families: Columns,
    children: Columns,
    referrals: Columns,
    first_day: np.datetime64,
    last_day: np.datetime64,
) -> Columns:
    """Periods of care in order of child and start; what ended before the history is left out."""
    first_periods = _periods_of_families(rng, families, children)
    parts = [
        first_periods,
        _second_periods(rng, first_periods, children),
        _periods_after_referrals(rng, referrals, children),
        _short_breaks(rng, families, children),
    ]
    periods = stack(parts)
    birthday = children.eighteenth_birthday[periods.child]
    ended = earliest(periods.ended, birthday)
    is_young = periods.started < birthday - LEAVE_CARE_DAYS
    keep = is_young & (ended >= first_day) & (periods.started <= last_day)
    periods = periods.with_columns(ended=ended, is_at_eighteen=ended == birthday).take(keep)
    periods = periods.take(np.lexsort((periods.started, periods.child)))
    recorded = latest(periods.known, periods.started + draw_days(rng, len(periods), AT_ONCE))
    delay = draw_days(rng, len(periods), WITHIN_A_WEEK)
    return periods.with_columns(
        period_id=numbered(len(periods)),
        recorded=recorded,
        ended_recorded=latest(recorded, periods.ended + delay),
        end_code=_draw_end_codes(rng, periods),
    )


def _period_columns(
    child: np.ndarray, started: np.ndarray, ended: np.ndarray, status: np.ndarray
) -> Columns:
    return Columns(
        child=child,
        referral_id=np.full(len(child), NO_REFERRAL),
        started=started,
        ended=ended,
        known=started,
        status=status,
    )


def _periods_of_families(rng: np.random.Generator, families: Columns, children: Columns) -> Columns:
    """Siblings come into care on one day; one in five leaves on a day of its own."""
    child = np.flatnonzero(families.kind[children.family] == population.LOOKED_AFTER)
    family = children.family[child]
    own = draw_days(rng, len(child), CARE_LENGTH)
    shared = draw_days(rng, len(families), CARE_LENGTH)[family]
    length = np.where(happens(rng, len(child), 0.2), own, shared)
    started = children.first_known[child]
    status = draw_option(rng, len(families), FIRST_STATUS_SHARES)[family]
    return _period_columns(child, started, started + length, status)


def _second_periods(rng: np.random.Generator, first: Columns, children: Columns) -> Columns:
    went_home = first.ended < children.eighteenth_birthday[first.child] - 400
    again = first.take(went_home & happens(rng, len(first), 0.15))
    started = again.ended + draw_days(rng, len(again), ((1.0, 20, 350),))
    length = draw_days(rng, len(again), CARE_LENGTH)
    status = draw_option(rng, len(again), FIRST_STATUS_SHARES)
    return _period_columns(again.child, started, started + length, status)


def _periods_after_referrals(
    rng: np.random.Generator, referrals: Columns, children: Columns
) -> Columns:
    """Children whose referral led into care; a child not yet known to be born stays out."""
    is_born = children.birth_recorded[referrals.child] <= referrals.care_started
    chosen = referrals.take(is_born & happens(rng, len(referrals), 0.85))
    status = draw_option(rng, len(chosen), FIRST_STATUS_SHARES)
    periods = _period_columns(chosen.child, chosen.care_started, chosen.care_ended, status)
    return periods.with_columns(
        referral_id=chosen.referral_id, known=latest(chosen.recorded, chosen.care_started)
    )


def _short_breaks(rng: np.random.Generator, families: Columns, children: Columns) -> Columns:
    """Half have an agreement recorded as one long period, half have each weekend recorded."""
    child = np.flatnonzero(families.kind[children.family] == population.SHORT_BREAK)
    is_agreement = happens(rng, len(child), 0.5)
    agreed, weekends = child[is_agreement], child[~is_agreement]
    started = children.first_known[agreed]
    ended = started + draw_days(rng, len(agreed), ((1.0, 120, 500),))
    parts = [_period_columns(agreed, started, ended, np.full(len(agreed), BREAKS_AGREED))]
    started = children.first_known[weekends]
    for _ in range(BREAKS_AT_MOST):
        ended = started + draw_days(rng, len(weekends), ((1.0, 2, 4),))
        status = np.full(len(weekends), EACH_BREAK)
        parts.append(_period_columns(weekends, started, ended, status))
        started = started + 28
    return stack(parts)


def _draw_end_codes(rng: np.random.Generator, periods: Columns) -> np.ndarray:
    """At eighteen there is one way to leave; adoption (E12) only after some months."""
    code = draw_option(rng, len(periods), END_SHARES)
    is_quick = periods.ended - periods.started < np.timedelta64(300, "D")
    code = np.where(is_quick & (code == END_CODES.index("E12")), 0, code)
    return np.where(periods.is_at_eighteen, AT_EIGHTEEN, code)


def period_table(periods: Columns) -> SourceTable:
    """Periods of care: they hold no end, that is the last episode's."""
    columns = {
        "FACT_CLA_ID": periods.period_id,
        "FACT_REFERRAL_ID": periods.referral_id,
        "DIM_PERSON_ID": periods.child + FIRST_ID,
        "START_DTTM": periods.started,
        "LAST_UPDATED_DTTM": periods.ended_recorded,
    }
    first_saved = source_table({"saved": periods.recorded}, periods.recorded).columns["saved"]
    changes = {"LAST_UPDATED_DTTM": Change(periods.ended_recorded, first_saved)}
    return source_table(columns, periods.recorded, changes)
