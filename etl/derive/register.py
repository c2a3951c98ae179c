"""Every timescale: the page to read with a practice lead.

Allowances are England's, or a usual default where England sets none; an authority's file may set
its own. What counts the same for every rule: the start is day 0, the due day itself is in time, no
due date is moved off a weekend or holiday, a child with two records merged is owed things under the
one that goes on alone, what is of another child counts for nobody, a child who has died is owed
nothing after that day, several visits, reviews or conferences of one record on one day are one. For
clocks that repeat: an event on the first day stops nothing, one on the last day counts and ends the
chain.
"""

from __future__ import annotations

from datetime import date

from etl.calendar.allowance import Allowance
from etl.contracts.hand_overs import EventRows
from etl.contracts.register import BY_NAME
from etl.derive.care import CLOSER_VISITS
from etl.derive.facts import CONFERENCES
from etl.derive.health import ASSESSED_PERIODS, HEALTH_ASSESSMENTS, UNDER_FIVE
from etl.derive.need import SPELLS
from etl.derive.rule import Clock, Closer, Later, LeftOut, Rule, Stop

WORKING_TOGETHER = "Working Together to Safeguard Children"
# In force since 15 April 2013, when single assessments took the place of initial and core ones.
SINGLE_ASSESSMENTS_SINCE = date(2013, 4, 15)
CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"
CARE_PLANNING_SINCE = date(2011, 4, 1)


def working_days(count: int) -> Allowance:
    return Allowance(count, "working days")


def weeks(count: int) -> Allowance:
    return Allowance(count, "weeks")


def months(count: int) -> Allowance:
    return Allowance(count, "months")


SINGLE_ASSESSMENT = Rule(
    timescale="single_assessment",
    title="Single assessment completed in time",
    subject_type="single_assessment",
    counted="an assessment of a child",
    starts="the start of the assessment",
    stops="the manager authorises the assessment",
    qualifies="Every assessment that is neither a draft nor cancelled. The worker's own completion "
    "stops no clock. An assessment that is opened again is open, from its first start, until it is "
    "authorised again.",
    steps=(working_days(45),),
    citation=f"{WORKING_TOGETHER}; from the assessment's start, as the national statistics count",
    is_statutory=True,
    effective_from=SINGLE_ASSESSMENTS_SINCE,
    clock=Clock(
        "single_assessment", "assessment_id", "started_date", unless=("is_draft", "is_cancelled")
    ),
    stop=Stop(
        "single_assessment", "assessment_id", "authorised_date", recorded="authorised_recorded_date"
    ),
)

SINGLE_ASSESSMENT_FROM_REFERRAL = Rule(
    timescale="single_assessment_from_referral",
    title="Single assessment completed in time from the referral",
    subject_type="referral",
    counted="a referral of a child that led to an assessment",
    starts="the day the referral was received",
    stops="the manager authorises the first single assessment",
    qualifies="Every referral that an assessment of the same child names, the assessment being "
    "neither a draft nor cancelled. The first assessment authorised meets it; each later one is "
    "judged from its own start alone. Closing the referral ends nothing.",
    steps=(working_days(45),),
    citation=f"{WORKING_TOGETHER}; from the point of referral, as the guidance counts",
    is_statutory=True,
    effective_from=SINGLE_ASSESSMENTS_SINCE,
    clock=Clock("referral", "referral_id", "received_date", only=("leads_to_assessment",)),
    stop=Stop(
        "single_assessment",
        "referral_id",
        "authorised_date",
        recorded="authorised_recorded_date",
        unless=("is_draft", "is_cancelled"),
    ),
)

