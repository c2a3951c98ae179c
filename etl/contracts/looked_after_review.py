"""A review of a looked after child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    CHILD,
    FAMILY,
    MEETING_KNOWN,
    Table,
    day,
    flag,
    identifier,
)

LOOKED_AFTER_REVIEW = Table(
    name="looked_after_review",
    warehouse="fact_looked_after_review",
    grain="a review of a looked after child, due or held",
    key=("review_id",),
    dated_by="held_date",
    columns=(
        identifier("review_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("looked_after_id", "its period of care"),
        identifier("meeting_id", "the meeting"),
        MEETING_KNOWN,
        day("source_due_date", "the source's own due date"),
        day("held_date", "when it was held; of a cancelled one, when it was to be"),
        flag("is_cancelled", "the meeting was cancelled"),
        BEFORE_CERTAIN_BIRTH,
    ),
)
