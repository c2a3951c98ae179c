"""What is worked out of care leavers: the entitlement of each whom a contact was about, and whether
the accommodation that it found is suitable."""

from __future__ import annotations

from etl.contracts.care_leaver import SUITABLE
from etl.contracts.frames import in_id_order, taken
from etl.derive.facts import Tables
from etl.derive.history import places


def add_entitlement(tables: Tables) -> None:
    """eligibility, pathway_plan_reviewed_date and is_suitable of each contact. Of several
    entitlements of a child that of the highest id counts: the source dates none."""
    entitled, contacts = tables["care_leaver_eligibility"], tables["care_leaver"]
    order = entitled.assign(order=in_id_order(entitled["eligibility_id"]))
    latest = order.sort_values("order", kind="stable").drop_duplicates("child_token", keep="last")
    latest = latest.set_index("child_token")
    rows = places(contacts["child_token"], latest.index)
    for name in ("eligibility", "pathway_plan_reviewed_date"):
        contacts[name] = taken(latest[name], rows, contacts.index)
    is_suitable = contacts["suitability"].eq(SUITABLE).astype("boolean")
    contacts["is_suitable"] = is_suitable.mask(contacts["suitability"].isna())
