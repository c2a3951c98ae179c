"""A review conference on a child protection plan, due or held."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    MEETING_KNOWN,
    Table,
    day,
    flag,
    identifier,
)

CHILD_PROTECTION_REVIEW = Table(
    name="child_protection_review",
    warehouse="fact_child_protection_review",
    grain="a child at a review, due or held",
    key=("review_id",),
    dated_by="held_date",
    columns=(
        identifier("review_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("plan_id", "the plan reviewed"),
        identifier("meeting_id", "the meeting, shared by siblings"),
        MEETING_KNOWN,
        day("source_due_date", "the source's own due date"),
        day("held_date", "when it was held; of a cancelled one, when it was to be"),
        flag("is_cancelled", "the meeting was cancelled"),
        flag("is_finalised", "an outcome form is on record"),
    ),
)
