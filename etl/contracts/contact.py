"""A contact about a child."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
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
    key=("contact_id",),
    dated_by="received_date",
    columns=(
        identifier("contact_id", "the source's id"),
        CHILD,
        FAMILY,
        text("contact_family_token", "the contact's family of residence", stored=False),
        day("received_date", "when the contact was received"),
        day("decided_date", "when it was decided on, where the extract carries that"),
        code("source_code", "who made it", "contact_source"),
        flag("is_new_referral", "its outcome is a new referral"),
        flag("is_existing_referral", "it was added to an open referral"),
        flag("is_advice", "its outcome is advice or information"),
        flag("is_no_further_action", "nothing more was done"),
    ),
)
