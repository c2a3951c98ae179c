"""Section 47 enquiries, initial conferences and child protection plans.

Reviews and visits of the plans: `plan_oversight.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo import pathways, plan_oversight, population
from etl.demo.casenotes import casenote_table
from etl.demo.dates import NEVER, earliest, latest, working_days_after
from etl.demo.draws import draw_days, draw_option, happens, words, yes_or_no
from etl.demo.front_door import AT_ONCE, WITHIN_A_WEEK
from etl.demo.meetings import (
    CONFERENCE_MINUTES_DELAY,
    MeetingTables,
    Numbering,
    meeting_tables,
    with_cancelled,
)
from etl.demo.tables import (
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    numbered,
    shared_by_event,
    source_table,
)

NOT_LINKED = -1
CATEGORIES = ("Neglect", "Emotional Abuse", "Physical Abuse", "Sexual Abuse", "Multiple")
CATEGORY_SHARES = (0.50, 0.32, 0.09, 0.05, 0.04)


@dataclass(frozen=True)
class Protection:
    """The source tables of this module, and the meetings and notes in them."""

    enquiries: SourceTable
    conferences: SourceTable
    plans: SourceTable
    reviews: SourceTable
    casenotes: SourceTable
    visits: SourceTable
    conference_meetings: MeetingTables
    review_meetings: MeetingTables


def simulate_protection(
    rng: np.random.Generator,
    referrals: Columns,
    children: Columns,
    last_day: np.datetime64,
    first_form: int,
) -> Protection:
    """Everything from the strategy discussion to the end of the plan."""
    enquiries = draw_enquiries(rng, referrals)
    meetings, conferences = draw_conferences(rng, referrals, enquiries)
    first = Numbering(form=first_form)
    conference_meetings = meeting_tables("CPConference", meetings, conferences, first)
    plans = draw_plans(rng, referrals, meetings, conferences)
    review_meetings, reviews = plan_oversight.draw_reviews(rng, plans)
    review_first = Numbering(FIRST_ID + len(meetings), first_form + len(conferences))
    notes = plan_oversight.draw_visits(rng, plans, children, last_day)
    return Protection(
        enquiries=enquiry_table(rng, enquiries),
        conferences=conference_table(conferences, meetings),
        plans=plan_table(rng, plans),
        reviews=plan_oversight.review_table(reviews, review_meetings, review_first),
        casenotes=casenote_table(rng, notes, "STVC", FIRST_ID),
        visits=plan_oversight.visit_table(rng, notes),
        conference_meetings=conference_meetings,
        review_meetings=meeting_tables("CPReview", review_meetings, reviews, review_first),
    )


def draw_enquiries(rng: np.random.Generator, referrals: Columns) -> Columns:
    """One per child; where nothing came of it, not every sibling was the subject of one.

    The enquiry about a family that moved here was another council's, and is never recorded.
    """
    starts_in_time = referrals.enquiry_started < referrals.birthday
    every_sibling = referrals.pathway != pathways.ENQUIRY_ONLY
    rows = np.flatnonzero(starts_in_time & (every_sibling | happens(rng, len(referrals), 0.9)))
    chosen = referrals.take(rows)
    entry = shared_by_event(chosen.event, draw_days(rng, len(rows), AT_ONCE))
    recorded = latest(chosen.recorded, chosen.enquiry_started + entry)
    is_ours = chosen.pathway != pathways.TRANSFERRED_IN
    ended = earliest(chosen.enquiry_ended, chosen.closed)
    entry = shared_by_event(chosen.event, draw_days(rng, len(rows), AT_ONCE))
    return Columns(
        enquiry_id=numbered(len(rows)),
        referral=rows,
        referral_id=chosen.referral_id,
        child=chosen.child,
        started=chosen.enquiry_started,
        ended=ended,
        to_conference=every_sibling[rows],
        recorded=np.where(is_ours, recorded, NEVER),
        ended_recorded=latest(recorded, ended + entry),
    )


def enquiry_table(rng: np.random.Generator, enquiries: Columns) -> SourceTable:
    """Enquiries; the outcome is there once the enquiry is completed."""
    columns = {
        "FACT_S47_ID": enquiries.enquiry_id,
        "FACT_REFERRAL_ID": enquiries.referral_id,
        "DIM_PERSON_ID": enquiries.child + FIRST_ID,
        "START_DTTM": enquiries.started,
        "END_DTTM": enquiries.ended,
        "COMPLETED_BY_DEPT_ID": population.draw_team(rng, len(enquiries)),
        "OUTCOME_NFA_FLAG": yes_or_no(~enquiries.to_conference),
        "OUTCOME_CP_CONFERENCE_FLAG": yes_or_no(enquiries.to_conference),
    }
    later = ("END_DTTM", "OUTCOME_NFA_FLAG", "OUTCOME_CP_CONFERENCE_FLAG")
    changes = {name: Change(enquiries.ended_recorded) for name in later}
    return source_table(columns, enquiries.recorded, changes)


def draw_conferences(
    rng: np.random.Generator, referrals: Columns, enquiries: Columns
) -> tuple[Columns, Columns]:
    """Conferences as meetings of a family, and the children at them.

    Booked when the enquiry is written up; of transfers in that is not here, and their clock starts
    with the referral.
    """
    of_referral = np.full(len(referrals), NOT_LINKED)
    of_referral[enquiries.referral] = np.arange(len(enquiries))
    rows = np.flatnonzero(referrals.conference_held < referrals.birthday)
    invited = referrals.take(rows)
    enquiry = of_referral[rows]
    booked = np.where(enquiry >= 0, enquiries.ended_recorded[enquiry], invited.recorded)
    is_transfer = invited.pathway == pathways.TRANSFERRED_IN
    has_enquiry = (enquiry >= 0) & ~is_transfer
    _, first, meeting = np.unique(invited.event, return_index=True, return_inverse=True)
    held = invited.conference_held[first]
    delay = draw_days(rng, len(first), CONFERENCE_MINUTES_DELAY)
    meetings = Columns(
        booked=booked[first],
        held=held,
        minutes=latest(booked[first], held + delay),
        called_off=np.full(len(first), NEVER),
    )
    clock = np.where(has_enquiry, invited.enquiry_started, invited.referred)
    subjects = Columns(
        meeting=meeting,
        referral=rows,
        referral_id=invited.referral_id,
        child=invited.child,
        enquiry_id=np.where(has_enquiry, enquiries.enquiry_id[enquiry], NOT_LINKED),
        is_transfer=is_transfer,
        is_plan_made=~np.isnat(invited.plan_started),
        due=working_days_after(clock, 15),
    )
    return with_cancelled(rng, meetings, subjects)


def conference_table(conferences: Columns, meetings: Columns) -> SourceTable:
    """Children at initial conferences; one called off never has an outcome."""
    is_cancelled = ~np.isnat(meetings.called_off[conferences.meeting])
    minutes = np.where(is_cancelled, NEVER, meetings.minutes[conferences.meeting])
    columns = {
        "FACT_CP_CONFERENCE_ID": numbered(len(conferences)),
        "FACT_MEETING_ID": conferences.meeting + FIRST_ID,
        "FACT_S47_ID": conferences.enquiry_id,
        "FACT_REFERRAL_ID": conferences.referral_id,
        "DIM_PERSON_ID": conferences.child + FIRST_ID,
        "TRANSFER_IN_FLAG": yes_or_no(conferences.is_transfer),
        "DUE_DTTM": conferences.due,
        "OUTCOME_CP_FLAG": yes_or_no(conferences.is_plan_made),
        "OUTCOME_NFA_FLAG": yes_or_no(~conferences.is_plan_made),
    }
    changes = {name: Change(minutes) for name in ("OUTCOME_CP_FLAG", "OUTCOME_NFA_FLAG")}
    return source_table(columns, meetings.booked[conferences.meeting], changes)


def draw_plans(
    rng: np.random.Generator, referrals: Columns, meetings: Columns, conferences: Columns
) -> Columns:
    """Plans per child; a sibling's may end one review earlier, and all end at eighteen."""
    rows = np.flatnonzero(referrals.plan_started < referrals.birthday)
    chosen = referrals.take(rows)
    conference = np.full(len(referrals), NOT_LINKED)
    is_real = np.isnat(meetings.called_off[conferences.meeting])
    conference[conferences.referral[is_real]] = np.flatnonzero(is_real)
    conference = conference[rows]
    has_conference = conference >= 0
    leaves_early = happens(rng, len(rows), 0.1) & (chosen.review_count > 1)
    count = chosen.review_count - leaves_early
    ended = np.where(
        leaves_early, chosen.review_held[np.arange(len(rows)), count - 1], chosen.plan_ended
    )
    ended = earliest(ended, chosen.birthday)
    booked = meetings.booked[conferences.meeting[conference]]
    entry = shared_by_event(chosen.event, draw_days(rng, len(rows), AT_ONCE))
    recorded = latest(
        chosen.recorded, chosen.plan_started + entry, np.where(has_conference, booked, NEVER)
    )
    delay = shared_by_event(chosen.event, draw_days(rng, len(rows), WITHIN_A_WEEK))
    return chosen.with_columns(
        plan_id=numbered(len(rows)),
        conference_id=np.where(has_conference, conference + FIRST_ID, NOT_LINKED),
        started=chosen.plan_started,
        ended=ended,
        review_count=count,
        recorded=recorded,
        ended_recorded=latest(recorded, ended + delay),
    )


