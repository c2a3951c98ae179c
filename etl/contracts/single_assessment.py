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
        day("authorised_recorded_date", "when that was recorded", stored=False),
        code(
            "substatus_code",
            "the source's status of the step",
            stored=False,
            recalled_as="case fact.status when 'draft' then 'D' when 'cancelled' then 'X' end",
        ),
        text("status", "draft, open, completed or cancelled", made_by=Maker.DERIVE),
        flag("is_child_seen", "the child was seen"),
        flag("is_draft", "its status is draft", stored=False, made_by=Maker.DERIVE),
        flag("is_cancelled", "its status is cancelled", stored=False, made_by=Maker.DERIVE),
    ),
)
