"""Where in each table faults can lie."""

from __future__ import annotations

from dataclasses import dataclass

CHILD = "DIM_PERSON_ID"
REFERRAL, PLAN = "FACT_REFERRAL_ID", "FACT_CP_PLAN_ID"


@dataclass(frozen=True)
class Target:
    """The columns of a table in which faults can lie; empty: it has none to spoil."""

    row_id: str = ""
    start: str = ""
    end: str = ""
    parent: str = ""
    child: str = CHILD
    altered: str = ""  # what differs between two rows with one id; else the start


TARGETS = {
    "DIM_PERSON": Target(CHILD, "BIRTH_DTTM", child=""),
    "DIM_PERSON_ADDRESS": Target("DIM_PERSON_ADDRESS_ID", "START_DTTM"),
    "FACT_CAF_EPISODE": Target("FACT_CAF_EPISODE_ID", "EPISODE_START_DTTM", "EPISODE_END_DTTM"),
    "FACT_CONTACTS": Target("FACT_CONTACT_ID", "CONTACT_DTTM"),
    "FACT_REFERRALS": Target("FACT_REFERRAL_ID", "REFRL_START_DTTM", "REFRL_END_DTTM"),
    "FACT_SINGLE_ASSESSMENT": Target("FACT_SINGLE_ASSESSMENT_ID", "START_DTTM", parent=REFERRAL),
    "FACT_S47": Target("FACT_S47_ID", "START_DTTM", "END_DTTM", REFERRAL),
    "FACT_CP_CONFERENCE": Target(
        "FACT_CP_CONFERENCE_ID", parent=REFERRAL, altered="TRANSFER_IN_FLAG"
    ),
    "FACT_CP_PLAN": Target("FACT_CP_PLAN_ID", "START_DTTM", "END_DTTM", REFERRAL),
    "FACT_CP_REVIEW": Target("FACT_CP_REVIEW_ID", "MEETING_DTTM", parent=PLAN),
    "FACT_CP_VISIT": Target("FACT_CP_VISIT_ID", "VISIT_DTTM", parent=PLAN),
    "FACT_CARE_PLAN_SUMMARY": Target(
        "FACT_CARE_PLAN_SUMMARY_ID", "START_DTTM", "END_DTTM", REFERRAL
    ),
    "FACT_CASENOTES": Target("FACT_CASENOTE_ID", "EVENT_DTTM"),
    "FACT_CLA": Target("FACT_CLA_ID", "START_DTTM"),
    "FACT_CARE_EPISODES": Target("FACT_CARE_EPISODES_ID", "CARE_START_DATE", "CARE_END_DATE"),
    "FACT_CLA_PLACEMENT": Target("FACT_CLA_PLACEMENT_ID", "START_DTTM", "END_DTTM"),
    "FACT_CLA_REVIEW": Target("FACT_CLA_REVIEW_ID", "MEETING_DTTM"),
    "FACT_CLA_VISIT": Target("FACT_CLA_VISIT_ID", "VISIT_DTTM"),
    "FACT_LEGAL_STATUS": Target("FACT_LEGAL_STATUS_ID", "START_DTTM", "END_DTTM"),
    "FACT_INVOLVEMENTS": Target("FACT_INVOLVEMENTS_ID", "START_DTTM", "END_DTTM"),
    "FACT_HEALTH_CHECK": Target("FACT_HEALTH_CHECK_ID", "START_DTTM"),
    "FACT_MISSING_PERSON": Target("FACT_MISSING_PERSON_ID", "START_DTTM", "END_DTTM"),
    "FACT_DISABILITY": Target("FACT_DISABILITY_ID", "START_DTTM"),
    "DIM_CLA_ELIGIBILITY": Target("DIM_CLA_ELIGIBILITY_ID"),
    "FACT_CLA_CARE_LEAVERS": Target("FACT_CLA_CARE_LEAVERS_ID", "IN_TOUCH_DTTM"),
    "FACT_MEETINGS": Target("FACT_MEETING_ID", "ACTUAL_DTTM", child="", altered="CANCELLED"),
    "FACT_MEETING_SUBJECTS": Target(),
    "FACT_FORM_ANSWERS": Target("", "ANSWER", child=""),
}
HELD_DATES = {"FACT_CP_REVIEW", "FACT_CLA_REVIEW", "FACT_MEETINGS"}  # may be empty in good rows