def plan_table(rng: np.random.Generator, plans: Columns) -> SourceTable:
    """Plans; the latest category of a few changes some months into the plan."""
    size = len(plans)
    initial = shared_by_event(plans.event, draw_option(rng, size, CATEGORY_SHARES))
    is_changed = happens(rng, size, 0.08) & (plans.started + 100 < plans.ended)
    changed = np.where(is_changed, plans.recorded + 100, plans.recorded)
    final = np.where(is_changed, (initial + 1) % len(CATEGORIES), initial)
    columns = {
        "FACT_CP_PLAN_ID": plans.plan_id,
        "FACT_REFERRAL_ID": plans.referral_id,
        "FACT_INITIAL_CP_CONFERENCE_ID": plans.conference_id,
        "DIM_PERSON_ID": plans.child + FIRST_ID,
        "START_DTTM": plans.started,
        "END_DTTM": plans.ended,
        "IS_OLA": yes_or_no(plans.pathway == pathways.TEMPORARY_PLAN),
        "INIT_CATEGORY_DESC": words(initial, CATEGORIES),
        "CP_CATEGORY_DESC": words(final, CATEGORIES),
    }
    changes = {
        "END_DTTM": Change(plans.ended_recorded),
        "CP_CATEGORY_DESC": Change(changed, words(initial, CATEGORIES)),
    }
    return source_table(columns, plans.recorded, changes)
