"""An initial child protection conference."""

from __future__ import annotations

from etl.contracts.contract import (
    MEETING,
    MEETING_KNOWN,
    OF_A_CHILD,
    Table,
    day,
    flag,
    identifier,
    text,
)

INITIAL_CONFERENCE = Table(
    name="initial_conference",
    warehouse="fact_initial_conference",
    grain="a child at an initial conference",
    noun="conference",
    plural="conferences",
    key=("conference_id",),
    owned_through=("referral_id",),
    dated_by="held_date",
    columns=(
        identifier("conference_id", "the source's id"),
        *OF_A_CHILD,
        identifier("referral_id", "its referral", names="referral"),
        identifier(
            "enquiry_id", "the section 47 enquiry that led to it", names="section_47_enquiry"
        ),
        MEETING,
        MEETING_KNOWN,
        day("due_date", "the source's own due date", may_lie_ahead=True),
        day(
            "held_date",
            "when it was held; of a cancelled one, when it was to be",
            unless="is_cancelled",
        ),
        flag("is_transfer_in", "called because a child on a plan moved here", empty_is_no=True),
        flag("is_cancelled", "the meeting was cancelled", empty_is_no=True),
        text("outcome", "child_protection_plan, no_further_action, ...; empty while none is set"),
    ),
)
