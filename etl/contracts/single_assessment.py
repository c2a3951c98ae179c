"""A single (child and family) assessment."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    TEAM,
    WORKER,
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
    key=("assessment_id",),
    dated_by="started_date",
    columns=(
        identifier("assessment_id", "the source's id"),
        CHILD,
        FAMILY,
        TEAM,
        WORKER,
        identifier("referral_id", "its referral"),
        day("started_date", "when the assessment began"),
        day("authorised_date", "when the manager authorised it"),
        day("authorised_recorded_date", "when that was recorded", stored=False),
        code("substatus_code", "the source's status of the step", stored=False),
        text("status", "draft, open, completed or cancelled", derived=True),
        flag("is_child_seen", "the child was seen"),
    ),
)
