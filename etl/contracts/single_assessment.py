"""A single (child and family) assessment."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    TEAM,
    WORKER,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

DRAFT, CANCELLED = "D", "X"
# The star keeps it with what the assessment met; a day that was worked out is not the source's.
_RECORDED = (
    "(select max(owed.first_recorded_date) from warehouse.fact_timescale_obligation as owed "
    "where owed.la_code = fact.la_code and owed.timescale = 'single_assessment' "
    "and owed.subject_id = fact.assessment_id and owed.done_date = fact.authorised_date "
    "and owed.not_recorded_before is null and owed.known_to = date '9999-12-31')"
)

SINGLE_ASSESSMENT = Table(
    name="single_assessment",
    warehouse="fact_single_assessment",
    grain="an assessment of a child",
    noun="assessment",
    plural="assessments",
    key=("assessment_id",),
    owned_through=("referral_id",),
    dated_by="started_date",
    columns=(
        identifier("assessment_id", "the source's id"),
        *OF_A_CHILD,
        TEAM,
        WORKER,
        identifier("referral_id", "its referral", names="referral"),
        day("started_date", "when the assessment began", word="start date", required=True),
        day("authorised_date", "when the manager authorised it", not_before="started_date"),
        day(
            "authorised_recorded_date",
            "when that was recorded",
            stored=False,
            recalled_as=_RECORDED,
        ),
        code(
            "substatus_code",
            "the source's status of the step; D: draft, X: cancelled",
            "assessment_substatus",
            hangs_on=(DRAFT, CANCELLED),
            stored=False,
            recalled_as=f"case fact.status when 'draft' then '{DRAFT}' "
            f"when 'cancelled' then '{CANCELLED}' end",
        ),
        text(
            "status",
            "draft, open, completed or cancelled",
            made_by=Maker.DERIVE,
            made_of=("substatus_code", "authorised_date"),
        ),
        flag("is_child_seen", "the child was seen"),
        flag(
            "is_draft",
            "its status is draft",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("substatus_code",),
        ),
        flag(
            "is_cancelled",
            "its status is cancelled",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("substatus_code",),
        ),
    ),
)
