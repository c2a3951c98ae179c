"""A contact about a child."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

CONTACT = Table(
    name="contact",
    warehouse="fact_contact",
    grain="a contact about a child",
    noun="contact",
    plural="contacts",
    key=("contact_id",),
    dated_by="received_date",
    columns=(
        identifier("contact_id", "the source's id"),
        *OF_A_CHILD,
        text(
            "contact_family_token",
            "the contact's family of residence",
            stored=False,
            names="family",
            recalled_as="family.family_token",
        ),
        day("received_date", "when the contact was received", required=True),
        day("decided_date", "when it was decided on, where the extract carries that"),
        code("source_code", "who made it", "contact_source"),
        flag("is_new_referral", "its outcome is a new referral"),
        flag("is_existing_referral", "it was added to an open referral"),
        flag("is_advice", "its outcome is advice or information"),
        flag("is_no_further_action", "nothing more was done"),
    ),
)
