"""What becomes of a referral: the dates of one family's way from referral to closure.

One row is one referral of one family; its children share these dates. Everything is drawn to the
end, also beyond the extract: when it becomes visible is decided by when it is recorded.
"""

from __future__ import annotations

import numpy as np

from etl.demo.dates import (
    NEVER,
    latest,
    months_after,
    working_day_on_or_after,
    working_day_on_or_before,
    working_days_after,
)
from etl.demo.draws import Bands, draw_days, draw_option, happens
from etl.demo.tables import Columns

(
    NO_ASSESSMENT,
    ASSESSED_AND_CLOSED,
    CHILD_IN_NEED,
    ENQUIRY_ONLY,
    CONFERENCE_ONLY,
    ON_A_PLAN,
    TRANSFERRED_IN,
    TEMPORARY_PLAN,
) = range(8)
USUAL_SHARES = (0.08, 0.472, 0.210, 0.16, 0.006, 0.06, 0.006, 0.006)
HIGH_RISK_SHARES = (0.02, 0.207, 0.18, 0.25, 0.03, 0.30, 0.007, 0.006)

# Working days unless said otherwise. The statutory 45 days are kept by about 87 in 100.
ASSESSMENT_LENGTH: Bands = (
    (0.10, 3, 15),
    (0.40, 16, 35),
    (0.37, 36, 45),
    (0.09, 46, 60),
    (0.04, 61, 110),
)
ENQUIRY_DELAY: Bands = ((0.6, 0, 3), (0.4, 4, 30))
ENQUIRY_LENGTH: Bands = ((0.75, 5, 11), (0.22, 12, 15), (0.03, 16, 30))
CONFERENCE_DELAY: Bands = ((0.12, 8, 11), (0.74, 12, 15), (0.14, 16, 25))
REVIEW_MARGIN: Bands = ((0.93, -14, 0), (0.07, 1, 25))  # calendar days from the due date
REVIEWS_AT_MOST = 7
REVIEW_SHARES = (0.42, 0.31, 0.14, 0.06, 0.04, 0.03)  # the plan ends at its n-th review
MOVED_HERE_IN_TIME, MOVED_HERE_LATE = 4, 15  # of how many such families one moved here
CARE_LENGTH: Bands = (  # calendar days
    (0.28, 3, 60),
    (0.32, 61, 500),
    (0.22, 501, 1400),
    (0.18, 1401, 4500),
)


def draw_pathways(rng: np.random.Generator, referrals: Columns) -> Columns:
    """Adds the pathway and all its dates to referrals (`received`, `is_high_risk`)."""
    usual = draw_option(rng, len(referrals), USUAL_SHARES)
    high_risk = draw_option(rng, len(referrals), HIGH_RISK_SHARES)
    pathway = np.where(referrals.is_high_risk, high_risk, usual)
    delay = draw_days(rng, len(referrals), ((0.85, 0, 0), (0.15, 1, 2)))
    next_days = working_days_after(referrals.received, delay)
    referred = np.where(delay > 0, next_days, referrals.received)
    path = referrals.with_columns(pathway=pathway, referred=referred)
    for draw in (_draw_assessments, _draw_enquiries, _draw_plans, _draw_closures):
        path = draw(rng, path)
    return path


