"""A section 47 enquiry."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    TEAM,
    Table,
    day,
    identifier,
    text,
)

SECTION_47_ENQUIRY = Table(
    name="section_47_enquiry",
    warehouse="fact_section_47_enquiry",
    grain="an enquiry about a child",
    key=("enquiry_id",),
    dated_by="started_date",
    columns=(
        identifier("enquiry_id", "the source's id"),
        CHILD,
        FAMILY,
        TEAM,
        identifier("referral_id", "its referral"),
        day("started_date", "the strategy discussion that began the enquiry"),
        day("completed_date", "when it was completed and authorised"),
        text("outcome", "initial_conference, no_further_action, ...; empty while none is set"),
    ),
)