INITIAL_CONFERENCE = Rule(
    timescale="initial_conference",
    title="Initial child protection conference held in time",
    subject_type="section_47_enquiry",
    counted="a section 47 enquiry about a child that is to go, or went, to conference",
    starts="the strategy discussion that began the section 47 enquiry",
    stops="the initial conference is held",
    qualifies="Every enquiry whose outcome is an initial conference, or from which one was held. "
    "The first conference held counts; transfers in and cancelled ones never. An enquiry whose "
    "outcome is a conference and that has none of its own is met by the first that was held of the "
    "child on or after its start and within three months of it, under another enquiry or none.",
    steps=(working_days(15),),
    citation=WORKING_TOGETHER,
    is_statutory=True,
    clock=Clock("section_47_enquiry", "enquiry_id", "started_date", only=("leads_to_conference",)),
    stop=Stop(
        "initial_conference",
        "enquiry_id",
        "held_date",
        meeting_id="meeting_id",
        unless=("is_transfer_in", "is_cancelled"),
        events=CONFERENCES,
    ),
)

TRANSFER_IN_CONFERENCE = Rule(
    timescale="transfer_in_conference",
    title="Transfer-in child protection conference held in time",
    subject_type="referral",
    counted="a referral of a child on another authority's plan",
    starts="the day the referral was received from the authority that holds the plan",
    stops="the transfer-in conference is held",
    qualifies="Every referral whose outcome is a transfer in, or for which a transfer-in "
    "conference is recorded, held or not. Cancelled ones never count, nor do any dated before the "
    "referral; one on the day the referral "
    "is closed does, later ones do not. Of a referral closed without one nothing more is owed if "
    "that was by the due day; otherwise it was not done.",
    steps=(working_days(15),),
    citation="local safeguarding procedures: 15 working days from the other authority's "
    "notification",
    is_statutory=False,
    clock=Clock(
        "referral", "referral_id", "received_date", "closed_date", only=("leads_to_transfer_in",)
    ),
    stop=Stop(
        "initial_conference",
        "referral_id",
        "held_date",
        meeting_id="meeting_id",
        only=("is_transfer_in",),
        unless=("is_cancelled",),
    ),
)

CHILD_PROTECTION_REVIEW = Rule(
    timescale="child_protection_review",
    title="Child protection plan reviewed in time",
    subject_type="child_protection_plan",
    counted="a plan of a child",
    starts="the start of the plan",
    restarts="review held",
    stops="a review conference is held",
    qualifies="Every plan but the temporary ones held for other authorities. A cancelled review "
    "stops no clock, nor does one whose form says that it was not quorate (of several forms that "
    "disagree, yes wins); the review that ends the plan counts.",
    steps=(months(3), months(6)),
    citation=WORKING_TOGETHER,
    is_statutory=True,
    clock=Clock(
        "child_protection_plan", "plan_id", "started_date", "ended_date", unless=("is_temporary",)
    ),
    stop=Stop(
        "child_protection_review",
        "plan_id",
        "held_date",
        meeting_id="meeting_id",
        unless=("is_cancelled", "is_inquorate"),
    ),
)

CHILD_PROTECTION_VISIT = Rule(
    timescale="child_protection_visit",
    title="Child on a protection plan visited in time",
    subject_type="child_protection_plan",
    counted="a plan of a child",
    starts="the start of the plan",
    restarts="such visit",
    stops="the child is seen on a visit",
    qualifies="Every plan but the temporary ones held for other authorities. Visits recorded as "
    "child protection visits count, where it is recorded that the child was seen; before the day "
    "of birth, any of them.",
    steps=(working_days(10),),
    citation="no national frequency exists; authorities set their own",
    is_statutory=False,
    clock=Clock(
        "child_protection_plan", "plan_id", "started_date", "ended_date", unless=("is_temporary",)
    ),
    stop=Stop(
        "visit", "plan_id", "visited_date", recorded="recorded_date", only=("is_seen_or_unborn",)
    ),
)