def only_where(condition: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The days where the condition holds, missing elsewhere."""
    return np.where(condition, days, NEVER)


def _draw_assessments(rng: np.random.Generator, path: Columns) -> Columns:
    delay = draw_days(rng, len(path), ((0.8, 0, 0), (0.2, 1, 3)))
    is_assessed = path.pathway != NO_ASSESSMENT
    started = only_where(is_assessed, working_day_on_or_after(path.referred + delay))
    length = draw_days(rng, len(path), ASSESSMENT_LENGTH)
    return path.with_columns(
        assessment_started=started, authorised=working_days_after(started, length)
    )


def _draw_enquiries(rng: np.random.Generator, path: Columns) -> Columns:
    has_enquiry = (path.pathway >= ENQUIRY_ONLY) & (path.pathway <= ON_A_PLAN)
    delay = draw_days(rng, len(path), ENQUIRY_DELAY)
    started = only_where(has_enquiry, working_days_after(path.referred, delay))
    ended = working_days_after(started, draw_days(rng, len(path), ENQUIRY_LENGTH))
    after_enquiry = (path.pathway == CONFERENCE_ONLY) | (path.pathway == ON_A_PLAN)
    held = working_days_after(started, draw_days(rng, len(path), CONFERENCE_DELAY))
    held = only_where(after_enquiry, np.maximum(held, ended))
    transfer = working_days_after(path.referred, draw_days(rng, len(path), ((1.0, 5, 14),)))
    held = np.where(path.pathway == TRANSFERRED_IN, transfer, held)
    return path.with_columns(enquiry_started=started, enquiry_ended=ended, conference_held=held)


def _draw_plans(rng: np.random.Generator, path: Columns) -> Columns:
    """A plan ends at a review: the drawn one, or the first after the child came into care."""
    size = len(path)
    is_temporary = path.pathway == TEMPORARY_PLAN
    has_reviews = (path.pathway == ON_A_PLAN) | (path.pathway == TRANSFERRED_IN)
    started = only_where(has_reviews, path.conference_held)
    due, held = draw_review_chain(rng, started)
    into_care = started + draw_days(rng, size, ((1.0, 30, 200),))
    into_care = only_where(happens(rng, size, 0.12), into_care)
    from_need = (path.pathway == CHILD_IN_NEED) & happens(rng, size, 0.03)
    from_need = only_where(from_need, path.referred + draw_days(rng, size, ((1.0, 5, 150),)))
    into_care = latest(into_care, from_need)
    reviews = 1 + draw_option(rng, size, REVIEW_SHARES)
    until_care = 1 + (held < into_care[:, None]).sum(axis=1)
    reviews = np.where(np.isnat(into_care), reviews, np.minimum(reviews, until_care))
    ended = held[np.arange(size), reviews - 1]
    temporary_end = path.referred + draw_days(rng, size, ((1.0, 20, 80),))
    return path.with_columns(
        plan_started=np.where(is_temporary, path.referred, started),
        plan_ended=np.where(is_temporary, temporary_end, ended),
        review_count=np.where(has_reviews, reviews, 0),
        review_due=due,
        review_held=held,
        care_started=into_care,
        care_ended=into_care + draw_days(rng, size, CARE_LENGTH),
    )


def draw_review_chain(
    rng: np.random.Generator, started: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Due and held dates of a plan's reviews: three months after the start, then every six."""
    due, held = [], []
    previous = started
    for number in range(REVIEWS_AT_MOST):
        due.append(months_after(previous, 3 if number == 0 else 6))
        margin = draw_days(rng, len(started), REVIEW_MARGIN)
        previous = working_day_on_or_before(due[-1] + margin)
        held.append(previous)
    return np.stack(due, axis=1), np.stack(held, axis=1)


def _draw_closures(rng: np.random.Generator, path: Columns) -> Columns:
    """Closed after everything else; support may go on for months after assessment or enquiry."""
    size = len(path)
    last = latest(
        path.referred, path.authorised, path.enquiry_ended, path.conference_held, path.plan_ended,
        path.care_ended,
    )  # fmt: skip
    support = 20 + (rng.exponential(150, size)).astype(np.int64)
    quick = draw_days(rng, size, ((1.0, 1, 20),))
    step_down = draw_days(rng, size, ((1.0, 40, 180),))
    enquiry_only = np.where(happens(rng, size, 0.5), support, quick)
    by_pathway = np.select(
        [path.pathway == which for which in range(8)],
        [quick, quick, support, enquiry_only, support, step_down, step_down, quick],
    )
    return path.with_columns(closed=last + by_pathway)


def move_some_here(path: Columns) -> Columns:
    """Some families on a plan turn out to have moved here with it: transfers in.

    One in so many of those whose conference was held within 15 working days of the referral, or
    late, so that a small council has some too. All dates stay, but their enquiry was another
    council's: it is not recorded here.
    """
    is_on_plan = path.is_referral & (path.pathway == ON_A_PLAN)
    in_time = path.conference_held <= working_days_after(path.referred, 15)
    not_long_after = path.conference_held <= working_days_after(path.referred, 25)
    moved = _every_so_many(is_on_plan & in_time, MOVED_HERE_IN_TIME)
    moved |= _every_so_many(is_on_plan & ~in_time & not_long_after, MOVED_HERE_LATE)
    return path.with_columns(pathway=np.where(moved, TRANSFERRED_IN, path.pathway))


def _every_so_many(flags: np.ndarray, interval: int) -> np.ndarray:
    """The first row that is flagged, and every so many flagged ones from there on."""
    return flags & (np.cumsum(flags) % interval == 1)
