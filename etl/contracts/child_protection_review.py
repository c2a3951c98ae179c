"""A review conference on a child protection plan, due or held."""

from __future__ import annotations

from etl.contracts.contract import (
    MEETING,
    MEETING_KNOWN,
    OF_A_CHILD,
    Maker,
    Table,
    day,
    flag,
    identifier,
)

CHILD_PROTECTION_REVIEW = Table(
    name="child_protection_review",
    warehouse="fact_child_protection_review",
    grain="a child at a review, due or held",
    noun="review",
    plural="reviews",
    key=("review_id",),
    owned_through=("plan_id",),
    dated_by="held_date",
    columns=(
        identifier("review_id", "the source's id"),
        *OF_A_CHILD,
        identifier("plan_id", "the plan reviewed", names="child_protection_plan"),
        MEETING,
        MEETING_KNOWN,
        day("source_due_date", "the source's own due date", may_lie_ahead=True),
        day(
            "held_date",
            "when it was held; of a cancelled one, when it was to be",
            unless="is_cancelled",
        ),
        flag("is_cancelled", "the meeting was cancelled", empty_is_no=True),
        flag(
            "is_quorate",
            "the outcome form says whether enough were there to hold it",
            stored=False,
            recalled_as="case when fact.is_inquorate then false end",
        ),
        flag(
            "is_inquorate",
            "too few were there: it was not held as a review",
            made_by=Maker.DERIVE,
            made_of=("is_quorate",),
        ),
        flag("is_finalised", "an outcome form is on record", empty_is_no=True),
    ),
)