CHILD_IN_NEED_VISIT = Rule(
    timescale="child_in_need_visit",
    title="Child in need visited in time",
    subject_type="child_in_need_plan",
    counted="a child in need plan of a child",
    starts="the start of the plan",
    restarts="visit",
    stops="the child is visited",
    qualifies="Every child in need plan that is not cancelled. Visits recorded as child in need "
    "visits count from the plan's second day to its last, whether or not the child was seen, or "
    "born; child protection and looked after visits do not. While the child is on a child "
    "protection plan or looked after, its first and last day included, visits are owed under that "
    "alone; the clock of a child in need plan still open then starts anew on the day after.",
    steps=(working_days(20),),
    citation="no national frequency exists; authorities set their own",
    is_statutory=False,
    clock=Clock(
        "child_in_need_plan",
        "child_in_need_plan_id",
        "started_date",
        "closed_date",
        unless=("is_cancelled",),
        spells=SPELLS,
    ),
    stop=Stop("visit", "child_in_need_plan_id", "visited_date", recorded="recorded_date"),
)  # fmt: skip

LOOKED_AFTER_REVIEW = Rule(
    timescale="looked_after_review",
    title="Looked after child's case reviewed in time",
    subject_type="looked_after_period",
    counted="a period of care of a child",
    starts="the start of the period of care",
    restarts="review held",
    stops="a review is held",
    qualifies="Every period of care that is no series of short breaks; a move to another "
    "placement changes nothing. A cancelled review stops no clock.",
    steps=(working_days(20), months(3), months(6)),
    citation=f"{CARE_PLANNING}, regulation 33",
    is_statutory=True,
    effective_from=CARE_PLANNING_SINCE,
    clock=Clock(
        "looked_after_period",
        "looked_after_id",
        "started_date",
        "ended_date",
        unless=("is_short_break",),
    ),
    stop=Stop(
        "looked_after_review",
        "looked_after_id",
        "held_date",
        meeting_id="meeting_id",
        unless=("is_cancelled",),
    ),
)

LOOKED_AFTER_VISIT = Rule(
    timescale="looked_after_visit",
    title="Looked after child visited in time",
    subject_type="placement",
    counted="a placement of a child",
    starts="the start of the placement",
    restarts="visit",
    stops="the child is visited",
    qualifies="Every placement outside short breaks: a move starts the clock, and the first year, "
    "anew, and a visit on the day of a move counts for the placement left. Visits count whether or "
    "not the child was seen. A placement ends at the latest when its period of care does. Meant to "
    "last until the child is 18 are placements in long-term fostering (codes U1 and U4). Closer "
    "visits are owed to a child placed with parents (P1) while the legal status is an interim "
    "care order (C1); those that regulation 28 asks for elsewhere, with connected persons approved "
    "for a time or where a child cannot be placed otherwise, are not told apart: the source does "
    "not say enough.",
    steps=(weeks(1), weeks(6)),
    later=Later(
        only="is_long_term",
        after=months(12),
        allowance=months(3),
        words="a visit made when a placement meant to last until the child is 18 has lasted",
    ),
    closer=Closer(
        CLOSER_VISITS,
        (weeks(1), weeks(4)),
        (
            "each visit to a child with parents under an interim care order until the first review",
            "each such visit from that review on",
        ),
        flag="is_reviewed",
    ),
    citation=f"{CARE_PLANNING}, regulation 28",
    is_statutory=True,
    effective_from=CARE_PLANNING_SINCE,
    clock=Clock(
        "placement", "placement_id", "started_date", "closed_date", unless=("is_short_break",)
    ),
    stop=Stop("visit", "placement_id", "visited_date", recorded="recorded_date"),
)

INITIAL_HEALTH_ASSESSMENT = Rule(
    timescale="initial_health_assessment",
    title="Looked after child's health assessed in time",
    subject_type="looked_after_period",
    counted="a period of care of a child",
    starts="the start of the period of care",
    stops="the first health assessment is made",
    qualifies="Every period of care that is no series of short breaks. Health assessments that the "
    "record calls completed count, from the period's first day to its last; the dentist's, the "
    "optician's and other checks do not. Which types are health assessments, a council's own list "
    "says. Of a period that ends without one nothing more is owed.",
    steps=(working_days(20),),
    citation=f"{CARE_PLANNING}, regulation 7",
    is_statutory=True,
    effective_from=CARE_PLANNING_SINCE,
    is_met_unseen=True,
    clock=Clock(
        "looked_after_period",
        "looked_after_id",
        "started_date",
        "ended_date",
        unless=("is_short_break",),
    ),
    stop=Stop(
        "health_check",
        "looked_after_id",
        "checked_date",
        only=("is_health_assessment",),
        events=HEALTH_ASSESSMENTS,
    ),
)

