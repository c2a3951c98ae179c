"""Every timescale: the page to read with a practice lead.

Allowances are England's; an authority's file may set its own.
"""

from __future__ import annotations

from etl.calendar.allowance import Allowance
from etl.derive.rule import Clock, Rule, Stop

WORKING_TOGETHER = "Working Together to Safeguard Children"
CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"


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
    starts="the start of the assessment",
    stops="the manager authorises the assessment",
    steps=(working_days(45),),
    is_recurring=False,
    citation=WORKING_TOGETHER,
    clock=Clock(
        "single_assessment", "assessment_id", "started_date", unless=("is_draft", "is_cancelled")
    ),
    stop=Stop(
        "single_assessment", "assessment_id", "authorised_date", recorded="authorised_recorded_date"
    ),
)

INITIAL_CONFERENCE = Rule(
    timescale="initial_conference",
    title="Initial child protection conference held in time",
    subject_type="section_47_enquiry",
    starts="the strategy discussion that began the section 47 enquiry",
    stops="the initial conference is held",
    steps=(working_days(15),),
    is_recurring=False,
    citation=WORKING_TOGETHER,
    clock=Clock("section_47_enquiry", "enquiry_id", "started_date", only=("leads_to_conference",)),
    stop=Stop(
        "initial_conference",
        "enquiry_id",
        "held_date",
        meeting_id="meeting_id",
        unless=("is_transfer_in", "is_cancelled"),
    ),
)

CHILD_PROTECTION_REVIEW = Rule(
    timescale="child_protection_review",
    title="Child protection plan reviewed in time",
    subject_type="child_protection_plan",
    starts="the start of the plan, then of each review held",
    stops="a review conference is held",
    steps=(months(3), months(6)),
    is_recurring=True,
    citation=WORKING_TOGETHER,
    clock=Clock(
        "child_protection_plan", "plan_id", "started_date", "ended_date", unless=("is_temporary",)
    ),
    stop=Stop(
        "child_protection_review",
        "plan_id",
        "held_date",
        meeting_id="meeting_id",
        unless=("is_cancelled",),
    ),
)

CHILD_PROTECTION_VISIT = Rule(
    timescale="child_protection_visit",
    title="Child on a plan visited in time",
    subject_type="child_protection_plan",
    starts="the start of the plan, then of each visit",
    stops="the child is seen on a visit (before birth: a visit is made)",
    steps=(working_days(10),),
    is_recurring=True,
    citation="local standard; no national frequency exists",
    clock=Clock(
        "child_protection_plan", "plan_id", "started_date", "ended_date", unless=("is_temporary",)
    ),
    stop=Stop(
        "visit", "plan_id", "visited_date", recorded="recorded_date", only=("is_seen_or_unborn",)
    ),
)

LOOKED_AFTER_REVIEW = Rule(
    timescale="looked_after_review",
    title="Looked after child's case reviewed in time",
    subject_type="looked_after_period",
    starts="the start of the period of care, then of each review held",
    stops="a review is held",
    steps=(working_days(20), months(3), months(6)),
    is_recurring=True,
    citation=f"{CARE_PLANNING}, regulation 33",
    clock=Clock("looked_after_period", "looked_after_id", "started_date", "ended_date"),
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
    starts="the start of the placement, then of each visit",
    stops="the child is visited",
    steps=(weeks(1), weeks(6)),
    is_recurring=True,
    citation=f"{CARE_PLANNING}, regulation 28",
    clock=Clock("placement", "placement_id", "started_date", "ended_date"),
    stop=Stop("visit", "placement_id", "visited_date", recorded="recorded_date"),
)

RULES: tuple[Rule, ...] = (
    SINGLE_ASSESSMENT,
    INITIAL_CONFERENCE,
    CHILD_PROTECTION_REVIEW,
    CHILD_PROTECTION_VISIT,
    LOOKED_AFTER_REVIEW,
    LOOKED_AFTER_VISIT,
)
TIMESCALES: tuple[str, ...] = tuple(rule.timescale for rule in RULES)
