"""The source tables that the reference calculation reads, and our words for their columns."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """One source table: its known columns, with our word for each column that is used.

    `placed_by` is the date a row cannot do without, `ended_by` the date that may not lie before
    it, `impossible_before_birth` the date of a looked after thing. A lookup table's rows become no
    rows of the warehouse: other rows find values in them.
    """

    name: str
    texts: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    other_columns: tuple[str, ...] = ()
    placed_by: str | None = None
    ended_by: str | None = None
    impossible_before_birth: str | None = None
    is_lookup: bool = False
    has_id: bool = True
    is_optional: bool = False

    def words(self) -> list[str]:
        """Every word a row of this table is compared on."""
        return [
            *self.texts.values(),
            *self.dates.values(),
            *self.flags.values(),
            *self.moments.values(),
            *self.other_columns,
        ]


# In the order in which they are judged: lookups and children before what reads them, episodes
# before the periods of care that end with them.
TABLES = (
    Table(
        "FACT_MEETINGS",
        texts={"FACT_MEETING_ID": "id"},
        dates={"ACTUAL_DTTM": "held"},
        flags={"CANCELLED": "is_cancelled"},
        other_columns=("DIM_LOOKUP_MTG_TYPE_ID_CODE",),
        is_lookup=True,
    ),
    Table(
        "FACT_FORM_ANSWERS",
        texts={
            "FACT_FORM_ANSWER_ID": "id",
            "FACT_FORM_ID": "form",
            "ANSWER_NO": "question",
            "ANSWER": "answer",
        },
        moments={"ANSWERED_DTTM": "answered"},
        is_lookup=True,
    ),
    Table(
        "FACT_MEETING_SUBJECTS",
        texts={
            "FACT_MEETINGS_ID": "meeting",
            "DIM_PERSON_ID": "child",
            "FACT_OUTCM_FORM_ID": "form",
        },
        is_lookup=True,
        has_id=False,
    ),
    Table(
        "FACT_CP_VISIT",
        texts={
            "FACT_CP_VISIT_ID": "id",
            "FACT_CASENOTE_ID": "casenote",
            "FACT_CP_PLAN_ID": "plan",
            "DIM_PERSON_ID": "child",
        },
        dates={"VISIT_DTTM": "visited"},
        is_lookup=True,
    ),
    Table(
        "FACT_CLA_VISIT",
        texts={"FACT_CLA_VISIT_ID": "id", "FACT_CASENOTE_ID": "casenote", "DIM_PERSON_ID": "child"},
        dates={"VISIT_DTTM": "visited"},
        other_columns=("FACT_CLA_ID",),
        is_lookup=True,
    ),
    Table(
        "DIM_DEPARTMENT",
        texts={"DIM_DEPARTMENT_ID": "id"},
        other_columns=("NAME", "DEPT_ID", "DEPT_TYPE_DESCRIPTION"),
    ),
    Table(
        "DIM_WORKER",
        texts={"DIM_WORKER_ID": "id"},
        other_columns=(
            "STAFF_ID", "FORENAME", "SURNAME", "JOB_TITLE", "DEPARTMENT_NAME",
            "FULL_TIME_EQUIVALENCY",
        ),
    ),
    Table(
        "DIM_PERSON",
        texts={"DIM_PERSON_ID": "id"},
        dates={"BIRTH_DTTM": "born", "DEATH_DTTM": "died", "DUPLICATED_DTTM": "merged"},
        flags={"DOB_ESTIMATED": "is_birth_estimated", "IS_CLIENT": "is_client"},
        other_columns=(
            "LEGACY_ID", "FORENAME", "SURNAME", "GENDER_MAIN_CODE", "ETHNICITY_MAIN_CODE", "UPN",
            "NHS_NUMBER",
        ),
        ended_by="died",
    ),
    Table(
        "FACT_CAF_EPISODE",
        texts={"FACT_CAF_EPISODE_ID": "id", "DIM_PERSON_ID": "child"},
        dates={"EPISODE_START_DTTM": "started", "EPISODE_END_DTTM": "ended"},
        other_columns=(
            "START_REASON", "DIM_LOOKUP_CAF_EP_ENDRSN_ID_CODE",
            "DIM_LOOKUP_ORIGINATING_ORGANISATION_CODE",
        ),
        placed_by="started",
        ended_by="ended",
    ),
    Table(
        "FACT_CONTACTS",
        texts={
            "FACT_CONTACT_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_FAMILYOFRESIDENCE_ID": "family",
        },
        dates={"CONTACT_DTTM": "received"},
        flags={
            "OUTCOME_NEW_REFERRAL_FLAG": "is_new_referral",
            "OUTCOME_EXISTING_REFERRAL_FLAG": "is_existing_referral",
            "OUTCOME_NFA_FLAG": "is_no_further_action",
            "OUTCOME_ADVICE_FLAG": "is_advice",
        },
        other_columns=(
            "EXTERNAL_ID", "DIM_LOOKUP_CONT_SORC_ID", "DIM_LOOKUP_CONT_SORC_ID_DESC",
            "TOTAL_NO_OF_OUTCOMES", "OUTCOME_COMMENTS",
        ),
        placed_by="received",
    ),
    Table(
        "FACT_REFERRALS",
        texts={"FACT_REFERRAL_ID": "id", "DIM_PERSON_ID": "child"},
        dates={"REFRL_START_DTTM": "received", "REFRL_END_DTTM": "closed"},
        flags={
            "OUTCOME_SINGLE_ASSESSMENT_FLAG": "is_single_assessment",
            "OUTCOME_NFA_FLAG": "is_no_further_action",
            "OUTCOME_STRATEGY_DISCUSSION_FLAG": "is_strategy_discussion",
            "OUTCOME_CP_TRANSFER_IN_FLAG": "is_transfer_in",
        },
        other_columns=(
            "DIM_LOOKUP_CATEGORY_OF_NEED_CODE", "DIM_LOOKUP_CONT_SORC_ID",
            "DIM_LOOKUP_CONT_SORC_ID_DESC", "DIM_LOOKUP_REFRL_ENDRSN_ID_CODE",
            "DIM_DEPARTMENT_ID", "DIM_WORKER_ID",
        ),
        placed_by="received",
        ended_by="closed",
    ),
    Table(
        "FACT_SINGLE_ASSESSMENT",
        texts={
            "FACT_SINGLE_ASSESSMENT_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_REFERRAL_ID": "referral",
            "FACT_FORM_ID": "form",
            "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "substatus",
        },
        dates={"START_DTTM": "started"},
        flags={
            "OUTCOME_NFA_FLAG": "is_no_further_action",
            "OUTCOME_STRATEGY_DISCUSSION_FLAG": "is_strategy_discussion",
            "OUTCOME_PROV_OF_SERVICES_FLAG": "is_provision_of_services",
        },
        other_columns=("EXTERNAL_ID", "COMPLETED_BY_DEPT_ID", "COMPLETED_BY_USER_ID"),
        placed_by="started",
        ended_by="authorised",
    ),
    Table(
        "FACT_S47",
        texts={"FACT_S47_ID": "id", "DIM_PERSON_ID": "child"},
        dates={"START_DTTM": "started", "END_DTTM": "completed"},
        flags={
            "OUTCOME_NFA_FLAG": "is_no_further_action",
            "OUTCOME_CP_CONFERENCE_FLAG": "is_to_initial_conference",
        },
        other_columns=("FACT_REFERRAL_ID", "COMPLETED_BY_DEPT_ID"),
        placed_by="started",
        ended_by="completed",
    ),
    Table(
        "FACT_CP_CONFERENCE",
        texts={
            "FACT_CP_CONFERENCE_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_S47_ID": "enquiry",
            "FACT_REFERRAL_ID": "referral",
            "FACT_MEETING_ID": "meeting",
        },
        dates={"DUE_DTTM": "due"},
        flags={
            "TRANSFER_IN_FLAG": "is_transfer_in",
            "OUTCOME_CP_FLAG": "is_to_plan",
            "OUTCOME_NFA_FLAG": "is_no_further_action",
        },
    ),
    Table(
        "FACT_CP_PLAN",
        texts={"FACT_CP_PLAN_ID": "id", "DIM_PERSON_ID": "child"},
        dates={"START_DTTM": "started", "END_DTTM": "ended"},
        flags={"IS_OLA": "is_temporary"},
        other_columns=(
            "FACT_REFERRAL_ID", "FACT_INITIAL_CP_CONFERENCE_ID", "INIT_CATEGORY_DESC",
            "CP_CATEGORY_DESC",
        ),
        placed_by="started",
        ended_by="ended",
    ),
    Table(
        "FACT_CP_REVIEW",
        texts={
            "FACT_CP_REVIEW_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_CP_PLAN_ID": "plan",
            "FACT_MEETING_ID": "meeting",
        },
        dates={"DUE_DTTM": "due", "MEETING_DTTM": "held"},
        flags={"OUTCOME_CONTINUE_CP_FLAG": "is_to_continue"},
    ),
    Table(
        "FACT_CARE_PLAN_SUMMARY",
        texts={
            "FACT_CARE_PLAN_SUMMARY_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_PLAN_TYPE_CODE": "type",
            "DIM_LOOKUP_PLAN_STATUS_ID_CODE": "status",
        },
        dates={"START_DTTM": "started", "END_DTTM": "ended"},
        other_columns=("FACT_REFERRAL_ID",),
        placed_by="started",
        ended_by="ended",
        is_optional=True,
    ),
    Table(
        "FACT_CASENOTES",
        texts={
            "FACT_CASENOTE_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "type",
        },
        dates={"EVENT_DTTM": "visited", "CREATED_DTTM": "recorded"},
        flags={
            "SEEN_FLAG": "is_child_seen",
            "SEEN_ALONE_FLAG": "is_seen_alone",
            "SEEN_BEDROOM_FLAG": "is_bedroom_seen",
        },
        placed_by="visited",
        impossible_before_birth="visited",
    ),
    Table(
        "FACT_CARE_EPISODES",
        texts={
            "FACT_CARE_EPISODES_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_CLA_ID": "period",
            "CARE_REASON_END_CODE": "end_reason",
        },
        dates={"CARE_START_DATE": "started", "CARE_END_DATE": "ended"},
        other_columns=("FACT_CLA_PLACEMENT_ID", "CARE_REASON_DESC", "CIN_903_CODE"),
        placed_by="started",
        ended_by="ended",
        impossible_before_birth="started",
    ),
    Table(
        "FACT_CLA",
        texts={"FACT_CLA_ID": "id", "DIM_PERSON_ID": "child"},
        dates={"START_DTTM": "started", "LAST_UPDATED_DTTM": "updated"},
        other_columns=("FACT_REFERRAL_ID",),
        placed_by="started",
        ended_by="ended",
        impossible_before_birth="started",
    ),
    Table(
        "FACT_CLA_PLACEMENT",
        texts={
            "FACT_CLA_PLACEMENT_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_CLA_ID": "period",
            "DIM_LOOKUP_PLACEMENT_TYPE_CODE": "type",
        },
        dates={"START_DTTM": "started", "END_DTTM": "ended"},
        other_columns=("DIM_LOOKUP_PLACEMENT_PROVIDER_CODE", "POSTCODE"),
        placed_by="started",
        ended_by="ended",
        impossible_before_birth="started",
    ),
    Table(
        "FACT_CLA_REVIEW",
        texts={
            "FACT_CLA_REVIEW_ID": "id",
            "DIM_PERSON_ID": "child",
            "FACT_CLA_ID": "period",
            "FACT_MEETING_ID": "meeting",
        },
        dates={"DUE_DTTM": "due", "MEETING_DTTM": "held"},
        impossible_before_birth="held",
    ),
    Table(
        "FACT_LEGAL_STATUS",
        texts={
            "FACT_LEGAL_STATUS_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_LGL_STATUS_DESC": "label",
        },
        dates={"START_DTTM": "started", "END_DTTM": "expected_end"},
        placed_by="started",
        ended_by="expected_end",
        is_optional=True,
    ),
    Table(
        "FACT_HEALTH_CHECK",
        texts={
            "FACT_HEALTH_CHECK_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_EVENT_TYPE_DESC": "type",
            "DIM_LOOKUP_EXAM_STATUS_DESC": "status",
        },
        dates={"START_DTTM": "checked"},
        placed_by="checked",
        is_optional=True,
    ),
    Table(
        "FACT_DISABILITY",
        texts={
            "FACT_DISABILITY_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_DISAB_CODE": "code",
        },
        dates={"START_DTTM": "started", "END_DTTM": "expected_end"},
        is_optional=True,
    ),
    Table(
        "FACT_MISSING_PERSON",
        texts={
            "FACT_MISSING_PERSON_ID": "id",
            "DIM_PERSON_ID": "child",
            "MISSING_STATUS": "kind",
            "RETURN_INTERVIEW_OFFERED": "offered",
            "RETURN_INTERVIEW_ACCEPTED": "accepted",
        },
        dates={"START_DTTM": "started", "END_DTTM": "ended"},
        placed_by="started",
        ended_by="ended",
        is_optional=True,
    ),
    Table(
        "DIM_CLA_ELIGIBILITY",
        texts={
            "DIM_CLA_ELIGIBILITY_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_ELIGIBILITY_STATUS_DESC": "eligibility",
        },
        is_optional=True,
    ),
    Table(
        "FACT_CLA_CARE_LEAVERS",
        texts={
            "FACT_CLA_CARE_LEAVERS_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_LOOKUP_IN_TOUCH_CODE_CODE": "in_touch",
            "DIM_LOOKUP_ACCOMMODATION_SUITABLE_DESC": "suitable",
        },
        dates={"IN_TOUCH_DTTM": "contacted"},
        other_columns=("DIM_LOOKUP_ACCOMMODATION_CODE_DESC", "DIM_LOOKUP_MAIN_ACTIVITY_DESC"),
        is_optional=True,
    ),
    Table(
        "FACT_INVOLVEMENTS",
        texts={
            "FACT_INVOLVEMENTS_ID": "id",
            "DIM_PERSON_ID": "child",
            "DIM_WORKER_ID": "worker",
            "DIM_LOOKUP_INVOLVEMENT_TYPE_CODE": "role",
        },
        dates={"START_DTTM": "started", "END_DTTM": "expected_end"},
        flags={"IS_ALLOCATED_CW_FLAG": "is_allocated"},
        other_columns=(
            "DIM_DEPARTMENT_ID", "FACT_WORKER_HISTORY_DEPARTMENT_ID", "FACT_REFERRAL_ID",
            "DIM_LOOKUP_CWREASON_CODE",
        ),
        placed_by="started",
        ended_by="expected_end",
        is_optional=True,
    ),
)  # fmt: skip
