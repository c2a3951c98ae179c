"""An initial child protection conference."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    MEETING_KNOWN,
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
    key=("conference_id",),
    dated_by="held_date",
    columns=(
        identifier("conference_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("referral_id", "its referral"),
        identifier("enquiry_id", "the section 47 enquiry that led to it"),
        identifier("meeting_id", "the meeting, shared by siblings"),
        MEETING_KNOWN,
        day("due_date", "the source's own due date"),
        day("held_date", "when it was held; of a cancelled one, when it was to be"),
        flag("is_transfer_in", "called because a child on a plan moved here"),
        flag("is_cancelled", "the meeting was cancelled"),
        text("outcome", "child_protection_plan, no_further_action, ...; empty while none is set"),
    ),
)