REVIEW_HEALTH_ASSESSMENT = Rule(
    timescale="review_health_assessment",
    title="Looked after child's health reviewed in time",
    subject_type="looked_after_period",
    counted="a period of care of a child whose health was assessed in it",
    starts="the first health assessment in the period of care",
    restarts="health assessment",
    stops="a health assessment is made",
    qualifies="Every period of care, no series of short breaks, from the first completed health "
    "assessment in it, on its first day too, unless that is its last. What counts as one is as for "
    "the first. Where no birth date is known the child is taken for one of five or older.",
    steps=(months(12),),
    closer=Closer(
        UNDER_FIVE,
        (months(6),),
        ("each health assessment made before the child's fifth birthday",),
        from_the_first=True,
    ),
    citation=f"{CARE_PLANNING}, regulation 7",
    is_statutory=True,
    effective_from=CARE_PLANNING_SINCE,
    clock=Clock(
        "looked_after_period",
        "looked_after_id",
        "started_date",
        "ended_date",
        unless=("is_short_break",),
        spells=ASSESSED_PERIODS,
    ),
    stop=Stop(
        "health_check",
        "looked_after_id",
        "checked_date",
        only=("is_health_assessment",),
        events=HEALTH_ASSESSMENTS,
    ),
)

RULES: tuple[Rule, ...] = (
    SINGLE_ASSESSMENT,
    SINGLE_ASSESSMENT_FROM_REFERRAL,
    INITIAL_CONFERENCE,
    TRANSFER_IN_CONFERENCE,
    CHILD_PROTECTION_REVIEW,
    CHILD_PROTECTION_VISIT,
    CHILD_IN_NEED_VISIT,
    LOOKED_AFTER_REVIEW,
    LOOKED_AFTER_VISIT,
    INITIAL_HEALTH_ASSESSMENT,
    REVIEW_HEALTH_ASSESSMENT,
)

NOT_DERIVED: tuple[LeftOut, ...] = (
    LeftOut(
        "contact_decision",
        "a decision within 1 working day of a contact",
        "contacts carry their outcomes but no date of the decision",
    ),
    LeftOut(
        "core_group",
        "a first core group within 10 working days of the initial conference, then by local "
        "standard",
        "no table of core groups is known, nor the type under which meetings hold them",
    ),
    LeftOut(
        "return_interview",
        "an interview within 72 hours of the return from a missing episode",
        "missing episodes say whether an interview was offered and accepted, not when it was held",
    ),
)
# By name, whether each event starts the next clock.
TIMESCALES: dict[str, bool] = {rule.timescale: rule.is_recurring for rule in RULES}


def events() -> dict[str, EventRows]:
    """By timescale, the rows that meet it: for those who know when the warehouse had each."""
    return {rule.timescale: _event_rows(rule.stop) for rule in RULES}


def _event_rows(stop: Stop) -> EventRows:
    contract = BY_NAME[stop.table]
    return {
        "table": _fact(stop.table),
        "subject": stop.subject_id,
        "day": stop.date,
        "id": contract.key[0],
        "only": [name for name in stop.only if contract.column(name).stored],
        "unless": [name for name in stop.unless if contract.column(name).stored],
    }


def records() -> dict[str, tuple[str, str, str, str | None, str, str, str]]:
    """By timescale, the fact table of its subject, the columns of its id and of the days on which
    its clock starts and ends, then the fact table of what meets it, the columns of its subject and
    day."""
    return {
        rule.timescale: (
            _fact(rule.clock.table), rule.clock.subject_id, rule.clock.starts, rule.clock.ends,
            _fact(rule.stop.table), rule.stop.subject_id, rule.stop.date,
        )
        for rule in RULES
    }  # fmt: skip


def _fact(table: str) -> str:
    """The table of the star, by its name between steps."""
    return str(BY_NAME[table].warehouse)
