"""A review of a looked after child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    MEETING_KNOWN,
    OF_A_CHILD,
    Table,
    day,
    flag,
    identifier,
)

LOOKED_AFTER_REVIEW = Table(
    name="looked_after_review",
    warehouse="fact_looked_after_review",
    grain="a review of a looked after child, due or held",
    noun="review",
    plural="reviews",
    key=("review_id",),
    owned_through=("looked_after_id",),
    dated_by="held_date",
    begins_at_birth=True,
    columns=(
        identifier("review_id", "the source's id"),
        *OF_A_CHILD,
        identifier("looked_after_id", "its period of care", names="looked_after_period"),
        identifier("meeting_id", "the meeting"),
        MEETING_KNOWN,
        day("source_due_date", "the source's own due date", may_lie_ahead=True),
        day(
            "held_date",
            "when it was held; of a cancelled one, when it was to be",
            unless="is_cancelled",
        ),
        flag("is_cancelled", "the meeting was cancelled", empty_is_no=True),
        BEFORE_CERTAIN_BIRTH,
    ),
)
