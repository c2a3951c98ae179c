"""A section 47 enquiry."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    TEAM,
    Maker,
    Table,
    day,
    flag,
    identifier,
    text,
)

SECTION_47_ENQUIRY = Table(
    name="section_47_enquiry",
    warehouse="fact_section_47_enquiry",
    grain="an enquiry about a child",
    noun="enquiry",
    plural="enquiries",
    key=("enquiry_id",),
    owned_through=("referral_id",),
    dated_by="started_date",
    columns=(
        identifier("enquiry_id", "the source's id"),
        *OF_A_CHILD,
        TEAM,
        identifier("referral_id", "its referral", names="referral"),
        day(
            "started_date",
            "the strategy discussion that began the enquiry",
            word="start date",
            required=True,
        ),
        day("completed_date", "when it was completed and authorised", not_before="started_date"),
        text(
            "outcome",
            "initial_conference, no_further_action, ...; empty while none is set",
            hangs_on=("initial_conference",),
        ),
        flag(
            "leads_to_conference",
            "its outcome says so, or a conference was held from it",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=(
                "outcome",
                "initial_conference.enquiry_id",
                "initial_conference.held_date",
                "initial_conference.is_cancelled",
                "initial_conference.is_transfer_in",
            ),
        ),
    ),
)
